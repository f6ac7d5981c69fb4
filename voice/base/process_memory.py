"""Keep a patient's words in memory only, and no longer than they are needed.

1. A process that crashes leaves no dump.
2. Swap that may write memory to a disk is found, so that `ruggespraak check` warns of it.
3. Memory is overwritten as soon as it is freed.
4. Freed memory goes back to the system.
5. What a library sets aside and does not use stays out of RAM.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SWAPS = Path("/proc/swaps")
ZRAM = "/dev/zram"
"""Swap of this kind is compressed memory and reaches no disk."""

FILLER = 85
"""The byte that freed memory is filled with."""
OVERWRITING = {"PYTHONMALLOC": "malloc_debug", "GLIBC_TUNABLES": f"glibc.malloc.perturb={FILLER}:glibc.malloc.tcache_count=0"}
"""With these variables glibc fills memory as soon as it is freed (mallopt(3), M_PERTURB). Python must then get all of its
memory from glibc, and no thread may keep freed blocks in a cache of its own, because those would not be filled.

glibc leaves the last 8 bytes of a block as they are, and the end of a patient's sentence may stand there. So Python fills its own
blocks before it gives them back (`malloc_debug`); to understand an answer then takes a fifth longer. In the memory of a C library
those 8 bytes may stay.
"""
_PERTURB = -6
"""M_PERTURB of malloc.h."""


def overwrite_freed_memory() -> None:
    """Start this program again, in the same process, with OVERWRITING. Do nothing if it is set, or outside Linux."""
    if sys.platform == "linux" and not OVERWRITING.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **OVERWRITING})


@contextmanager
def leave_reserves_empty() -> Iterator[None]:
    """Fill no memory, neither freed nor new, while the block runs. Use it before anything of a visit is in memory.

    With OVERWRITING glibc fills new memory, too, and so makes real what a library only reserves: of the 83 MB of the voice
    activity detector 3 are used.
    """
    filled = sys.platform == "linux" and OVERWRITING.items() <= os.environ.items()
    library = ctypes.CDLL(None) if filled else None
    if library:
        library.mallopt(_PERTURB, 0)
    try:
        yield
    finally:
        if library:
            library.mallopt(_PERTURB, FILLER)


def return_freed_memory() -> None:
    """Give freed memory back to the system, which empties it, too. Do nothing outside glibc."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def refuse_core_dumps() -> None:
    """Let no crash of this process or its children leave an image of their memory. Do nothing if the system cannot."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def find_swap(swaps: Path = SWAPS) -> tuple[str, ...]:
    """Find the disks or files to which the system may write memory; none if the system does not say."""
    try:
        lines = swaps.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return ()
    places = (line.split()[0] for line in lines if line.strip() and line.split()[2] != "0")
    return tuple(place for place in places if not place.startswith(ZRAM))
