"""The staff's page: nothing without a login, and what it shows and does after one."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from voice.base.errors import ServerError, Symptom, Trouble
from voice.consultation.script import Level
from voice.consultation.visit import Outcome
from voice.kiosk.call_delivery import CallDelivery
from voice.kiosk.metrics import Metrics, RoomNoise
from voice.kiosk.private_mode import Abandoned, PrivateMode
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.handler import Request, Response
from voice.kiosk.screen.staff_login import FIRST_DELAY, FREE_TRIES, IDLE_SECONDS, StaffLogin
from voice.kiosk.screen.staff_page import Records, Remote, StaffPage
from voice.kiosk.staff_calls import StaffCall, StaffCalls

PIN = "4711"
ABOUT = {"version": "1.0", "script": "nl-BE/kort 1", "review": "unsigned"}
NOON = datetime(2026, 11, 24, 12, 0)
MISSING = Trouble("No model is installed.", Symptom.NO_MODEL)


class FakeStation:
    """Notes what it is told to do; its microphone is missing."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self.parts = SimpleNamespace(sound=SimpleNamespace(faults={"no_microphone": MISSING}), voice_trouble=None)

    def hush(self) -> None:
        self.did.append("hush")

    def show_lacks(self) -> None:
        self.did.append("show_lacks")


class Desk:
    """A staff page with a kiosk behind it, and the cookie that its browser holds."""

    def __init__(self) -> None:
        self.mode, self.station, self.cookie = PrivateMode(), FakeStation(), ""
        self.remote = Remote(self.mode, lambda trouble: f"in words: {trouble.symptom}")
        self.records = Records(Board(), StaffCalls([], lambda: NOON), Metrics(), RoomNoise())
        self.now = 0.0
        self.page = StaffPage(StaffLogin(PIN, lambda: self.now), self.remote, self.records, ABOUT)

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Response:
        actions = {**self.page.reads, **self.page.writes}
        return actions[path](Request(body or {}, f"other=1; {self.cookie}"))

    def enter(self, pin: str = PIN) -> Response:
        response = self.ask("/staff/enter", {"pin": pin})
        self.cookie = response.headers.get("Set-Cookie", "").partition(";")[0]
        return response

    def state(self) -> dict[str, Any]:
        return json.loads(self.ask("/staff/state").body)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_page_at_the_desk_that_cannot_be_served_is_told_to_the_staff(desk: Desk) -> None:
    desk.enter()
    assert "reception" not in desk.state()["faults"]
    desk.remote.find_desk_trouble = lambda: Trouble("No such address.", Symptom.RECEPTION_ADDRESS)
    assert desk.state()["faults"]["reception"] == "in words: reception_address"


@pytest.mark.parametrize("path", ["/staff/state", "/staff/touch", "/staff/leave", "/staff/mute", "/staff/restart", "/staff/seen"])
def test_nothing_is_shown_or_done_without_a_login(desk: Desk, path: str) -> None:
    desk.remote.station = desk.station
    assert desk.ask(path, {"muted": True}).status == 401
    assert (desk.mode.muted, desk.station.did) == (False, [])


def test_a_wrong_pin_is_refused_and_a_left_page_must_be_entered_again(desk: Desk) -> None:
    assert desk.enter("0000").status == 403
    assert desk.enter().status == 200
    assert desk.ask("/staff/leave").status == 200
    assert desk.ask("/staff/state").status == 401


def test_the_page_that_asks_every_two_seconds_is_closed_in_the_end(desk: Desk) -> None:
    desk.enter()
    while desk.ask("/staff/state").status == 200:
        desk.now += 2
    assert desk.now == IDLE_SECONDS


@pytest.mark.parametrize("path", ["/staff/touch", "/staff/mute", "/staff/seen", "/staff/restart"])
def test_a_touch_keeps_the_page_open(desk: Desk, path: str) -> None:
    desk.enter()
    for _ in range(3):
        desk.now += IDLE_SECONDS - 1
        assert desk.ask(path).status == 200
    assert desk.ask("/staff/state").status == 200


def test_how_long_no_pin_is_looked_at_is_told_before_one_is_tried(desk: Desk) -> None:
    for _ in range(FREE_TRIES):
        assert json.loads(desk.enter("0815").body) == {"closed": 0}
    assert json.loads(desk.enter("0815").body) == {"closed": FIRST_DELAY}
    desk.now += 1.5
    assert json.loads(desk.enter(PIN).body) == {"closed": 4}
    assert json.loads(desk.ask("/staff/state").body)["closed"] == 4
    desk.now += 3.5
    assert desk.enter().status == 200


