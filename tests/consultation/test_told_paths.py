"""Whole visits in words: what is told at the wrong moment, and the outcome it must have. The patient denies all the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from voice.consultation.dialogue import advance, begin
from voice.consultation.script import Level, Script
from voice.consultation.visit import Outcome
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand

Said = Mapping[str, Sequence[str]]
USUAL = {"duur": "drie dagen", "klopt": "ja", "leeftijd": "zestig jaar"}
"""What is answered where "nee" is no answer, by the id of the question."""
ELSEWHERE = ("koorts", "val", "kracht", "gevoel", "gewicht", "nachtpijn")
NOT_PASSED = "ik kan niet meer plassen"


def hold(script: Script, said: Said) -> tuple[Outcome, list[str]]:
    """Hold the visit. said: by question id what is said there in turn. Returns the outcome, and what was put, in order."""
    step, put, left = begin(script), list[str](), {name: list(texts) for name, texts in said.items()}
    while not isinstance(step.then, Outcome):
        name = step.then.id
        put.append(name)
        assert len(put) < 60
        usual = "ja" if name.endswith("_nieuw") else USUAL.get(name, "nee")
        text = left[name].pop(0) if left.get(name) else usual
        step = advance(step.visit, understand(Transcript(text, 1.0, "text"), step.then.expected))
    return step.then, put


def follows(put: list[str], name: str) -> str:
    """What was put directly after the first time that `name` was."""
    return put[put.index(name) + 1]


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ({"meer": ["ik kan niet meer plassen, mag ik dan bewegen?"]}, "plassen"),
        ({"meer": ["ik kan niet plassen"] * 3}, "plassen"),
        ({"meer": ["ja, ik kan niet meer plassen, is dat erg?"]}, "plassen"),
        *(({place: [NOT_PASSED]}, "plassen") for place in ELSEWHERE),
        *(({place: [NOT_PASSED] * 3}, "plassen") for place in ELSEWHERE),
        *(({place: ["ik kan niet mee plassen"]}, "plassen") for place in ("duur", "koorts", "meer")),
        ({"gevoel": ["ja, tussen mijn benen"]}, "zitvlak"),
        ({"gevoel": ["in allebei mijn benen en rond mijn poep"]}, "beide_benen"),
        ({"kracht": ["ja, in allebei mijn benen"]}, "beide_benen"),
        ({"kracht": ["mijn been is verlamd"]}, "klapvoet"),
        ({"gevoel": ["mijn been is verlamd"]}, "klapvoet"),
        ({"gevoel": ["nee, het is tussen mijn benen doof"]}, "zitvlak"),
        ({"gevoel": ["ja"], "klopt": ["nee, het is tussen mijn benen doof"]}, "zitvlak"),
        ({"gevoel": ["ja"], "klopt": ["ja en ik kan ook niet meer plassen"]}, "plassen"),
        ({"gevoel": ["ja"], "klopt": ["wat zegt u daar allemaal", "ja en ik kan ook niet meer plassen"]}, "plassen"),
        ({"duur": ["ik verlies urine sinds gisteren"]}, "plassen"),
        ({"duur": [NOT_PASSED]}, "plassen"),
        *(({place: ["hevige buikpijn"]}, "aneurysma") for place in ("duur", "koorts", "meer")),
        *(({place: ["ik voel iets kloppen in mijn buik"]}, "aneurysma") for place in ("duur", "koorts", "meer")),
    ],
    ids=str,
)
def test_an_emergency_that_is_told_brings_somebody_in(script: Script, said: Said, flag: str) -> None:
    place = next(reversed(said))
    denied, put = hold(script, said)
    assert flag in put[put.index(place) + 1 :]
    assert (denied.level, flag in denied.unknown) == (Level.STAFF, True)
    before = ["nee"] if put.index(flag) < put.index(place) else []
    affirmed, _ = hold(script, {**said, flag: [*before, "ja"]})
    assert (affirmed.level, flag in affirmed.flags) == (Level.E, True)


@pytest.mark.parametrize("place", ["koorts", "meer", "duur"])
@pytest.mark.parametrize("text", ["ik wil zelfmoord plegen", "ik ben helemaal in de war", "ik weet niet meer waar ik ben"])
def test_what_cannot_wait_brings_in_the_staff_at_once(script: Script, text: str, place: str) -> None:
    outcome, put = hold(script, {place: [text]})
    assert (outcome.level, outcome.reasons, put[-1]) == (Level.STAFF, ("alarm",), place)


@pytest.mark.parametrize("place", ["koorts", "meer", "duur", "klopt"])
@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("ik ben zwanger", "zwanger"),
        ("ik ben zestien jaar", "minderjarig"),
        ("het is mijn knie", "elders"),
        ("ik heb geen rugpijn maar mijn nek", "elders"),
        ("ik heb osteoporose", "osteoporose"),
        ("ik heb osteoporose, mag ik dan heffen?", "osteoporose"),
        ("ik neem bloedverdunners", "bloedverdunner"),
    ],
)
def test_what_makes_this_conversation_unfit_is_asked_about_and_never_reassured(
    script: Script, text: str, flag: str, place: str
) -> None:
    said = {"nachtpijn": ["ja"] if place == "klopt" else ["nee"], place: [text]}
    denied, put = hold(script, said)
    assert follows(put, place) == flag
    assert denied.level is not Level.REASSURE and flag in denied.unknown
    affirmed, _ = hold(script, {**said, flag: ["ja"]})
    assert affirmed.level.urgency <= script.question(flag).level.urgency and flag in affirmed.flags


@pytest.mark.parametrize("text", ["mijn vrouw is zwanger", "ik heb geen osteoporose", "mijn kleinzoon is zestien jaar"])
def test_what_is_denied_or_somebody_else_s_changes_nothing(script: Script, text: str) -> None:
    assert hold(script, {"koorts": [text, "nee"]})[0].level is Level.REASSURE


def test_a_fall_that_the_pain_dates_from_is_asked_about_next_and_its_time_counts(script: Script) -> None:
    denied, put = hold(script, {"duur": ["sinds mijn val vorige week"]})
    assert follows(put, "duur") == "val" and put.count("duur") == 1
    assert denied.unknown == ("val",)
    affirmed, _ = hold(script, {"duur": ["sinds mijn val vorige week"], "val": ["ja"]})
    assert affirmed.flags == ("val",)


@pytest.mark.parametrize("text", ["ik heb koorts sinds gisteren", "sinds gisteren heb ik koorts"])
def test_how_long_a_complaint_has_lasted_is_not_how_long_the_pain_has(script: Script, text: str) -> None:
    long, put = hold(script, {"duur": [text, "drie maanden"]})
    assert follows(put, "duur") == "koorts" and put.count("duur") == 2
    assert "duur" in long.flags


@pytest.mark.parametrize("text", ["al drie weken rugpijn, en sinds gisteren koorts", "drie weken, en ik heb ook koorts"])
def test_the_length_of_the_pain_beside_a_complaint_counts(script: Script, text: str) -> None:
    _, put = hold(script, {"duur": [text]})
    assert follows(put, "duur") == "koorts" and put.count("duur") == 1
