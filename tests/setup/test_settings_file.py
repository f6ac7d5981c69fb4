"""Values are changed where they stand; comments and everything else stay as they were typed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voice.base.errors import SettingsError
from voice.setup.settings_file import change_settings, quote_value, set_value
from voice.setup.settings_reader import load_settings, parse_settings

TEXT = """\
# Our kiosk.
rate: 145                # words a minute
voice_name: "a # b"      # a voice

patience:                # all in seconds
  nobody: 8              # silence
  settling: 0.3          # not listened to

staff:
  pin: "4711"
"""


@pytest.mark.parametrize(
    ("place", "value", "before", "after"),
    [
        ("rate", "125", "rate: 145                # words", "rate: 125                # words"),
        ("voice_name", "nl", 'voice_name: "a # b"      # a voice', "voice_name: nl           # a voice"),
        ("patience.settling", "0.8", "  settling: 0.3          #", "  settling: 0.8          #"),
        (
            "patience.pause",
            "1.3",
            "patience:                # all in seconds\n",
            "patience:                # all in seconds\n  pause: 1.3\n",
        ),
        ("strictness.clear", "0.6", '  pin: "4711"\n', '  pin: "4711"\nstrictness:\n  clear: 0.6\n'),
        ("lift", "gentle", '  pin: "4711"\n', '  pin: "4711"\nlift: gentle\n'),
    ],
)
def test_one_value_changes_and_nothing_else(place: str, value: str, before: str, after: str) -> None:
    assert before in TEXT
    assert set_value(TEXT, place, value) == TEXT.replace(before, after)


def test_the_file_is_read_back_with_the_new_values_and_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0o600)
    change_settings(path, {"patience.settling": "0.8", "strictness.sure": "3", "rate": "125"})
    settings = load_settings(path)
    assert (settings.patience.settling, settings.strictness.sure, settings.rate) == (0.8, 3.0, 125)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "# not listened to" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("changes", [{"rate": "fast"}, {"strictness.sure": "-1"}, {"enigne": "vosk"}])
def test_what_cannot_be_read_back_is_not_written(tmp_path: Path, changes: dict[str, str]) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(SettingsError):
        change_settings(path, changes)
    assert path.read_text(encoding="utf-8") == TEXT
    assert [one.name for one in tmp_path.iterdir()] == ["settings.yaml"]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("patience: {settling: 0.3, pause: 1.3}\n", "patience:\n  settling: 0.8\n  pause: 1.3\n"),
        ("'patience': {\n  'settling': 0.3,\n  pause: 1.3 }  # ours\nrate: 130\n", "'patience':  # ours\n  'settling': 0.8\n  pause: 1.3\nrate: 130\n"),
        ("patience: {}\nrate: 130\n", "patience:\n  settling: 0.8\nrate: 130\n"),
    ],
)  # fmt: skip
def test_a_section_between_braces_is_opened_and_keeps_what_else_stands_in_it(text: str, after: str) -> None:
    assert set_value(text, "patience.settling", "0.8") == after


def test_a_section_between_braces_with_a_comment_in_it_is_left_to_the_reader() -> None:
    with pytest.raises(SettingsError, match="cannot be changed here"):
        set_value("patience: {\n  settling: 0.3  # ours\n  }\n", "patience.settling", "0.8")


@pytest.mark.parametrize("value", ['Kiné \'t Hof "De Linde" # 1', "1733", "", "a: b", "{x}", "\\"])
def test_any_text_is_written_so_that_it_is_read_back_as_it_was_typed(value: str) -> None:
    text = set_value(TEXT, "practice.praktijk", quote_value("another # name"))
    again = set_value(text, "practice.praktijk", quote_value(value))
    assert parse_settings(again, Path("settings.yaml")).practice.praktijk == value
    assert again.count("praktijk") == 1


def test_a_file_that_is_rewritten_stays_whose_it_was(tmp_path: Path) -> None:
    group = os.getgid() if os.getuid() else 65534  # only root gives files away
    path = tmp_path / "settings.yaml"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0o640)
    os.chown(path, os.getuid(), group)
    change_settings(path, {"rate": "125"})
    assert (path.stat().st_gid, path.stat().st_mode & 0o777) == (group, 0o640)
