"""What can fail in a voice, as its operator meets it: one clear line, and a kiosk that was rendered goes on speaking."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.missing_parts import hide_library
from tests.helpers.virtual_sound_card import ROOT

pytestmark = pytest.mark.slow

GREETING = "Goeiedag, welkom."


@pytest.fixture
def ruggespraak(tmp_path: Path):
    """Runs a command with rendered speech of its own."""

    def run(*words: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        command = [*before, sys.executable, "-m", "voice", *words]
        environment = os.environ | {"RUGGESPRAAK_CACHE": str(tmp_path / "cache")}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.fixture
def say(ruggespraak, tmp_path: Path):
    """Runs `ruggespraak say`."""

    def run(text: str, *options: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return ruggespraak("say", text, "--out", str(tmp_path / "out.wav"), *options, before=before)

    return run


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 7, done.stderr
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert [word for word in words if word not in done.stderr] == [], done.stderr


def test_a_kiosk_that_was_rendered_speaks_without_espeak_and_tells_what_it_cannot_say(say) -> None:
    removed = hide_library("libespeak-ng.so.1")
    assert say(GREETING).returncode == 0
    again = say(GREETING, before=removed)
    assert again.returncode == 0, again.stderr
    assert_one_line(say("Dit is nieuw.", before=removed), "espeak-ng", "is missing", "apt-get install libespeak-ng1")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--voice", "pyttsx3", "--voice-name", "jansen"), ("Voice jansen is unknown to pyttsx3", "such as nl")),
        (("--voice", "pyttsx3", "--voice-name", "gmw/en"), ("does not speak Dutch",)),
        (("--voice", "piper", "--voice-name", "jansen"), ("No voice jansen for Piper", "models fetch", "nl_BE-rdh-medium")),
    ],
)
def test_a_voice_that_is_not_there_is_told_in_one_line(say, options: tuple[str, ...], words: tuple[str, ...]) -> None:
    assert_one_line(say(GREETING, *options), *words)


def test_a_kiosk_whose_voice_is_gone_says_why_and_needs_nothing_rendered(ruggespraak) -> None:
    rendered = ruggespraak("prepare", "--voice", "pyttsx3")
    assert rendered.returncode == 0 and "Rendering speech" in rendered.stderr
    again = ruggespraak("prepare", "--voice", "pyttsx3", "--voice-name", "jansen")
    assert again.returncode == 0, again.stderr
    assert again.stderr.splitlines() == [
        "Voice jansen is unknown to pyttsx3. Choose another, such as nl, or leave it empty. "
        "Until then only what was rendered before is spoken.",
        "Speech is ready, in the voice pyttsx3.",
    ]


def test_a_folder_that_cannot_be_written_is_told_and_the_line_is_spoken_all_the_same(say, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    done = say(GREETING)
    assert done.returncode == 0
    assert "cannot be kept" in done.stderr and "Free some space" in done.stderr
