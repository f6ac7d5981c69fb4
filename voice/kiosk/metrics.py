"""What a kiosk counts of itself, for whoever looks after it; nothing of what a patient says or has.

Counters and histograms go out in Prometheus' text format over the loopback address; a day's picture is for people.
How a visit ended is counted only as far as the staff see it anyway: told to the end, handed to them, stopped. Which
outcome it was is not counted, because with one patient an hour a count is that patient's.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

from voice.consultation.script import Level, Question
from voice.consultation.visit import Outcome
from voice.kiosk.turns.observer import TOUCH, Observer, Turn
from voice.understand.meaning import Meaning

EXPOSITION = "text/plain; version=0.0.4"
"""The type of Prometheus' text format, as a web server names it."""
ANSWER_SECONDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0)
RECOVERY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
HOUR = 3600
HOURS = 24
"""How many hours the day's picture shows."""

_ENDINGS = {Level.STAFF: "staff", Level.STOPPED: "stopped"}
_AGAIN = {Meaning.SILENCE: "silence", Meaning.UNCLEAR: "unclear"}


@dataclass(frozen=True, slots=True)
class Hour:
    """What happened in one hour. start: seconds since the epoch, a whole hour."""

    start: int
    visits: int = 0
    staff: int = 0
    again: int = 0
    faults: int = 0


class Metrics(Observer):
    """Counts what it watches. clock: seconds since the epoch; running: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.time, running: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._running = running
        self._hours: deque[Hour] = deque(maxlen=HOURS)
        self._failed_at: float | None = None
        self.registry = CollectorRegistry()
        ProcessCollector(namespace="ruggespraak", registry=self.registry)
        self._visits = self._counter("visits", "Visits, by how they ended as the staff see it.", "ending")
        self._turns = self._counter("turns", "Answers, by voice or by touch.", "by")
        self._again = self._counter("reprompts", "Answers after which the question had to be put again.", "why")
        self._faults = self._counter("device_faults", "Times that a device or an engine failed in a visit.")
        self._disagreements = self._counter("engine_disagreements", "Answers that two engines heard differently.")
        self._lost = self._counter("sound_lost", "Times that sound was lost while an answer was listened to.")
        self._resumed = self._counter("resumed", "Answers with which the patient went on while the next line began.")
        self._answer = self._histogram("answer_seconds", "Computing from the end of an answer to its meaning.", ANSWER_SECONDS)
        self._recovery = self._histogram("recovery_seconds", "From a fault until the kiosk goes on.", RECOVERY_SECONDS)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def day(self) -> tuple[Hour, ...]:
        """The last hours in which something happened, the oldest first; none older than a day."""
        oldest = self._clock() - HOURS * HOUR
        return tuple(hour for hour in self._hours if hour.start > oldest)

    def on_turn(self, turn: Turn) -> None:
        self._turns.labels("touch" if turn.transcript.engine == TOUCH else "voice").inc()
        if turn.answer.meaning in _AGAIN:
            self._again.labels(_AGAIN[turn.answer.meaning]).inc()
            self._count(again=1)
        self._disagreements.inc(turn.differ)
        self._lost.inc(turn.lost)
        if turn.transcript.engine != TOUCH and turn.answer.meaning is not Meaning.SILENCE:
            self._answer.observe(turn.seconds)

    def on_resume(self, question: Question) -> None:
        self._resumed.inc()

    def on_end(self, outcome: Outcome) -> None:
        self._visits.labels(_ENDINGS.get(outcome.level, "told")).inc()
        self._count(visits=1, staff=int(outcome.level is Level.STAFF))

    def on_fault(self, text: str) -> None:
        self._faults.inc()
        self._count(faults=1)
        self._failed_at = self._running()

    def on_recovery(self) -> None:
        if self._failed_at is not None:
            self._recovery.observe(self._running() - self._failed_at)
            self._failed_at = None

    def _count(self, **more: int) -> None:
        """Add to the present hour; a clock that was set back goes on counting in the newest one."""
        now = int(self._clock()) // HOUR * HOUR
        if not self._hours or now > self._hours[-1].start:
            self._hours.append(Hour(now))
        newest = self._hours.pop()
        self._hours.append(replace(newest, **{name: getattr(newest, name) + count for name, count in more.items()}))

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"ruggespraak_{name}", about, labels, registry=self.registry)

    def _histogram(self, name: str, about: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"ruggespraak_{name}", about, buckets=buckets, registry=self.registry)
