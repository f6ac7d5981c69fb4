"""A Wyoming server of ours in this process, for tests with stand-ins."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from voice.audio.pcm import Audio
from voice.bridges.wyoming.server import Service, start_server


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"tcp://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def serving(service: Service, tls: ssl.SSLContext | None = None, port: int = 0) -> Iterator[str]:
    """The address of a server that runs in a thread for as long as the block."""
    loop, ended = asyncio.new_event_loop(), threading.Event()
    server = loop.run_until_complete(start_server(service, "127.0.0.1", port, tls))

    async def run() -> None:
        await asyncio.to_thread(ended.wait)
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        ended.set()
        thread.join(5)
        loop.close()


def all_of_it(audio: Audio) -> Audio:
    """Let the engine hear everything, speech or not."""
    return audio
