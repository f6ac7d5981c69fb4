"""A small disk that can be filled to its last byte: a tmpfs that only one command sees, as root of its own namespaces."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path
from tempfile import gettempdir

FILLING = "filling"
"""Name of the file that takes all the space."""
_MOUNT = 'mount -t tmpfs -o size="$0" small "$1" && shift && exec "$@"'


def with_small_disk(folder: Path, megabytes: int, *command: str) -> tuple[str, ...]:
    """Extend a command so that it sees an empty disk of that size at `folder` (see unshare(1))."""
    return ("unshare", "-rm", "sh", "-c", _MOUNT, f"{megabytes}m", str(folder), *command)


def can_be_mounted() -> bool:
    """Tell whether this system lets us mount such a disk."""
    try:
        return subprocess.run(with_small_disk(Path(gettempdir()), 1, "true"), capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def fill(folder: Path) -> None:
    """Fill the disk of `folder` until not a byte is left."""
    with (folder / FILLING).open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 20))
        except OSError as reason:
            if reason.errno != errno.ENOSPC:
                raise


def make_room(folder: Path) -> None:
    """Undo `fill`."""
    (folder / FILLING).unlink(missing_ok=True)
