"""Run a kiosk in a process of its own, and a browser before it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.helpers.virtual_sound_card import ROOT
from voice.kiosk.screen.handler import as_json
from voice.kiosk.screen.screen_key import START_PAGE, keep_key, show_key

CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

QUICK = {"screen": {"port": 0, "linger": 60, "reading": 900}}
"""No time is left to read lines that are only shown. An outcome goes by a touch, so that no test has to hurry."""

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
"""What axe-core looks for: WCAG 2.2 up to AAA. Contrast of 7:1 and the size of targets must be asked for by name."""

MISSING = "/nonexistent"

TAKEN = as_json({"taken": True})
"""What the kiosk replies to a press that counts."""

LATE = 30_000
"""Milliseconds that nothing takes but on a machine that is overloaded."""


@dataclass
class Running:
    """A kiosk's process, its address, the folder that it shares with its browser, and the lines that it has printed so far."""

    process: subprocess.Popen[str]
    address: str
    folder: Path
    printed: list[str] = field(default_factory=list)

    @property
    def key(self) -> dict[str, str]:
        """The header that shows the key of the screen."""
        return show_key(keep_key(self.folder))

    def open_in(self, tab: Page) -> None:
        """Open the screen as the kiosk's browser does."""
        tab.goto((self.folder / START_PAGE).as_uri())
        tab.wait_for_url(self.address)


@contextmanager
def run_kiosk(
    folder: Path,
    settings: Mapping[str, object],
    environment: Mapping[str, str] = os.environ,
    options: Sequence[str] = ("--demo",),
) -> Iterator[Running]:
    """Run `ruggespraak kiosk` with those settings. Port 0 takes a free one."""
    file = folder / "kiosk.yaml"
    file.write_text(write_yaml(settings), encoding="utf-8")
    command = [sys.executable, "-m", "voice", "kiosk", *options, "--settings", str(file)]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**environment, "RUNTIME_DIRECTORY": str(folder)}, stderr=subprocess.PIPE, text=True
    )
    printed: list[str] = []
    reader = threading.Thread(target=lambda: printed.extend(process.stderr), daemon=True)
    try:
        first = process.stderr.readline()
        assert first.startswith("The screen is at "), first + process.stderr.read()
        reader.start()
        yield Running(process, first.split()[-1], folder, printed)
    finally:
        process.terminate()
        process.wait(20)
        reader.join(5)
        process.stderr.close()


def write_yaml(settings: Mapping[str, object], indent: str = "") -> str:
    lines = []
    for key, value in settings.items():
        nested = isinstance(value, Mapping)
        lines.append(f"{indent}{key}:\n{write_yaml(value, indent + '  ')}" if nested else f'{indent}{key}: "{value}"\n')
    return "".join(lines)


@contextmanager
def open_chromium(**options: object) -> Iterator[Browser]:
    """Debian's browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM, **options)
        yield browser
        browser.close()


def touch(tab: Page, press: str) -> None:
    """Touch a button as a patient does, when it is there and has settled. Return when the kiosk has taken it and the next turn
    begins: a page that turns by itself is no answer.
    """
    button = tab.locator(f'button[data-press="{press}"]')
    expect(button).to_be_visible()
    settle(tab)
    if press == "done":  # that wipes the page and its replies; by itself it would stay
        button.click()
        return expect(button).to_be_hidden()
    with tab.expect_response(lambda reply: reply.url.endswith("/press")) as told:
        button.click()
    assert told.value.headers["content-length"] == str(len(TAKEN.body)), press  # the browser keeps no body that the page leaves
    turn = told.value.request.post_data_json["turn"]
    tab.wait_for_function(f"typeof page === 'object' && page.turn !== {turn}", timeout=LATE)


def settle(tab: Page) -> None:
    """Wait until what is on the page can be touched."""
    tab.wait_for_function("typeof page === 'object' && Date.now() - Math.max(changedAt, calledAt) >= SETTLE_MS", timeout=LATE)


def line(tab: Page) -> str:
    return tab.locator("#line").inner_text()
