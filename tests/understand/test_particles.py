"""What a "ja" or a "nee" is worth by the words after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from voice.understand.chunks import UNKNOWN, Chunk
from voice.understand.grammar.automaton import list_shared
from voice.understand.grammar.compile import compile_phrases
from voice.understand.grammar.grammar import EMPTY
from voice.understand.grammar.loader import load_grammar, load_symptoms
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Meaning
from voice.understand.particles import decide_particle, is_denied, is_well
from voice.understand.templates import parse

PROMPTS = Path(__file__).parents[2] / "prompts"
YES, NO = Phrase(Meaning.YES, Role.PARTICLE), Phrase(Meaning.NO, Role.PARTICLE)
AROUND = Phrase(Meaning.UNCLEAR, Role.AROUND)

GRAMMAR = replace(
    EMPTY,
    well=compile_phrases([(parse("(goed|zoals altijd)", {}), True)], lambda word: (word,)),
    ordinary=frozenset({"ik", "eet", "gaat"}),
    empty=frozenset({"ik", "heb", "dat"}),
    denials=frozenset({"niet", "nooit"}),
    affirming=frozenset({"natuurlijk"}),
    own_yes=frozenset({"koorts", "dat"}),
)


def piece(text: str, phrase: Phrase = UNKNOWN) -> Chunk:
    return Chunk(tuple(text.split()), phrase)


def worth(*heard: Chunk, spoilt: bool = False, backed: frozenset[Meaning] = frozenset()) -> Meaning:
    return decide_particle(heard, spoilt, backed, GRAMMAR)


def unknown(text: str) -> list[Chunk]:
    return [piece(word) for word in text.split()]


def test_a_yes_is_borne_out_by_unknown_words_unless_they_are_talk_in_the_room_or_a_story() -> None:
    assert worth(piece("ja", YES), *unknown("bij het hoesten")) is Meaning.YES
    assert worth(piece("ja", YES), *unknown("kom hier"), spoilt=True) is Meaning.UNCLEAR
    assert worth(piece("ja", YES), *unknown("a b c d e f g h i j")) is Meaning.UNCLEAR


def test_an_affirming_word_is_as_good_as_a_ja_unless_something_is_denied_after_it() -> None:
    natural = piece("natuurlijk", Phrase(Meaning.YES))
    assert worth(natural, *unknown("als ik lang zit")) is Meaning.YES
    assert worth(natural, *unknown("doet dat niet zeer")) is Meaning.UNCLEAR
    assert worth(natural, *unknown("gaat dat goed")) is Meaning.UNCLEAR
    assert worth(natural, *unknown("kom hier"), spoilt=True) is Meaning.UNCLEAR
    assert worth(natural, piece("nee", NO), *unknown("toch")) is Meaning.UNCLEAR
    assert worth(piece("dat klopt", Phrase(Meaning.YES)), *unknown("als ik lang zit")) is Meaning.UNCLEAR


def test_a_denial_in_the_middle_of_what_follows_a_yes_denies_something_else() -> None:
    inside = piece("ik niet", Phrase(Meaning.NO))
    assert worth(piece("ja", YES), *unknown("daar ben"), inside, *unknown("gerust in")) is Meaning.YES
    assert worth(piece("ja", YES), *unknown("maar"), inside) is Meaning.UNCLEAR
    assert worth(piece("ja", YES), *unknown("maar"), piece("nee", NO), *unknown("toch")) is Meaning.UNCLEAR
    assert worth(piece("ja", YES), piece("dat heb ik niet", Phrase(Meaning.NO)), *unknown("gemerkt")) is Meaning.UNCLEAR


def test_a_no_is_borne_out_by_what_is_well_beside_ordinary_words_only() -> None:
    assert worth(piece("nee", NO), *unknown("ik eet goed")) is Meaning.NO
    assert worth(piece("och", AROUND), piece("nee", NO), *unknown("dat gaat zoals altijd")) is Meaning.UNCLEAR
    assert worth(piece("och", AROUND), piece("nee", NO), *unknown("gaat zoals altijd")) is Meaning.NO
    assert worth(piece("nee", NO), *unknown("ik eet")) is Meaning.UNCLEAR
    assert worth(piece("nee", NO), *unknown("ik eet niet goed")) is Meaning.UNCLEAR
    assert worth(*unknown("ik eet goed")) is Meaning.UNCLEAR


def test_a_symptom_of_the_question_is_never_well() -> None:
    symptom = piece("ik eet", Phrase(Meaning.YES, Role.OWN))
    assert worth(piece("nee", NO), symptom, *unknown("goed")) is not Meaning.NO


def test_small_words_that_stand_aside_are_weighed_too() -> None:
    assert worth(piece("nee", NO), *unknown("goed"), piece("wel", AROUND)) is Meaning.UNCLEAR


def test_a_no_is_borne_out_by_one_denial_among_empty_words() -> None:
    assert worth(piece("nee", NO), *unknown("dat heb ik nooit")) is Meaning.NO
    assert worth(piece("nee", NO), *unknown("dat heb ik nooit niet")) is Meaning.UNCLEAR


def test_a_particle_that_the_engine_is_sure_of_needs_no_more() -> None:
    assert worth(piece("nee", NO), *unknown("een groot slot"), backed=frozenset({Meaning.NO})) is Meaning.NO


BACKED = frozenset({Meaning.YES, Meaning.NO})
"""Whatever stands first was heard beyond doubt."""


def test_nine_words_after_a_ja_are_an_answer_and_ten_a_story() -> None:
    assert worth(piece("ja", YES), *unknown("a b c d e f g h i")) is Meaning.YES
    assert worth(piece("ja", YES), *unknown("a b c d e f g h i j")) is Meaning.UNCLEAR


def test_a_nee_that_was_heard_beyond_doubt_is_none_before_a_word_of_a_symptom_wherever_it_stands() -> None:
    for tail in ("koorts", "koorts vlorp", "vlorp koorts", "vlorp koorts vlorp"):
        assert worth(piece("nee", NO), *unknown(tail), backed=BACKED) is Meaning.UNCLEAR
        assert worth(piece("och", AROUND), piece("nee", NO), *unknown(tail), backed=BACKED) is Meaning.UNCLEAR
        assert worth(piece("ja", YES), *unknown(tail)) is Meaning.YES
    assert worth(piece("nee", NO), *unknown("dat vlorp"), backed=BACKED) is Meaning.NO


def test_an_affirming_word_that_denies_is_neither_however_well_it_was_heard() -> None:
    assert worth(piece("natuurlijk", Phrase(Meaning.NO)), *unknown("vlorp"), backed=BACKED) is Meaning.UNCLEAR


def test_after_a_ja_nothing_makes_a_no() -> None:
    for tail in ("dat heb ik nooit", "ik eet goed", "nooit"):
        assert worth(piece("ja", YES), *unknown(tail)) is not Meaning.NO


def test_only_a_nee_is_borne_out_not_another_phrase_that_says_no() -> None:
    for first in (Phrase(Meaning.NO), Phrase(Meaning.NO, Role.OWN), YES):
        assert not is_denied([piece("vlorp", first), *unknown("dat heb ik nooit")], GRAMMAR)
        assert not is_well([piece("vlorp", first), *unknown("ik eet goed")], GRAMMAR)


def test_what_denies_a_no_may_be_part_of_a_known_yes_or_no_but_of_nothing_else() -> None:
    assert worth(piece("nee", NO), *unknown("nooit")) is Meaning.NO
    assert worth(piece("nee", NO), piece("dat heb ik", Phrase(Meaning.YES)), *unknown("nooit")) is Meaning.NO
    assert worth(piece("nee", NO), piece("dat heb ik niet", Phrase(Meaning.NO)), *unknown("dat")) is Meaning.NO
    assert worth(piece("nee", NO), piece("dat heb ik", Phrase(Meaning.UNSURE)), *unknown("nooit")) is Meaning.UNCLEAR


def test_what_is_well_may_hold_phrases_that_are_no_symptom_of_the_question() -> None:
    for phrase in (Phrase(Meaning.YES), Phrase(Meaning.NO, Role.OWN)):
        assert worth(piece("nee", NO), piece("ik eet", phrase), *unknown("goed")) is Meaning.NO


def test_a_ja_is_doubted_for_the_other_side_and_for_a_whole_phrase_of_something_else() -> None:
    ja, weet, weet_niet = piece("ja", YES), piece("ik weet", Phrase(Meaning.UNSURE)), piece("ik weet nu", Phrase(Meaning.UNSURE))
    assert worth(ja, piece("bij het hoesten")) is Meaning.YES
    assert worth(ja, piece("dat heb ik", Phrase(Meaning.YES)), *unknown("vlorp")) is Meaning.YES
    assert worth(ja, weet, *unknown("vlorp")) is Meaning.YES
    assert worth(ja, weet_niet, *unknown("vlorp")) is Meaning.UNCLEAR
    assert worth(piece("nee", NO), piece("wel", Phrase(Meaning.YES)), *unknown("vlorp"), backed=BACKED) is Meaning.UNCLEAR


def test_a_denial_is_part_of_something_else_if_it_completes_it_or_the_sentence_goes_on_in_unknown_words() -> None:
    ja, inside, completing = piece("ja", YES), piece("ik niet", Phrase(Meaning.NO)), piece("niet", Phrase(Meaning.NO, Role.AFTER))
    assert worth(ja, inside, *unknown("gerust")) is Meaning.YES
    assert worth(ja, *unknown("vlorp"), completing) is Meaning.YES
    assert worth(ja, *unknown("vlorp"), inside, piece("ik weet", Phrase(Meaning.UNSURE))) is Meaning.UNCLEAR


@pytest.mark.parametrize("locale", ["nl-BE", "nl-NL"])
def test_nothing_that_is_called_well_denies_that_it_is(locale: str) -> None:
    grammar = load_grammar(PROMPTS / locale)
    assert not grammar.ordinary & grammar.denials
    harmless = {"niets veranderd", "niet veranderd"}
    said = {" ".join(words) for words, *_ in list_shared(grammar.well, grammar.well)}
    denied = {text for text in said if {"niet", "niets", "nooit"} & set(text.split())}
    assert {text.removesuffix(" aan") for text in denied} == harmless


@pytest.mark.parametrize("name", sorted(load_symptoms(PROMPTS / "nl-BE")))
def test_no_symptom_of_a_question_is_made_of_words_that_are_well(name: str) -> None:
    grammar = load_grammar(PROMPTS / "nl-BE")
    own = grammar.extend(load_symptoms(PROMPTS / "nl-BE")[name], name).own
    well = [
        text for words, *_ in list_shared(grammar.well, grammar.well) for text in (words, ("ik", *words), ("dat", "is", *words))
    ]
    assert not [
        text for text in well for end, phrase in own.match_from(text, 0) if phrase.meaning is Meaning.YES and end == len(text)
    ]
