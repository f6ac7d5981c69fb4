"""Serve the staff's page: how the kiosk is, and the few things that they may do to it. Asks for a login first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from math import ceil
from typing import Any

from voice.base.clock import find_clock_trouble
from voice.base.errors import Trouble
from voice.kiosk.call_delivery import CallDelivery
from voice.kiosk.metrics import Metrics, RoomNoise
from voice.kiosk.private_mode import PrivateMode
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.handler import Action, Request, Response, as_json
from voice.kiosk.screen.request_guard import read_cookie
from voice.kiosk.screen.shown_page import Face
from voice.kiosk.screen.staff_login import StaffLogin
from voice.kiosk.staff_calls import StaffCall, StaffCalls
from voice.kiosk.station import Station

COOKIE = "staff"
PLAIN_VOICE, UNCALLED, CLOCK, RECEPTION = "plain_voice", "uncalled", "clock", "reception"
"""What the page calls a voice that is hard to understand, a call that did not arrive, the clock, and the page at the desk, as its
words do."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the kiosk remembers for the staff, besides the page of the patient (`board`)."""

    board: Board
    calls: StaffCalls
    metrics: Metrics
    noise: RoomNoise


@dataclass
class Remote:
    """Reaches the kiosk behind the pages, from any thread.

    private_mode: what the staff have silenced. explain: puts a trouble into words for the practice.
    read_on: leaves the outcome of the last visit, and its sheet, for longer.
    find_desk_trouble: why the page at the desk is not there; None if it is, or is switched off. is_watched: whether one is open.
    station: the kiosk; None until it is ready. delivery: what passes calls on; None if nothing does.
    """

    private_mode: PrivateMode
    explain: Callable[[Trouble], str]
    station: Station | None = None
    delivery: CallDelivery | None = None
    read_on: Callable[[], None] = lambda: None
    find_desk_trouble: Callable[[], Trouble | None] = lambda: None
    is_watched: Callable[[], bool] = lambda: False

    def mute(self, muted: bool) -> None:
        """Silence the kiosk until further notice, or let it speak and listen again."""
        self.private_mode.muted = muted
        self.silence()
        if self.station:
            self.station.show_lacks()

    def abandon(self) -> None:
        """End the visit, whatever it is doing. Nothing of it is kept."""
        self.private_mode.abandon()
        self.silence()

    def silence(self) -> None:
        """End the sentence that is being spoken."""
        if self.station:
            self.station.hush()

    def sound_gong(self, call: StaffCall) -> None:
        if self.station and not call.quiet:
            self.station.sound_gong()

    @property
    def can_sound(self) -> bool:
        """Whether the gong can be heard."""
        return self.station is not None and self.station.parts.sound.loudspeaker is not None

    def faults(self, today: date) -> dict[str, str]:
        """For each thing that does not work, or not well: why, in the practice's words. today: as the clock shows it."""
        parts = self.station.parts if self.station else None
        troubles = dict(parts.sound.faults) if parts else {}
        if parts and parts.voice_trouble:
            troubles[PLAIN_VOICE] = parts.voice_trouble
        if self.delivery and self.delivery.failure:
            troubles[UNCALLED] = self.delivery.failure
        if trouble := self.find_desk_trouble():
            troubles[RECEPTION] = trouble
        if trouble := find_clock_trouble(today):
            troubles[CLOCK] = trouble
        return {name: self.explain(trouble) for name, trouble in troubles.items()}


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Answers the requests of the staff's page.

    about: what does not change while the program runs: `version`, `script`, and whether a clinician signed that (`review`).
    """

    login: StaffLogin
    remote: Remote
    records: Records
    about: Mapping[str, str]

    @property
    def reads(self) -> dict[str, Action]:
        return {"/staff/state": self._admit(self._show_state)}

    @property
    def writes(self) -> dict[str, Action]:
        return {
            "/staff/enter": self._enter,
            "/staff/touch": self._admit(self._touch),
            "/staff/leave": self._admit(self._leave),
            "/staff/mute": self._change(lambda request: self.remote.mute(request.body.get("muted") is True)),
            "/staff/restart": self._change(lambda request: self.remote.abandon()),
            "/staff/seen": self._change(lambda request: self.records.calls.mark_seen()),
        }

    def _admit(self, act: Action) -> Action:
        """The same action, for requests with a valid pass only."""

        def answer(request: Request) -> Response:
            if not self.login.admits(_read_pass(request)):
                return as_json({"error": "a pin is asked for", "closed": self._round_delay()}, status=401)
            return act(request)

        return answer

    def _enter(self, request: Request) -> Response:
        new_pass = self.login.enter(str(request.body.get("pin", "")))
        if new_pass is None:
            return as_json({"closed": self._round_delay()}, status=403)
        return as_json({}, headers={"Set-Cookie": f"{COOKIE}={new_pass}; Path=/staff; HttpOnly; SameSite=Strict"})

    def _touch(self, request: Request) -> Response:
        """The page was touched somewhere: only that makes a pass last."""
        self.login.touch(_read_pass(request))
        if self.records.board.page.sheet:
            self.remote.read_on()
        return as_json({})

    def _round_delay(self) -> int:
        """Whole seconds until another PIN is looked at."""
        return ceil(self.login.closed_seconds)

    def _leave(self, request: Request) -> Response:
        self.login.leave(_read_pass(request))
        return as_json({}, headers={"Set-Cookie": f"{COOKIE}=; Path=/staff; Max-Age=0; HttpOnly; SameSite=Strict"})

    def _change(self, act: Callable[[Request], None]) -> Action:
        """The action that does it and shows what the kiosk is like then, for requests with a valid pass only."""

        def answer(request: Request) -> Response:
            self.login.touch(_read_pass(request))
            act(request)
            return self._show_state(request)

        return self._admit(answer)

    def _show_state(self, request: Request) -> Response:
        """Everything that the page shows.

        Only the level of a call that nobody has seen yet, and the sheet of the last visit, are about anybody's health.
        """
        records, calls = self.records, self.records.calls.last
        state: dict[str, Any] = {
            "busy": records.board.page.face not in (Face.IDLE, Face.PREPARING),
            "muted": self.remote.private_mode.muted,
            "alarms": [{"level": call.level, "at": f"{call.at:%H:%M}", "seen": call.seen} for call in calls],
            "faults": self.remote.faults(records.calls.now.date()),
            "clock": f"{records.calls.now:%d/%m/%Y %H:%M}",
            "noise": records.noise.dbfs,
            "counts": records.metrics.read_totals(),
            "sheet": asdict(sheet) if (sheet := records.board.page.sheet) else None,
            **self.about,
        }
        return as_json(state)


def _read_pass(request: Request) -> str:
    return read_cookie(request.cookie, COOKIE)
