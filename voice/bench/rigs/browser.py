"""Measure how soon a browser shows the page and its changes: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from playwright.sync_api import Browser, Page, sync_playwright

from voice.base.errors import UsageError
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.screen_key import make_key, show_key
from voice.kiosk.screen.server import Site, serve
from voice.kiosk.screen.texts import ScreenTexts
from voice.setup.settings import Screen

_WATCH = """
window.drawn = {};
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const line = document.getElementById("line").textContent;
  requestAnimationFrame(() => setTimeout(() => { drawn[line] ??= performance.timeOrigin + performance.now(); }));
}).observe(document.getElementById("line"), { childList: true, characterData: true, subtree: true }));
"""
"""Script that notes when the frame with a line was drawn, in milliseconds since the epoch."""

_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Times in milliseconds.

    first_paint: the worst, from asking for the page. median, most, worst: from an event to the frame that shows it;
    `most` is not exceeded by 95 % of the events.
    """

    first_paint: float
    median: float
    most: float
    worst: float


def measure(words: ScreenTexts, visits: int, times: int) -> Drawn:
    """Measure so many visits to the page, each with a fresh profile, and `times` events. Raises UsageError without Chromium."""
    board, key = Board(), make_key()
    with serve(patients_page(board, words), 0, key) as address:
        return _measure_drawn(board, address, key, visits, times)


def patients_page(board: Board, words: ScreenTexts) -> Site:
    """Make a site with the patient's page alone."""
    pages = {"/": ("page", words.fill_page("", Screen().diagonal, demo=False))}
    return Site(board, pages, drawings=words.drawings)


def table(drawn: Drawn) -> list[str]:
    """Show the figures to people."""
    return [
        f"event to pixels    median {drawn.median:.1f} ms, 95 % within {drawn.most:.1f} ms, worst {drawn.worst:.1f} ms",
        f"first paint        at most {drawn.first_paint:.0f} ms",
    ]


def _measure_drawn(board: Board, address: str, key: str, visits: int, times: int) -> Drawn:
    path = shutil.which("chromium")
    if not path:
        raise UsageError("There is no Chromium.", "Install it with: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        paints = [_time_first_paint(browser, address, key) for _ in range(visits)]
        taken = list(_time_events(browser, board, address, key, times))
        browser.close()
    return Drawn(max(paints), statistics.median(taken), statistics.quantiles(taken, n=20)[-1], max(taken))


def _time_first_paint(browser: Browser, address: str, key: str) -> float:
    with browser.new_context(bypass_csp=True, extra_http_headers=show_key(key)) as profile:
        tab = profile.new_page()
        tab.goto(address)
        tab.wait_for_function(f"{_FIRST_PAINT}.length")
        return float(tab.evaluate(_FIRST_PAINT)[0])


def _time_events(browser: Browser, board: Board, address: str, key: str, times: int) -> Iterator[float]:
    tab = browser.new_page(bypass_csp=True, extra_http_headers=show_key(key))
    tab.add_init_script(_WATCH)
    tab.goto(address)
    tab.wait_for_function("page.turn >= 0")
    for number in range(times):
        yield _time_event(tab, board, f"{number}.")
    tab.close()


def _time_event(tab: Page, board: Board, line: str) -> float:
    begun = time.time()
    board.change(lambda page: replace(page, line=line))
    tab.wait_for_function("(line) => drawn[line]", arg=line)
    return float(tab.evaluate("(line) => drawn[line]", line)) - 1000 * begun
