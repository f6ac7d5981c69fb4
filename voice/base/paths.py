"""Find the folders of the program: what ships with it, and what it may write."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parents[1]


def find_shipped(name: str) -> Path:
    """What ships with the program, the folder "prompts" or "models", or a file: in an installed wheel, else in the checkout."""
    installed = _PACKAGE / "shipped" / name
    return installed if installed.exists() else _PACKAGE.parent / name


def find_cache() -> Path:
    """The folder for what can be made again at any time (rendered speech); RUGGESPRAAK_CACHE overrules the system's."""
    return Path(os.environ.get("RUGGESPRAAK_CACHE") or platformdirs.user_cache_dir("ruggespraak"))


def find_runtime() -> Path:
    """The folder for what the kiosk and its browser share while they run; systemd names it, else it is in the cache."""
    return Path(os.environ.get("RUNTIME_DIRECTORY") or find_cache() / "screen")


def find_user_data() -> Path:
    """The folder for what cannot be made again (recordings of a practice's own voice)."""
    return Path(platformdirs.user_data_dir("ruggespraak"))
