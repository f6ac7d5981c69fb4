"""Keep the key of the kiosk's own screen: every user of this machine can reach the server, but only the browser has the key.

1. The key is in a folder of the kiosk's user, in a file that nobody else may read, and beside it in a start page that hands
   it to the server when a browser opens it. So it is never in an address, nor in the arguments of a process, where others
   could read it.
2. The key stays the same when the kiosk is started again; otherwise the browser, which keeps it in a cookie, would be shut out.
3. A file that is not ours, that others may read, or that is a link is not believed: a new key takes its place.
"""

from __future__ import annotations

import html
import os
import re
import secrets
import stat
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from voice.base.private_files import write_private

KEY_FILE, START_PAGE = "screen.key", "start.html"
_KEY = re.compile(r"[\w-]{43}", re.ASCII)


def make_key() -> str:
    """Make a key that nobody guesses: 43 letters of URL-safe base64."""
    return secrets.token_urlsafe(32)


def show_key(key: str) -> dict[str, str]:
    """The header in which a program shows the key."""
    return {"Authorization": f"Bearer {key}"}


def keep_key(folder: Path) -> str:
    """Return the key that is kept in the folder; make and keep one if there is none. Raises OSError if it cannot be written."""
    path = folder / KEY_FILE
    found = _read_private(path)
    if _KEY.fullmatch(found):
        return found
    key = make_key()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _replace(path, key)
    return key


def write_start_page(folder: Path, address: str, key: str, waiting: str = "") -> Path:
    """Write the page that opens the screen at that address, and return its path. Raises OSError if it cannot be written.

    waiting: what it shows for as long as no kiosk answers.
    """
    path = folder / START_PAGE
    text = files("voice.kiosk.screen").joinpath("page", START_PAGE).read_text(encoding="utf-8")
    for name, value in {"address": address, "key": key, "waiting": waiting}.items():
        text = text.replace(f"{{{{{name}}}}}", html.escape(value))
    if _read_private(path) != text:  # on a disk that is full, a kiosk starts with the page of before
        _replace(path, text)
    return path


def _replace(path: Path, text: str) -> None:
    if path.is_symlink() or path.is_fifo():
        path.unlink()
    write_private(path, text.encode())


def _read_private(path: Path) -> str:
    """The text of a file of ours that nobody else may read; empty if it is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with closing(os.fdopen(handle, "rb")) as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o077:
            return ""
        return file.read().decode(errors="replace")
