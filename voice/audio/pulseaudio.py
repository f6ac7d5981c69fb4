"""Notice that the sound server has moved our streams: PulseAudio and PipeWire do so silently when a device is unplugged.

PortAudio cannot notice that: the kiosk would speak into a screen without loudspeakers, or hear another microphone. So
`pactl`, the server's own tool, is asked. A machine without it does not move streams.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

DEVICE_OF = {"sink-input": "sink", "source-output": "source"}
"""What the server calls a stream that plays and one that captures, each with the name of its device."""

_SUBSCRIBE = ("stdbuf", "-oL", "pactl", "subscribe")
"""stdbuf makes pactl write line by line; into a pipe it otherwise writes only when 4 kB are full."""


@contextmanager
def watch_streams(kind: str, lost: Callable[[], None]) -> Iterator[None]:
    """Call `lost` whenever a stream of this process is moved, in a thread of its own, until the block ends.

    kind: "sink-input" for streams that play, "source-output" for those that capture.
    """
    home = find_devices(kind)
    if not (home and shutil.which("stdbuf")):
        yield
        return
    with subprocess.Popen(_SUBSCRIBE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as events:
        watcher = threading.Thread(target=_watch, args=(events.stdout, kind, home, lost), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            events.terminate()
            watcher.join()


def _watch(events: Iterable[str], kind: str, home: frozenset[int], lost: Callable[[], None]) -> None:
    """Read events like "Event 'change' on sink-input #2", and compare the devices: a stream may be made anew where it was."""
    for event in events:
        if f" on {kind} #" in event and not find_devices(kind) <= home:
            lost()


def find_devices(kind: str) -> frozenset[int]:
    """Return the numbers of the devices that carry this process's streams of a kind; empty if the server cannot be asked."""
    ours = str(os.getpid())
    streams = json.loads(ask_server("--format=json", "list", f"{kind}s") or "[]")
    return frozenset(one[DEVICE_OF[kind]] for one in streams if one["properties"].get("application.process.id") == ours)


def ask_server(*question: str) -> str:
    """Return what `pactl` answers; empty if there is no pactl or it fails."""
    if not shutil.which("pactl"):
        return ""
    asked = subprocess.run(["pactl", *question], capture_output=True, text=True, timeout=5, check=False)
    return "" if asked.returncode else asked.stdout.strip()
