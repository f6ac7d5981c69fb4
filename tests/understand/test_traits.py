"""What the rules make of an answer's parts, as the learned reader sees it."""

from __future__ import annotations

from tests.conftest import load_shipped
from voice.understand.reader import MOST_WORDS
from voice.understand.traits import describe


def traits(text: str, question: str) -> set[str]:
    expected = load_shipped("nl-BE", "kort").question(question).expected
    return set(describe(expected.grammar.split(text), expected))


def test_the_same_build_has_the_same_traits_at_every_question() -> None:
    one = {trait for trait in traits("koorts heb ik niet gehad", "koorts") if trait[0] in "sS"}
    other = {trait for trait in traits("tintelingen heb ik niet gehad", "gevoel") if trait[0] in "sS"}
    assert one == other != set()


def test_an_order_turned_round_is_told_apart() -> None:
    assert traits("pijn wel koorts niet", "koorts") != traits("koorts wel pijn niet", "koorts")


def test_what_stands_behind_a_denial_is_denied_until_the_clause_ends() -> None:
    found = traits("geen vlorp maar blierk", "koorts")
    assert {"!vlorp", "+blierk"} <= found
    assert not {"+vlorp", "!blierk"} & found


def test_a_story_is_described_no_further_than_it_is_read() -> None:
    words = ("vlorp",) * MOST_WORDS
    expected = load_shipped("nl-BE", "kort").question("koorts").expected
    assert describe((*words, "koorts"), expected) == describe(words, expected)
