"""Print for the person at the terminal: messages and progress on standard error, results on standard output."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any


def start_in_utf8() -> None:
    """Start this program again in Python's UTF-8 mode if the locale has other letters: what is typed, named and read is UTF-8."""
    if sys.getfilesystemencoding() != "utf-8":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def print_anything() -> None:
    """Write a letter that the terminal's encoding does not have as its number: no visit ends for want of a letter."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def tell(text: str) -> None:
    """Print a message on standard error; standard output belongs to results."""
    print(text, file=sys.stderr, flush=True)


def print_json(record: dict[str, Any]) -> None:
    """Print a result as one JSON object on a line of standard output."""
    print(json.dumps(record, ensure_ascii=False), flush=True)


class ProgressLine:
    """Shows how far a long step is: one line that is overwritten on a terminal, a line per tenth elsewhere."""

    def __init__(self) -> None:
        self._shown = ("", -1)

    def __call__(self, what: str, done: int, total: int) -> None:
        now = (what, 10 * done // max(total, 1))
        if not sys.stderr.isatty() and now == self._shown:
            return
        self._shown = now
        end = "\r" if sys.stderr.isatty() and done < total else "\n"
        print(f"{what}: {100 * done // max(total, 1)} %", end=end, file=sys.stderr, flush=True)
