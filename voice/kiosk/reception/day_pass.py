"""Let a desk in for a working day, also through a restart of the kiosk. Pure but for the given clock.

A pass is its own end, signed with a key that only the kiosk has. So nothing is kept of it. A desk that the kiosk no longer knew
after a restart would stand there without calls until somebody typed the PIN again. A new key or another PIN ends every pass.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

DAY_SECONDS = 12 * 3600
"""How long a pass lasts: from before the first patient to after the last."""


@dataclass(frozen=True, slots=True)
class DayPass:
    """key: of the kiosk, the same after a restart. pin: of the staff. clock: seconds since the epoch."""

    key: str
    pin: str
    clock: Callable[[], float]

    def issue(self) -> str:
        end = str(int(self.clock()) + DAY_SECONDS)
        return f"{end}.{self._sign(end)}"

    def admits(self, shown: str) -> bool:
        """Whether a pass is ours and has not ended. One that ends later than any of now would is from a wrong clock."""
        end, _, signature = shown.partition(".")
        if not hmac.compare_digest(signature.encode(errors="replace"), self._sign(end).encode()):
            return False
        return 0 < int(end) - self.clock() <= DAY_SECONDS

    def _sign(self, end: str) -> str:
        return hmac.new(self.key.encode(), f"reception {self.pin} {end}".encode(errors="replace"), "sha256").hexdigest()
