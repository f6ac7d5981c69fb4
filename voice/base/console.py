"""What the program tells whoever started it: one line on standard error, a result on standard output, progress."""

from __future__ import annotations

import json
import sys
from typing import Any


def told(text: str) -> None:
    """A line for whoever operates the program; never on standard output, which belongs to results."""
    print(text, file=sys.stderr, flush=True)


def result(record: dict[str, Any]) -> None:
    """One JSON object on a line of standard output."""
    print(json.dumps(record, ensure_ascii=False), flush=True)


class Progress:
    """Shows how far a long step is: a line that is overwritten on a terminal, tenths of it elsewhere."""

    def __init__(self) -> None:
        self._shown = ("", -1)

    def __call__(self, what: str, done: int, total: int) -> None:
        now = (what, 10 * done // max(total, 1))
        if not sys.stderr.isatty() and now == self._shown:
            return
        self._shown = now
        end = "\r" if sys.stderr.isatty() and done < total else "\n"
        print(f"{what}: {100 * done // max(total, 1)} %", end=end, file=sys.stderr, flush=True)
