"""Settings: what the file says, defaults for the rest, and wrong ones refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.errors import SettingsError
from voice.settings import Settings, load_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_overrules_the_defaults_and_only_those(tmp_path: Path) -> None:
    text = "locale: nl-NL\nrate: 130\npatience:\n  pause: 1.2\npractice:\n  praktijk: Kine De Linde\n"
    settings = load_settings(written(tmp_path, text))
    assert (settings.locale, settings.rate, settings.script) == ("nl-NL", 130, "kort")
    assert (settings.patience.pause, settings.patience.nobody) == (1.2, Settings().patience.nobody)
    assert settings.practice.praktijk == "Kine De Linde"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("enigne: vosk\n", "line 1: 'enigne' is not known here. Use one of: echo_cancelling"),
        ("engine: kaldi\n", "'kaldi' is not a choice for 'engine'. Use one of: auto, vosk, whisper"),
        ("rate: fast\n", "'rate' must be a whole number"),
        ("patience:\n  pause: -1\n", "line 2: 'pause' is -1"),
        ("patience: 3\n", "'patience' must hold named entries"),
        ("locale:\n  nl: be\n", "'locale' takes one value"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(written(tmp_path, text))
    assert complaint in str(refused.value)
    assert "settings.yaml" in str(refused.value)
