"""Say what the page at the desk shows, and do what is touched there.

1. Until somebody opens it with the PIN, it shows that the kiosk asks for somebody, and whether that is urgent. Nothing else.
2. Opened, it shows the level and the time of each call that nobody has seen yet, as the staff's page at the kiosk does.
3. Who says that he comes tells the patient so. The kiosk goes on calling until the staff confirm it there.
4. A call for which nobody waits any more can be put away at the desk: the visit has ended, or nobody need come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import ceil
from typing import Any

from voice.kiosk.reception.bell import Bell
from voice.kiosk.reception.day_pass import DayPass
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.handler import Action, Request, Response, as_json
from voice.kiosk.screen.shown_page import Face
from voice.kiosk.screen.staff_login import StaffLogin
from voice.kiosk.staff_calls import StaffCall, StaffCalls


class Asked(StrEnum):
    """What the kiosk asks of the desk: nothing, to read something, or to come."""

    NOTHING = "nothing"
    QUIET = "quiet"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Shown:
    """What every page at the desk shows. rung: how often the bell has rung. coming: somebody said that he comes.

    closable: the calls can be put away here.
    """

    asked: Asked
    rung: int
    coming: bool
    closable: bool


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Answers the requests of the page at the desk.

    login: a desk's own, so that wrong PINs there lock nobody out of the staff's page at the kiosk.
    tell_patient: tells the patient that somebody comes. cookie: names the cookie of the pass; secure: only over TLS.
    """

    bell: Bell
    calls: StaffCalls
    board: Board
    login: StaffLogin
    day_pass: DayPass
    tell_patient: Callable[[], None]
    cookie: str
    secure: bool

    @property
    def writes(self) -> dict[str, Action]:
        """What to do at a POST of somebody who has a pass, by path."""
        return {"/come": self._promise, "/close": self._put_away, "/open": self._open, "/leave": self._leave}

    def look(self) -> Shown:
        return self._judge(self.calls.unseen)

    def _judge(self, new: tuple[StaffCall, ...]) -> Shown:
        urgent = not all(call.quiet for call in new)
        asked = Asked.URGENT if urgent else Asked.QUIET if new else Asked.NOTHING
        closable = bool(new) and not (urgent and self._is_busy)
        return Shown(asked, self.bell.rung, urgent and self.bell.promised, closable)

    def enter(self, request: Request) -> Response:
        """Give a pass for the right PIN."""
        if not self.login.accepts(str(request.body.get("pin", ""))):
            return self._refuse_pin()
        return as_json({}, headers={"Set-Cookie": self._write_cookie(self.day_pass.issue())})

    @property
    def _is_busy(self) -> bool:
        """Whether a patient is at the kiosk, who may be waiting for somebody."""
        return self.board.page.face not in (Face.IDLE, Face.PREPARING)

    def _promise(self, request: Request) -> Response:
        """Take a promise for the calls that were shown; one that came meanwhile rings on."""
        if self.look().asked is Asked.URGENT and request.body.get("rung") == self.bell.rung:
            self.bell.promise()
            self.tell_patient()
        return as_json(asdict(self.look()))

    def _put_away(self, request: Request) -> Response:
        new = self.calls.unseen
        if self._judge(new).closable:
            self.calls.mark_seen(new)
            self.bell.wake()
        return as_json(asdict(self.look()))

    def _open(self, request: Request) -> Response:
        if not self.login.accepts(str(request.body.get("pin", ""))):
            return self._refuse_pin()
        calls: list[dict[str, Any]] = [{"level": str(call.level), "at": f"{call.at:%H:%M}"} for call in self.calls.unseen]
        return as_json({"calls": calls})

    def _leave(self, request: Request) -> Response:
        return as_json({}, headers={"Set-Cookie": self._write_cookie("", "; Max-Age=0")})

    def _refuse_pin(self) -> Response:
        return as_json({"closed": ceil(self.login.closed_seconds)}, status=403)

    def _write_cookie(self, value: str, more: str = "") -> str:
        return f"{self.cookie}={value}; Path=/; HttpOnly; SameSite=Strict{'; Secure' if self.secure else ''}{more}"
