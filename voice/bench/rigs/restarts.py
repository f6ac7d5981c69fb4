"""End the kiosk's process in the middle of a visit and start it again as systemd does: how soon it is ready, what is left.

This is the real `ruggespraak kiosk` with its real engines. A touch begins the visit, so no sound card is needed.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from voice.base.errors import DeviceError, RuggespraakError
from voice.bench.processes import find_children
from voice.bench.rigs.spectator import Spectator
from voice.bench.rigs.trial import SOON
from voice.bench.score import percentile
from voice.kiosk.screen.screen_key import keep_key

SIGNALS = (signal.SIGKILL, signal.SIGTERM)
READY = "The screen is at "
LOADED = 10.0
"""Seconds within which a visit must be able to begin again. The page says until then that the kiosk starts. Loading the engines
takes 3.3 s of a processor: 2 s on two idle cores, 6 s beside other work, which no kiosk can make shorter."""
ENDING = 30.0
"""Seconds that a kiosk may take to end."""


@dataclass(frozen=True, slots=True)
class Restart:
    """One end and new start.

    how: the signal. page, ready: seconds from the new start until the page answers, and until a patient can begin.
    wiped: nothing of the visit was shown any more. left: number of processes of the old kiosk that still lived.
    """

    how: str
    page: float
    ready: float
    wiped: bool
    left: int


def measure(times: int) -> list[Restart]:
    """End and start the kiosk so many times, with each signal in turn. Raises RuggespraakError if it does not start."""
    with TemporaryDirectory(prefix="soak-") as folder:
        settings = Path(folder) / "settings.yaml"
        settings.write_text(f"screen:\n  port: {_free_port()}\n  linger: 5\n  reading: 900\n", encoding="utf-8")
        return [_restart(settings, SIGNALS[number % len(SIGNALS)]) for number in range(times)]


def is_taken_port_reported() -> bool:
    """Tell whether a kiosk whose port is taken ends at once with one line that says so."""
    with TemporaryDirectory(prefix="soak-") as folder, closing(socket.create_server(("127.0.0.1", 0))) as other:
        settings = Path(folder) / "settings.yaml"
        settings.write_text(f"screen:\n  port: {other.getsockname()[1]}\n", encoding="utf-8")
        done = subprocess.run(_command(settings), capture_output=True, text=True, timeout=60, check=False)
        return done.returncode == DeviceError.exit_code and "is taken" in done.stderr and "Traceback" not in done.stderr


def _restart(settings: Path, how: signal.Signals) -> Restart:
    with _run_kiosk(settings) as (process, address), closing(Spectator(address, keep_key(settings.parent))) as browser:
        browser.until("")
        _begin(browser)
        below = find_children(process.pid)
        process.send_signal(how)
        process.wait(ENDING)
    begun = time.monotonic()
    with _run_kiosk(settings) as (_, address), closing(Spectator(address, keep_key(settings.parent))) as browser:
        page = time.monotonic() - begun
        wiped = browser.until("") and not browser.page["said"] and not browser.page["understood"]
        _begin(browser)
        return Restart(how.name, page, time.monotonic() - begun, wiped, sum(map(_is_alive, below)))


def _begin(browser: Spectator) -> None:
    """Touch "start" until a question is shown. A touch does not count before the kiosk is ready."""
    deadline = time.monotonic() + ENDING
    while not (browser.press("start") and browser.until("?")):
        if time.monotonic() > deadline:
            raise RuggespraakError("The kiosk does not begin a visit.", "Run: ruggespraak check")
        time.sleep(0.1)


@contextmanager
def _run_kiosk(settings: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environment = os.environ | {"RUNTIME_DIRECTORY": str(settings.parent)}
    with subprocess.Popen(_command(settings), stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            first = process.stderr.readline() if process.stderr else ""
            if not first.startswith(READY):
                raise RuggespraakError(f"The kiosk does not start: {first.strip()}", "Run: ruggespraak check")
            yield process, first.split()[-1]
        finally:
            process.kill()


def _command(settings: Path) -> list[str]:
    return [sys.executable, "-m", "voice", "kiosk", "--demo", "--settings", str(settings)]


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        return int(one.getsockname()[1])


def _is_alive(process: int) -> bool:
    """Tell whether a process still lives. A zombie, which only waits for its parent, does not."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def format_restarts(found: list[Restart]) -> list[str]:
    """Show a table, and what happens if the port is taken; no lines if nothing was measured."""
    if not found:
        return []
    columns = f"{'page (median, most)':>24}{'a visit begins':>22}   wiped, processes left"
    head = f"{'process ended in mid-visit by':42}{'times':>6}{columns}"
    each = [_format_line(how, [one for one in found if one.how == how]) for how in sorted({one.how for one in found})]
    return ["", head, *each, "a port that is taken is told in one line, and the kiosk ends"]


def _format_line(how: str, some: list[Restart]) -> str:
    pages, begins = (_median_and_most([getattr(one, name) for one in some]) for name in ("page", "ready"))
    wiped, left = sum(one.wiped for one in some), sum(one.left for one in some)
    return f"{how:42}{len(some):6}{pages:>24}{begins:>22}   {wiped} of {len(some)}, {left}"


def _median_and_most(seconds: list[float]) -> str:
    return f"{percentile(seconds, 0.5):.2f} s, {max(seconds):.2f} s"


def list_faults(found: list[Restart]) -> Iterator[str]:
    """Everything that is wrong, one line each."""
    for one in found:
        if not one.wiped:
            yield f"{one.how}: something of the visit was left"
        if one.left:
            yield f"{one.how}: {one.left} processes were left"
        if one.page > SOON:
            yield f"{one.how}: the page answered only after {one.page:.1f} s"
        if one.ready > LOADED:
            yield f"{one.how}: a visit began only after {one.ready:.1f} s"
