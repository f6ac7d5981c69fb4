"""A copy of prompts/ that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import PROMPTS


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Copy prompts/ and write settings.yaml beside it that names the copy; return the folder of nl-BE."""
    shutil.copytree(PROMPTS, tmp_path / "prompts")
    (tmp_path / "settings.yaml").write_text(f"prompts: {tmp_path / 'prompts'}\n", encoding="utf-8")
    return tmp_path / "prompts" / "nl-BE"
