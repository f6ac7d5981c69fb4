"""An engine in a process of its own: a death or a hang is over within its deadline, and the next answer is heard."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.failing_engines import Faulty
from voice.audio.pcm import LISTENING_RATE, silence
from voice.audio.segment import Limits
from voice.base.errors import ModelError
from voice.recognize import supervised
from voice.recognize.supervised import Supervised
from voice.recognize.transcript import Transcript, Vocabulary

pytestmark = pytest.mark.slow

HEARD = Transcript("gehoord", 1.0, "faulty")
NOTHING = Transcript("", 0.0, "faulty")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "model"


@pytest.fixture
def engine(folder: Path) -> Iterator[Supervised]:
    folder.mkdir()
    engine = Supervised("tests.helpers.failing_engines", "Faulty", answering=1.0, folder=folder)
    yield engine
    engine.close()


def hear(engine: Supervised, how: str = "") -> Transcript:
    return engine.transcribe(silence(0.1), Vocabulary(context=how))


def test_it_hears_what_the_engine_hears_and_calls_itself_the_same(engine: Supervised) -> None:
    assert hear(engine) == HEARD
    assert (engine.name, engine.trust) == (Faulty.name, Faulty.trust)
    assert engine.process != os.getpid()


def test_only_the_engine_is_told_to_compute_its_matrices_in_one_thread(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    engine = request.getfixturevalue("engine")
    told = Path(f"/proc/{engine.process}/environ").read_bytes().split(b"\0")
    assert b"OPENBLAS_NUM_THREADS=1" in told
    assert os.environ["OPENBLAS_NUM_THREADS"] == "2"


def test_an_engine_that_dies_hears_the_answer_once_more(engine: Supervised) -> None:
    assert hear(engine, "die once") == HEARD


def test_an_engine_that_was_killed_between_two_answers_is_replaced(engine: Supervised) -> None:
    hear(engine)
    os.kill(engine.process, signal.SIGKILL)
    assert hear(engine) == HEARD


def test_an_answer_that_kills_every_engine_is_not_understood_and_the_next_is(engine: Supervised) -> None:
    assert hear(engine, "die") == NOTHING
    assert hear(engine) == HEARD


def test_an_engine_that_hangs_is_given_up_at_its_deadline_and_the_next_answer_is_heard(engine: Supervised) -> None:
    begun = time.monotonic()
    assert hear(engine, "hang") == NOTHING
    assert time.monotonic() - begun < 30  # it would hang for a minute
    assert hear(engine) == HEARD


def test_an_engine_that_is_stopped_and_takes_no_more_of_a_long_answer_is_given_up_and_the_next_is_heard(
    engine: Supervised,
) -> None:
    """The pipe holds less than half of the longest answer; that many bytes are sent here, at a higher rate."""
    long = silence(Limits().longest / 8, 8 * LISTENING_RATE)
    os.kill(stopped := engine.process, signal.SIGSTOP)
    begun = time.monotonic()
    assert engine.transcribe(long, Vocabulary()) == NOTHING
    assert time.monotonic() - begun < 30  # it would be waited for without an end
    assert engine.transcribe(long, Vocabulary()) == HEARD
    assert engine.process != stopped


def test_a_recording_that_is_longer_than_any_answer_may_take_half_its_length(engine: Supervised) -> None:
    begun = time.monotonic()
    assert engine.transcribe(silence(4.0), Vocabulary(context="hang")) == NOTHING
    assert 2.0 <= time.monotonic() - begun < 30


def test_an_engine_can_be_closed_again_and_after_its_model_is_gone(engine: Supervised, folder: Path) -> None:
    shutil.rmtree(folder)
    os.kill(engine.process, signal.SIGKILL)
    with pytest.raises(ModelError):
        hear(engine)
    engine.close()
    engine.close()


def test_a_model_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no model"):
        Supervised("tests.helpers.failing_engines", "Faulty", folder=tmp_path / "nothing")


def test_a_model_that_was_taken_away_is_told_when_the_engine_has_to_be_loaded_again(engine: Supervised, folder: Path) -> None:
    shutil.rmtree(folder)
    assert hear(engine) == HEARD
    os.kill(engine.process, signal.SIGKILL)
    with pytest.raises(ModelError, match="holds no model"):
        hear(engine)
    with pytest.raises(ProcessLookupError):
        os.kill(engine.process, 0)  # none waits for a model that is away, and says so when it is back
    folder.mkdir()
    assert hear(engine) == HEARD


def test_no_process_is_left_behind(folder: Path) -> None:
    folder.mkdir()
    engine = Supervised("tests.helpers.failing_engines", "Faulty", folder=folder)
    process = engine.process
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_the_engine_is_asked_which_words_it_does_not_know(engine: Supervised) -> None:
    assert engine.find_unknown_words(("ja", "xqzw")) == ("xqzw",)


def test_a_model_that_is_gone_when_its_engine_dies_is_told_without_starting_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However busy the machine is: no process is started that would find it out."""
    folder.mkdir()
    engine = Supervised("tests.helpers.failing_engines", "Faulty", needs=folder, folder=folder)
    os.kill(engine.process, signal.SIGKILL)
    folder.rmdir()
    monkeypatch.setattr(supervised, "Child", lambda *order: pytest.fail("a process is started"))
    for _ in range(2):
        with pytest.raises(ModelError, match="model is missing"):
            hear(engine)
    monkeypatch.undo()
    folder.mkdir()
    assert hear(engine) == HEARD
    engine.close()
