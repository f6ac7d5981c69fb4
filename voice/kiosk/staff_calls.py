"""Calling the staff: when, and what they are told of it. Level and time, never what was answered."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from voice.consultation.script import Level
from voice.consultation.visit import Outcome
from voice.kiosk.turns.observer import Observer

CALLING = frozenset({Level.E, Level.STAFF})
"""Outcomes for which somebody must come."""

KEPT = 20
"""So many calls are remembered, until the program ends."""


@dataclass(frozen=True, slots=True)
class StaffCall:
    """One call: how urgent, and when; `seen` once somebody of the staff has said so."""

    level: Level
    at: datetime
    seen: bool = False


class StaffCalls(Observer):
    """Calls the staff at the outcome of a visit, and remembers the last calls.

    calls: what is done at each call, in this order, from the loop's thread: a sound, a message.
    clock: the local time.
    """

    def __init__(self, calls: Iterable[Callable[[StaffCall], None]], clock: Callable[[], datetime]) -> None:
        self._calls = tuple(calls)
        self._clock = clock
        self._lock = threading.Lock()
        self._alarms: deque[StaffCall] = deque(maxlen=KEPT)

    @property
    def last(self) -> tuple[StaffCall, ...]:
        """The last calls, the latest first."""
        with self._lock:
            return tuple(reversed(self._alarms))

    def on_ending(self, outcome: Outcome) -> None:
        if outcome.level not in CALLING:
            return
        alarm = StaffCall(outcome.level, self._clock())
        with self._lock:
            self._alarms.append(alarm)
        for call in self._calls:
            call(alarm)

    def see(self) -> None:
        """Somebody of the staff has seen all of them."""
        with self._lock:
            for index, alarm in enumerate(self._alarms):
                self._alarms[index] = StaffCall(alarm.level, alarm.at, seen=True)
