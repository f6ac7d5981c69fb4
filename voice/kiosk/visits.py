"""Visits for ever: wait for somebody, hold a visit, let the outcome be read, wipe everything, wait again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from voice.base import journal
from voice.consultation.unattended import LEFT, NOBODY
from voice.consultation.visit import Outcome
from voice.kiosk.private_mode import Abandoned, PrivateMode
from voice.kiosk.waiting import Bell

WARNING_SECONDS = 20
"""So long before the outcome is wiped it is said aloud that it will be (EN 301 549: two senses, and a way to stay)."""

MOST_EXTENSIONS = 10
"""How often a patient may ask for more time to read; nobody reads for ever."""


class Stage(Protocol):
    """What is shown around a visit."""

    def waits(self) -> None:
        """Nobody is here; nothing of the last visit is shown any more."""
        ...

    def ends(self, seconds: int) -> None:
        """The outcome can be read for so many seconds more."""
        ...


@dataclass(frozen=True, slots=True)
class Linger:
    """Leaves the outcome on the screen until the patient has done reading.

    done, longer: rung when the patient says so. seconds: how long it stays.
    warn: says aloud that the screen will be emptied. beat: called every second.
    """

    seconds: int
    done: Bell
    longer: Bell
    warn: Callable[[], None]
    beat: Callable[[], None]

    def wait(self, stage: Stage) -> None:
        left, extensions = self.seconds, 0
        while left > 0 and not self.done.rung:
            stage.ends(left)
            if left == min(WARNING_SECONDS, self.seconds):
                self.warn()
            self.beat()
            self.done.wait(1.0)
            left -= 1
            if self.longer.rung and extensions < MOST_EXTENSIONS:
                self.longer.clear()
                left, extensions = self.seconds, extensions + 1


@dataclass(frozen=True, slots=True)
class Visits:
    """One kiosk, from the first patient to the last.

    wait: waits for a while, or until somebody has come; returns whether somebody has.
    begins, abandoned: told when a visit begins, and when it was ended from outside.
    hold: holds one visit, from the greeting to its outcome.
    """

    stage: Stage
    private_mode: PrivateMode
    wait: Callable[[], bool]
    hold: Callable[[], Outcome]
    linger: Linger
    begins: Callable[[], None] = lambda: None
    abandoned: Callable[[], None] = lambda: None

    def one(self) -> None:
        """Wait for a patient and hold the visit; returns when nothing of it is left."""
        self.private_mode.begin()
        self.stage.waits()
        while not self.wait():
            pass
        journal.note("visit begins")
        self.begins()
        try:
            self._hold()
        except Abandoned:
            journal.note("visit abandoned")
            self.abandoned()
        finally:
            self.stage.waits()
        journal.note("visit ends")

    def _hold(self) -> None:
        outcome = self.hold()
        self.linger.done.clear()
        self.linger.longer.clear()
        if not {LEFT, NOBODY}.intersection(outcome.reasons):
            self.linger.wait(self.stage)
