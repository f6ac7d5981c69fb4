"""Let the staff in to their page: a PIN, few tries, and a pass that expires. Pure but for the given clock.

1. Without a PIN in the settings nobody gets in.
2. After TRIES wrong PINs in a row no PIN is taken for CLOSED_SECONDS, and for twice as long each time after that, up to
   MAX_CLOSED_SECONDS. A PIN of four digits then takes years to guess.
3. A pass is valid for PASS_SECONDS after its last use: the staff's page is left open sooner or later.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable

TRIES = 5
CLOSED_SECONDS = 60.0
MAX_CLOSED_SECONDS = 3600.0
PASS_SECONDS = 600.0


class StaffLogin:
    """pin: from the settings, or empty. clock: seconds that never go back."""

    def __init__(self, pin: str, clock: Callable[[], float]) -> None:
        self._pin = pin
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong = 0
        self._closed_until = float("-inf")
        self._passes: dict[str, float] = {}

    @property
    def closed_seconds(self) -> float:
        """Seconds until another try is allowed; 0 if one is allowed now."""
        return max(0.0, self._closed_until - self._clock())

    def enter(self, pin: str) -> str | None:
        """A new pass for the right PIN. None for a wrong one, and for any PIN while the login is closed."""
        with self._lock:
            if self.closed_seconds or not self._pin:
                return None
            if not hmac.compare_digest(pin.encode(errors="replace"), self._pin.encode()):
                self._count_wrong()
                return None
            self._wrong = 0
            new = secrets.token_urlsafe(16)
            self._passes = {known: at for known, at in self._passes.items() if self._is_fresh(at)} | {new: self._clock()}
            return new

    def admits(self, one: str) -> bool:
        """Whether a pass is valid. Using it makes it valid for another PASS_SECONDS."""
        with self._lock:
            valid = one in self._passes and self._is_fresh(self._passes[one])
            if valid:
                self._passes[one] = self._clock()
            return valid

    def leave(self, one: str) -> None:
        with self._lock:
            self._passes.pop(one, None)

    def _count_wrong(self) -> None:
        self._wrong += 1
        closings, tries = divmod(self._wrong, TRIES)
        if not tries:
            self._closed_until = self._clock() + min(CLOSED_SECONDS * 2 ** (closings - 1), MAX_CLOSED_SECONDS)

    def _is_fresh(self, at: float) -> bool:
        return self._clock() - at < PASS_SECONDS
