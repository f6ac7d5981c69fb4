"""What a rehearsal proposes is written only on a yes, and is not lost where it cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.bench.rehearsal.wording import load_wording
from voice.cli.rehearse import _offer_settings
from voice.setup.settings import Settings

WORDS = load_wording(Settings().locale_folder)
CHANGES = {"patience.settling": "0.8"}


class Typist:
    """Stands for the prompter; types the same at each question."""

    def __init__(self, typed: str | None) -> None:
        self._typed = typed

    def ask(self, question: str) -> str | None:
        return self._typed


@pytest.mark.parametrize("typed", ["", "nee", "j", None])
def test_nothing_but_a_yes_changes_the_settings(tmp_path: Path, typed: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("rate: 145\n")
    _offer_settings(path, CHANGES, WORDS, Typist(typed))  # type: ignore[arg-type]
    assert path.read_text() == "rate: 145\n"
    assert capsys.readouterr().out == WORDS.shown.fill("unwritten") + "\n"


def test_settings_that_cannot_be_written_are_told_after_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "settings.yaml"
    _offer_settings(path, CHANGES, WORDS, Typist("ja"))  # type: ignore[arg-type]
    assert capsys.readouterr().out == WORDS.shown.fill("unwritable", file=path) + "\n  patience.settling: 0.8\n"
