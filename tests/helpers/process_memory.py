"""Searches all memory that a process may write to, also the parts that it no longer uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

SOUND_SERVER = "/memfd:pulseaudio"
"""Memory of PulseAudio's server, through which it passes sound to programs; it overwrites it when it needs it again."""
PIECE = 1 << 24
"""Bytes that are read at a time."""


def count_in_memory(process: int, *texts: bytes) -> int:
    """Count how often the texts stand in the memory of the process with that id."""
    return sum(piece.count(text) for piece in _read_pieces(process, max(map(len, texts))) for text in texts)


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
    """Find the addresses, first and last, of each stretch of memory that may be written, except the sound server's."""
    for line in Path(f"/proc/{process}/maps").read_text().splitlines():
        place, rights = line.split()[:2]
        if rights.startswith("rw") and SOUND_SERVER not in line:
            start, end = (int(one, 16) for one in place.split("-"))
            yield start, end
