"""Words that unknown ones may have been meant for."""

from __future__ import annotations

import pytest

from tests.conftest import load_shipped
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.near import find_near

MEANT = frozenset({"plassen", "plaste", "plasje", "borstkas", "bewusteloos"})


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("plasen", "plassen"),
        ("plasste", "plaste"),
        ("borstkkas", "borstkas"),
        ("plasjes", "plasje"),
        ("plat", None),
        ("tafel", None),
    ],
)
def test_a_letter_that_is_doubled_or_not_is_the_likeliest_slip(heard: str, meant: str | None) -> None:
    assert find_near(heard, MEANT) == meant


@pytest.mark.parametrize(
    "told", ["ik kan niet meer plasen", "en ik kan ook niet mee plasen", "ik kan sinds gisteren niet meer plasen"]
)
def test_an_emergency_that_is_written_with_one_letter_is_heeded(told: str) -> None:
    answer = understand(Transcript(told, 0.5, "whisper"), load_shipped("nl-BE", "kort").question("koorts").expected)
    assert [mention.question for mention in answer.mentions] == ["plassen"]
