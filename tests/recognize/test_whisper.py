"""Whisper base on human recordings: what it hears, what it does not believe, what it refuses.

CTranslate2's 8-bit kernels round differently on each instruction set: a phrase's fit moves by up to 0.9, and the text of
a long answer changes. So every test here runs twice, on the instruction set that this machine chooses and on plain C++
(GENERIC), and asserts only what holds on GENERIC, AVX, AVX2 and AVX512: meanings, and margins larger than that.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.speech import human, model, noise, spoken
from voice.audio.pcm import Audio, join, resample, silence
from voice.base.errors import ModelError
from voice.consultation.script import Script
from voice.recognize.mel import log_mel
from voice.recognize.supervised import Supervised
from voice.recognize.transcript import Recognizer, Transcript, Vocabulary
from voice.recognize.whisper import Whisper
from voice.understand.answer import apply_rules
from voice.understand.meaning import NOTHING, Meaning

pytestmark = pytest.mark.slow

ASKED = Vocabulary("Hebt u koorts gehad?")
TRUSTED = 0.1
FORCED = "CT2_FORCE_CPU_ISA"
"""The environment variable that forces CTranslate2's instruction set, read once in a process."""
INSTRUCTION_SETS = tuple(dict.fromkeys((os.environ.get(FORCED, ""), "GENERIC")))
"""The one that this machine chooses (or that is forced already), and the one that every machine has."""


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@pytest.fixture(scope="module", params=INSTRUCTION_SETS, ids=lambda name: name or "default")
def whisper(request: pytest.FixtureRequest) -> Iterator[Recognizer]:
    """Whisper in a process of its own, on one instruction set."""
    parts = {"folder": model("whisper-base"), "threads": 2, "phones": model("phones-nl-ruggespraak")}
    with pytest.MonkeyPatch.context() as patch:
        if request.param:
            patch.setenv(FORCED, request.param)
        engine = Supervised("voice.recognize.whisper", "Whisper", answering=60.0, **parts)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("clip", "opening"),
    [
        ("society/mik-v-tak", "ja"),
        ("gods/lod-m-pravda2", "ja"),
        ("map/map-v-jasne", "ja"),
        ("wreck/pot-m-hnil", "nee"),
        ("keys/rand-4-5", "nee"),
        ("linux/v-forkovat", "nee"),
    ],
)
def test_a_human_yes_or_no_opens_the_text_and_is_probable(whisper: Recognizer, clip: str, opening: str) -> None:
    heard = whisper.transcribe(human(clip), ASKED)
    other = {"ja": "nee", "nee": "ja"}[opening]
    assert words(heard.text)[0] == opening
    assert heard.opening(opening) > 0.4 > heard.opening(other) and heard.confidence > TRUSTED


@pytest.mark.parametrize(
    ("clip", "phrase"), [("society/mik-v-tak", "ja"), ("cave/jes-v-tojo", "o ja"), ("wreck/pot-m-hnil", "nee [unk]")]
)
def test_the_expected_phrase_that_was_said_clearly_fits_best_by_far(
    whisper: Recognizer, script: Script, clip: str, phrase: str
) -> None:
    best, *others = hear_phrases(whisper, script, clip).readings
    assert best.text == phrase and best.fit > -1
    assert all(other.fit <= best.fit - 2 for other in others)


@pytest.mark.parametrize(
    ("clip", "phrase", "meaning"),
    [
        ("cave/jes-v-nevim", "ik weet het niet zo zeker", Meaning.UNSURE),
        ("keys/rand-4-1", "natuurlijk niet", Meaning.NO),
    ],
)
def test_a_phrase_that_was_slurred_is_near_the_best_and_no_other_meaning_is(
    whisper: Recognizer, script: Script, clip: str, phrase: str, meaning: Meaning
) -> None:
    readings = hear_phrases(whisper, script, clip).readings
    fits = {reading.text: reading.fit for reading in readings}
    assert fits[phrase] > max(fits.values()) - 1 and fits[phrase] > -4
    understood = [(meaning_of(text, script), fit) for text, fit in fits.items() if meaning_of(text, script) not in NOTHING]
    assert understood[0][0] is meaning
    assert all(fit < understood[0][1] - 1 for other, fit in understood if other is not meaning)


