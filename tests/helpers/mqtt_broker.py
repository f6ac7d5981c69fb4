"""A broker for tests: it speaks as much MQTT (3.1.1 and 5) as one call needs, and does on request what brokers do wrong.

It takes the place of a real one where no broker is installed; docs/kiosk.md says which real one was tried.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

MUTE, CUT, JUNK = "mute", "cut", "junk"
"""Accepts the connection and says nothing; hangs up; speaks another protocol."""
_CONNECT, _PUBLISH = 1, 3


@dataclass
class FakeBroker:
    """What it does, and what came of it. It may be changed while it runs.

    fault: one of the above, or empty. login: what it lets in, as (user, password); None lets in everybody.
    oldest: whether it knows only MQTT 3.1.1. published: the reason code of MQTT 5 for a message (0x10: nobody listens).
    calls: what arrived, as (topic, message).
    """

    port: int = 0
    fault: str = ""
    login: tuple[str, str] | None = None
    oldest: bool = False
    published: int = 0
    calls: list[tuple[str, Any]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def talk(self, connection: socket.socket) -> None:
        if self.fault == CUT:
            return
        if self.fault == JUNK:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        version = 4
        while packet := _read_packet(connection):
            kind, body = packet
            if self.fault:
                continue
            if kind == _CONNECT:
                version = body[6]
                connection.sendall(self._admit(version, body))
            elif kind == _PUBLISH:
                connection.sendall(self._take(version, body))

    def _admit(self, version: int, body: bytes) -> bytes:
        if version == 5 and self.oldest:
            return b"\x20\x02\x00\x01"
        allowed = self.login is None or self.login == _read_login(version, body)
        if version == 5:
            return bytes([0x20, 3, 0, 0 if allowed else 0x86, 0])
        return bytes([0x20, 2, 0, 0 if allowed else 5])

    def _take(self, version: int, body: bytes) -> bytes:
        length = int.from_bytes(body[:2], "big")
        topic, number, rest = body[2 : 2 + length].decode(), body[2 + length : 4 + length], body[4 + length :]
        self.calls.append((topic, json.loads(rest[version == 5 :])))  # MQTT 5 has the length of its properties before it
        self.arrived.set()
        return bytes([0x40, 4, *number, self.published, 0]) if version == 5 else bytes([0x40, 2, *number])


@contextmanager
def run_broker(tls: ssl.SSLContext | None = None, port: int = 0, **options: Any) -> Iterator[FakeBroker]:
    """Run a broker on 127.0.0.1 for the duration of a block. options: as in FakeBroker."""
    with socket.create_server(("127.0.0.1", port)) as server:
        broker = FakeBroker(server.getsockname()[1], **options)

        def serve() -> None:
            with suppress(OSError):  # the end of the block closes it
                while True:
                    connection = server.accept()[0]
                    threading.Thread(target=hold, args=(connection,), daemon=True).start()

        def hold(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                if tls:
                    with tls.wrap_socket(connection, server_side=True) as encrypted:
                        broker.talk(encrypted)
                else:
                    broker.talk(connection)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield broker
        finally:
            server.shutdown(socket.SHUT_RDWR)


def _read_packet(connection: socket.socket) -> tuple[int, bytes] | None:
    """Return the kind of the next packet and its body; None at the end."""
    head = connection.recv(1)
    if not head:
        return None
    length, shift = 0, 0
    while True:
        digit = connection.recv(1)[0]
        length |= (digit & 127) << shift
        shift += 7
        if digit < 128:
            break
    body = b""
    while len(body) < length and (more := connection.recv(length - len(body))):
        body += more
    return head[0] >> 4, body


def _read_login(version: int, body: bytes) -> tuple[str, str]:
    flags, at = body[7], 10
    if version == 5:
        at += 1 + body[at]
    texts = []
    while at < len(body):
        length = int.from_bytes(body[at : at + 2], "big")
        texts.append(body[at + 2 : at + 2 + length].decode())
        at += 2 + length
    return (texts[1], texts[2]) if flags & 0xC0 == 0xC0 else ("", "")
