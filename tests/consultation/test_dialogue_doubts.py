"""A yes that was only proposed, a doubtful mention and a doubtful length of time are never lost by a plain no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.consultation.test_dialogue import NO, SILENT, SIXTY, UNCLEAR, WEEK, YES, healthy
from tests.consultation.test_dialogue_mentions import PROPOSED_YES
from tests.consultation.test_dialogue_words import at, ids
from tests.helpers.judged_visit import JudgedVisit, take_in_turn, tell
from voice.consultation import dialogue, ending
from voice.consultation.dialogue import advance, begin
from voice.consultation.findings import DETOURS, close_mentions, has_proposed, note_mentions, note_proposed
from voice.consultation.script import Finding, Level, Script
from voice.consultation.visit import Outcome, Phase, Step, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning, Years

STOP = Answer(Meaning.STOP)
DOUBTFUL_WEEK = replace(WEEK, certain=False)
ACROSS = Answer(Meaning.DURATION, days=Days(35, 50))


def usual(step: Step) -> Answer:
    return YES if step.then.kind is Kind.READBACK else healthy(step.then)


def take(step: Step, *answers: Answer) -> Step:
    for answer in answers:
        step = advance(step.visit, answer)
    return step


def test_a_yes_that_says_more_confirms_no_denial_and_is_asked_again(every_script: Script) -> None:
    more = replace(YES, more=True)
    flags = (
        one for one in every_script.questions if one.kind is Kind.FLAG and not (one.if_mentioned or one.gate or one.settled_by)
    )
    for question in (one for one in flags if one.level in (Level.E, Level.T)):
        step = take(at(every_script, question.id), Answer(Meaning.NO, certain=False))
        again = take(step, more)
        assert (again.then.id, again.visit.phase, again.visit.finding(question.id)) == (question.id, Phase.ASK, None)
        for agreed in (YES, replace(YES, certain=False)):
            assert take(step, agreed).visit.finding(question.id) is Finding.ABSENT
        denied = take(again, NO)
        assert (denied.visit.phase, denied.visit.finding(question.id)) == (Phase.CONFIRM_NO, None), "a no after that is read back"
        assert take(denied, YES).visit.finding(question.id) is Finding.ABSENT


# --- rule 8: a yes that was proposed -------------------------------------------------------------


@pytest.mark.parametrize(
    "between", [UNCLEAR, SILENT, Answer(Meaning.NO, certain=False)], ids=["mumbled", "silent", "doubtful no"]
)
def test_a_no_to_what_was_proposed_and_not_denied_is_read_back(every_script: Script, between: Answer) -> None:
    for question in (one for one in every_script.questions if one.level is Level.E and not one.if_mentioned and not one.gate):
        step = take(at(every_script, question.id), PROPOSED_YES, between, NO)
        assert (step.visit.phase, step.visit.finding(question.id)) == (Phase.CONFIRM_NO, None)
        assert ids(step)[0] == f"{question.id}.nee"
        assert take(step, YES).visit.finding(question.id) is Finding.ABSENT


def test_a_proposal_that_is_denied_when_it_is_read_back_costs_no_other_read_back(script: Script) -> None:
    step = take(at(script, "plassen"), PROPOSED_YES, NO, NO)
    assert (step.visit.finding("plassen"), step.visit.proposed) == (Finding.ABSENT, ())


def test_what_was_proposed_before_stays_proposed_when_something_else_is(script: Script) -> None:
    step = take(at(script, "plassen"), PROPOSED_YES, tell("koorts"), NO)
    assert note_proposed(step.visit, ("koorts",)).proposed == ("koorts", "plassen")


def test_a_no_to_whether_it_is_new_is_read_back_if_a_yes_to_that_was_proposed(script: Script) -> None:
    asked = take(at(script, "plassen"), YES)
    assert asked.then.id == "plassen_nieuw"
    assert take(asked, PROPOSED_YES, UNCLEAR, NO).visit.phase is Phase.CONFIRM_NO
    confirmed = take(at(script, "plassen"), PROPOSED_YES, YES)
    assert take(confirmed, NO).visit.finding("plassen_nieuw") is Finding.ABSENT  # of this nothing was proposed


def test_a_proposal_that_a_mention_leaves_open_is_not_forgotten(script: Script) -> None:
    step = take(at(script, "plassen"), PROPOSED_YES, tell("koorts"), NO)
    assert step.then.id == "plassen"
    assert take(step, NO).visit.phase is Phase.CONFIRM_NO


@pytest.mark.parametrize(("finding", "closed"), [(None, Finding.UNKNOWN), *((one, one) for one in Finding)])
def test_what_was_proposed_and_is_open_at_the_end_is_unknown(script: Script, finding: Finding | None, closed: Finding) -> None:
    findings = (("koorts", finding),) if finding else ()
    visit = close_mentions(Visit(script, findings=findings, proposed=("koorts",)))
    assert visit.finding("koorts") is closed
    assert has_proposed(visit) is (closed is not Finding.ABSENT)


@pytest.mark.parametrize("flag", ["plassen", "koorts"])
def test_a_stop_does_not_hide_a_yes_that_waits_to_be_confirmed(script: Script, flag: str) -> None:
    proposed = take(at(script, flag), PROPOSED_YES)
    level = Level.STAFF if script.question(flag).level is Level.E else Level.S
    outcome = take(proposed, STOP).then
    assert isinstance(outcome, Outcome)
    assert (outcome.level, outcome.unknown) == (level, (flag,))
    assert take(proposed, NO, STOP).then.level is Level.STOPPED
    assert take(proposed, UNCLEAR, NO, YES, STOP).then.level is Level.STOPPED


def test_a_stop_does_not_hide_an_age_that_waits_to_be_confirmed(script: Script) -> None:
    child = take(at(script, "leeftijd"), Answer(Meaning.AGE, years=Years(16, 16)))
    assert child.visit.phase is Phase.CONFIRM_AGE
    assert take(child, STOP).then.unknown == ("minderjarig",)
    assert take(child, NO, STOP).then.level is Level.STOPPED
    doubtful = take(at(script, "leeftijd"), Answer(Meaning.AGE, years=Years(60, 60), certain=False))
    assert take(doubtful, STOP).then.level is Level.STOPPED


# --- rule 19: doubtful mentions ------------------------------------------------------------------


@pytest.mark.parametrize(("flag", "level"), [("plassen", Level.STAFF), ("koorts", Level.S)])
def test_one_doubtful_mention_too_many_leaves_what_was_denied_unknown(script: Script, flag: str, level: Level) -> None:
    visit, hint = JudgedVisit(script), tell(flag, certain=False)
    outcome = visit.hold(take_in_turn([*[hint, NO, YES] * DETOURS, hint], usual))
    assert (outcome.level, outcome.unknown) == (level, (flag,))
    assert visit.find_wrongs() == []


# --- rule 9: lengths of time ---------------------------------------------------------------------


def test_a_doubtful_time_below_the_limit_is_asked_as_yes_or_no(script: Script) -> None:
    step = take(begin(script), DOUBTFUL_WEEK)
    assert (step.then.id, step.visit.finding("duur")) == ("zes_weken", Finding.UNKNOWN)
    assert take(step, NO).visit.finding("duur") is Finding.ABSENT
    reading = take(step, DOUBTFUL_WEEK)
    assert ids(reading) == ["zes_weken.nee", "klopt.vraag"]
    assert take(reading, YES).visit.finding("duur") is Finding.ABSENT
    assert take(step, WEEK).visit.finding("duur") is Finding.ABSENT
    assert ids(take(step, ACROSS))[0] == "niet_begrepen_1"


def test_a_doubtful_time_from_the_limit_on_counts_at_once(script: Script) -> None:
    long = Answer(Meaning.DURATION, days=Days(90, 120), certain=False)
    assert take(begin(script), long).visit.finding("duur") is Finding.PRESENT


def test_a_time_after_a_proposed_yes_is_read_back(script: Script) -> None:
    proposed = take(begin(script), UNCLEAR, UNCLEAR, PROPOSED_YES, UNCLEAR)
    assert take(proposed, WEEK).visit.phase is Phase.CONFIRM_NO
    back = take(proposed, Answer(Meaning.BACK))
    assert (back.then.id, take(back, WEEK).then.id) == ("duur", "zes_weken")


# --- the judge knows it too ----------------------------------------------------------------------


def judge_broken(script: Script, *answers: Answer) -> list[str]:
    visit = JudgedVisit(script)
    visit.hold(take_in_turn(answers, usual))
    return visit.find_wrongs()


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ([WEEK, SIXTY, PROPOSED_YES, UNCLEAR, NO], "reassured although beide_benen is not denied"),
        ([DOUBTFUL_WEEK], "reassured although duur is not denied"),
    ],
    ids=["proposed", "doubtful time"],
)
def test_the_judge_notices_a_no_that_counts_too_soon(
    script: Script, answers: list[Answer], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judge_broken(script, *answers) == []
    monkeypatch.setattr(dialogue, "_is_plain", lambda visit, answer: True)
    assert wrong in judge_broken(script, *answers)


def test_the_judge_notices_a_mention_too_many_that_is_dropped(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    hint = tell("plassen", certain=False)
    monkeypatch.setattr(dialogue, "note_mentions", drop_spent)
    wrongs = judge_broken(script, *[hint, NO, YES] * DETOURS, hint)
    assert "the emergency plassen was told and nobody is brought in" in wrongs


def drop_spent(visit: Visit, answer: Answer) -> Visit:
    """As it was: a doubtful mention is dropped when its question was put often enough."""
    return visit if visit.detours.count("plassen") == DETOURS else note_mentions(visit, answer)


def test_the_judge_notices_a_stop_that_hides_a_proposed_emergency(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [WEEK, SIXTY, PROPOSED_YES, STOP]
    assert judge_broken(script, *answers) == []
    monkeypatch.setattr(ending, "close_mentions", lambda visit: visit)
    assert "the emergency beide_benen was told and nobody is brought in" in judge_broken(script, *answers)
