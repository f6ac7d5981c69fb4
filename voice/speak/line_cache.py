"""Keep rendered lines on disk: each in one step, with its hash behind it, so half a file is never taken for a line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from voice.audio.pcm import Audio, decode, encode
from voice.base.whole_files import write_whole

_LAST = "voice.txt"
"""The identity of the voice that rendered last."""


class LineCache:
    """A folder of lines by key. Several voices may share it.

    warn: called with one line about what went wrong without stopping the kiosk (a full disk, a damaged file).
    works: whether every line so far could be stored.
    """

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        self._folder = folder
        self._warn = warn
        self.works = True

    def load(self, key: str) -> Audio | None:
        """Read a line. None if it was never rendered, or the file is damaged."""
        path = self._folder / f"{key}.wav"
        try:
            stored = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as reason:
            self._warn(f"Rendered line {path} cannot be read ({reason.strerror}); it is rendered again.")
            return None
        body, mark = stored[:-32], stored[-32:]
        if hashlib.sha256(body).digest() != mark:
            self._warn(f"Rendered line {path} is damaged; it is rendered again.")
            return None
        return decode(body)

    def store(self, key: str, line: Audio, identity: str) -> None:
        """Store a line and the identity of its voice. After the disk has refused one line, no other is tried."""
        if not self.works:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            body = encode(line)
            write_whole(self._folder / f"{key}.wav", body + hashlib.sha256(body).digest())
            if read_last_identity(self._folder) != identity:
                write_whole(self._folder / _LAST, identity.encode())
        except OSError as reason:
            self.works = False
            until = "they stay in memory until the kiosk stops. Free some space there."
            self._warn(f"Rendered lines cannot be kept in {self._folder} ({reason.strerror}); {until}")


def read_last_identity(folder: Path) -> str:
    """Identity of the voice that last rendered into `folder`; empty if none did."""
    try:
        return (folder / _LAST).read_text(encoding="utf-8")
    except OSError:
        return ""
