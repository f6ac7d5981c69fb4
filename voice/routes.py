"""Where the sound server has put our streams: PulseAudio and PipeWire silently move them when a device is unplugged.

PortAudio cannot notice that: the kiosk would speak into a screen without loudspeakers, or hear another microphone. So
the server is asked, by its own tool `pactl`; where there is none, streams are not moved either.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

PLACE_OF = {"sink-input": "sink", "source-output": "source"}
"""What the server calls a stream that plays and one that captures, and the device of each."""

_SUBSCRIBE = ("stdbuf", "-oL", "pactl", "subscribe")
"""Line by line: into a pipe pactl writes only when 4 kB are full."""


class Routes:
    """Notices when a stream of this process is moved to another device.

    lost: what to call then, for each kind of stream; from a thread of its own.
    """

    def __init__(self, lost: Mapping[str, Callable[[], None]]) -> None:
        self._lost = lost
        self._known: dict[str, frozenset[int]] = {}

    def learn(self) -> None:
        """Where the streams are now is where they should be."""
        self._known = {kind: places(kind) for kind in self._lost}

    @contextmanager
    def watched(self) -> Iterator[Routes]:
        """Watch for the duration of a block."""
        if not (shutil.which("pactl") and shutil.which("stdbuf")):
            yield self
            return
        self.learn()
        with subprocess.Popen(_SUBSCRIBE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as events:
            watcher = threading.Thread(target=self._watch, args=(events,), daemon=True)
            watcher.start()
            try:
                yield self
            finally:
                events.terminate()
                watcher.join()

    def _watch(self, events: subprocess.Popen[str]) -> None:
        """Event 'change' on sink-input #2"""
        for event in events.stdout or ():
            for kind in self._lost:
                if f" on {kind} #" in event and self._moved(kind):
                    self._lost[kind]()

    def _moved(self, kind: str) -> bool:
        """Devices are compared, not streams: after a hitch a stream is made anew, on the same device."""
        return bool(self._known[kind]) and not places(kind) <= self._known[kind]


def places(kind: str) -> frozenset[int]:
    """Numbers of the devices on which streams of that kind of this process are; none where the server cannot be asked."""
    if not shutil.which("pactl"):
        return frozenset()
    asked = subprocess.run(
        ["pactl", "--format=json", "list", f"{kind}s"], capture_output=True, text=True, timeout=5, check=False
    )  # fmt: skip
    streams = json.loads(asked.stdout) if asked.returncode == 0 and asked.stdout.strip() else []
    return frozenset(one[PLACE_OF[kind]] for one in streams if _is_ours(one))


def _is_ours(stream: Mapping[str, Mapping[str, str]]) -> bool:
    return stream["properties"].get("application.process.id") == str(os.getpid())
