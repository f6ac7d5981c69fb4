"""Two recognizers: what only one of them hears is not believed."""

from __future__ import annotations

import pytest

from voice.audio import silence
from voice.recognize import Transcript, Vocabulary
from voice.recognize.agree import Agreeing, agree


class Says:
    """A recognizer that always hears the same."""

    name = "says"

    def __init__(self, text: str, confidence: float) -> None:
        self.heard = Transcript(text, confidence, self.name)
        self.closed = False

    def transcribe(self, audio: object, vocabulary: Vocabulary) -> Transcript:
        return self.heard

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        ("ja", "Ja, hoor.", True),
        ("nee", "Neen.", True),
        ("ja", "nee", False),
        ("ja", "", False),
        ("", "", True),
        ("natuurlijk niet", "nee", True),
        ("natuurlijk niet", "natuurlijk", False),
        ("ja ik kan niet meer plassen", "ja", True),
        ("ik weet het niet", "nee", False),
        ("geen idee", "ik weet het niet", True),
        ("stop", "Stop!", True),
        ("stop", "help", False),
    ],
)
def test_texts_agree_when_they_take_the_same_side(one: str, other: str, agrees: bool) -> None:
    assert agree(one, other) is agrees and agree(other, one) is agrees


def test_agreement_keeps_the_more_confident_text_and_disagreement_is_not_trusted() -> None:
    sure, unsure, against = Says("ja", 0.9), Says("Ja, een beetje", 0.4), Says("nee", 0.95)
    both = Agreeing(unsure, sure).transcribe(silence(1.0), Vocabulary())
    assert (both.text, both.confidence, both.alternatives) == ("ja", 0.9, ("Ja, een beetje",))
    assert Agreeing(sure, against).transcribe(silence(1.0), Vocabulary()).confidence == 0.0


def test_closing_closes_both() -> None:
    ears = Says("", 0), Says("", 0)
    Agreeing(*ears).close()
    assert all(ear.closed for ear in ears)
