"""Call the staff, again and again until they have seen it, and remember the last calls: the time, and until then the level.

No answer is remembered, and no level of a call that was seen: with one patient an hour it would be that patient's.

A patient who touches HELP is not kept waiting for the loop, which may hang: the page's own thread calls (`call_ahead`).
The outcome that follows then calls nobody again, unless it is more urgent.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from voice.consultation.script import Level
from voice.consultation.visit import Outcome
from voice.kiosk.turns.observer import Observer

ATTENDED = frozenset({Level.E, Level.STAFF})
"""Outcomes for which somebody must come."""

QUIET = frozenset({Level.T})
"""Outcomes that the staff are told of without a sound: the patient is to tell them, and nobody need run."""

SOON = timedelta(minutes=1)
"""A person without a visit is called for once in that time: hands play with a screen."""

KEPT = 20
"""How many calls are remembered, until the program ends."""


@dataclass(frozen=True, slots=True)
class StaffCall:
    """One call: how urgent, and when (local time). level: None once the staff have said that they saw it."""

    level: Level | None
    at: datetime

    @property
    def seen(self) -> bool:
        return self.level is None

    @property
    def quiet(self) -> bool:
        return self.level in QUIET


class StaffCalls(Observer):
    """Calls the staff at the outcome of a visit, or ahead of it. Every method may be called from any thread.

    callers: what each call does, in this order and in the thread that calls: a message, a sound; also when it is repeated.
    clock: the local time. on_seen: called when the staff have seen every call. on_call: counts a call, once.
    """

    def __init__(
        self,
        callers: Iterable[Callable[[StaffCall], None]],
        clock: Callable[[], datetime],
        on_seen: Callable[[], None] = lambda: None,
        on_call: Callable[[StaffCall], None] = lambda call: None,
    ) -> None:
        self._callers = tuple(callers)
        self._on_seen = on_seen
        self._on_call = on_call
        self._clock = clock
        self._lock = threading.Lock()
        self._calling = threading.Lock()
        self._ahead = self._over = False
        self._calls: deque[StaffCall] = deque(maxlen=KEPT)

    @property
    def last(self) -> tuple[StaffCall, ...]:
        """The last calls, the latest first."""
        with self._lock:
            return tuple(reversed(self._calls))

    @property
    def unseen(self) -> tuple[StaffCall, ...]:
        """The last calls that the staff have not seen, the latest first."""
        return tuple(call for call in self.last if not call.seen)

    @property
    def awaited(self) -> StaffCall | None:
        """The last call for which somebody must come and that nobody has seen; None if each has been seen."""
        return next((call for call in self.unseen if call.level in ATTENDED), None)

    @property
    def now(self) -> datetime:
        """The local time, as it is written down for a call."""
        return self._clock()

    def start_visit(self) -> None:
        """Forget what was called for the visit before."""
        with self._calling:
            self._ahead = self._over = False

    def call_ahead(self) -> None:
        """Call for a patient who needs help now, whatever the loop does; without effect once the outcome is known."""
        with self._calling:
            if not (self._ahead or self._over):
                self._call(Level.STAFF)
                self._ahead = True

    def go_on(self) -> None:
        """The visit goes on though help was called: a later call is another one."""
        with self._calling:
            self._ahead = False

    def call_to_desk(self) -> None:
        """Call for a person who is in no visit, unless the staff are being called since just now."""
        with self._calling:
            if not any(self._clock() - call.at < SOON for call in self.unseen if not call.quiet):
                self._call(Level.STAFF)

    def on_ending(self, outcome: Outcome) -> None:
        with self._calling:
            called, self._ahead, self._over = self._ahead, False, True
            if outcome.level in ATTENDED | QUIET and not (called and outcome.level is Level.STAFF):
                self._call(outcome.level)

    def call_again(self) -> None:
        """Repeat the call that is awaited; it stays one call."""
        with self._calling:
            if call := self.awaited:
                self._pass_on(call)

    def _call(self, level: Level) -> None:
        call = StaffCall(level, self._clock())
        with self._lock:
            self._calls.append(call)
        self._on_call(call)
        self._pass_on(call)

    def _pass_on(self, call: StaffCall) -> None:
        with ExitStack() as calling:  # makes every call, the last pushed first, and then raises what one of them raised
            for caller in reversed(self._callers):
                calling.callback(caller, call)

    def mark_seen(self, these: Collection[StaffCall] | None = None) -> None:
        """Forget the level of these calls, which the staff have seen; of every call if none are named."""
        with self._lock:
            seen = self._calls if these is None else these
            self._calls = deque((replace(call, level=None) if call in seen else call for call in self._calls), KEPT)
            left = any(not call.seen for call in self._calls)
        if not left:
            self._on_seen()
