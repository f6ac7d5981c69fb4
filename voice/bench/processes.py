"""Find the child processes of a process, what they compute and what memory they hold, on Linux."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

SAMPLING = 0.1
"""Seconds between two measurements of memory."""


def find_children(process: int | str = "self") -> list[int]:
    """Find the ids of the child processes. A thread that ends meanwhile counts as having none."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        with suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found


def measure_cpu(process: int | str = "self") -> float:
    """Measure the CPU seconds of a process and of those below it. A process that ends meanwhile counts as 0.

    Child processes that have ended and were waited for count with their parent.
    """
    try:
        used = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[_USED]
        below = find_children(process)
    except OSError:
        return 0.0
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK") + sum(map(measure_cpu, below))


@dataclass(frozen=True, slots=True)
class ProcessMemory:
    """What one process holds in RAM, in MB.

    name: as the system shows it. resident: with all that it shares with others. share: what is shared is divided among those
    that share it (PSS), so shares can be added.
    """

    name: str
    resident: float
    share: float


def measure_memory(process: int | str = "self") -> list[ProcessMemory]:
    """Measure a process and those below it. One that ends meanwhile is left out.

    So is a child with its parent's command line: it is about to become another program, and still has its parent's memory.
    """
    found: list[ProcessMemory] = []
    with suppress(OSError, KeyError):  # a zombie has no memory
        held = _read_table(process, "smaps_rollup")
        found.append(ProcessMemory(Path(f"/proc/{process}/comm").read_text().strip(), held["Rss"], held["Pss"]))
    with suppress(OSError):
        for child in find_children(process):
            if _read_command(child) != _read_command(process):
                found += measure_memory(child)
    return found


def measure_peak(process: int | str = "self") -> float:
    """Add up the MB that a process and those below it held at their highest, each at its own moment."""
    peak = 0.0
    with suppress(OSError, KeyError):
        peak = _read_table(process, "status")["VmHWM"]
    with suppress(OSError):
        peak += sum(map(measure_peak, find_children(process)))
    return peak


def add_shares(memory: list[ProcessMemory]) -> float:
    return sum(one.share for one in memory)


class Highest:
    """What processes held when together they held most. memory: empty before the first measurement."""

    def __init__(self) -> None:
        self.memory: list[ProcessMemory] = []

    def add(self, memory: list[ProcessMemory]) -> None:
        self.memory = max(self.memory, memory, key=add_shares)


@contextmanager
def watch_memory(process: int) -> Iterator[Highest]:
    """Measure a process and those below it, again and again while the block runs."""
    highest, over = Highest(), Event()

    def watch() -> None:
        while not over.wait(SAMPLING):
            highest.add(measure_memory(process))

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield highest
    finally:
        over.set()
        watcher.join()


def _read_command(process: int | str) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


def _read_table(process: int | str, name: str) -> dict[str, float]:
    """Read the sizes of a table of proc(5), in MB (of 1024 kB)."""
    rows = (line.split() for line in Path(f"/proc/{process}/{name}").read_text().splitlines())
    return {row[0].rstrip(":"): int(row[1]) / 1024 for row in rows if row[-1] == "kB"}


_USED = slice(11, 15)
"""utime, stime, cutime and cstime of proc(5), counted from the field after the name."""
