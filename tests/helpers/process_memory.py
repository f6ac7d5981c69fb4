"""Searches all memory that a process may write to, also the parts that it no longer uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

PIECE = 1 << 24
"""Bytes that are read at a time."""


def count_in_memory(process: int, text: bytes) -> int:
    """Count how often the text stands in the memory of the process with that id."""
    return sum(piece.count(text) for piece in _read_pieces(process, len(text)))


def _read_pieces(process: int, overlap: int) -> Iterator[bytes]:
    """Read the memory in pieces, each with the beginning of the next one."""
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for start, end in _find_writable(process):
            for at in range(start, end, PIECE):
                memory.seek(at)
                try:
                    yield memory.read(min(PIECE + overlap, end - at))
                except OSError:  # the process has given it back meanwhile
                    break


def _find_writable(process: int) -> Iterator[tuple[int, int]]:
    """Find the addresses, first and last, of each stretch of memory that may be written."""
    for line in Path(f"/proc/{process}/maps").read_text().splitlines():
        place, rights = line.split()[:2]
        if rights.startswith("rw"):
            start, end = (int(one, 16) for one in place.split("-"))
            yield start, end
