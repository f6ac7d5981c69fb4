"""The rules of `earned.py`, each on an example that only it decides; test_earned_no.py tries all phrases of the language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from voice.understand.chunks import UNKNOWN, Chunk
from voice.understand.earned import is_earned, tells_more
from voice.understand.grammar.compile import compile_phrases
from voice.understand.grammar.grammar import EMPTY
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Meaning
from voice.understand.templates import parse

NO, YES, UNSURE = Phrase(Meaning.NO), Phrase(Meaning.YES), Phrase(Meaning.UNSURE)
OWN_NO, OWN_YES = Phrase(Meaning.NO, Role.OWN), Phrase(Meaning.YES, Role.OWN)
AROUND = Phrase(Meaning.UNCLEAR, Role.AROUND)


def net(*templates: tuple[str, object]):  # type: ignore[no-untyped-def]
    return compile_phrases([(parse(text, {}), value) for text, value in templates], lambda word: (word,))


GRAMMAR = replace(
    EMPTY,
    common=net(("nee", Phrase(Meaning.NO, Role.PARTICLE)), ("ja", Phrase(Meaning.YES, Role.PARTICLE)), ("ach", AROUND), ("dat gaat", NO)),
    own=net(("ik plas altijd", OWN_NO), ("altijd plas ik", OWN_NO), ("alleen mijn rug", OWN_NO), ("altijd goed", OWN_NO), ("er tintelt niets", OWN_NO), ("nu niet meer", OWN_NO), ("ik voel *", OWN_NO)),
    limits=net(("nu", "time"), ("(alleen|maar)", "exception"), ("altijd", "usual")),
    denials=frozenset({"niet", "nooit", "niets", "geen"}),
    complaints=frozenset({"pijn"}),
    own_yes=frozenset({"niets", "koorts", "ik", "eet", "niet"}),
    empty=frozenset({"ik"}),
    ordinary=frozenset({"eet"}),
)  # fmt: skip
WITHOUT = replace(GRAMMAR, own_yes=frozenset({"koorts"}))
"""Of a question where no yes holds "niets"."""


def piece(text: str, phrase: Phrase = UNKNOWN) -> Chunk:
    return Chunk(tuple(text.split()), phrase)


NEE, JA = piece("nee", Phrase(Meaning.NO, Role.PARTICLE)), piece("ja", Phrase(Meaning.YES, Role.PARTICLE))


def earned(*heard: Chunk) -> bool:
    return is_earned(heard, GRAMMAR)


@pytest.mark.parametrize(
    "heard",
    [
        [NEE],
        [piece("neen", Phrase(Meaning.NO, Role.PARTICLE))],
        [piece("ik plas goed", OWN_NO)],
        [piece("ach nee", NO)],
        [piece("dat heb ik niet", NO)],
        [piece("ik heb geen pijn", NO)],
        [NEE, piece("dat gaat", NO)],
        [piece("dat gaat", NO), piece("dat heb ik nooit", NO)],
    ],
    ids=str,
)
def test_what_says_no_in_so_many_words_is_earned(heard: list[Chunk]) -> None:
    assert earned(*heard)


@pytest.mark.parametrize(
    "heard",
    [
        [piece("dat gaat", NO)],
        [piece("dat gaat ja", NO)],
        [piece("niets", NO)],
        [piece("ik heb er geen", NO)],
        [piece("geen idee", NO)],
        [piece("de pijn gaat", NO)],
        [piece("niet", Phrase(Meaning.NO, Role.AROUND)), piece("dat gaat", NO)],
        [piece("nooit", UNSURE), piece("dat gaat", NO)],
    ],
    ids=str,
)
def test_what_does_not_say_what_it_denies_is_not(heard: list[Chunk]) -> None:
    assert not is_earned(heard, WITHOUT)


@pytest.mark.parametrize("limit", ["nu", "alleen", "altijd"])
def test_a_no_that_is_limited_is_not(limit: str) -> None:
    assert not earned(piece(limit, AROUND), NEE)
    assert not earned(NEE, piece(limit, AROUND))


def test_niets_is_nothing_where_a_yes_may_hold_it() -> None:
    assert not earned(NEE, piece("niets", NO))
    assert is_earned([NEE, piece("niets", NO)], WITHOUT)


@pytest.mark.parametrize("repeated", ["ik plas altijd", "altijd plas ik", "alleen mijn rug", "er tintelt niets"])
def test_what_limits_within_a_phrase_of_the_question_after_a_nee_limits_nothing(repeated: str) -> None:
    assert earned(NEE, piece(repeated, OWN_NO))
    assert earned(NEE, piece("ach", AROUND), piece(repeated, OWN_NO))
    for before in ([], [JA], [piece("dat heb ik niet", NO)]):
        assert not earned(*before, piece(repeated, OWN_NO))
    for phrase in (NO, OWN_YES):
        assert not earned(NEE, piece(repeated, phrase))
    assert not earned(NEE, piece(repeated, OWN_NO), piece("altijd", AROUND))
    assert not earned(NEE, piece(repeated, OWN_NO), piece("niets", NO))


def test_a_time_limits_a_no_there_too_and_so_does_what_fills_an_open_place_or_is_no_sentence() -> None:
    assert not earned(NEE, piece("nu niet meer", OWN_NO))
    assert not earned(NEE, piece("ik voel altijd", OWN_NO))
    assert not earned(NEE, piece("ik zit altijd", OWN_NO))
    assert not earned(NEE, piece("altijd goed", OWN_NO))


def test_maar_before_a_nee_is_an_exclamation_and_anywhere_else_a_limit() -> None:
    assert earned(piece("maar", AROUND), NEE)
    assert earned(piece("maar", AROUND), NEE, piece("dat gaat", NO))
    assert not earned(piece("maar", AROUND), piece("dat heb ik niet", NO))
    assert not earned(piece("maar", NO))


def test_what_follows_a_nee_tells_more_if_it_limits_it_or_holds_a_word_of_a_symptom() -> None:
    assert tells_more([piece("vlorp"), piece("koorts")], GRAMMAR)
    assert tells_more([piece("nu", AROUND)], GRAMMAR)
    for small in ("ik", "eet", "niet", "vlorp"):
        assert not tells_more([piece(small)], GRAMMAR)
    assert not tells_more([piece("koorts", AROUND)], GRAMMAR)
