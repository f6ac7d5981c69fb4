"""Write files that only their owner may read, from the first byte on, and recognise such a file."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from voice.base.whole_files import write_whole

MODE = 0o600
OTHERS = 0o077
"""The bits of a file's mode that let others than its owner do something."""
ROOT = 0
"""The user that may do anything anyhow; /dev/stdout is its link."""


def is_private(path: Path) -> bool:
    """Return whether nobody but the file's owner may do anything with it. Raises OSError if it is not there."""
    return os.name != "posix" or not path.stat().st_mode & OTHERS


def write_private(path: Path, content: bytes) -> None:
    """Write the file so that nobody else can read it at any time. Raises OSError if it cannot be written.

    A file that is there already is replaced, not written into: another user may have it open. What is no file (a pipe,
    /dev/stdout) or stands behind a link is written into, unless another user has put it there (PermissionError).
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        _check_owner(path)
        return _write_into(path, content)
    return write_whole(path, content)


def _check_owner(path: Path) -> None:
    """Raise PermissionError if a link or pipe is another user's: it would lead what is written to where that user wants it."""
    if os.name == "posix" and path.lstat().st_uid not in (ROOT, os.geteuid()):
        raise PermissionError(errno.EPERM, "it is a link or a pipe of another user", str(path))


def _write_into(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE), "wb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            os.fchmod(file.fileno(), MODE)
        file.write(content)
