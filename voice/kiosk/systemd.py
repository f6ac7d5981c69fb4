"""Tells systemd that the kiosk is ready and alive (sd_notify(3)): a line into the socket that it names.

Own code: the protocol is one datagram, and the package for it is older than the Pythons we run on.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping

BEAT_SECONDS = 2.0
"""At most so often; systemd waits many times as long before it restarts us."""


def notifier(environment: Mapping[str, str] = os.environ) -> Callable[[str], None]:
    """Sends a state to systemd; without effect where systemd did not start us."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return lambda state: None
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    channel.connect("\0" + address[1:] if address.startswith("@") else address)
    return lambda state: channel.send(state.encode())


class Heartbeat:
    """Called from the loop as often as it likes; says at most every two seconds that it is alive."""

    def __init__(self, notify: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._notify = notify
        self._clock = clock
        self._last = float("-inf")

    def __call__(self) -> None:
        if self._clock() - self._last >= BEAT_SECONDS:
            self._last = self._clock()
            self._notify("WATCHDOG=1")
