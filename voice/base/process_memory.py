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
import subprocess
import sys
from collections.abc import Iterator, Mapping
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
def overwrite_in_children(wanted: bool = True) -> Iterator[None]:
    """Let each process that is started while the block runs overwrite what it frees, as a kiosk does; if not wanted, let none."""
    before = {name: os.environ.get(name) for name in OVERWRITING}
    _set_environment(OVERWRITING if wanted else dict.fromkeys(OVERWRITING))
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


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


_TRIED = f"""
import ctypes, sys
library, size = ctypes.CDLL(None), 1 << 16
library.malloc.restype, library.malloc.argtypes, library.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
seen, block = ctypes.create_string_buffer(size // 4), library.malloc(size)
ctypes.memset(block, 1, size)
library.free(block)
ctypes.memmove(seen, block + size // 2, size // 4)
sys.exit(seen.raw != bytes([{FILLER}]) * (size // 4))
"""
"""A program that frees a block of memory, and fails if the middle of it is not filled then."""


def is_overwritten_when_freed() -> bool:
    """Try in a process of its own, like the kiosk's, whether the memory that it frees is overwritten."""
    tried = subprocess.run([sys.executable, "-c", _TRIED], env={**os.environ, **OVERWRITING}, capture_output=True, check=False)
    return tried.returncode == 0


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
