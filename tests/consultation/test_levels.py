"""Which outcome a patient gets: one feature seldom means disease, and combinations weigh more (docs/grounds.md, urgency)."""

from __future__ import annotations

import pytest

from tests.consultation.test_dialogue import LONG, NO, UNSURE, YES, converse, spoken_after
from voice.consultation.script import Level, Script
from voice.understand.expected import Care
from voice.understand.meaning import Answer, Meaning, Years


def aged(years: int) -> Answer:
    return Answer(Meaning.AGE, years=Years(years, years))


FALL = {"val": [YES]}
OUTCOMES = {
    "a stumble at 40": ({"leeftijd": [aged(40)], **FALL}, Level.S),
    "a stumble at 74": ({"leeftijd": [aged(74)], **FALL}, Level.S),
    "a stumble at 78": ({"leeftijd": [aged(78)], **FALL}, Level.T),
    "a stumble with brittle bones": ({**FALL, "osteoporose": [YES]}, Level.T),
    "a stumble with long cortisone": ({**FALL, "cortisone": [YES]}, Level.T),
    "a stumble with blood thinners": ({**FALL, "bloedverdunner": [YES]}, Level.T),
    "a serious accident": ({**FALL, "ongeval": [YES]}, Level.E),
    "a fall, and how serious is not known": ({**FALL, "ongeval": [UNSURE, UNSURE]}, Level.STAFF),
    "less strength": ({"kracht": [YES]}, Level.T),
    "a foot that drags": ({"kracht": [YES], "klapvoet": [YES]}, Level.E),
    "strength not known, a foot that drags": ({"kracht": [UNSURE], "klapvoet": [YES]}, Level.E),
    "less strength after cancer": ({"kracht": [YES], "kanker": [YES]}, Level.E),
    "a numb leg": ({"gevoel": [YES]}, Level.S),
    "an earlier cancer": ({"kanker": [YES]}, Level.W),
    "an earlier cancer and pain at night": ({"kanker": [YES], "nachtpijn": [YES]}, Level.T),
    "an earlier cancer and less weight": ({"kanker": [YES], "gewicht": [YES]}, Level.T),
    "fever": ({"koorts": [YES]}, Level.T),
    "fever and weak defences": ({"koorts": [YES], "afweer": [YES]}, Level.E),
    "pain at night": ({"nachtpijn": [YES]}, Level.S),
    "pain at night and weak defences, no fever": ({"nachtpijn": [YES], "afweer": [YES]}, Level.T),
    "pain at night and brittle bones": ({"nachtpijn": [YES], "osteoporose": [YES]}, Level.W),
    "pain for months": ({"duur": [LONG]}, Level.S),
    "sixteen years old": ({"leeftijd": [aged(16)]}, Level.STAFF),
    "78 and nothing else": ({"leeftijd": [aged(78)]}, Level.REASSURE),
}


@pytest.mark.parametrize("where", ["kort", "uitgebreid"])
@pytest.mark.parametrize(("answers", "level"), OUTCOMES.values(), ids=OUTCOMES)
def test_an_outcome(script: Script, long_script: Script, where: str, answers: dict[str, list[Answer]], level: Level) -> None:
    chosen = script if where == "kort" else long_script
    assert converse(chosen, {name: list(given) for name, given in answers.items()}).then.level is level


def test_in_the_long_script_brittle_bones_alone_are_for_the_physiotherapist(long_script: Script) -> None:
    for flag in ("osteoporose", "cortisone"):
        assert converse(long_script, {flag: [YES]}).then.level is Level.S
        assert converse(long_script, {flag: [YES], "plots": [YES]}).then.level is Level.T


def test_stiff_mornings_matter_only_if_the_pain_is_old(long_script: Script) -> None:
    assert "stijf" not in converse(long_script, {"stijf": [YES]}).visit.path
    assert converse(long_script, {"duur": [LONG], "stijf": [YES]}).then.flags == ("duur", "stijf")


def test_belly_pain_is_asked_from_fifty(long_script: Script) -> None:
    assert converse(long_script, {"leeftijd": [aged(49)], "aneurysma": [YES]}).then.level is Level.REASSURE
    assert "112" in " ".join(line for line in spoken_after(long_script, {"leeftijd": [aged(50)], "aneurysma": [YES]}))


@pytest.mark.parametrize("bones", ["osteoporose", "cortisone", "val"])
@pytest.mark.parametrize("answer", [YES, UNSURE], ids=["found", "not known"])
def test_nobody_whose_bones_may_break_is_told_that_lifting_is_allowed(long_script: Script, bones: str, answer: Answer) -> None:
    given = {bones: [answer, answer], "ongeval": [NO]}
    assert converse(long_script, given).then.level is Level.S
    assert not {"aanbod", "meer.vraag"}.intersection(spoken_after(long_script, given))


def test_the_topic_on_lifting_warns_of_brittle_bones(every_script: Script) -> None:
    assert "broze botten" in " ".join(line.text for line in every_script.topic("heffen").lines)


def test_at_78_without_flags_there_are_at_most_fourteen_turns(script: Script) -> None:
    visit = converse(script, {"leeftijd": [aged(78)]}).visit
    assert visit.finding("vijfenzeventig") and len(visit.path) + 1 <= 14


def test_answers_to_a_fall_are_taken_as_carefully_as_those_to_the_accident_that_it_may_be(every_script: Script) -> None:
    """A fall alone is S, but a yes to it leads to the question of a serious accident, which is E."""
    assert every_script.question("val").level is Level.S
    assert every_script.question("ongeval").level is Level.E
    assert every_script.question("val").expected.care is Care.HIGH
