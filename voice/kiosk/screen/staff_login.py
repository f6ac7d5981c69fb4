"""The gate to the staff's page: a PIN, few tries, and a pass that expires. Pure but for the clock that it is given."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable

TRIES = 5
"""Wrong PINs in a row before the gate closes."""
CLOSED_SECONDS = 60.0
"""For so long at first, and twice as long each time after that: a PIN of four digits then takes years to guess."""
LONGEST_CLOSED = 3600.0
PASS_SECONDS = 600.0
"""A pass that is not used for so long is worth nothing; the staff's page is left open sooner or later."""


class StaffLogin:
    """pin: from the settings; an empty one opens never. clock: seconds, never set back."""

    def __init__(self, pin: str, clock: Callable[[], float]) -> None:
        self._pin = pin
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong = 0
        self._closings = 0
        self._closed_until = float("-inf")
        self._passes: dict[str, float] = {}

    @property
    def exists(self) -> bool:
        return bool(self._pin)

    def closed(self) -> float:
        """Seconds until another try is allowed; 0 where one is."""
        return max(0.0, self._closed_until - self._clock())

    def enter(self, pin: str) -> str:
        """A new pass for the right PIN; empty for a wrong one, and for any while the gate is closed."""
        with self._lock:
            if self.closed() or not self.exists:
                return ""
            if not hmac.compare_digest(pin.encode(), self._pin.encode()):
                self._count_wrong()
                return ""
            self._wrong = self._closings = 0
            one = secrets.token_urlsafe(16)
            self._passes = {known: at for known, at in self._passes.items() if self._fresh(at)} | {one: self._clock()}
            return one

    def admits(self, one: str) -> bool:
        """Whether a pass is good; it is then good for another while."""
        with self._lock:
            good = one in self._passes and self._fresh(self._passes[one])
            if good:
                self._passes[one] = self._clock()
            return good

    def leave(self, one: str) -> None:
        with self._lock:
            self._passes.pop(one, None)

    def _count_wrong(self) -> None:
        self._wrong += 1
        if self._wrong >= TRIES:
            closed = min(CLOSED_SECONDS * 2**self._closings, LONGEST_CLOSED)
            self._closed_until = self._clock() + closed
            self._wrong, self._closings = 0, self._closings + 1

    def _fresh(self, at: float) -> bool:
        return self._clock() - at < PASS_SECONDS
