"""Piper for real: an English voice that was told to read Dutch letters, and everything that can be wrong with one."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from voice.audio.loudness import measure_gated_loudness
from voice.base.errors import VoiceError
from voice.setup.models.catalogue import find_models_folder
from voice.setup.models.store import require_model
from voice.speak.engines.piper import Piper
from voice.speak.engines.process import SLOW_PAUSES, SLOW_RATE
from voice.speak.phrasebook import Phrasebook
from voice.speak.utterance import Utterance

pytestmark = pytest.mark.slow

JOE = "en_US-joe-medium"
"""Fine-tuned from a voice for research only: a stand-in of the tests, never a patient's."""
SAMPLE = "Ik stel u een paar korte vragen over uw rug. U antwoordt gewoon hardop."
LINE = Utterance("koorts", "Hebt u koorts gehad? Zeg ja, of nee.")


def stand_in(folder: Path, language: str = "nl", weights: bytes = b"") -> Path:
    """The stand-in voice, described as one of that language; `weights` replaces its own, if given."""
    model = folder / "nl_NL-joe-medium.onnx"
    real = require_model(JOE, find_models_folder())
    description = json.loads((real / f"{JOE}.onnx.json").read_text(encoding="utf-8"))
    description["espeak"]["voice"] = language
    Path(f"{model}.json").write_text(json.dumps(description), encoding="utf-8")
    if weights:
        model.write_bytes(weights)
    else:
        model.symlink_to(real / f"{JOE}.onnx")
    return model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stand_in(tmp_path_factory.mktemp("piper"))


@pytest.fixture(scope="module")
def voice(model: Path):
    speaker = Piper(model, SAMPLE)
    yield speaker
    speaker.close()


def test_a_line_is_spoken_checked_and_kept(voice: Piper, tmp_path: Path) -> None:
    line = Phrasebook(voice, tmp_path).audio(LINE)
    assert line.rate == 22_050
    assert measure_gated_loudness(line) == pytest.approx(-20, abs=0.5)
    assert Phrasebook(voice, tmp_path).has(LINE)


def test_the_identity_names_everything_that_can_change_the_sound(voice: Piper) -> None:
    for part in ("piper 1.", "nl_NL-joe-medium", "145wpm", "0.25/0.45"):
        assert part in voice.identity


def test_it_is_slowed_down_towards_the_pace_that_was_asked_for(voice: Piper, model: Path) -> None:
    slow = Piper(model, SAMPLE, SLOW_RATE, SLOW_PAUSES)
    assert slow.synthesize(LINE).seconds > 1.1 * voice.synthesize(LINE).seconds
    slow.close()


def test_a_process_that_was_killed_is_replaced(voice: Piper) -> None:
    os.kill(voice._start()._process.pid, signal.SIGKILL)
    assert voice.synthesize(LINE).seconds > 1


def test_a_voice_without_dutch_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="does not speak Dutch but en-us") as refused:
        Piper(stand_in(tmp_path, "en-us"), SAMPLE)
    assert "\n" not in str(refused.value)


def test_a_damaged_voice_is_refused_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="nl_NL-joe-medium cannot be loaded.*models fetch nl_NL-joe-medium"):
        Piper(stand_in(tmp_path, weights=b"not a network"), SAMPLE)


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_voice_without_its_description_is_refused_with_its_remedy(tmp_path: Path, text: str) -> None:
    model = stand_in(tmp_path)
    Path(f"{model}.json").write_text(text, encoding="utf-8")
    with pytest.raises(VoiceError, match="no sound description.*models fetch"):
        Piper(model, SAMPLE)
