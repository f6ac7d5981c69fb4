"""The net around a whole visit of a kiosk: nothing that is raised takes the kiosk, an outcome or a call for the staff away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, pairwise, repeat
from threading import Event

import pytest

from tests.helpers.fake_patient import FakeObserver
from tests.kiosk.test_station import Broken, make_station, missing
from tests.kiosk.test_visits import Desk, EventAt, Leant, Stage, make_linger, say_nothing
from voice.audio.microphone import Capture
from voice.bench.rigs.fakes import QUIET, LoudnessActivity
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Outcome
from voice.kiosk.device_watch import DeviceWatch
from voice.kiosk.staff_calls import StaffCalls
from voice.kiosk.station import Station
from voice.kiosk.turns.device_recovery import RETRY_SECONDS
from voice.kiosk.turns.observer import Observer, Observers
from voice.kiosk.visits import AGAIN_SECONDS, Visits
from voice.understand.meaning import Answer, Meaning

COMES = 400.0
"""Seconds after which the staff come."""


def fail(*about: object) -> None:
    raise LookupError("olifantje")


def do_nothing() -> None: ...


def after(act: Callable[[], None]) -> Callable[[], None]:
    """Do it, and fail then."""

    def act_and_fail() -> None:
        act()
        fail()

    return act_and_fail


class BrokenStage(Stage):
    """A page that first fails so often to show that the staff are awaited, or to count down."""

    def __init__(self, waiting: int = 0, countdown: int = 0) -> None:
        super().__init__()
        self.failures = {"waiting": waiting, "countdown": countdown}

    def _fail(self, what: str) -> None:
        if self.failures[what]:
            self.failures[what] -= 1
            fail()

    def show_waiting(self) -> None:
        self._fail("waiting")
        super().show_waiting()

    def show_countdown(self, seconds: int) -> None:
        self._fail("countdown")
        super().show_countdown(seconds)


class Drained(Broken, Capture):
    """A microphone in a quiet room that does something else whenever it is to forget what it has heard."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act

    def drain(self, settling: float) -> None:
        self._act()

    def blocks(self) -> Iterator[bytes]:
        return repeat(QUIET)


class AsksForHelp(Observer):
    """A patient who touches HELP at each question."""

    def __init__(self, station: Station) -> None:
        self.touches = station.controls.touches

    def on_listening(self, question: Question) -> None:
        self.touches.press(Answer(Meaning.HELP), question.id)


def open_kiosk(station: Station, desk: Desk, stage: Stage) -> tuple[Visits, FakeObserver]:
    """The visits of a kiosk whose patients ask for help, and what was observed of them."""
    seen, start = FakeObserver(), station.controls.start
    station = replace(station, observer=Observers(desk.calls, seen, AsksForHelp(station)))
    start.set()
    visits = Visits(
        stage, station.controls.private_mode, station.wait, station.hold_visit, replace(desk.wait, observer=station.observer),
        replace(make_linger(), observer=station.observer), on_begin=start.set,
    )  # fmt: skip
    return visits, seen


def is_called_each_minute(desk: Desk) -> bool:
    return len(desk.sent) > 1 and max(after - before for before, after in pairwise(desk.sent)) <= AGAIN_SECONDS + 1


@pytest.mark.parametrize("part", ["page", "voice", "beat", "caller"])
def test_whatever_is_raised_while_the_staff_are_awaited_they_stay_called_and_the_outcome_stays(script: Script, part: str) -> None:
    desk, stage = Desk(COMES), BrokenStage(waiting=3 if part == "page" else 0)
    if part == "caller":
        desk.calls = StaffCalls([lambda call: desk.sent.append(desk.now), fail], datetime.now)
    visits, seen = open_kiosk(make_station(script)[0], desk, stage)
    wait = visits.staff_wait
    if part == "voice":
        visits = replace(visits, staff_wait=replace(wait, tell=fail))
    if part == "beat":
        visits = replace(visits, staff_wait=replace(wait, beat=after(wait.beat)))
    visits.hold_visits(1)
    assert is_called_each_minute(desk) and desk.sent[-1] > COMES - AGAIN_SECONDS - 1
    assert stage.shown == ["idle", "waiting", *range(30, 0, -1), "idle"]
    assert seen.crashes and all(crash.startswith("LookupError in test_kept_outcome.py") for crash in seen.crashes)


def test_an_error_that_does_not_pass_is_looked_at_once_a_second_and_no_oftener(script: Script) -> None:
    waited: list[float | None] = []

    class Waited(Event):
        def wait(self, seconds: float | None = None) -> bool:
            waited.append(seconds)
            return False

    desk = Desk(COMES, again=Waited())
    desk.calls.on_ending(Outcome(Level.E))
    replace(desk.wait, beat=after(desk.glance)).wait(Stage(), say_nothing)
    assert set(waited) == {RETRY_SECONDS}


def test_whatever_is_raised_while_the_outcome_can_be_read_it_can_be_read_as_long() -> None:
    stage, beats = BrokenStage(countdown=3), list[int]()
    linger = replace(make_linger(30, warn=fail, again=EventAt(at=10_000)), beat=after(lambda: beats.append(1)))
    linger.wait(stage, say_nothing)
    assert stage.shown == list(range(27, 0, -1)) and len(beats) == 30


def test_an_outcome_that_cannot_be_heard_again_stays_to_be_read() -> None:
    desk, stage = Desk(COMES, again=EventAt(at=3)), Stage()
    desk.calls.on_ending(Outcome(Level.E))
    desk.wait.wait(stage, fail)
    assert is_called_each_minute(desk) and set(stage.shown) == {"waiting"}
    make_linger(5, again=Leant()).wait(stage, fail)
    assert stage.shown[-5:] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("part", ["detector", "microphone", "voice"])
def test_a_visit_for_which_no_session_can_be_made_ends_with_the_staff_and_the_next_one_is_held(script: Script, part: str) -> None:
    """The detector is made in waiting for a patient, and in the visit."""
    made, desk, stage = make_station(script)[0], Desk(COMES), Stage()
    acts = chain([do_nothing, fail] if part == "detector" else [fail], repeat(do_nothing))
    if part == "detector":
        made = replace(made, activity=lambda: [next(acts)(), LoudnessActivity()][-1])
    if part == "microphone":
        microphone = Drained(lambda: next(acts)())
        made = replace(made, parts=replace(made.parts, sound=DeviceWatch(missing, lambda: microphone, refresh=lambda: None)))
    if part == "voice":
        sound = DeviceWatch(Broken, missing, refresh=lambda: None)
        made = replace(made, parts=replace(made.parts, sound=sound, lines=fail))
    visits, seen = open_kiosk(made, desk, stage)
    visits.hold_visits(2)
    assert [outcome.reasons for outcome in seen.outcomes] == [("storing",), ("storing",) if part == "voice" else ("hulp",)]
    assert {outcome.level for outcome in seen.outcomes} == {Level.STAFF}
    assert "storing" in [line.id for line in seen.spoken]
    assert is_called_each_minute(desk)
    assert stage.shown.count("waiting") == 2


def test_a_microphone_that_cannot_rest_after_a_visit_takes_no_outcome_away(script: Script) -> None:
    class Restless(Broken):
        def rest(self) -> None:
            fail()

    made = make_station(script)[0]
    sound = DeviceWatch(missing, Restless, refresh=lambda: None)
    made = replace(made, parts=replace(made.parts, sound=sound), observer=AsksForHelp(made))
    assert made.hold_visit().outcome.level is Level.STAFF
