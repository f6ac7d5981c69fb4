"""An unknown word becomes the known word that a region says that way, or stays as it is."""

from __future__ import annotations

import pytest

from voice.understand.normalise import Sounds

SOUNDS = Sounds((("oa", "aa"), ("-e", "en"), ("-", "t"), ("-ke", "tje"), ("j-", "n")), guarded=frozenset({"nee"}))
KNOWN = frozenset({"waar", "praten", "nacht", "keertje", "nee", "woar"})


@pytest.mark.parametrize(
    ("heard", "meant"), [("prate", "praten"), ("nach", "nacht"), ("keerke", "keertje"), ("proate", "praten")]
)
def test_one_or_two_sounds_are_put_back(heard: str, meant: str) -> None:
    sounds = Sounds((*SOUNDS.changes, ("oa", "a")), SOUNDS.guarded)
    assert sounds.find_usual(heard, KNOWN) == meant


def test_a_known_word_stays_though_another_would_fit() -> None:
    assert SOUNDS.find_usual("woar", KNOWN) == "woar"
    assert SOUNDS.find_usual("woar", KNOWN - {"woar"}) == "waar"


@pytest.mark.parametrize("word", ["jee", "na", "38komma5", "vliegtuig"])
def test_a_guarded_short_written_or_foreign_word_is_left_alone(word: str) -> None:
    assert SOUNDS.find_usual(word, KNOWN | {"nat", "nen"}) == word


def test_two_sounds_are_not_put_back_in_a_short_word() -> None:
    assert Sounds((("oa", "a"), ("-", "t"))).find_usual("noa", frozenset({"nat"})) == "noa"
