"""Holds visits for ever: waits for a patient, holds a visit, leaves what to do on the screen, wipes everything, waits again.

1. What to do stays until the patient has read it. Nobody may be there to say so, and the next patient must not read it: so it
   is wiped after a while, which is shown and said before, and can be put off.
2. Where somebody must come it stays until the staff say that they are there. They are called again and again until then.
3. Whatever is raised meanwhile takes neither the outcome nor the calls away (`safety_net.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count, islice
from threading import Event
from typing import Protocol

from voice.audio.loudspeaker import Halted
from voice.base import journal
from voice.base.process_memory import return_freed_memory
from voice.consultation.unattended import LEFT, NOBODY
from voice.kiosk.private_mode import Abandoned, PrivateMode
from voice.kiosk.safety_net import SafetyNet
from voice.kiosk.session import Conclusion
from voice.kiosk.staff_calls import ATTENDED, StaffCalls
from voice.kiosk.turns.device_recovery import RETRY_SECONDS
from voice.kiosk.turns.observer import Observer

WARNING_SECONDS = 20
"""So long before the outcome is wiped, the kiosk says that it will be (EN 301 549: two senses, and a way to stay)."""

MOST_EXTENSIONS = 10
"""How often a patient may ask for more time to read; nobody reads for ever."""

AGAIN_SECONDS = 60
"""How often the staff are called until they are there: so often that nobody waits long, so seldom that patients bear it."""

_GLANCE_SECONDS = 0.25
"""How often it is looked whether the staff are there."""


class Stage(Protocol):
    """What is shown around a visit."""

    def show_idle(self) -> None:
        """Show that nobody is here, and nothing more of the last visit."""

    def show_countdown(self, seconds: int) -> None:
        """Show that the outcome can be read for so many seconds more."""

    def show_waiting(self) -> None:
        """Show that the staff are waited for."""


@dataclass(frozen=True, slots=True)
class Linger:
    """Leaves the outcome on the screen until the patient has done reading.

    seconds: how long it stays. done, longer, again: set when the patient has read it, wants to read on, or to hear it again.
    warn: says aloud that the screen will be emptied. beat: called every second. observer: is told of what is raised meanwhile.
    """

    seconds: int
    done: Event
    longer: Event
    again: Event
    warn: Callable[[], None]
    beat: Callable[[], None]
    observer: Observer = field(default_factory=Observer)

    def wait(self, stage: Stage, say_again: Callable[[Halted], None]) -> None:
        """Wait until it may be wiped. say_again: says the ending again until it is halted."""
        for event in (self.done, self.longer, self.again):
            event.clear()
        left, extensions = self.seconds, 0
        while left > 0 and not self.done.is_set():
            _attempt(self.observer, partial(stage.show_countdown, left))
            if left == min(WARNING_SECONDS, self.seconds):
                _attempt(self.observer, self.warn)
            _attempt(self.observer, self.beat)
            self.done.wait(1.0)
            left -= 1
            if (self.longer.is_set() or self.again.is_set()) and extensions < MOST_EXTENSIONS:
                if self.again.is_set():
                    _attempt(self.observer, partial(say_again, self.done.is_set))
                self.longer.clear()
                self.again.clear()
                left, extensions = self.seconds, extensions + 1


@dataclass(frozen=True, slots=True)
class StaffWait:
    """Keeps the outcome on the screen, and calls again and again, until the staff say that they are there.

    again: set when the patient wants to hear the outcome again. tell: tells the patient aloud that the staff are called, for
    the first time or again. beat: called several times a second; raises Abandoned if the staff have ended the visit.
    clock: seconds that never go back. observer: is told of what is raised meanwhile.
    """

    calls: StaffCalls
    again: Event
    tell: Callable[[bool], None]
    beat: Callable[[], None]
    clock: Callable[[], float] = time.monotonic
    observer: Observer = field(default_factory=Observer)

    def wait(self, stage: Stage, say_again: Callable[[Halted], None]) -> None:
        """Wait until the staff are there; not at all if they have said so already."""
        self.again.clear()
        due, shown = self.clock() + AGAIN_SECONDS, False
        acts: tuple[Callable[[], None], ...] = (partial(self.tell, False),)
        while self.calls.awaited:
            if self.clock() >= due:
                due, acts = self.clock() + AGAIN_SECONDS, (self.calls.call_again, partial(self.tell, True))
            shown = shown or _attempt(self.observer, stage.show_waiting)
            works = all([_attempt(self.observer, act) for act in (*acts, self.beat)])
            acts = ()
            if self.again.wait(_GLANCE_SECONDS if works and shown else RETRY_SECONDS):
                self.again.clear()
                _attempt(self.observer, partial(say_again, lambda: not self.calls.awaited))
                shown = False


def _attempt(observer: Observer, act: Callable[[], None]) -> bool:
    """Do something while the outcome is shown; return whether nothing was raised."""
    with SafetyNet(observer):
        act()
        return True
    return False


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits of one kiosk, from the first patient to the last.

    wait: waits for a while, or until a patient has come; returns whether one has.
    hold: holds one visit, from the greeting to its outcome.
    on_begin, on_abandon: called when a visit begins, and when it was ended from outside.
    wipe: forgets what else was kept of a visit, however it ended.
    """

    stage: Stage
    private_mode: PrivateMode
    wait: Callable[[], bool]
    hold: Callable[[], Conclusion]
    staff_wait: StaffWait
    linger: Linger
    on_begin: Callable[[], None] = lambda: None
    on_abandon: Callable[[], None] = lambda: None
    wipe: Callable[[], None] = lambda: None

    def hold_visits(self, most: int | None = None) -> None:
        """Show that nobody is here, and hold one visit after another; return after so many, without a number never."""
        self.stage.show_idle()
        for _ in islice(count(), most):
            self._hold_next()

    def _hold_next(self) -> None:
        """Wait for a patient and hold the visit; return when nothing of it is left, and the page is idle."""
        while not self.wait():
            pass
        self.private_mode.start_visit()
        journal.note("visit begins")
        self.on_begin()
        try:
            self._hold()
        except Abandoned:
            journal.note("visit abandoned")
            self.on_abandon()
        finally:
            self.stage.show_idle()
            self.wipe()
            return_freed_memory()
        journal.note("visit ends")

    def _hold(self) -> None:
        ending = self.hold()
        if {LEFT, NOBODY}.intersection(ending.outcome.reasons):
            return
        if ending.outcome.level in ATTENDED:
            self.staff_wait.wait(self.stage, ending.say_again)
        self.linger.wait(self.stage, ending.say_again)
