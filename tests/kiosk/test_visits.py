"""Visits for ever: wiped after each, and an outcome can be read before that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from threading import Event

import pytest

from voice.consultation.script import Level
from voice.consultation.unattended import LEFT, NOBODY
from voice.consultation.visit import Outcome
from voice.kiosk.private_mode import Abandoned, PrivateMode
from voice.kiosk.session import Conclusion
from voice.kiosk.staff_calls import StaffCalls
from voice.kiosk.visits import AGAIN_SECONDS, MOST_EXTENSIONS, WARNING_SECONDS, Linger, StaffWait, Visits


@dataclass
class Stage:
    """What was shown."""

    shown: list[str | int] = field(default_factory=list)

    def show_idle(self) -> None:
        self.shown.append("idle")

    def show_countdown(self, seconds: int) -> None:
        self.shown.append(seconds)

    def show_waiting(self) -> None:
        self.shown.append("waiting")


class EventAt(Event):
    """Set at a certain second; nobody waits."""

    def __init__(self, at: int = 10_000) -> None:
        super().__init__()
        self._at, self._waited = at, 0

    def wait(self, seconds: float | None = None) -> bool:
        self._waited += 1
        if self._waited >= self._at:
            self.set()
        return self.is_set()


class Leant(Event):
    """A button that somebody leans on."""

    def clear(self) -> None:
        self.set()


def say_nothing(halted: Callable[[], bool]) -> None:
    """Stands for what says the ending again."""


def make_linger(
    seconds: int = 30,
    done: Event | None = None,
    longer: Event | None = None,
    warn: Callable[[], None] = lambda: None,
    again: Event | None = None,
) -> Linger:
    return Linger(seconds, done or EventAt(), longer or EventAt(), again or EventAt(), warn, lambda: None)


@dataclass
class Desk:
    """Staff that come at a certain second after the outcome; nobody waits, for the clock runs with each glance.

    sent: when each call was sent. told: whether it was told as repeated, and when. again: the button that repeats.
    """

    comes: float
    again: Event = field(default_factory=lambda: EventAt())
    now: float = 0.0
    sent: list[float] = field(default_factory=list)
    told: list[tuple[bool, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.calls = StaffCalls([lambda call: self.sent.append(self.now)], lambda: datetime(2026, 11, 30, 12, 0))

    def glance(self) -> None:
        self.now += 0.25
        if self.now >= self.comes:
            self.calls.mark_seen()

    @property
    def wait(self) -> StaffWait:
        return StaffWait(self.calls, self.again, lambda again: self.told.append((again, self.now)), self.glance, lambda: self.now)


def make_visits(end: Outcome | Exception, desk: Desk | None = None, **parts: object) -> tuple[Visits, Stage]:
    """Visits of which each ends like this, and what they show."""
    desk = desk or Desk(comes=0)

    def hold() -> Conclusion:
        if isinstance(end, Exception):
            raise end
        desk.calls.on_ending(end)
        return Conclusion(end)

    stage = Stage()
    return Visits(stage, PrivateMode(), lambda: True, hold, desk.wait, make_linger(), **parts), stage


def test_before_and_after_a_visit_the_page_is_idle() -> None:
    held, stage = make_visits(Outcome(Level.T))
    held.hold_visits(1)
    assert (stage.shown[0], stage.shown[1], stage.shown[-2:]) == ("idle", 30, [1, "idle"])


def test_between_two_visits_the_idle_page_is_drawn_once() -> None:
    """A second one would be a new page for whoever touches the first."""
    held, stage = make_visits(Outcome(Level.STAFF, reasons=(LEFT,)))
    held.hold_visits(2)
    assert stage.shown == ["idle", "idle", "idle"]


def test_whoever_has_left_leaves_nothing_to_read_for_the_next_patient() -> None:
    for reason in (LEFT, NOBODY):
        held, stage = make_visits(Outcome(Level.STAFF, ("koorts",), reasons=(reason,)))
        held.hold_visits(1)
        assert stage.shown == ["idle", "idle"]


def test_a_visit_that_the_staff_end_is_wiped_and_counted() -> None:
    counted: list[str] = []
    held, stage = make_visits(Abandoned(), on_begin=lambda: counted.append("begun"), on_abandon=lambda: counted.append("ended"))
    held.hold_visits(1)
    assert (stage.shown, counted) == (["idle", "idle"], ["begun", "ended"])


def test_a_visit_that_breaks_is_wiped_before_the_error_goes_on() -> None:
    """Only what not even its net could catch; the kiosk is started again then."""
    held, stage = make_visits(RuntimeError("broken"))
    try:
        held.hold_visits(1)
    except RuntimeError:
        assert stage.shown == ["idle", "idle"]
    else:
        raise AssertionError("the error was lost")


def test_a_patient_is_waited_for_as_long_as_it_takes() -> None:
    held, _ = make_visits(Outcome(Level.T))
    came = iter([False, False, True])
    replace(held, wait=lambda: next(came)).hold_visits(1)
    assert next(came, "nobody else was waited for") == "nobody else was waited for"


def test_what_the_staff_ended_before_a_patient_came_does_not_end_the_visit() -> None:
    mode, held = PrivateMode(), []

    def wait() -> bool:
        mode.abandon()
        return True

    def hold() -> Conclusion:
        mode.heed()
        held.append("to its end")
        return Conclusion(Outcome(Level.STOPPED, reasons=(LEFT,)))

    replace(make_visits(Outcome(Level.T))[0], private_mode=mode, wait=wait, hold=hold).hold_visits(1)
    assert held == ["to its end"]


def test_before_the_outcome_is_wiped_it_is_said_aloud_once() -> None:
    stage, warned = Stage(), []
    make_linger(30, warn=lambda: warned.append(stage.shown[-1])).wait(stage, say_nothing)
    assert warned == [WARNING_SECONDS]
    assert stage.shown == list(range(30, 0, -1))


def test_who_has_read_it_need_not_wait() -> None:
    stage = Stage()
    make_linger(done=EventAt(at=3)).wait(stage, say_nothing)
    assert stage.shown == [30, 29, 28]


def test_who_wants_to_read_on_gets_the_whole_time_again_but_not_for_ever() -> None:
    stage = Stage()
    make_linger(5, longer=Leant()).wait(stage, say_nothing)
    assert stage.shown == [5] * (MOST_EXTENSIONS + 1) + [4, 3, 2, 1]


def test_who_wants_to_hear_it_again_hears_it_and_gets_the_whole_time_again_but_not_for_ever() -> None:
    stage, heard = Stage(), list[int]()
    make_linger(5, again=Leant()).wait(stage, lambda halted: heard.append(len(stage.shown)))
    assert heard == list(range(1, MOST_EXTENSIONS + 1))
    assert stage.shown == [5] * (MOST_EXTENSIONS + 1) + [4, 3, 2, 1]


def test_what_is_said_again_ends_when_it_has_been_read() -> None:
    halts = []
    make_linger(5, done=EventAt(at=1), again=Leant()).wait(Stage(), lambda halted: halts.append(halted()))
    assert halts == [True]


@pytest.mark.parametrize("level", [Level.E, Level.STAFF])
def test_where_somebody_must_come_the_outcome_stays_and_calls_each_minute_until_somebody_is_there(level: Level) -> None:
    desk = Desk(comes=1000.0)
    visits, stage = make_visits(Outcome(level), desk)
    visits.hold_visits(1)
    assert stage.shown == ["idle", "waiting", *range(30, 0, -1), "idle"], "after that it can be read as any other"
    assert len(desk.sent) == 1 + 1000 // AGAIN_SECONDS
    assert max(after - before for before, after in pairwise(desk.sent)) <= AGAIN_SECONDS + 1
    assert desk.told == [(False, 0.0), *((True, at) for at in desk.sent[1:])]
    assert len(desk.calls.last) == 1, "it is one call, however often it is repeated"


def test_who_leans_on_the_button_to_hear_it_again_delays_no_call() -> None:
    desk, stage = Desk(comes=300.0, again=Leant()), Stage()

    def say_again(halted: Callable[[], bool]) -> None:
        desk.now += 20
        desk.glance()

    desk.calls.on_ending(Outcome(Level.E))
    desk.wait.wait(stage, say_again)
    assert max(after - before for before, after in pairwise(desk.sent)) <= AGAIN_SECONDS + 21
    assert set(stage.shown) == {"waiting"} and len(stage.shown) > 5, "each time the rows come back"


def test_staff_who_said_that_they_are_there_before_the_outcome_are_not_waited_for() -> None:
    desk, stage = Desk(comes=1000.0), Stage()
    desk.calls.call_ahead()
    desk.calls.mark_seen()
    desk.calls.on_ending(Outcome(Level.STAFF))
    desk.wait.wait(stage, say_nothing)
    assert (stage.shown, desk.told, len(desk.sent)) == ([], [], 1)


def test_a_visit_that_the_staff_end_while_they_are_waited_for_is_wiped() -> None:
    desk = Desk(comes=1000.0)

    def abandon() -> None:
        raise Abandoned

    visits, stage = make_visits(Outcome(Level.E), desk)
    replace(visits, staff_wait=replace(desk.wait, beat=abandon)).hold_visits(1)
    assert stage.shown == ["idle", "waiting", "idle"]


@pytest.mark.parametrize("level", [Level.T, Level.W, Level.S, Level.REASSURE, Level.STOPPED, Level.OUT_OF_SCOPE])
def test_nobody_is_waited_for_where_nobody_must_come(level: Level) -> None:
    visits, stage = make_visits(Outcome(level), Desk(comes=1000.0))
    visits.hold_visits(1)
    assert "waiting" not in stage.shown


@pytest.mark.parametrize("end", [Outcome(Level.S), Abandoned()])
def test_what_was_kept_is_wiped_and_freed_memory_goes_back_however_a_visit_ended(
    monkeypatch: pytest.MonkeyPatch, end: Outcome | Exception
) -> None:
    visits, stage = make_visits(end)
    done: list[object] = []
    monkeypatch.setattr("voice.kiosk.visits.return_freed_memory", lambda: done.append(stage.shown[-1]))
    replace(visits, wipe=lambda: done.append("wiped")).hold_visits(1)
    assert done == ["wiped", "idle"]
