"""What keeps a patient's words in memory, and not even there for longer than they are needed.

No dump of a crashed process, a warning where memory may go to a disk, and memory that is overwritten when it is let go of.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

SWAPS = Path("/proc/swaps")
ZRAM = "/dev/zram"
"""Swap of this kind is compressed memory; nothing of it reaches a disk."""

OVERWRITING = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.perturb=85:glibc.malloc.tcache_count=0"}
"""Under these glibc fills memory as soon as it is freed (mallopt(3), M_PERTURB). Python must get all of its memory there
then, and no thread may keep freed blocks for itself, for those would stay as they were."""


def overwrite_freed_memory() -> None:
    """Begin this program anew, in the same process, with OVERWRITING; without effect where that is so, or is not Linux."""
    if sys.platform == "linux" and not OVERWRITING.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **OVERWRITING})


def refuse_core_dumps() -> None:
    """From here on a crash of this process or of its children leaves no image of their memory; where the system can."""
    if importlib.util.find_spec("resource") is None:
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def find_swap(swaps: Path = SWAPS) -> tuple[str, ...]:
    """The disks or files to which the system may write memory; none where that cannot be seen."""
    try:
        lines = swaps.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return ()
    places = (line.split()[0] for line in lines if line.strip() and line.split()[2] != "0")
    return tuple(place for place in places if not place.startswith(ZRAM))
