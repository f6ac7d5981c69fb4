"""The learned reader: small, quick, the same each time, and without the power to decide a no."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.reader.training import fit
from tests.conftest import load_shipped
from voice.base.arrays import load_arrays
from voice.base.errors import ModelError
from voice.base.paths import find_shipped
from voice.consultation.script import Script
from voice.recognize.transcript import NEUTRAL, Transcript
from voice.understand.answer import apply_rules, understand
from voice.understand.listening import WEIGHTS
from voice.understand.meaning import Answer, Meaning
from voice.understand.proposals import DOUBT_FROM, NO_FROM, YES_FROM, apply_reader
from voice.understand.reader import NOTHING_READ, Reader, Reading, load_reader

PATH = find_shipped("models") / WEIGHTS
TEN_WORDS = "nee dat heb ik eigenlijk nog nooit in mijn leven".split()
UNCLEAR = Answer(Meaning.UNCLEAR, matched="unknown words")


class FixedReader(Reader):
    """A reader that reads the same in all answers."""

    def __init__(self, reading: Reading) -> None:
        object.__setattr__(self, "reading", reading)

    def read(self, question: str, words: object, traits: object = ()) -> Reading:
        return self.reading  # type: ignore[attr-defined, no-any-return]

    def find_mentions(self, words: object) -> dict[str, float]:
        return {}


def proposed(answer: Answer, reading: Reading, text: str = "het is zoals ik zeg vlorp", question: str = "koorts") -> Answer:
    expected = load_shipped("nl-BE", "kort").question(question).expected
    return apply_reader(answer, expected.grammar.split(text), expected, FixedReader(reading))


@pytest.fixture(scope="module")
def reader() -> Reader:
    found = load_reader(PATH)
    assert found is not None
    return found


def test_it_is_smaller_than_two_megabytes() -> None:
    assert PATH.stat().st_size < 2_000_000


def test_it_reads_ten_words_in_less_than_two_milliseconds(reader: Reader) -> None:
    taken = []
    for _ in range(50):
        begun = time.process_time()
        reader.read("koorts", TEN_WORDS)
        taken.append(time.process_time() - begun)
    assert statistics.median(taken) < 0.002


def test_its_probabilities_add_up(reader: Reader) -> None:
    for question in ("koorts", "plassen", "no question of ours"):
        reading = reader.read(question, TEN_WORDS)
        assert reading.yes + reading.no + reading.other == pytest.approx(1)
    assert 0 < sum(reader.find_mentions(TEN_WORDS).values()) <= 1.0001


def test_nothing_is_read_in_no_words(reader: Reader) -> None:
    assert reader.read("koorts", ()) == NOTHING_READ
    assert reader.find_mentions(()) == {}


def test_weights_that_are_missing_are_no_reader_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    assert load_reader(tmp_path / "weights.npz") is None
    (tmp_path / "weights.npz").write_bytes(PATH.read_bytes()[:1000])
    with pytest.raises(ModelError, match="damaged"):
        load_reader(tmp_path / "weights.npz")
    np.savez(tmp_path / "weights.npz", answers=np.zeros(3))
    with pytest.raises(ModelError, match="damaged"):
        load_reader(tmp_path / "weights.npz")


@pytest.mark.parametrize("change", [lambda one: one[:-1], lambda one: one * np.nan])
def test_weights_of_another_shape_or_that_are_no_numbers_are_refused(
    change: Callable[[np.ndarray], np.ndarray], tmp_path: Path
) -> None:
    arrays = load_arrays(PATH)
    np.savez(tmp_path / "weights.npz", **{**arrays, "mentions": change(arrays["mentions"])})
    with pytest.raises(ModelError, match="damaged"):
        load_reader(tmp_path / "weights.npz")


def test_what_the_rules_leave_open_is_proposed_to_be_read_back() -> None:
    for meaning, reading in ((Meaning.YES, Reading(YES_FROM, 0.0)), (Meaning.NO, Reading(0.0, NO_FROM))):
        answer = proposed(UNCLEAR, reading)
        assert (answer.meaning, answer.certain, answer.proposed) == (meaning, False, True)
    assert proposed(UNCLEAR, Reading(YES_FROM - 0.01, 0.0)) is UNCLEAR
    assert proposed(UNCLEAR, Reading(0.0, NO_FROM - 0.01)) is UNCLEAR


@pytest.mark.parametrize("text", ["mijn temperatuur was hoog ik had koorts", "nee maar ik had wel koorts vannacht"])
def test_no_no_is_proposed_of_words_that_hold_a_symptom(text: str) -> None:
    assert proposed(UNCLEAR, Reading(0.0, 0.99), text).meaning is Meaning.UNCLEAR


@pytest.mark.parametrize("text", ["dat is niet niks", "het is niet van de minste", "dat is geen klein beetje zulle"])
def test_no_no_is_proposed_of_a_denial_that_says_a_lot(text: str) -> None:
    assert proposed(UNCLEAR, Reading(0.0, 0.99), text).meaning is Meaning.UNCLEAR


def test_nothing_is_proposed_of_what_is_mumbled() -> None:
    for reading in (Reading(1.0, 0.0), Reading(0.0, 1.0)):
        assert proposed(UNCLEAR, reading, "nee xqzt vlorp brmf") is UNCLEAR


@pytest.mark.parametrize("text", ["niet altijd", "nooit geen", "misschien"])
def test_nothing_is_proposed_of_what_is_listed_as_neither(text: str) -> None:
    for reading in (Reading(1.0, 0.0), Reading(0.0, 1.0)):
        assert proposed(UNCLEAR, reading, text) is UNCLEAR


def test_a_certain_no_that_reads_as_a_yes_is_doubted_and_nothing_becomes_more_certain() -> None:
    sure, unsure = Answer(Meaning.NO), Answer(Meaning.NO, certain=False)
    assert not proposed(sure, Reading(DOUBT_FROM, 0.0)).certain
    assert proposed(sure, Reading(DOUBT_FROM - 0.01, 0.0)) == sure
    assert proposed(unsure, Reading(0.0, 1.0)) == unsure


@pytest.mark.parametrize("meaning", [meaning for meaning in Meaning if meaning not in (Meaning.UNCLEAR, Meaning.NO)])
def test_no_other_answer_is_touched(meaning: Meaning) -> None:
    answer = Answer(meaning)
    for reading in (Reading(1.0, 0.0), Reading(0.0, 1.0)):
        assert proposed(answer, reading) is answer


@pytest.mark.parametrize("question", ["klopt", "meer", "hoort", "aanwezig", "duur"])
def test_only_questions_about_flags_are_read(question: str) -> None:
    assert proposed(UNCLEAR, Reading(0.0, 1.0), question=question) is UNCLEAR


def test_the_words_of_an_engine_that_is_not_sure_propose_nothing(script: Script) -> None:
    expected = script.question("koorts").expected
    assert expected.listening is not None
    expected = replace(expected, listening=replace(expected.listening, reader=FixedReader(Reading(1.0, 0.0))))
    trust = replace(NEUTRAL, reject=0.2, sure=0.8)
    assert understand(Transcript("het is zoals ik zeg vlorp", 1.0, "x"), expected, trust).proposed
    assert understand(Transcript("het is zoals ik zeg vlorp", 0.5, "x"), expected, trust).meaning is Meaning.UNCLEAR
    assert apply_rules(Transcript("het is zoals ik zeg vlorp", 1.0, "x"), expected, trust).meaning is Meaning.UNCLEAR


def test_the_same_examples_give_the_same_weights_and_are_learnt() -> None:
    random = np.random.default_rng(3)
    labels = [int(label) for label in random.integers(0, 3, 300)]
    rows = [np.unique(np.append(random.integers(10, 200, 5), label)) for label in labels]
    one, other = fit(rows, labels, 200, 3, seed=1), fit(rows, labels, 200, 3, seed=1)
    assert np.array_equal(one.weights, other.weights) and np.array_equal(one.bias, other.bias)
    guessed = [int(np.argmax(one.weights[found].sum(axis=0) + one.bias)) for found in rows]
    assert np.mean(np.array(guessed) == labels) > 0.95
