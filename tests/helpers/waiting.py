"""Wait in a test for what another thread or process brings about."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(seen: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until `seen` is true. Raises AssertionError after that time, which no step takes."""
    late = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < late
        time.sleep(0.005)