def test_a_kiosk_that_still_prepares_can_be_muted_already(desk: Desk) -> None:
    desk.enter()
    assert json.loads(desk.ask("/staff/mute", {"muted": True}).body)["muted"]
    assert desk.mode.muted
    assert desk.state() == {
        "busy": False, "muted": True, "alarms": [], "faults": {}, "clock": "24/11/2026 12:00", "noise": None, "counts": desk.records.metrics.read_totals(),
        "sheet": None, "version": "1.0", "script": "nl-BE/kort 1", "review": "unsigned",
    }  # fmt: skip


def test_muting_silences_the_voice_at_once_and_shows_it(desk: Desk) -> None:
    desk.remote.station = desk.station
    desk.enter()
    desk.ask("/staff/mute", {"muted": True})
    assert (desk.mode.muted, desk.station.did) == (True, ["hush", "show_lacks"])
    desk.ask("/staff/mute", {"muted": False})
    assert not desk.mode.muted


def test_a_restart_ends_the_visit(desk: Desk) -> None:
    desk.remote.station = desk.station
    desk.enter()
    desk.ask("/staff/restart")
    assert desk.station.did == ["hush"]
    with pytest.raises(Abandoned):
        desk.mode.heed()


def test_calls_and_faults_are_shown_in_the_words_of_the_practice(desk: Desk) -> None:
    desk.remote.station = desk.station
    desk.records.calls.on_ending(Outcome(Level.STAFF))
    desk.enter()
    assert desk.state()["alarms"] == [{"level": "staff", "at": "12:00", "seen": False}]
    assert desk.state()["faults"] == {"no_microphone": f"in words: {Symptom.NO_MODEL}"}
    desk.ask("/staff/seen")
    assert desk.state()["alarms"] == [{"level": None, "at": "12:00", "seen": True}]


def test_a_call_that_did_not_arrive_is_told_with_the_reason_until_the_staff_have_seen_it(desk: Desk) -> None:
    shown: list[Trouble | None] = []

    def refuse(call: StaffCall) -> None:
        raise ServerError("The broker refuses.", "", Symptom.BROKER_LOGIN, "broker")

    delivery = desk.remote.delivery = CallDelivery(refuse, shown.append, waits=(60,))
    desk.records = replace(desk.records, calls=StaffCalls([delivery.call], lambda: NOON, delivery.forget))
    desk.page = replace(desk.page, records=desk.records)
    desk.records.calls.on_ending(Outcome(Level.E))
    desk.enter()
    late = time.monotonic() + 10
    while not shown and time.monotonic() < late:
        time.sleep(0.005)
    assert desk.state()["faults"] == {"uncalled": f"in words: {Symptom.BROKER_LOGIN}"}
    desk.ask("/staff/seen")
    assert desk.state()["faults"] == {}


def test_a_voice_that_is_hard_to_understand_is_told(desk: Desk) -> None:
    desk.remote.station = desk.station
    desk.station.parts.sound.faults.clear()
    desk.enter()
    assert desk.state()["faults"] == {}
    desk.station.parts.voice_trouble = Trouble("pyttsx3 is hard to understand.", Symptom.PLAIN_VOICE, "pyttsx3")
    assert desk.state()["faults"] == {"plain_voice": f"in words: {Symptom.PLAIN_VOICE}"}


def test_a_clock_that_cannot_be_right_is_told(desk: Desk) -> None:
    desk.page = replace(desk.page, records=replace(desk.records, calls=StaffCalls([], lambda: datetime(1970, 1, 1))))
    desk.enter()
    assert desk.state()["clock"] == "01/01/1970 00:00"
    assert desk.state()["faults"] == {"clock": f"in words: {Symptom.CLOCK}"}


def test_a_fault_that_is_mended_while_the_staff_look_breaks_nothing(desk: Desk) -> None:
    faults = desk.station.parts.sound.faults
    faults["no_loudspeaker"] = MISSING
    remote = Remote(desk.mode, lambda trouble: faults.pop("no_loudspeaker", "") and "mended")
    remote.station = desk.station
    assert set(remote.faults(NOON.date())) == {"no_microphone", "no_loudspeaker"}