def hear_phrases(whisper: Recognizer, script: Script, clip: str) -> Transcript:
    """The clip, heard as an answer to the script's second question."""
    return whisper.transcribe(human(clip), Vocabulary(ASKED.context, script.questions[1].expected.vocabulary))


def meaning_of(text: str, script: Script) -> Meaning:
    return apply_rules(Transcript(text, 1.0, "reading"), script.questions[1].expected).meaning


def test_noise_fits_no_phrase_and_without_a_vocabulary_nothing_is_laid(whisper: Recognizer, script: Script) -> None:
    expected = script.questions[1].expected.vocabulary
    assert whisper.transcribe(noise(2.0), Vocabulary("", expected)).readings[0].fit < -3
    assert whisper.transcribe(human("society/mik-v-tak"), ASKED).readings == ()


@pytest.mark.parametrize("clip", ["atlantis/sp-m-vydrz", "atlantis/sp-m-vytazeny"])
def test_other_speech_is_not_turned_into_an_answer(whisper: Recognizer, clip: str) -> None:
    heard = whisper.transcribe(human(clip), ASKED)
    assert words(heard.text)[0] not in ("ja", "nee") and max(heard.opening("ja"), heard.opening("nee")) < 0.1


@pytest.mark.parametrize("sound", [silence(2.0), noise(2.0), noise(14.0), noise(40.0)], ids=["silence", "2 s", "14 s", "40 s"])
def test_noise_and_silence_say_neither_yes_nor_no_and_end_soon(whisper: Recognizer, sound: Audio) -> None:
    heard = whisper.transcribe(sound, ASKED)
    assert heard.confidence < TRUSTED or not {"ja", "nee"}.intersection(words(heard.text))
    assert len(words(heard.text)) <= 24


def test_a_synthetic_answer_is_heard_too(whisper: Recognizer, tmp_path: Path) -> None:
    assert words(whisper.transcribe(spoken("nee, ik heb geen koorts gehad", tmp_path), ASKED).text)[0] == "nee"


def test_any_rate_and_nothing_at_all_are_heard(whisper: Recognizer) -> None:
    clip = human("society/mik-v-tak")
    assert words(whisper.transcribe(resample(clip, 48_000), ASKED).text) == ["ja"]
    assert whisper.transcribe(Audio(b"", 16_000), ASKED).text == ""
    assert whisper.transcribe(Audio(b"\0\0", 16_000), ASKED).confidence < TRUSTED


def test_an_answer_longer_than_the_window_is_heard_from_its_beginning(whisper: Recognizer) -> None:
    long = join([human("keys/rand-4-5"), silence(9.0), human("society/mik-v-tak")], 16_000)
    assert long.seconds > 10
    assert words(whisper.transcribe(long, ASKED).text)[0] == "nee"


def test_without_a_question_and_with_a_very_long_one_it_hears_as_well(whisper: Recognizer) -> None:
    clip = human("society/mik-v-tak")
    for context in ("", "Hebt u dit gehad, of dat? " * 100):
        assert words(whisper.transcribe(clip, Vocabulary(context)).text)[0] == "ja"


def test_a_folder_without_a_model_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks model\.bin.*models fetch whisper-base"):
        Whisper(tmp_path)


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(model("whisper-base"), tmp_path / "broken")
    (folder / "model.bin").write_bytes((folder / "model.bin").read_bytes()[:1_000_000])
    with pytest.raises(ModelError, match="cannot be loaded"):
        Whisper(folder)
    shutil.copy(model("whisper-base") / "model.bin", folder)
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Whisper(folder)


def test_the_spectrogram_has_its_peak_where_the_tone_is() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000).astype(np.float32)
    features = log_mel(tone)
    assert features.shape == (80, 100) and features.dtype == np.float32
    assert set(features[:, 10:90].argmax(axis=0)) == {26}  # 1000 Hz = 15 mel, in steps of 45.25 / 81 mel


@pytest.mark.parametrize("samples", [160, 320, 16_000, 16_001])
def test_a_frame_every_ten_milliseconds(samples: int) -> None:
    assert log_mel(np.zeros(max(samples, 201), np.float32)).shape[1] == max(samples, 201) // 160
