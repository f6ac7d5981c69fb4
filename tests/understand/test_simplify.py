"""What may be left out of an answer without changing what it says."""

from __future__ import annotations

from dataclasses import replace

from voice.understand.grammar.compile import compile_phrases
from voice.understand.grammar.grammar import EMPTY
from voice.understand.simplify import loosen, soften
from voice.understand.templates import parse


def net(*templates: str):  # type: ignore[no-untyped-def]
    return compile_phrases(((parse(one, {}), True) for one in templates), lambda word: (word,))


GRAMMAR = replace(
    EMPTY, soft=net("heel", "echt"), denials=frozenset({"niet", "nooit"}), loose=net("vannacht", "de laatste [dagen|tijd]")
)


def heard(text: str) -> list[str]:
    return [" ".join(words) for words in loosen(tuple(text.split()), GRAMMAR)]


def test_a_soft_word_goes_unless_a_denial_stands_before_it() -> None:
    assert soften(("ik", "heb", "echt", "pijn"), GRAMMAR) == ("ik", "heb", "pijn")
    assert soften(("niet", "echt"), GRAMMAR) == ("niet", "echt")
    assert soften(("nooit", "echt"), GRAMMAR) == ("nooit", "echt")


def test_the_longest_loose_phrase_goes_wherever_it_stands() -> None:
    assert heard("ik had de laatste tijd koorts")[0] == "ik had koorts"
    assert heard("ik had koorts vannacht")[0] == "ik had koorts"


def test_after_a_loose_opening_the_verb_goes_behind_its_subject() -> None:
    assert "ik had koorts" in heard("vannacht had ik koorts")
    assert "mijn been zakt weg" in heard("vannacht zakt mijn been weg")
    assert "ik had koorts" not in heard("had ik koorts vannacht")


def test_nothing_loose_gives_no_other_reading() -> None:
    assert heard("ik had koorts") == []
    assert heard("vannacht") == []


def test_a_subject_has_one_to_three_words_and_something_follows_it() -> None:
    assert heard("vannacht had ik koorts")[2:] == ["ik had koorts"]
    assert heard("vannacht tintelt mijn rechter voet altijd wel erg")[2:] == [
        "mijn tintelt rechter voet altijd wel erg",
        "mijn rechter tintelt voet altijd wel erg",
        "mijn rechter voet tintelt altijd wel erg",
    ]
