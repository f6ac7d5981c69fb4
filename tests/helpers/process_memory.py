"""What a process holds in its memory: all that it may write to, whether it still uses it or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

PIECE = 1 << 24
"""Bytes that are read at once."""


def spellings(text: str) -> tuple[bytes, ...]:
    """The text as Python, libraries in C and browsers hold it."""
    return tuple(dict.fromkeys(text.encode(form) for form in ("utf-8", "latin-1", "utf-16-le", "utf-32-le")))


def found(process: int, marks: Mapping[str, tuple[bytes, ...]]) -> dict[str, int]:
    """How often each mark, in any of its forms, stands in the process's memory. Marks that do not are left out."""
    counts: Counter[str] = Counter()
    for piece in _pieces(process, _longest(marks)):
        counts.update({name: sum(map(piece.count, forms)) for name, forms in marks.items()})
    return {name: count for name, count in counts.items() if count}


def _longest(marks: Mapping[str, tuple[bytes, ...]]) -> int:
    return max(len(form) for forms in marks.values() for form in forms)


def _pieces(process: int, overlap: int) -> Iterator[bytes]:
    """The memory in pieces, each with the end of the one before."""
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for start, end in _writable(process):
            for at in range(start, end, PIECE):
                memory.seek(at)
                try:
                    yield memory.read(min(PIECE + overlap, end - at))
                except OSError:  # given back meanwhile
                    break


def _writable(process: int) -> Iterator[tuple[int, int]]:
    for line in Path(f"/proc/{process}/maps").read_text().splitlines():
        place, rights = line.split()[:2]
        if rights.startswith("rw"):
            start, end = (int(one, 16) for one in place.split("-"))
            yield start, end
