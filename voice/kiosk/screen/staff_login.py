"""Let the staff in to their page: a PIN, a delay after wrong ones, and a pass that ends. Pure but for the given clock.

1. Without a PIN in the settings nobody gets in.
2. After FREE_TRIES wrong PINs no PIN is looked at for FIRST_DELAY seconds; every further wrong one doubles that, up to
   MAX_DELAY. A try within the delay costs nothing and changes nothing. So a passer-by holds the staff up for MAX_DELAY at
   most, and the right PIN then opens. At that pace all PINs of four digits take three weeks, of six digits five years.
3. A pass ends IDLE_SECONDS after the last touch of the staff's page, and LONGEST_SECONDS after it was given. What the page
   asks by itself is no touch: the page is left open sooner or later.
4. The delay and the passes are gone when the kiosk is started again.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

FREE_TRIES = 2
FIRST_DELAY = 5.0
MAX_DELAY = 180.0
IDLE_SECONDS = 60.0
LONGEST_SECONDS = 3600.0

_MAX_DOUBLINGS = 10
"""More would exceed MAX_DELAY anyhow, and in the end every number that a float can hold."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """When it was given, and when its page was last touched."""

    given: float
    touched: float


class StaffLogin:
    """pin: from the settings, or empty. clock: seconds that never go back."""

    def __init__(self, pin: str, clock: Callable[[], float]) -> None:
        self._pin = pin
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong = 0
        self._closed_until = float("-inf")
        self._passes: dict[str, _Pass] = {}

    @property
    def closed_seconds(self) -> float:
        """Seconds until another try is looked at; 0 if one is now."""
        return max(0.0, self._closed_until - self._clock())

    def accepts(self, pin: str) -> bool:
        """Whether it is the right PIN. No PIN is within the delay."""
        with self._lock:
            if self.closed_seconds or not self._pin:
                return False
            if not hmac.compare_digest(pin.encode(errors="replace"), self._pin.encode()):
                self._count_wrong()
                return False
            self._wrong = 0
            return True

    def enter(self, pin: str) -> str | None:
        """A new pass for the right PIN. None for a wrong one, and for any PIN within the delay."""
        if not self.accepts(pin):
            return None
        with self._lock:
            name, now = secrets.token_urlsafe(16), self._clock()
            self._passes = {known: one for known, one in self._passes.items() if self._is_valid(one)}
            self._passes[name] = _Pass(now, now)
            return name

    def admits(self, name: str) -> bool:
        """Whether a pass is valid. Asking does not make it last longer."""
        with self._lock:
            return name in self._passes and self._is_valid(self._passes[name])

    def touch(self, name: str) -> None:
        """Note that the page of a valid pass was touched."""
        with self._lock:
            if name in self._passes and self._is_valid(self._passes[name]):
                self._passes[name] = replace(self._passes[name], touched=self._clock())

    def leave(self, name: str) -> None:
        with self._lock:
            self._passes.pop(name, None)

    def _count_wrong(self) -> None:
        self._wrong += 1
        if self._wrong > FREE_TRIES:
            doublings = min(self._wrong - FREE_TRIES - 1, _MAX_DOUBLINGS)
            self._closed_until = self._clock() + min(FIRST_DELAY * 2**doublings, MAX_DELAY)

    def _is_valid(self, one: _Pass) -> bool:
        now = self._clock()
        return now - one.touched < IDLE_SECONDS and now - one.given < LONGEST_SECONDS
