"""Tell systemd that the kiosk is ready and alive (sd_notify(3)): one datagram into the socket that it names.

This is code of our own, because the package for it is older than the Pythons we run on.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

READY = "READY=1"
READY_SECONDS = 5.0
"""How long the kiosk waits until systemd takes that it is ready. No other state follows that would say it."""

BEAT_SECONDS = 1.0
"""The shortest time between two beats; systemd waits many times as long (`WatchdogSec`) before it restarts us."""


def make_notifier(environment: Mapping[str, str] = os.environ) -> Callable[[str], None]:
    """Return what sends a state to systemd; without effect if systemd did not start us.

    A beat that systemd does not take at once is dropped: it may be busy or start itself anew, and another beat follows. Raises
    OSError if its socket is not there from the beginning.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return lambda state: None
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    channel.connect("\0" + address[1:] if address.startswith("@") else address)

    def notify(state: str) -> None:
        channel.settimeout(READY_SECONDS if state == READY else 0.0)
        with suppress(OSError):
            channel.send(state.encode())

    return notify


class Heartbeat:
    """Tells systemd that the loop is alive. The loop calls it as often as it likes; a beat goes out every second at most."""

    def __init__(self, notify: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._notify = notify
        self._clock = clock
        self._last = float("-inf")

    def __call__(self) -> None:
        if self._clock() - self._last >= BEAT_SECONDS:
            self._last = self._clock()
            self._notify("WATCHDOG=1")
