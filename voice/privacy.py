"""What keeps a patient's words in memory: no dump of a crashed process, and a warning where memory may go to a disk."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SWAPS = Path("/proc/swaps")
ZRAM = "/dev/zram"
"""Swap of this kind is compressed memory; nothing of it reaches a disk."""


def refuse_core_dumps() -> None:
    """From here on a crash of this process or of its children leaves no image of their memory; where the system can."""
    if importlib.util.find_spec("resource") is None:
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def swap_places(swaps: Path = SWAPS) -> tuple[str, ...]:
    """The disks or files to which the system may write memory; none where that cannot be seen."""
    try:
        lines = swaps.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return ()
    places = (line.split()[0] for line in lines if line.strip() and line.split()[2] != "0")
    return tuple(place for place in places if not place.startswith(ZRAM))
