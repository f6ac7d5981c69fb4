"""Connect to a server by one deadline: to look up its name, and to try every address that the name has."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

Place = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""An address as getaddrinfo(3) tells it."""


def find_left(until: float) -> float:
    """Return the seconds that are left until then (`time.monotonic`). Raises TimeoutError if there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def connect(host: str, port: int, until: float) -> socket.socket:
    """Return a connection to the first address that takes one. An address that is mute leaves their share to the others.

    Raises OSError if none takes one, and TimeoutError if that takes too long.
    """
    places = _look_up(host, port, find_left(until))
    failure: OSError = TimeoutError()
    for number, place in enumerate(places):
        try:
            return _connect_to(place, find_left(until) / (len(places) - number))
        except OSError as reason:
            failure = reason
    raise failure


def _look_up(host: str, port: int, seconds: float) -> Sequence[Place]:
    """Look up a name in a thread of its own, for that has no deadline; one that is late stays behind there."""
    found: Future[Sequence[Place]] = Future()

    def look_up() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as reason:
            found.set_exception(reason)

    threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
    return found.result(seconds)


def _connect_to(place: Place, seconds: float) -> socket.socket:
    family, kind, protocol, _, address = place
    line = socket.socket(family, kind, protocol)
    try:
        line.settimeout(seconds)
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line
