"""Run HAProxy before speech servers of this machine, with the configuration that is shipped for practices."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from voice.base.errors import ServerError
from voice.base.paths import find_shipped
from voice.bridges.wyoming import client
from voice.bridges.wyoming.key import Key

STARTING = 10.0
"""Seconds after which the balancer must have found a server in order; each is asked every two."""


@contextmanager
def balance(servers: Sequence[str], key: Path) -> Iterator[str]:
    """Give the one address of a balancer before these servers (tcp://HOST:PORT), which share the key, during the block.

    Raises ServerError if HAProxy is not installed, or finds no server in order in time.
    """
    program = shutil.which("haproxy")
    if program is None:
        raise ServerError("HAProxy is not installed.", "Install it with: sudo apt-get install haproxy")
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "haproxy.cfg"
        path.write_text(_fill_in(place, servers, key), encoding="utf-8")
        with subprocess.Popen([program, "-db", "-f", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _await_server(f"tcp://{place}", Key(key))
                yield f"tcp://{place}"
            finally:
                process.terminate()


def _fill_in(place: str, servers: Sequence[str], key: Path) -> str:
    """Return the shipped configuration with these addresses and this key in it."""
    shipped = (find_shipped("packaging") / "speech-servers" / "haproxy.cfg").read_text(encoding="utf-8")
    kept = [line for line in shipped.splitlines() if not line.startswith("  server ")]
    ours = [f"  server s{number} {uri.removeprefix('tcp://')}" for number, uri in enumerate(servers)]
    text = "\n".join((*kept, *ours, ""))
    return text.replace("bind :10300", f"bind {place}").replace("/etc/haproxy/ruggespraak.pem", str(key))


def _await_server(uri: str, key: Key) -> None:
    end = time.monotonic() + STARTING
    while True:
        try:
            client.describe_server(uri, key)
            return
        except ServerError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
