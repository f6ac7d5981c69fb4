"""Count what a kiosk does, for its maintainers and for the staff; never what a patient says or has.

1. `Metrics` is the only counter. Prometheus reads it as text, the staff's page as nine totals and as a picture of the day.
2. Everything is in memory and ends with the program.
3. Prometheus learns how a visit ended only as far as the staff see it anyway: told to the end, handed to them, stopped.
   The outcome itself is not counted: with one patient an hour, a count is that patient's.
4. `RoomNoise` measures how loud the room is. It leaves the patient's speech out.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

import prometheus_client as prometheus

from voice.audio.meter import Sound
from voice.consultation.script import Level, Question
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.staff_calls import StaffCall
from voice.kiosk.turns.observer import TOUCH, Observer, Turn
from voice.understand.meaning import Meaning

EXPOSITION = "text/plain; version=0.0.4"
"""Content type of Prometheus' text format."""
ANSWER_SECONDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0)
RECOVERY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
HOUR = 3600
HOURS = 24
"""How many hours the picture of the day shows."""
NOISE_BLOCKS = 240
"""Loudnesses of the last minute, four a second."""
DIGITAL_SILENCE = -100.0
"""dBFS; no room is so quiet, so the microphone is not listened to."""

_ENDINGS = {Level.STAFF: "staff", Level.STOPPED: "stopped"}
_AGAIN = {Meaning.SILENCE: "silence", Meaning.UNCLEAR: "unclear"}


@dataclass(frozen=True, slots=True)
class Hour:
    """What happened in one hour. start: seconds since the epoch, a whole hour."""

    start: int
    visits: int = 0
    calls: int = 0
    again: int = 0
    faults: int = 0


class Metrics(Observer):
    """Counts what it observes. The loop writes it, and whoever calls the staff; any thread may read it.

    clock: seconds since the epoch. running: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.time, running: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._running = running
        self._hours: deque[Hour] = deque(maxlen=HOURS)
        self._lock = threading.Lock()
        self._for_staff: Counter[str] = Counter()
        self._failed_at: float | None = None
        self._registry = prometheus.CollectorRegistry()
        prometheus.ProcessCollector(namespace="ruggespraak", registry=self._registry)
        self._visits = self._add_counter("visits", "Visits, by how they ended as the staff see it.", "ending")
        self._turns = self._add_counter("turns", "Answers, by voice or by touch.", "by")
        self._again = self._add_counter("reprompts", "Answers after which the question had to be put again.", "why")
        self._faults = self._add_counter("device_faults", "Times that a device or an engine failed in a visit.")
        self._disagreements = self._add_counter("engine_disagreements", "Answers that two engines heard differently.")
        self._lost = self._add_counter("sound_lost", "Times that sound was lost while an answer was listened to.")
        self._resumed = self._add_counter("resumed", "Answers with which the patient went on while the next line began.")
        self._answer = self._add_timing("answer_seconds", "Computing from the end of an answer to its meaning.", ANSWER_SECONDS)
        self._recovery = self._add_timing("recovery_seconds", "From a fault until the kiosk goes on.", RECOVERY_SECONDS)

    # --- the views ------------------------------------------------------------------------------------

    def write_exposition(self) -> bytes:
        """Everything that Prometheus reads, in its text format."""
        return prometheus.generate_latest(self._registry)

    def read_totals(self) -> dict[str, int]:
        """What the staff read, in the order of their page."""
        return {
            **{name: self._for_staff[name] for name in ("visits", "ended", "abandoned", "calls", "questions")},
            "touched": self._read_value("turns", by="touch"),
            "unheard": self._read_value("reprompts", why="silence"),
            "not_understood": self._read_value("reprompts", why="unclear"),
            "faults": self._read_value("device_faults"),
        }

    def read_day(self) -> tuple[Hour, ...]:
        """The last hours in which something happened, the oldest first; none older than a day."""
        oldest = self._clock() - HOURS * HOUR
        return tuple(hour for hour in tuple(self._hours) if hour.start > oldest)

    # --- what is counted ------------------------------------------------------------------------------

    def on_begin(self) -> None:
        self._for_staff["visits"] += 1

    def on_abandon(self) -> None:
        self._for_staff["abandoned"] += 1

    def count_call(self, call: StaffCall) -> None:
        """Count a call for the staff, as the list of the calls has it."""
        self._for_staff["calls"] += 1
        self._add_to_hour(calls=1)

    def on_question(self, question: Question) -> None:
        self._for_staff["questions"] += 1

    def on_turn(self, turn: Turn) -> None:
        self._turns.labels("touch" if turn.transcript.engine == TOUCH else "voice").inc()
        if turn.answer.meaning in _AGAIN:
            self._again.labels(_AGAIN[turn.answer.meaning]).inc()
            self._add_to_hour(again=1)
        self._disagreements.inc(turn.differ)
        self._lost.inc(turn.lost)
        if turn.transcript.engine != TOUCH and turn.answer.meaning is not Meaning.SILENCE:
            self._answer.observe(turn.seconds)

    def on_resume(self, question: Question) -> None:
        self._resumed.inc()

    def on_ending(self, outcome: Outcome) -> None:
        self._for_staff["ended"] += 1

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        self._visits.labels(_ENDINGS.get(outcome.level, "told")).inc()
        self._add_to_hour(visits=1)

    def on_fault(self, text: str) -> None:
        self._faults.inc()
        self._add_to_hour(faults=1)
        self._failed_at = self._running()

    def on_crash(self, text: str) -> None:
        self._faults.inc()
        self._add_to_hour(faults=1)

    def on_recovery(self) -> None:
        if self._failed_at is not None:
            self._recovery.observe(self._running() - self._failed_at)
            self._failed_at = None

    def _add_to_hour(self, **more: int) -> None:
        """Add to the present hour. After the clock is set back, go on counting in the newest one."""
        now = int(self._clock()) // HOUR * HOUR
        with self._lock:
            if not self._hours or now > self._hours[-1].start:
                self._hours.append(Hour(now))
            newest = self._hours[-1]
            self._hours[-1] = replace(newest, **{name: getattr(newest, name) + count for name, count in more.items()})

    def _read_value(self, name: str, **labels: str) -> int:
        return int(self._registry.get_sample_value(f"ruggespraak_{name}_total", labels) or 0)

    def _add_counter(self, name: str, about: str, *labels: str) -> prometheus.Counter:
        return prometheus.Counter(f"ruggespraak_{name}", about, labels, registry=self._registry)

    def _add_timing(self, name: str, about: str, buckets: tuple[float, ...]) -> prometheus.Histogram:
        return prometheus.Histogram(f"ruggespraak_{name}", about, buckets=buckets, registry=self._registry)


class RoomNoise(Observer):
    """Measures how loud the room is. The loop writes it, any thread may read it."""

    def __init__(self) -> None:
        self._loudness: deque[float] = deque(maxlen=NOISE_BLOCKS)

    @property
    def dbfs(self) -> int | None:
        """The usual loudness (median, dBFS) of the last minute; None if nothing was listened to."""
        heard = tuple(self._loudness)
        return round(median(heard)) if heard else None

    def add(self, sound: Sound) -> None:
        """Take what the microphone heard between visits."""
        if sound.dbfs > DIGITAL_SILENCE:
            self._loudness.append(sound.dbfs)

    def on_level(self, sound: Sound) -> None:
        if sound.speech < 0.5:
            self.add(sound)
