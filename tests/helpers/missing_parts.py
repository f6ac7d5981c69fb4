"""Runs a command as on a machine on which a part is missing."""

from __future__ import annotations

import subprocess
from pathlib import Path


def hide_library(library: str) -> tuple[str, ...]:
    """Make the beginning of a command line, so that the rest of it cannot load that shared library (libportaudio for instance)."""
    found = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    paths = [line.split(" => ")[1] for line in found.splitlines() if line.strip().startswith(library)]
    assert paths, f"{library} is not installed"
    mounts = " && ".join(f"mount --bind /dev/null {Path(path).resolve()}" for path in paths)
    return ("unshare", "-rm", "sh", "-c", f'{mounts} && exec "$0" "$@"')
