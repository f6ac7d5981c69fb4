"""Notice that the sound server has moved our streams: PulseAudio and PipeWire do so silently when a device is unplugged.

PortAudio cannot notice that: the kiosk would speak into a screen without loudspeakers, or hear another microphone. So
`pactl`, the server's own tool, is asked. A machine without it does not move streams.

pactl speaks the language of the machine, and writes a fraction in its JSON as "0,00" where that language does. What it writes
is read here, so it runs in the locale C.

A library over libpulse (pulsectl) would ask without words, but its questions have no deadline: a server that hangs would hold
the kiosk, in whose process it runs. A program is ended after `ANSWERING_SECONDS`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from voice.audio.timed_calls import make_hanging_error
from voice.base.console import tell
from voice.base.errors import DeviceError

ANSWERING_SECONDS = 3.0
"""Seconds that the server may take for an answer."""

DEVICE_OF = {"sink-input": "sink", "source-output": "source"}
"""What the server calls a stream that plays and one that captures, each with the name of its device."""

_SUBSCRIBE = ("stdbuf", "-oL", "pactl", "subscribe")
"""stdbuf makes pactl write line by line; into a pipe it otherwise writes only when 4 kB are full."""


@contextmanager
def watch_streams(kind: str, lost: Callable[[], None]) -> Iterator[None]:
    """Call `lost` whenever a stream of this process is moved, in a thread of its own, until the block ends.

    kind: "sink-input" for streams that play, "source-output" for those that capture. A server whose list of streams cannot be
    read is not watched; that is told. Raises DeviceError if the server hangs.
    """
    try:
        home = find_devices(kind)
    except ValueError as reason:
        tell(f"{reason} A stream that the sound server moves to another device is not noticed.")
        home = frozenset()
    if not (home and shutil.which("stdbuf")):
        yield
        return
    ended = threading.Event()
    events = subprocess.Popen(
        _SUBSCRIBE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_make_environment(), encoding="utf-8", errors="replace"
    )
    report = partial(_call_unless, ended, lost)
    threading.Thread(target=_follow, args=(events, kind, home, report), daemon=True).start()
    try:
        yield
    finally:
        ended.set()
        events.terminate()


def _follow(events: subprocess.Popen[str], kind: str, home: frozenset[int], lost: Callable[[], None]) -> None:
    with events:
        _watch(events.stdout or (), kind, home, lost)


def _call_unless(ended: threading.Event, lost: Callable[[], None]) -> None:
    """Call `lost`, unless nobody watches any more: the thread that asks the server is not waited for."""
    if not ended.is_set():
        lost()


def _watch(events: Iterable[str], kind: str, home: frozenset[int], lost: Callable[[], None]) -> None:
    """Read events like "Event 'change' on sink-input #2", and compare the devices: a stream may be made anew where it was.

    A stream whose place the server does not tell counts as lost, too.
    """
    for event in events:
        if f" on {kind} #" not in event:
            continue
        try:
            moved = not find_devices(kind) <= home
        except (DeviceError, ValueError):
            moved = True
        if moved:
            lost()


def find_devices(kind: str) -> frozenset[int]:
    """Return the numbers of the devices that carry this process's streams of a kind; empty if there is no server to ask.

    Raises DeviceError if the server hangs, and ValueError if what it tells is no list of streams.
    """
    ours = str(os.getpid())
    answer = ask_server("--format=json", "list", f"{kind}s") or "[]"
    try:
        return frozenset(
            one[DEVICE_OF[kind]] for one in json.loads(answer) if one["properties"].get("application.process.id") == ours
        )
    except (ValueError, TypeError, LookupError, AttributeError) as reason:
        raise ValueError(f"The list of streams from pactl cannot be read ({type(reason).__name__}).") from reason


def ask_server(*question: str) -> str:
    """Return what `pactl` answers; empty if there is no pactl or it fails. Raises DeviceError if the server hangs."""
    if not shutil.which("pactl"):
        return ""
    try:
        asked = subprocess.run(
            ["pactl", *question], capture_output=True, timeout=ANSWERING_SECONDS, check=False,
            env=_make_environment(), encoding="utf-8", errors="replace",
        )  # fmt: skip
    except OSError:
        return ""
    except subprocess.TimeoutExpired as reason:
        raise make_hanging_error("PulseAudio") from reason
    return "" if asked.returncode else asked.stdout.strip()


def _make_environment() -> dict[str, str]:
    """Return our environment in the locale C; LANGUAGE counts in no other."""
    return {**os.environ, "LC_ALL": "C"}
