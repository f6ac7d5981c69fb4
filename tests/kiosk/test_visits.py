"""Visits for ever: wiped after each, and an outcome can be read before that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

import pytest

from voice.consultation.script import Level
from voice.consultation.unattended import LEFT, NOBODY
from voice.consultation.visit import Outcome
from voice.kiosk.private_mode import Abandoned, PrivateMode
from voice.kiosk.visits import MOST_EXTENSIONS, WARNING_SECONDS, Linger, Visits


@dataclass
class Stage:
    """What was shown; `pressed` is called after each second."""

    shown: list[str | int] = field(default_factory=list)

    def show_idle(self) -> None:
        self.shown.append("idle")

    def show_countdown(self, seconds: int) -> None:
        self.shown.append(seconds)


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


def make_linger(
    seconds: int = 30, done: EventAt | None = None, longer: EventAt | None = None, warn: Callable[[], None] = lambda: None
) -> Linger:
    return Linger(seconds, done or EventAt(), longer or EventAt(), warn, lambda: None)


def make_visits(end: Outcome | Exception, **parts: object) -> tuple[Visits, Stage]:
    """Visits of which each ends like this, and what they show."""

    def hold() -> Outcome:
        if isinstance(end, Exception):
            raise end
        return end

    stage = Stage()
    return Visits(stage, PrivateMode(), lambda: True, hold, make_linger(), **parts), stage


def test_before_and_after_a_visit_the_page_is_idle() -> None:
    held, stage = make_visits(Outcome(Level.T))
    held.hold_next()
    assert (stage.shown[0], stage.shown[1], stage.shown[-2:]) == ("idle", 30, [1, "idle"])


def test_whoever_has_left_leaves_nothing_to_read_for_the_next_patient() -> None:
    for reason in (LEFT, NOBODY):
        held, stage = make_visits(Outcome(Level.STAFF, ("koorts",), reasons=(reason,)))
        held.hold_next()
        assert stage.shown == ["idle", "idle"]


def test_a_visit_that_the_staff_end_is_wiped_and_counted() -> None:
    counted: list[str] = []
    held, stage = make_visits(Abandoned(), on_begin=lambda: counted.append("begun"), on_abandon=lambda: counted.append("ended"))
    held.hold_next()
    assert (stage.shown, counted) == (["idle", "idle"], ["begun", "ended"])


def test_a_visit_that_breaks_is_wiped_before_the_error_goes_on() -> None:
    held, stage = make_visits(RuntimeError("broken"))
    try:
        held.hold_next()
    except RuntimeError:
        assert stage.shown == ["idle", "idle"]
    else:
        raise AssertionError("the error was lost")


def test_a_patient_is_waited_for_as_long_as_it_takes() -> None:
    held, _ = make_visits(Outcome(Level.T))
    came = iter([False, False, True])
    Visits(Stage(), PrivateMode(), lambda: next(came), held.hold, make_linger()).hold_next()
    assert next(came, "nobody else was waited for") == "nobody else was waited for"


def test_what_the_staff_ended_before_a_patient_came_does_not_end_the_visit() -> None:
    mode, held = PrivateMode(), []

    def wait() -> bool:
        mode.abandon()
        return True

    def hold() -> Outcome:
        mode.heed()
        held.append("to its end")
        return Outcome(Level.STOPPED, reasons=(LEFT,))

    Visits(Stage(), mode, wait, hold, make_linger()).hold_next()
    assert held == ["to its end"]


def test_before_the_outcome_is_wiped_it_is_said_aloud_once() -> None:
    stage, warned = Stage(), []
    make_linger(30, warn=lambda: warned.append(stage.shown[-1])).wait(stage)
    assert warned == [WARNING_SECONDS]
    assert stage.shown == list(range(30, 0, -1))


def test_who_has_read_it_need_not_wait() -> None:
    stage = Stage()
    make_linger(done=EventAt(at=3)).wait(stage)
    assert stage.shown == [30, 29, 28]


def test_who_wants_to_read_on_gets_the_whole_time_again_but_not_for_ever() -> None:
    stage, longer = Stage(), EventAt()
    longer.clear = lambda: None  # somebody leans on the button
    longer.set()
    make_linger(5, longer=longer).wait(stage)
    assert stage.shown == [5] * (MOST_EXTENSIONS + 1) + [4, 3, 2, 1]


@pytest.mark.parametrize("end", [Outcome(Level.S), Abandoned()])
def test_freed_memory_goes_back_once_a_visit_is_over_however_it_ended(
    monkeypatch: pytest.MonkeyPatch, end: Outcome | Exception
) -> None:
    visits, stage = make_visits(end)
    shown: list[object] = []
    monkeypatch.setattr("voice.kiosk.visits.return_freed_memory", lambda: shown.append(stage.shown[-1]))
    visits.hold_next()
    assert shown == ["idle"]
