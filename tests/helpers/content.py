"""Change the content files of a copy of prompts/."""

from __future__ import annotations

from pathlib import Path

from voice.consultation.loader import read_review


def edit(folder: Path, name: str, before: str, after: str) -> None:
    """Replace a text in a file of a locale's folder, the first time that it occurs there. It must occur."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def sign(folder: Path, name: str = "kort") -> None:
    """Sign the script as it is now, as a clinician does."""
    content = read_review(folder, name).content
    edit(folder, f"{name}.yaml", 'reviewed_by: ""', 'reviewed_by: "Dr. Peeters"')
    edit(folder, f"{name}.yaml", 'reviewed_on: ""', 'reviewed_on: "2026-12-01"')
    edit(folder, f"{name}.yaml", 'reviewed_hash: ""', f'reviewed_hash: "{content}"')
