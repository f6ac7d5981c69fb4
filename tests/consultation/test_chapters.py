"""The chapters around an outcome: which come, in which order, and what goes before them."""

from __future__ import annotations

import pytest

from tests.conftest import PROMPTS
from tests.consultation.test_dialogue import healthy
from voice.consultation.coach.chapters import CHAPTERS
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import load_script
from voice.consultation.script import Level, Script
from voice.consultation.visit import Outcome, Phase, Step
from voice.understand.meaning import Answer, Meaning, Mention

NO, YES = Answer(Meaning.NO), Answer(Meaning.YES)


@pytest.fixture(scope="module", params=["nl-BE", "nl-NL"])
def whole(request: pytest.FixtureRequest) -> Script:
    """The short script with every chapter switched on."""
    return load_script(PROMPTS / str(request.param), "kort", language=False, chapters=frozenset(CHAPTERS))


def reach(script: Script, name: str, **flags: Answer) -> Step:
    """Return the step that puts the question of that id to a patient who denies everything else."""
    step = begin(script)
    while not isinstance(step.then, Outcome) and step.then.id != name:
        step = advance(step.visit, flags.get(step.then.id, healthy(step.then)))
    assert not isinstance(step.then, Outcome)
    return step


def ids(step: Step) -> list[str]:
    return [utterance.id for utterance in step.say]


def test_a_chapter_comes_only_where_it_is_switched_on(whole: Script) -> None:
    plain = load_script(PROMPTS / whole.locale, "kort", language=False)
    assert "messages" in whole.after[Level.REASSURE]
    assert plain.after[Level.REASSURE] == ("topics",)
    assert {question.id for question in plain.coached} == set()
    assert reach(whole, "nog_eens").visit.phase is Phase.ADVISE


def test_the_messages_are_said_again_to_a_patient_who_wants_it_and_then_the_topics_come(whole: Script) -> None:
    asked = reach(whole, "nog_eens")
    core = [line.id for name in whole.core for line in whole.topic(name).lines]
    assert ids(asked)[-1 - len(core) :] == [*core, "nog_eens.vraag"]
    for answer in (YES, Answer(Meaning.REPEAT)):
        again = advance(asked.visit, answer)
        assert set(core) <= set(ids(again))
    assert ids(advance(asked.visit, NO)) == ["meer.vraag"]


@pytest.mark.parametrize("name", sorted({name for chapter in CHAPTERS.values() for name in chapter.questions}))
def test_alarm_help_a_request_a_stop_and_a_mention_go_before_a_chapter(whole: Script, name: str) -> None:
    asked = reach(whole, name)
    assert advance(asked.visit, Answer(Meaning.ALARM)).then.level is Level.STAFF
    assert advance(asked.visit, Answer(Meaning.HELP)).then.level is Level.STAFF
    assert advance(asked.visit, Answer(Meaning.LOUDER)).then is asked.then
    assert advance(asked.visit, Answer(Meaning.BACK)).then is asked.then
    assert advance(asked.visit, Answer(Meaning.STOP)).then.level is Level.REASSURE
    for meaning in (Meaning.YES, Meaning.NO, Meaning.UNCLEAR, Meaning.STOP, Meaning.TOPIC):
        told = advance(asked.visit, Answer(meaning, mentions=(Mention("plassen"),)))
        assert told.then.id == "plassen"
        assert advance(told.visit, NO).then.level is Level.STAFF, "a told emergency that is denied is unknown"


@pytest.mark.parametrize("meaning", [meaning for meaning in Meaning if meaning is not Meaning.WAIT], ids=str)
@pytest.mark.parametrize("name", sorted({name for chapter in CHAPTERS.values() for name in chapter.questions}))
def test_a_chapter_ends_whatever_is_answered(whole: Script, name: str, meaning: Meaning) -> None:
    step, answers = reach(whole, name), 0
    while not isinstance(step.then, Outcome):
        step, answers = advance(step.visit, Answer(meaning)), answers + 1
        assert answers < 200
    assert step.then.level in (Level.REASSURE, Level.STAFF)
