"""Searches the memory of all processes of a kiosk, after a spoken visit, for what was said: its words and its sound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers.virtual_sound_card import ROOT
from voice.audio.pcm import LISTENING_RATE, read_audio, resample, write_wav
from voice.base.paths import find_cache

pytestmark = pytest.mark.slow

SAID = "Ik heb een krokodil."
WORD = "krok"
"""The beginning of the word: of its end the recognizers are not sure."""
LONGEST = 600
"""Seconds that a visit may take on a busy machine."""

Found = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """What was found, with memory overwritten and without. Both visits are held at the same time."""
    folder = tmp_path_factory.mktemp("spoken")
    said, answer = folder / "said.wav", folder / "answer.wav"
    subprocess.run(["espeak-ng", "-v", "nl+m3", "-s", "130", "-w", said, SAID], check=True)
    write_wav(answer, resample(read_audio(said), LISTENING_RATE))
    with ExitStack() as visits:
        held = {how: visits.enter_context(hold_visit(folder / how, answer, how)) for how in ("wiping", "not")}
        return {how: json.loads(visit.communicate(timeout=LONGEST)[0]) for how, visit in held.items()}


def hold_visit(folder: Path, answer: Path, how: str) -> subprocess.Popen[str]:
    folder.mkdir()
    command = [sys.executable, "-m", "tests.helpers.marked_visit", str(folder), str(answer), WORD, how]
    places = {"RUGGESPRAAK_CACHE": str(find_cache()), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **places}, stdout=subprocess.PIPE, text=True)


def test_the_kiosk_heard_the_word_and_nothing_was_there_before(found: dict[str, Found]) -> None:
    assert found["not"]["heard"]["word"] > 0 and found["not"]["heard"]["sound"] > 0
    assert [found[how]["before"] for how in found] == [{"word": 0, "sound": 0}] * 2


def test_after_a_spoken_visit_no_word_and_no_sound_of_it_is_left_in_any_process(found: dict[str, Found]) -> None:
    assert found["wiping"]["after"] == {"word": 0, "sound": 0}


def test_what_is_said_between_visits_is_nowhere(found: dict[str, Found]) -> None:
    assert found["wiping"]["unheard"] == {"word": 0, "sound": 0}


def test_without_overwriting_the_word_and_its_sound_would_be_found(found: dict[str, Found]) -> None:
    assert min(found["not"]["after"].values()) > 0
