"""By ear of a machine: a recogniser, without our ears' expectations, writes down what the voice really says.

It understands espeak-ng badly (docs/voice.md). So these are lines that it does understand, kept as they are, and ways to
say what is written, of which the right one must be nearer to what it heard than the wrong one. CTranslate2 hears a little else on
each instruction set, so each line must hold on the one that this machine chooses and on the one that every machine has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

import jiwer
import pytest

from tests.recognize.test_whisper import FORCED, INSTRUCTION_SETS
from voice.audio.pcm import Audio
from voice.bench.intelligibility import split_words, word_error_rate
from voice.bench.listener import WhisperListener
from voice.setup.models.catalogue import find_models_folder
from voice.setup.models.store import require_model
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebook
from voice.speak.phrasebook import Phrasebook
from voice.speak.utterance import Utterance

pytestmark = pytest.mark.slow


Hear = Callable[[Audio], str]


@cache
def open_listener() -> WhisperListener:
    return WhisperListener(require_model("whisper-base", find_models_folder()), threads=2)


def listen(line: Audio) -> str:
    return open_listener().hear(line)


@pytest.fixture(scope="module", params=INSTRUCTION_SETS, ids=lambda name: name or "default")
def hear(request: pytest.FixtureRequest) -> Iterator[Hear]:
    """The recogniser in a process of its own, on one instruction set."""
    with pytest.MonkeyPatch.context() as patch, ProcessPoolExecutor(1, get_context("spawn")) as other:
        if request.param:
            patch.setenv(FORCED, request.param)
        yield lambda line: other.submit(listen, line).result()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phrasebook]:
    settings = Settings(voice="pyttsx3", speech=tmp_path_factory.mktemp("speech"))
    with open_phrasebook(settings) as opened:
        yield opened


@pytest.mark.parametrize(
    "text",
    [
        "Dat geeft niet. We gaan verder.",
        "Ik ben de computerstem van de praktijk.",
    ],
)
def test_what_was_understood_once_is_understood_still(book: Phrasebook, hear: Hear, text: str) -> None:
    assert word_error_rate(text, hear(book.audio(Utterance("regel", text)))) == 0


@pytest.mark.parametrize(
    ("written", "said", "wrong"),
    [
        ("Het nummer is 112.", "het nummer is één één twee", "het nummer is honderdtwaalf"),
        ("Het nummer is 1733.", "het nummer is zeventien drieëndertig", "het nummer is zeventienhonderddrieëndertig"),
        ("Ongeveer 90 % van de mensen.", "ongeveer negentig procent van de mensen", "ongeveer negen nul van de mensen"),
        ("bv. een foto", "bijvoorbeeld een foto", "bee vee een foto"),
    ],
)
def test_what_is_written_short_is_heard_as_people_say_it(
    book: Phrasebook, hear: Hear, written: str, said: str, wrong: str
) -> None:
    heard = hear(book.audio(Utterance("regel", written)))
    assert measure_distance(said, heard) < measure_distance(wrong, heard), heard


def measure_distance(said: str, heard: str) -> float:
    """Letters that differ, as a share of what was said."""
    return jiwer.cer(" ".join(split_words(said)), " ".join(split_words(heard)))
