"""Calls for the staff: when they come, and that they say nothing of anybody's health."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from voice.consultation.script import Level
from voice.consultation.visit import Outcome
from voice.kiosk.mqtt import encode_call
from voice.kiosk.staff_calls import KEPT, StaffCall, StaffCalls

NOON = datetime(2026, 11, 24, 12, 0)


@pytest.mark.parametrize("level", Level)
def test_an_emergency_and_a_call_for_help_call_the_staff_and_nothing_else_does(level: Level) -> None:
    called: list[StaffCall] = []
    StaffCalls([called.append], lambda: NOON).on_ending(Outcome(level))
    assert called == ([StaffCall(level, NOON)] if level in (Level.E, Level.STAFF) else [])


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


def test_marking_calls_as_seen_changes_nothing_else() -> None:
    calls = StaffCalls([], lambda: NOON)
    for level in (Level.E, Level.STAFF):
        calls.on_ending(Outcome(level))
    calls.mark_seen()
    assert calls.last == (StaffCall(Level.STAFF, NOON, seen=True), StaffCall(Level.E, NOON, seen=True))
