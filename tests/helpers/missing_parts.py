"""A machine on which something is missing."""

from __future__ import annotations

import subprocess
from pathlib import Path


def hidden(library: str) -> tuple[str, ...]:
    """A prefix that runs a command on a machine where that shared library cannot be loaded."""
    found = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    paths = [line.split(" => ")[1] for line in found.splitlines() if line.strip().startswith(library)]
    assert paths, f"{library} is not installed"
    mounts = " && ".join(f"mount --bind /dev/null {Path(path).resolve()}" for path in paths)
    return ("unshare", "-rm", "sh", "-c", f'{mounts} && exec "$0" "$@"')
