"""Calls for the staff: when they come, and that nothing of a call but its time is left once it was seen."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta

import pytest

from voice.consultation.script import Level
from voice.consultation.visit import Outcome
from voice.kiosk.mqtt import encode_call
from voice.kiosk.staff_calls import KEPT, StaffCall, StaffCalls

NOON = datetime(2026, 11, 24, 12, 0)


@pytest.mark.parametrize("level", Level)
def test_an_emergency_and_a_call_for_help_call_the_staff_and_a_doctor_today_calls_them_quietly(level: Level) -> None:
    called: list[StaffCall] = []
    StaffCalls([called.append], lambda: NOON).on_ending(Outcome(level))
    assert called == ([StaffCall(level, NOON)] if level in (Level.E, Level.STAFF, Level.T) else [])
    assert [call.quiet for call in called] == ([level is Level.T] if called else [])


def test_a_call_holds_its_level_and_its_time_and_no_answer() -> None:
    calls = StaffCalls([], lambda: NOON)
    calls.on_ending(Outcome(Level.E, flags=("plassen",), unknown=("koorts",), reasons=("alarm",)))
    assert calls.last == (StaffCall(Level.E, NOON),)
    assert json.loads(encode_call(calls.last[0])) == {"level": "E", "time": "12:00:00"}


def test_the_last_calls_are_kept_the_latest_first_until_they_are_seen() -> None:
    times = iter(NOON + timedelta(minutes=n) for n in range(100))
    calls = StaffCalls([], lambda: next(times))
    for _ in range(KEPT + 3):
        calls.on_ending(Outcome(Level.STAFF))
    assert [len(calls.last), calls.last[0].at.minute, calls.last[-1].at.minute] == [KEPT, KEPT + 2, 3]
    calls.mark_seen()
    assert all(call.seen for call in calls.last)


def test_of_a_call_that_was_seen_only_the_time_is_left() -> None:
    calls = StaffCalls([], lambda: NOON)
    for level in (Level.E, Level.STAFF):
        calls.on_ending(Outcome(level))
    calls.mark_seen()
    assert calls.last == (StaffCall(None, NOON), StaffCall(None, NOON))


def test_what_was_not_seen_keeps_its_level() -> None:
    calls = StaffCalls([], lambda: NOON)
    for level in (Level.E, Level.STAFF):
        calls.on_ending(Outcome(level))
    calls.mark_seen([StaffCall(Level.E, NOON)])
    assert calls.last == (StaffCall(Level.STAFF, NOON), StaffCall(None, NOON))


def test_a_call_is_repeated_until_it_is_seen_and_counts_once() -> None:
    called, counted = list[StaffCall](), list[StaffCall]()
    calls = StaffCalls([called.append], lambda: NOON, on_call=counted.append)
    calls.on_ending(Outcome(Level.E))
    calls.call_again()
    calls.mark_seen()
    calls.call_again()
    assert (called, counted, len(calls.last)) == ([StaffCall(Level.E, NOON)] * 2, [StaffCall(Level.E, NOON)], 1)


def test_nobody_need_come_for_a_quiet_call() -> None:
    calls = StaffCalls([], lambda: NOON)
    calls.on_ending(Outcome(Level.T))
    assert calls.awaited is None
    calls.on_ending(Outcome(Level.E))
    calls.on_ending(Outcome(Level.T))
    assert calls.awaited == StaffCall(Level.E, NOON)


def test_help_that_the_page_called_is_not_called_again_by_the_outcome() -> None:
    called: list[StaffCall] = []
    calls = StaffCalls([called.append], lambda: NOON)
    calls.call_ahead()
    calls.call_ahead()
    calls.on_ending(Outcome(Level.STAFF))
    assert called == [StaffCall(Level.STAFF, NOON)]


def test_somebody_without_a_visit_is_called_for_once_a_minute() -> None:
    called: list[StaffCall] = []
    now = [NOON]
    calls = StaffCalls([called.append], lambda: now[0])
    calls.on_ending(Outcome(Level.REASSURE))
    for seconds in (0, 5, 59, 60, 70):
        now[0] = NOON + timedelta(seconds=seconds)
        calls.call_to_desk()
    assert [call.at for call in called] == [NOON, NOON + timedelta(seconds=60)]


@pytest.mark.parametrize("level", [Level.STAFF, Level.T])
def test_somebody_without_a_visit_is_called_for_as_soon_as_the_call_before_was_seen(level: Level) -> None:
    called: list[StaffCall] = []
    calls = StaffCalls([called.append], lambda: NOON)
    calls.on_ending(Outcome(level))
    calls.mark_seen()
    calls.call_to_desk()
    assert called == [StaffCall(level, NOON), StaffCall(Level.STAFF, NOON)]


def test_an_outcome_that_is_more_urgent_than_help_is_called_too() -> None:
    called: list[StaffCall] = []
    calls = StaffCalls([called.append], lambda: NOON)
    calls.call_ahead()
    calls.on_ending(Outcome(Level.E))
    assert [call.level for call in called] == [Level.STAFF, Level.E]


def test_help_that_arrives_after_the_outcome_is_known_calls_nobody_twice() -> None:
    called: list[StaffCall] = []
    calls = StaffCalls([called.append], lambda: NOON)
    calls.on_ending(Outcome(Level.STAFF))
    calls.call_ahead()
    assert len(called) == 1


def test_help_that_could_not_be_called_is_called_by_the_outcome() -> None:
    called: list[StaffCall] = []

    def fail_once(call: StaffCall) -> None:
        called.append(call)
        if len(called) == 1:
            raise OSError("no broker")

    calls = StaffCalls([fail_once], lambda: NOON)
    with pytest.raises(OSError, match="no broker"):
        calls.call_ahead()
    calls.on_ending(Outcome(Level.STAFF))
    assert len(called) == 2


def test_help_in_the_next_visit_is_called_also_after_a_visit_that_was_wiped() -> None:
    called: list[StaffCall] = []
    calls = StaffCalls([called.append], lambda: NOON)
    for _ in range(2):
        calls.start_visit()
        calls.call_ahead()
    assert len(called) == 2


def test_the_outcome_waits_for_the_gong_of_the_call_before_it_speaks() -> None:
    gong, done = threading.Event(), list[str]()

    def sound(call: StaffCall) -> None:
        gong.wait(10)
        done.append("gong")

    calls = StaffCalls([sound], lambda: NOON)
    page = threading.Thread(target=calls.call_ahead)
    page.start()
    threading.Timer(0.05, gong.set).start()
    while not calls._calling.locked():
        pass
    calls.on_ending(Outcome(Level.STAFF))
    assert done == ["gong"]
    page.join()
