"""Accept connections and hand over each before its first byte, so that whoever only begins a handshake can be counted, too.

`asyncio.start_server` hands a connection over when its handshake is done: any number that never do would pile up unseen.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

AGAIN_SECONDS = 1.0
"""Seconds before the next try if no connection can be accepted: the system has no more handles."""

Admit = Callable[[socket.socket, str], Awaitable[None]]
"""Serves one connection, from a client of that address, to its end."""


class Listener:
    """Listens on every address of a host until it is closed. sockets: the open ones, one for each address."""

    def __init__(self, sockets: tuple[socket.socket, ...], admit: Admit) -> None:
        self.sockets = sockets
        self._admit = admit
        self._tasks = {asyncio.ensure_future(self._accept(one)) for one in sockets}

    def close(self) -> None:
        """Accept nobody any more; connections go on."""
        for task in self._tasks:
            task.cancel()
        for one in self.sockets:
            one.close()

    async def _accept(self, listening: socket.socket) -> None:
        loop, served = asyncio.get_running_loop(), set[asyncio.Future[None]]()
        while True:
            try:
                connection, address = await loop.sock_accept(listening)
            except OSError:
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            serving = asyncio.ensure_future(self._admit(connection, str(address[0])))
            served.add(serving)  # the loop itself would forget it
            serving.add_done_callback(served.discard)


async def listen(host: str, port: int, admit: Admit) -> Listener:
    """Listen at an address. Raises OSError if it cannot be had."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, address in dict.fromkeys((family, address) for family, *_, address in found):
            sockets.append(socket.create_server(address, family=family))
            sockets[-1].setblocking(False)
    except OSError:
        for one in sockets:
            one.close()
        raise
    return Listener(tuple(sockets), admit)


async def open_streams(
    connection: socket.socket, limit: int, tls: ssl.SSLContext | None, seconds: float
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Make the streams of an accepted connection; with `tls` after a handshake that takes so many seconds at most.

    limit: bytes of a line. Raises OSError, and closes the connection, if the handshake fails or is late.
    """
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit)
    protocol = asyncio.StreamReaderProtocol(reader)
    patience = seconds if tls else None
    try:
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, connection, ssl=tls, ssl_handshake_timeout=patience)
    except BaseException:
        with suppress(OSError):
            connection.close()
        raise
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
