"""A Wyoming server of ours for tests: in this process with stand-ins, or as a program of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from wyoming.server import AsyncServer

from tests.soundcard import ROOT
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


@contextmanager
def program(*arguments: str) -> Iterator[str]:
    """The address of `ruggespraak wyoming serve`, from its greeting to its end."""
    uri = free_address()
    command = [sys.executable, "-m", "voice", "wyoming", "serve", "--uri", uri, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}) as server:
        try:
            greeting = server.stderr.readline()
            assert greeting.startswith("Serves "), greeting + server.stderr.read()
            yield uri
        finally:
            server.terminate()
            assert server.wait(20) == 0
