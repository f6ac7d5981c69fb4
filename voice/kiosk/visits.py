"""Holds visits for ever: waits for a patient, holds a visit, lets the outcome be read, wipes everything, waits again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from voice.base import journal
from voice.base.process_memory import return_freed_memory
from voice.consultation.unattended import LEFT, NOBODY
from voice.consultation.visit import Outcome
from voice.kiosk.private_mode import Abandoned, PrivateMode

WARNING_SECONDS = 20
"""So long before the outcome is wiped, the kiosk says that it will be (EN 301 549: two senses, and a way to stay)."""

MOST_EXTENSIONS = 10
"""How often a patient may ask for more time to read; nobody reads for ever."""


class Stage(Protocol):
    """What is shown around a visit."""

    def show_idle(self) -> None:
        """Show that nobody is here, and nothing more of the last visit."""

    def show_countdown(self, seconds: int) -> None:
        """Show that the outcome can be read for so many seconds more."""


@dataclass(frozen=True, slots=True)
class Linger:
    """Leaves the outcome on the screen until the patient has done reading.

    seconds: how long it stays. done, longer: set when the patient has read it, or wants to read on.
    warn: says aloud that the screen will be emptied. beat: called every second.
    """

    seconds: int
    done: Event
    longer: Event
    warn: Callable[[], None]
    beat: Callable[[], None]

    def wait(self, stage: Stage) -> None:
        left, extensions = self.seconds, 0
        while left > 0 and not self.done.is_set():
            stage.show_countdown(left)
            if left == min(WARNING_SECONDS, self.seconds):
                self.warn()
            self.beat()
            self.done.wait(1.0)
            left -= 1
            if self.longer.is_set() and extensions < MOST_EXTENSIONS:
                self.longer.clear()
                left, extensions = self.seconds, extensions + 1


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits of one kiosk, from the first patient to the last.

    wait: waits for a while, or until a patient has come; returns whether one has.
    hold: holds one visit, from the greeting to its outcome.
    on_begin, on_abandon: called when a visit begins, and when it was ended from outside.
    """

    stage: Stage
    private_mode: PrivateMode
    wait: Callable[[], bool]
    hold: Callable[[], Outcome]
    linger: Linger
    on_begin: Callable[[], None] = lambda: None
    on_abandon: Callable[[], None] = lambda: None

    def hold_next(self) -> None:
        """Wait for a patient and hold the visit; return when nothing of it is left."""
        self.stage.show_idle()
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
            return_freed_memory()
        journal.note("visit ends")

    def _hold(self) -> None:
        outcome = self.hold()
        self.linger.done.clear()
        self.linger.longer.clear()
        if not {LEFT, NOBODY}.intersection(outcome.reasons):
            self.linger.wait(self.stage)
