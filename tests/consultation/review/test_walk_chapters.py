"""The walk goes through every chapter, finds nothing wrong, and notices when the gate of one is broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from random import Random
from types import MappingProxyType

import pytest

from tests.conftest import EVERY_SCRIPT, PROMPTS
from tests.helpers.virtual_sound_card import ROOT
from voice.consultation import dialogue
from voice.consultation.chapter_entries import EVERY_CHAPTER
from voice.consultation.coach import briefing, chapters
from voice.consultation.coach.chapter import Chapter, Move
from voice.consultation.dialogue import advance
from voice.consultation.loader import load_script
from voice.consultation.review import walk_chapters
from voice.consultation.review.testimony import Testimony
from voice.consultation.review.walk import _walk_questions, walk
from voice.consultation.review.walk_answers import UNUSUAL, USUAL_IN_CHAPTERS
from voice.consultation.review.walk_chapters import Entries, leave_out_chapters, make_class
from voice.consultation.script import Finding, Level, Question, Script
from voice.consultation.visit import IN_CHAPTER, Step, Visit
from voice.understand.meaning import Answer, Meaning

Plant = Callable[[str, Chapter], None]


def load_whole(locale: str, name: str) -> Script:
    questionnaire = ROOT / "docs" / "questionnaire.example.yaml"
    return load_script(PROMPTS / locale, name, language=False, chapters=EVERY_CHAPTER, questionnaire=questionnaire)


@pytest.fixture(scope="module")
def whole() -> Script:
    return load_whole("nl-BE", "kort")


@pytest.fixture(scope="module")
def few(whole: Script) -> Script:
    """Every chapter, after few questions: one that rules out some movements, and one that answers a question of a chapter."""
    names = ("beide_benen", "beide_benen_nieuw", "val", "gevoel")
    ruled_out = {"kantelen": (), "draaien": ("val",), "tenen": ("gevoel",)}
    movements = tuple(replace(whole.moving.movement(name), not_with=names) for name, names in ruled_out.items())
    moving = replace(whole.moving, never_with=("beide_benen",), movements=movements)
    return replace(whole, questions=tuple(map(whole.question, names)), rules=(), moving=moving)


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Puts another chapter in the place of one."""

    def put(name: str, chapter: Chapter) -> None:
        others = MappingProxyType({**chapters.CHAPTERS, name: chapter})
        for module in (chapters, dialogue):
            monkeypatch.setattr(module, "CHAPTERS", others)

    return put


def find(script: Script, unusual: int = 0) -> str:
    return "\n".join(walk(script, unusual).violations)


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "name"), EVERY_SCRIPT)
def test_no_path_through_the_chapters_is_unsafe(locale: str, name: str) -> None:
    """`script walk` has unusual answers before the chapters, too."""
    script = load_whole(locale, name)
    walked = walk(script, unusual=0)
    assert walked.violations == ()
    assert walked.asked >= {question.id for question in script.coached}


@pytest.mark.slow
def test_with_an_unusual_answer_anywhere_nothing_is_unsafe_either(few: Script) -> None:
    walked = walk(few, unusual=1)
    assert walked.violations == ()
    assert walked.asked >= {question.id for question in few.coached}


@pytest.mark.parametrize("name", sorted(EVERY_CHAPTER))
def test_an_answer_in_a_chapter_that_becomes_a_finding(few: Script, plant: Plant, name: str) -> None:
    chapter = chapters.CHAPTERS[name]

    def find_something(visit: Visit, answer: Answer) -> Move:
        return chapter.advance(replace(visit, findings=(*visit.findings, ("val", Finding.ABSENT))), answer)

    plant(name, replace(chapter, advance=find_something))
    assert f"an answer in the chapter {name} changed findings" in find(few)


def test_a_worry_that_stays_open_and_is_forgotten(few: Script, plant: Plant) -> None:
    plant("worry", replace(chapters.CHAPTERS["worry"], advance=lambda visit, answer: Move(visit)))
    assert "reassured although zorg is open" in find(few)


@pytest.mark.parametrize(("name", "asked"), [("messages", "nog_eens"), ("teach_back", "navertellen")])
def test_the_messages_after_an_outcome_that_does_not_reassure(few: Script, name: str, asked: str) -> None:
    after = {**few.after, Level.S: (name, *few.after[Level.S])}
    assert f"{asked} is asked after S" in find(replace(few, after=after))


def test_topics_that_the_script_does_not_offer_there(few: Script, plant: Plant) -> None:
    def begin(visit: Visit) -> Move:
        return Move(visit, (visit.script.menu.ask,), visit.script.menu)

    plant("topics", replace(chapters.CHAPTERS["topics"], begin=begin))
    assert "topics are offered in spite of val" in find(few)


def test_movement_in_spite_of_what_was_told_in_one_visit_of_a_class(few: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one visit of each class is walked further; this one looks as the others of its class."""
    usual = walk_chapters.list_allowed
    monkeypatch.setattr(
        walk_chapters,
        "list_allowed",
        lambda visit: usual(replace(visit, findings=(*visit.findings, ("val", Finding.ABSENT)), affirmed=())),
    )
    assert "draaien in spite of val" in find(few)


def test_a_question_that_a_flag_has_answered(few: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(briefing, "is_answered", lambda visit, question: False)
    assert "been is asked in spite of beide_benen" in find(few)


def test_a_sentence_of_a_patient_who_has_not_agreed(few: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(briefing, "_has_agreed", lambda visit: True)
    assert "lastigst is asked, and the patient has not agreed" in find(few)
    monkeypatch.undo()
    monkeypatch.setattr(briefing, "_has_agreed", lambda visit: briefing.find_reply(visit, briefing.CONSENT) is not None)
    assert "lastigst is asked, and the patient has not agreed" in find(few)


@pytest.mark.slow
def test_two_visits_of_one_class_continue_alike(few: Script) -> None:
    """The assumption that one of each class is enough: whatever is answered but a mention, both are asked the same."""
    alike: dict[tuple[object, ...], list[Step]] = defaultdict(list)

    class All(Entries):
        def keep(self, first: Step, testimony: Testimony, budget: int) -> None:
            alike[make_class(first.visit)].append(first)

    _walk_questions(leave_out_chapters(few), 1, 0, All(few).add)
    pairs = [steps for steps in alike.values() if len(steps) > 1]
    assert len(alike) > 5 and len(pairs) > 3
    chance, answers = Random(6), [*UNUSUAL, *USUAL_IN_CHAPTERS.values(), *[Answer(Meaning.YES), Answer(Meaning.NO)] * 20]
    for _ in range(300):
        one, other = chance.sample(chance.choice(pairs), 2)
        while isinstance(one.then, Question) and one.visit.phase in IN_CHAPTER:
            assert one.then is other.then and make_class(one.visit) == make_class(other.visit)
            answer = chance.choice(answers)
            one, other = advance(one.visit, answer), advance(other.visit, answer)
        assert one.visit.phase is other.visit.phase
