"""Searches the memory of all processes of a kiosk, after a spoken visit, for what was said: its words and its sound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.helpers.virtual_sound_card import ROOT
from voice.audio.pcm import LISTENING_RATE, read_audio, resample, write_wav
from voice.base.paths import find_cache

pytestmark = pytest.mark.slow

SAID = "Ik kom met de bus uit Amsterdam."
WORD = "uit Amsterdam"
"""What the recognizers are sure of, also where a block of sound is lost. Four letters alone stand in so much memory by chance."""
LONGEST = 600
"""Seconds that a visit may take on a busy machine."""
TRIES = 3
"""How often a visit is held until its word is heard: a busy machine loses sound, and ears are not judged here."""

Found = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """What was found, with memory overwritten and without. Both visits are held at the same time."""
    folder = tmp_path_factory.mktemp("spoken")
    said, answer = folder / "said.wav", folder / "answer.wav"
    subprocess.run(["espeak-ng", "-v", "nl+m3", "-s", "130", "-w", said, SAID], check=True)
    write_wav(answer, resample(read_audio(said), LISTENING_RATE))
    with ThreadPoolExecutor() as pool:
        held = {how: pool.submit(hold_visit_until_heard, folder, answer, how) for how in ("wiping", "not")}
        return {how: visit.result() for how, visit in held.items()}


def hold_visit_until_heard(folder: Path, answer: Path, how: str) -> Found:
    held = (hold_visit(folder / f"{how}{number}", answer, how) for number in range(TRIES))
    return next(found for found in held if found["heard"]["word"])


def hold_visit(folder: Path, answer: Path, how: str) -> Found:
    folder.mkdir()
    command = [sys.executable, "-m", "tests.helpers.marked_visit", str(folder), str(answer), WORD, how]
    places = {"RUGGESPRAAK_CACHE": str(find_cache()), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **places}, stdout=subprocess.PIPE, timeout=LONGEST, check=True)
    return json.loads(done.stdout)


def test_the_kiosk_heard_the_word_and_nothing_was_there_before(found: dict[str, Found]) -> None:
    assert all(found[how]["heard"]["word"] > 0 for how in found) and found["not"]["heard"]["sound"] > 0
    assert [found[how]["before"] for how in found] == [{"word": 0, "sound": 0}] * 2


def test_after_a_spoken_visit_no_word_and_no_sound_of_it_is_left_in_any_process(found: dict[str, Found]) -> None:
    assert found["wiping"]["after"] == {"word": 0, "sound": 0}


def test_what_is_said_between_visits_is_nowhere(found: dict[str, Found]) -> None:
    assert found["wiping"]["unheard"] == {"word": 0, "sound": 0}


def test_without_overwriting_the_word_and_its_sound_would_be_found(found: dict[str, Found]) -> None:
    assert min(found["not"]["after"].values()) > 0
