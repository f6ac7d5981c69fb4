"""Yes and no outside medicine, for other programs that use our understanding."""

from __future__ import annotations

import pytest

from voice.base.paths import find_shipped
from voice.bridges.text import extend_household
from voice.consultation.script import Script
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.expected import Care, Expected
from voice.understand.meaning import Meaning

YES = (
    "ja graag",
    "graag",
    "doe maar",
    "ja hoor, doe maar",
    "geen probleem",
    "goed idee",
    "prima",
    "zet maar aan",
    "dat mag",
    "ga je gang",
)
NO = ("nee dank u", "hoeft niet", "nee hoor, hoeft niet", "doe maar niet", "laat maar", "liever niet", "niet nodig")


def mean(script: Script, words: str) -> Meaning:
    expected = Expected(care=Care.HIGH, grammar=extend_household(find_shipped("prompts"), script.readback.expected.grammar))
    return understand(Transcript(words, 1.0, "text"), expected).meaning


@pytest.mark.parametrize(("words", "meaning"), [*((one, Meaning.YES) for one in YES), *((one, Meaning.NO) for one in NO)])
def test_what_is_answered_at_home_is_understood(script: Script, words: str, meaning: Meaning) -> None:
    assert mean(script, words) is meaning


def test_the_kiosk_does_not_take_politeness_for_a_symptom(script: Script) -> None:
    for words in ("graag", "doe maar", "geen probleem"):
        assert understand(Transcript(words, 1.0, "text"), script.question("koorts").expected).meaning is not Meaning.YES
