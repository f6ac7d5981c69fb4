"""Write a file whole, or leave what was there: nobody finds half of it, whenever the machine stops."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, keep_owner: bool = False) -> None:
    """Write the file beside its place and put it there in one step. It is for its owner only, from the first byte on.

    keep_owner: a file that is there already keeps its owner and who may do what with it.
    Raises OSError if it cannot be written.
    """
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # its mode is 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if keep_owner and path.exists():
                was = path.stat()
                os.chown(file.fileno(), was.st_uid, was.st_gid)
                os.chmod(file.fileno(), was.st_mode & 0o7777)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
