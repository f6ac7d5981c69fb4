"""A questionnaire of the practice is put item by item, scored, and decides nothing."""

from __future__ import annotations

import pytest

from tests.conftest import PROMPTS
from tests.consultation.test_dialogue import healthy
from tests.helpers.virtual_sound_card import ROOT
from voice.consultation.coach.questionnaire import find_scores
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import load_script
from voice.consultation.script import Level, Script
from voice.consultation.visit import Outcome, Visit
from voice.understand.meaning import Answer, Meaning, Score

EXAMPLE = ROOT / "docs" / "questionnaire.example.yaml"


@pytest.fixture(scope="module")
def script() -> Script:
    return load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=("questionnaire",), questionnaire=EXAMPLE)


def hold(script: Script, *given: Answer) -> tuple[Visit, list[str]]:
    """Hold a visit with these answers to the items, one after the other; return it with what was said."""
    step, answers, said = begin(script), list(given), []
    while not isinstance(step.then, Outcome):
        said += [line.id for line in step.say]
        step = advance(step.visit, answers.pop(0) if step.then.id.startswith("dagelijks.") else healthy(step.then))
    assert not answers
    return step.visit, said


YES, NO, NINE = Answer(Meaning.YES), Answer(Meaning.NO), Answer(Meaning.SCORE, score=Score(9, 9))


def test_its_items_are_put_in_order_and_scored(script: Script) -> None:
    visit, said = hold(script, YES, NO, NO, YES, NINE)
    assert [name for name in said if name.startswith("dagelijks.")] == [
        "dagelijks.inleiding", "dagelijks.aankleden.vraag", "dagelijks.wandelen.vraag", "dagelijks.plezier.vraag",
        "dagelijks.piekeren.vraag", "dagelijks.hinder.vraag",
    ]  # fmt: skip
    scores = find_scores(visit)
    assert scores is not None
    assert [(total.scale.id, total.low, total.high, total.most) for total in scores.totals] == [
        ("totaal", 4, 4, 5), ("stemming", 2, 2, 2),
    ]  # fmt: skip
    assert scores.groups == ("veel last, ook van piekeren",)
    assert visit.outcome.level is Level.REASSURE


def test_what_is_not_answered_may_be_anything(script: Script) -> None:
    declined = Answer(Meaning.DECLINE)
    visit, _ = hold(script, NO, NO, YES, declined, Answer(Meaning.UNSURE))
    scores = find_scores(visit)
    assert scores is not None
    assert [(total.low, total.high) for total in scores.totals] == [(0, 2), (0, 1)]
    assert scores.groups == ("weinig last",)
    scores = find_scores(hold(script, YES, YES, declined, declined, NINE)[0])
    assert scores is not None and scores.groups == ("veel last, ook van piekeren", "veel last")


def test_without_a_file_there_is_no_questionnaire_and_no_score() -> None:
    plain = load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=("questionnaire",))
    assert find_scores(hold(plain)[0]) is None


def test_what_it_says_can_be_rendered_ahead(script: Script) -> None:
    ids = {utterance.id for utterance in script.utterances()}
    assert {"dagelijks.inleiding", "dagelijks.hinder.vraag", "dagelijks.hinder.verduidelijking"} <= ids
