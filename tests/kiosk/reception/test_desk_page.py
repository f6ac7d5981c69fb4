"""What the page at the desk shows, and what is touched there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from voice.consultation.script import Level
from voice.consultation.visit import Outcome
from voice.kiosk.reception.bell import Bell
from voice.kiosk.reception.day_pass import DAY_SECONDS, DayPass
from voice.kiosk.reception.desk_page import Asked, DeskPage, Shown
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.handler import Request, Response
from voice.kiosk.screen.shown_page import Face
from voice.kiosk.screen.staff_login import FIRST_DELAY, FREE_TRIES, StaffLogin
from voice.kiosk.staff_calls import StaffCalls

PIN = "471108"


class Kiosk:
    """A kiosk that calls, and the page at its desk."""

    def __init__(self) -> None:
        self.bell, self.board, self.told, self.seen = Bell(), Board(), 0, 0
        self.now, self.seconds = datetime(2026, 11, 24, 11, 20), 0.0
        self.calls = StaffCalls([self.bell.ring], lambda: self.now, self._note_seen)
        self.page = DeskPage(
            self.bell, self.calls, self.board, StaffLogin(PIN, lambda: self.seconds),
            DayPass("key", PIN, lambda: self.seconds), self._tell, "desk_8443", True,
        )  # fmt: skip

    def _tell(self) -> None:
        self.told += 1

    def _note_seen(self) -> None:
        self.seen += 1

    def end(self, level: Level) -> None:
        """A visit ends at that level, and the outcome stands on the patient's page."""
        self.calls.start_visit()
        self.board.change(lambda page: replace(page, face=Face.ENDED))
        self.calls.on_ending(Outcome(level, ()))
        self.now += timedelta(minutes=5)

    def wipe(self) -> None:
        self.board.change(lambda page: replace(page, face=Face.IDLE))

    def touch(self, path: str, body: Mapping[str, Any] | None = None) -> Response:
        return self.page.writes[path](Request(body or {}, ""))

    def come(self) -> None:
        self.touch("/come", {"rung": self.bell.rung})


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk()


def test_without_a_call_nothing_is_asked(kiosk: Kiosk) -> None:
    assert kiosk.page.look() == Shown(Asked.NOTHING, 0, coming=False, closable=False)


@pytest.mark.parametrize("level", [Level.E, Level.STAFF])
def test_who_must_come_is_asked_urgently_and_cannot_put_it_away_while_the_patient_waits(kiosk: Kiosk, level: Level) -> None:
    kiosk.end(level)
    assert kiosk.page.look() == Shown(Asked.URGENT, 1, coming=False, closable=False)
    kiosk.touch("/close")
    assert kiosk.calls.awaited
    kiosk.calls.mark_seen()
    assert kiosk.page.look().asked is Asked.NOTHING


def test_a_call_of_a_visit_that_is_over_can_be_put_away(kiosk: Kiosk) -> None:
    kiosk.end(Level.STAFF)
    kiosk.wipe()
    kiosk.touch("/close")
    assert (kiosk.page.look().asked, kiosk.seen) == (Asked.NOTHING, 1)


def test_what_nobody_need_come_for_is_shown_without_ringing_and_can_be_put_away(kiosk: Kiosk) -> None:
    kiosk.end(Level.T)
    assert kiosk.page.look() == Shown(Asked.QUIET, 0, coming=False, closable=True)
    kiosk.touch("/close")
    assert kiosk.page.look().asked is Asked.NOTHING


def test_no_other_outcome_is_shown(kiosk: Kiosk) -> None:
    for level in set(Level) - {Level.E, Level.STAFF, Level.T}:
        kiosk.end(level)
    assert kiosk.page.look().asked is Asked.NOTHING


def test_who_says_that_he_comes_tells_the_patient_and_the_kiosk_goes_on_calling(kiosk: Kiosk) -> None:
    kiosk.end(Level.E)
    kiosk.come()
    assert kiosk.page.look() == Shown(Asked.URGENT, 1, coming=True, closable=False)
    assert kiosk.told == 1 and kiosk.calls.awaited
    kiosk.calls.call_again()
    assert kiosk.page.look() == Shown(Asked.URGENT, 2, coming=False, closable=False), "a promise that was not kept rings again"


