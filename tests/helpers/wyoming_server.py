"""A Wyoming server of ours in this process, for tests with stand-ins."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from wyoming.server import AsyncServer

from voice.bridges.wyoming.server import Connection, Service


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"tcp://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """The address of a server that runs in a thread for as long as the block."""
    uri, loop = free_address(), asyncio.new_event_loop()
    server = AsyncServer.from_uri(uri)
    loop.run_until_complete(server.start(partial(Connection, service)))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield uri
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
