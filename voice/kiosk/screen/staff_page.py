"""The staff's page: how the kiosk is, and the few things that they may do to it. Behind the gate, on the same machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from voice.consultation.script import Script
from voice.kiosk.metrics import Metrics, RoomNoise
from voice.kiosk.private_mode import PrivateMode
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.server import Action, Request, Response, as_json
from voice.kiosk.screen.staff_login import StaffLogin
from voice.kiosk.screen.view import Face
from voice.kiosk.staff_calls import StaffCalls

COOKIE = "staff"


@dataclass(frozen=True, slots=True)
class About:
    """What does not change while the program runs: its version, the script, and, in words, whether a clinician signed it."""

    version: str
    script: str
    review: str

    @staticmethod
    def of(script: Script, version: str, review: str) -> About:
        return About(version, f"{script.locale}/{script.id} {script.version}", review)


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Answers the staff's page.

    faults: why something does not work, in the practice's words, for each thing that does not.
    stop: silences the voice. muted: told that the kiosk has been muted, or not any more.
    """

    gate: StaffLogin
    board: Board
    alarms: StaffCalls
    metrics: Metrics
    noise: RoomNoise
    private_mode: PrivateMode
    plate: About
    faults: Callable[[], Mapping[str, str]]
    stop: Callable[[], None]
    muted: Callable[[], None]

    def reads(self) -> dict[str, Action]:
        return {"/staff/state": self._admitted(self._state)}

    def writes(self) -> dict[str, Action]:
        return {
            "/staff/enter": self._enter,
            "/staff/leave": self._admitted(self._leave),
            "/staff/mute": self._admitted(self._mute),
            "/staff/restart": self._admitted(self._restart),
            "/staff/seen": self._admitted(self._seen),
        }

    def _admitted(self, act: Action) -> Action:
        """The action, for whoever has a pass."""

        def answer(request: Request) -> Response:
            if not self.gate.admits(_pass(request)):
                return as_json({"error": "a pin is asked for"}, status=401)
            return act(request)

        return answer

    def _enter(self, request: Request) -> Response:
        one = self.gate.enter(str(request.body.get("pin", "")))
        if not one:
            return as_json({"closed": round(self.gate.closed())}, status=403)
        return as_json({}, headers={"Set-Cookie": f"{COOKIE}={one}; Path=/staff; HttpOnly; SameSite=Strict"})

    def _leave(self, request: Request) -> Response:
        self.gate.leave(_pass(request))
        return as_json({}, headers={"Set-Cookie": f"{COOKIE}=; Path=/staff; Max-Age=0; HttpOnly; SameSite=Strict"})

    def _mute(self, request: Request) -> Response:
        self.private_mode.muted = request.body.get("muted") is True
        self.stop()
        self.muted()
        return self._state(request)

    def _restart(self, request: Request) -> Response:
        """Whatever the visit is doing ends, and nothing of it is kept."""
        self.private_mode.abandon()
        self.stop()
        return self._state(request)

    def _seen(self, request: Request) -> Response:
        self.alarms.see()
        return self._state(request)

    def _state(self, request: Request) -> Response:
        return as_json(self.state())

    def state(self) -> dict[str, Any]:
        """Everything that the page shows; nothing of it is about anybody's health but the level of a call."""
        face = self.board.page.face
        return {
            "busy": face not in (Face.IDLE, Face.PREPARING),
            "muted": self.private_mode.muted,
            "alarms": [{"level": str(one.level), "at": one.at.strftime("%H:%M"), "seen": one.seen} for one in self.alarms.last],
            "faults": dict(self.faults()),
            "noise": self.noise.dbfs,
            "counts": self.metrics.totals(),
            "version": self.plate.version,
            "script": self.plate.script,
            "review": self.plate.review,
        }


def _pass(request: Request) -> str:
    for part in request.cookie.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return ""
