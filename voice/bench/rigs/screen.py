"""`ruggespraak bench screen`: measure how soon a page knows what the session tells, with events and with polling."""

from __future__ import annotations

import argparse
import http.client
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial

from voice.bench.options import Report, add_number
from voice.bench.rigs import browser
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.screen_key import make_key, show_key
from voice.kiosk.screen.server import ADDRESS, FILES, serve
from voice.kiosk.screen.texts import ScreenTexts, load_screen_texts
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings

POLLED_SECONDS = 0.5
"""Seconds between two requests of a page without events; usual for such pages."""


@dataclass(frozen=True, slots=True)
class Shown:
    """median, worst: milliseconds from an event to its last byte at the browser. polled: the same with polling, on average.

    page: bytes of the whole page.
    """

    median: float
    worst: float
    polled: float
    page: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_number(parser, "--times", 100, "how many events (default 100)", least=2)


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Measure how soon a connection and a browser get what the loop tells."""
    words = load_screen_texts(settings.locale_folder, settings.practice, load_chosen_script(settings).readback.expected.grammar)
    shown, drawn = measure(words, options.times), browser.measure(words, 5, options.times)
    return Report((*table(shown), *browser.table(drawn)), {**asdict(shown), "browser": asdict(drawn)})


def measure(words: ScreenTexts, times: int) -> Shown:
    """Measure `times` events. Polling takes half of its interval on average, and one request."""
    board, key = Board(), make_key()
    with serve(browser.patients_page(board, words), 0, key) as address:
        port = int(address.rpartition(":")[2])
        taken = list(_time_events(board, port, key, times))
        page, request = _fetch_page(port, key)
    polled = 1000 * (POLLED_SECONDS / 2 + request)
    return Shown(1000 * statistics.median(taken), 1000 * max(taken), polled, page)


def _time_events(board: Board, port: int, key: str, times: int) -> Iterator[float]:
    with socket.create_connection((ADDRESS, port), 5) as line, line.makefile("rb") as stream:
        line.sendall(f"GET /events HTTP/1.1\r\nHost: {ADDRESS}:{port}\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
        while not stream.readline().startswith(b"data: "):
            pass
        for number in range(times):
            mark = f"regel {number}."
            begun = time.perf_counter()
            board.change(partial(replace, line=mark))
            while mark.encode() not in stream.readline():
                pass
            yield time.perf_counter() - begun


def _fetch_page(port: int, key: str) -> tuple[int, float]:
    """Fetch the patient's page: its bytes, and the seconds for one request."""
    connection, sizes = http.client.HTTPConnection(ADDRESS, port, timeout=5), []
    begun = time.perf_counter()
    for path in ("/", *(path for path in FILES if "staff" not in path)):
        connection.request("GET", path, headers=show_key(key))
        sizes.append(len(connection.getresponse().read()))
    connection.close()
    return sum(sizes), (time.perf_counter() - begun) / len(sizes)


def table(shown: Shown) -> list[str]:
    """Show the figures to people."""
    return [
        f"event to browser  median {shown.median:.1f} ms, worst {shown.worst:.1f} ms",
        f"a page that polls  {shown.polled:.0f} ms on average, {shown.polled / shown.median:.0f} times as long",
        f"the whole page     {shown.page} bytes",
    ]
