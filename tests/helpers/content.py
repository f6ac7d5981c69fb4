"""Change the content files of a copy of prompts/."""

from __future__ import annotations

from pathlib import Path


def edit(folder: Path, name: str, before: str, after: str) -> None:
    """Replace a text in a file of a locale's folder, the first time that it occurs there. It must occur."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
