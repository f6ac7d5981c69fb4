"""The judge of moving together notices a movement that something rules out, and the walk finds none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import PROMPTS
from voice.consultation.coach import movement
from voice.consultation.loader import load_script
from voice.consultation.review.walk import walk
from voice.consultation.script import Finding, Level, Script
from voice.understand.meaning import Meaning


@pytest.fixture(scope="module")
def whole() -> Script:
    return load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=frozenset(("movement",)))


@pytest.fixture
def few(whole: Script) -> Script:
    """What rules out all, and what rules out one on the feet; one movement on a chair and one on the feet."""
    questions = tuple(replace(whole.question(name), gate=None) for name in ("val", "gevoel"))
    seated, standing = whole.moving.movement("kantelen"), whole.moving.movement("tenen")
    movements = (replace(seated, not_with=()), replace(standing, not_with=("gevoel",)))
    moving = replace(whole.moving, movements=movements, never_with=("val",))
    after = {level: ("movement",) for level in (Level.REASSURE, Level.S)}
    return replace(whole, questions=questions, rules=(), moving=moving, after=after)


def find(script: Script, unusual: int = 1) -> str:
    return "\n".join(walk(script, unusual=unusual).violations)


def test_no_path_leads_from_what_was_told_to_a_movement(few: Script) -> None:
    walked = walk(few, unusual=1)
    assert walked.violations == ()
    assert walked.asked >= {movement.OFFER, movement.FOOTING, movement.READY, movement.CHECK}


def test_a_flag_that_is_present_and_does_not_rule_out(few: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movement, "_rules_out", lambda visit, name: visit.finding(name) is Finding.UNKNOWN)
    assert "tenen in spite of gevoel" in find(few, 0)


def test_a_missing_answer_that_does_not_rule_out(few: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movement, "_rules_out", lambda visit, name: visit.finding(name) is Finding.PRESENT)
    assert "tenen in spite of gevoel" in find(few)


def test_what_was_told_and_denied_that_does_not_rule_out(few: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = movement._rules_out
    monkeypatch.setattr(movement, "_rules_out", lambda visit, name: name not in visit.mentioned and usual(visit, name))
    few = replace(few, told_and_denied={**few.told_and_denied, Level.T: Level.S}, unknown={**few.unknown, Level.T: Level.S})
    assert "in spite of val" in find(few)


def test_a_movement_after_an_outcome_that_is_not_calm(few: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    endings = {**few.endings, Level.W: few.endings[Level.S]}
    urgent = replace(few.question("gevoel"), level=Level.W)
    questions = tuple(urgent if one.id == "gevoel" else one for one in few.questions)
    some = replace(few, questions=questions, endings=endings, after={**few.after, Level.W: ("movement",)})
    assert find(some, 0) == ""
    monkeypatch.setattr(movement, "AFTER", (Level.REASSURE, Level.S, Level.W))
    assert "kantelen after W" in find(some, 0)


def test_a_doubtful_yes_that_counts_as_standing_firmly(few: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movement, "_is_sure", lambda answer: answer.meaning is not Meaning.NO)
    assert "tenen on the feet, and the patient has not said that he stands firmly" in find(few)


def test_a_patient_who_is_not_asked_whether_he_stands(few: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    seated = tuple(replace(one, standing=False) for one in few.moving.movements)
    usual = movement.list_allowed
    monkeypatch.setattr(
        movement, "list_allowed", lambda visit: tuple(seated[few.moving.movements.index(one)] for one in usual(visit))
    )
    assert "tenen on the feet" in find(few, 0)
