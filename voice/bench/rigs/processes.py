"""Find the child processes of a process and what they compute, on Linux."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


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


_USED = slice(11, 15)
"""utime, stime, cutime and cstime of proc(5), counted from the field after the name."""
