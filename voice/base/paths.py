"""Where things are: what ships with the program, and what it may write."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped(name: str) -> Path:
    """A folder that ships with the program ("prompts", "models"): inside an installed wheel, or in the checkout."""
    installed = _PACKAGE / "shipped" / name
    return installed if installed.exists() else _PACKAGE.parent / name


def cache() -> Path:
    """Folder for what can be made again at any time (rendered speech)."""
    return Path(os.environ.get("RUGGESPRAAK_CACHE") or platformdirs.user_cache_dir("ruggespraak"))


def kept() -> Path:
    """Folder for what nobody can make again (recordings of a practice's own voice)."""
    return Path(platformdirs.user_data_dir("ruggespraak"))