def test_a_promise_is_for_the_call_that_was_shown(kiosk: Kiosk) -> None:
    kiosk.come()
    kiosk.end(Level.STAFF)
    kiosk.touch("/come", {"rung": 0})
    assert not kiosk.page.look().coming and kiosk.told == 0


def test_putting_away_one_call_does_not_put_away_another_that_comes_meanwhile(kiosk: Kiosk) -> None:
    kiosk.end(Level.T)
    shown = kiosk.calls.unseen
    kiosk.end(Level.E)
    kiosk.calls.mark_seen(shown)
    assert [call.level for call in kiosk.calls.unseen] == [Level.E]
    assert kiosk.seen == 0, "one of them is still to be delivered"


def test_what_is_opened_with_the_pin_is_level_and_time_of_what_nobody_has_seen(kiosk: Kiosk) -> None:
    kiosk.end(Level.E)
    kiosk.calls.mark_seen()
    kiosk.end(Level.T)
    kiosk.end(Level.STAFF)
    assert kiosk.touch("/open", {"pin": "0815"}).status == 403
    opened = json.loads(kiosk.touch("/open", {"pin": PIN}).body)
    assert opened == {"calls": [{"level": "staff", "at": "11:30"}, {"level": "T", "at": "11:25"}]}


def test_wrong_pins_are_delayed_alike_at_the_gate_and_at_what_is_opened(kiosk: Kiosk) -> None:
    tries = [kiosk.page.enter, kiosk.page.writes["/open"]]
    for number in range(FREE_TRIES + 1):
        refused = tries[number % 2](Request({"pin": "0815"}, ""))
    assert json.loads(refused.body) == {"closed": FIRST_DELAY}
    assert kiosk.page.enter(Request({"pin": PIN}, "")).status == 403
    kiosk.seconds += FIRST_DELAY
    assert kiosk.page.enter(Request({"pin": PIN}, "")).status == 200


def test_the_pass_is_for_the_browser_alone_and_leaving_takes_it_away(kiosk: Kiosk) -> None:
    cookie = kiosk.page.enter(Request({"pin": PIN}, "")).headers["Set-Cookie"]
    assert cookie.startswith("desk_8443=") and cookie.endswith("; Path=/; HttpOnly; SameSite=Strict; Secure")
    assert "Max-Age=0" in kiosk.touch("/leave").headers["Set-Cookie"]


def test_a_pass_lasts_a_day_through_a_restart_and_not_through_another_pin() -> None:
    given = DayPass("key", PIN, lambda: 1000.0).issue()
    assert DayPass("key", PIN, lambda: 999.0 + DAY_SECONDS).admits(given)
    assert not DayPass("key", PIN, lambda: 1000.0 + DAY_SECONDS).admits(given)
    assert not DayPass("key", PIN, lambda: 0.0).admits(given), "a clock that went back makes no pass longer"
    assert not DayPass("other", PIN, lambda: 1000.0).admits(given)
    assert not DayPass("key", "815815", lambda: 1000.0).admits(given)


@pytest.mark.parametrize("shown", ["", ".", "9999999999", "9999999999.", "9999999999.00", "é.é", "1" * 5000])
def test_what_is_no_pass_lets_nobody_in(shown: str) -> None:
    assert not DayPass("key", PIN, lambda: 1000.0).admits(shown)


def test_a_page_that_waits_hears_of_a_call_at_once_and_is_counted_while_it_follows(kiosk: Kiosk) -> None:
    number = kiosk.bell.wait(-1, 0.0)
    with kiosk.bell.follow():
        assert kiosk.bell.watched == 1
        kiosk.end(Level.E)
        assert kiosk.bell.wait(number, 60.0) != number
    assert kiosk.bell.watched == 0
    kiosk.bell.close()
    kiosk.bell.wait(kiosk.bell.wait(-1, 0.0), 60.0)
