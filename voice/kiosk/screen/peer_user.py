"""Find out whether a connection on the loopback address comes from this process's own user, who may read the key anyway.

Linux lists every connection with the user of its process in /proc/net/tcp (proc(5)). Other systems do not say it there.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

CONNECTIONS = Path("/proc/net/tcp")
ESTABLISHED = "01"
"""State of a connection that both sides hold. The user of any other may be missing, which reads as root."""
_LOCAL, _REMOTE, _STATE, _USER = 1, 2, 3, 7
"""Fields of a line."""

Address = tuple[str, int]
"""IPv4 address and port."""


def is_own_user(peer: Address, here: Address) -> bool:
    """Whether the process at `peer`, connected to `here`, runs as our user; False if the system does not say."""
    wanted = [_write(peer), _write(here), ESTABLISHED]
    with suppress(OSError, IndexError, ValueError):
        for line in CONNECTIONS.read_text().splitlines():
            fields = line.split()
            if [fields[_LOCAL], fields[_REMOTE], fields[_STATE]] == wanted:
                return int(fields[_USER]) == os.geteuid()
    return False


def _write(address: Address) -> str:
    """Write an address as that list does."""
    host, port = address
    return f"{int.from_bytes(socket.inet_aton(host), sys.byteorder):08X}:{port:04X}"
