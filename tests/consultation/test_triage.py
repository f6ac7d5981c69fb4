"""What follows from the findings: the rules of `triage.py`, each on findings that only it decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.consultation.test_dialogue import net
from voice.consultation.script import Finding, Level, Offer, Question, Script
from voice.consultation.triage import (
    is_new,
    is_old,
    judge,
    list_warnings,
    offers_topics,
    say_ending,
    say_positives,
    sort_answers,
)
from voice.consultation.visit import Outcome, Visit


def find(script: Script, mentioned: tuple[str, ...] = (), **findings: Finding) -> Visit:
    """Return a visit with these findings; every other flag is absent."""
    flags = [question.id for question in script.questions if question.settles == question.id]
    return Visit(script, findings=tuple((name, findings.get(name, Finding.ABSENT)) for name in flags), mentioned=mentioned)


def change(script: Script, name: str, **changes: object) -> Script:
    """Return the script with one question changed."""

    def put(question: Question) -> Question:
        return replace(question, **changes) if question.id == name else question  # type: ignore[arg-type]

    return replace(script, questions=tuple(put(question) for question in script.questions))


@pytest.mark.parametrize(("told", "usual"), [(Level.S, Level.T), (Level.T, Level.S)])
def test_what_was_told_and_is_missing_is_never_calmer_than_what_is_merely_missing(
    script: Script, told: Level, usual: Level
) -> None:
    script = replace(script, unknown={**script.unknown, Level.T: usual}, told_and_denied={Level.T: told})
    assert judge(find(script, koorts=Finding.UNKNOWN)).level is usual
    assert judge(find(script, ("koorts",), koorts=Finding.UNKNOWN)).level is Level.T


def test_the_ending_for_the_emergency_number_needs_one_flag_that_calls_for_it(long_script: Script) -> None:
    both = find(long_script, borstpijn=Finding.PRESENT, plassen=Finding.PRESENT)
    spoken = [utterance.id for utterance in say_ending(both, Level.E)]
    assert set(long_script.ambulance) - {"positives", "unknowns"} <= set(spoken)


def test_a_flag_that_calls_for_the_emergency_number_does_so_at_an_emergency_only(long_script: Script) -> None:
    script = change(long_script, "borstpijn", level=Level.T)
    visit = find(script, borstpijn=Finding.PRESENT)
    assert judge(visit).level is Level.T
    spoken = {utterance.id for utterance in say_ending(visit, Level.T)}
    assert {*script.endings[Level.T], *net(script)} - {"positives", "unknowns", *script.safety_nets} <= spoken


def test_topics_are_offered_where_nothing_beside_the_named_flags_was_found_or_is_missing(script: Script) -> None:
    script = replace(script, offers={Level.W: Offer(("gevoel", "gewicht"), ()), Level.S: Offer((), ())})
    assert offers_topics(script, Outcome(Level.REASSURE))
    assert offers_topics(script, Outcome(Level.W, ("gevoel",), ("gewicht",)))
    assert not offers_topics(script, Outcome(Level.W, ("gevoel", "nachtpijn")))
    assert not offers_topics(script, Outcome(Level.W, ("gevoel",), ("nachtpijn",)))
    assert offers_topics(script, Outcome(Level.S, ("nachtpijn",), ("gewicht",)))
    assert not offers_topics(script, Outcome(Level.T, ("gevoel",)))


def test_one_flag_that_needs_the_emergency_number_is_enough(long_script: Script) -> None:
    visit = Visit(long_script, findings=(("nachtpijn", Finding.PRESENT), ("borstpijn", Finding.PRESENT)))
    assert [line.id for line in say_ending(visit, Level.E)][-1] == long_script.ambulance[-1]


@pytest.mark.parametrize("finding", Finding)
@pytest.mark.parametrize("follow_up", [*Finding, None])
def test_a_flag_is_new_or_old_only_if_it_is_present_and_that_was_answered(
    script: Script, finding: Finding, follow_up: Finding | None
) -> None:
    """Without an answer to the follow-up nobody is told that it is old."""
    flag = next(question for question in script.questions if question.recent)
    assert flag.recent is not None
    recent = script.question(flag.recent.question)
    told = {flag.id: finding, **({recent.id: follow_up} if follow_up else {})}
    visit = Visit(script, findings=tuple(told.items()))
    present = finding is Finding.PRESENT
    new, old = present and follow_up is Finding.PRESENT, present and follow_up is Finding.ABSENT
    assert (is_new(visit, flag), is_old(visit, flag)) == (new, old)
    spoken = [flag.spoken_back, *([recent.spoken_back] if new else []), *([recent.spoken_denied] if old else [])]
    assert list(say_positives(visit)) == (spoken if present else [])


def test_what_is_known_of_each_flag_is_sorted(script: Script) -> None:
    found = {"beide_benen": Finding.ABSENT, "zitvlak": Finding.PRESENT, "koorts": Finding.UNKNOWN, "gewicht": Finding.UNKNOWN}
    visit = Visit(script, path=tuple(found), findings=tuple(found.items()), declined=("gewicht", "beide_benen"))
    visit = replace(visit, pending=("borstpijn", "zitvlak", "kanker"), mentioned=("val",))
    answers = sort_answers(visit)
    assert answers.affirmed == ("zitvlak",)
    assert answers.denied == ("beide_benen",)
    assert set(answers.unknown) == {"koorts", "borstpijn", "kanker", "val"}
    assert answers.declined == ("gewicht",)
    assert {"plassen", "stoelgang", "nachtpijn"} <= set(answers.not_put)
    assert not {"kanker", "val", "koorts", "zitvlak", "borstpijn", "bloedverdunner"}.intersection(answers.not_put)


def test_a_flag_that_an_age_left_open_is_known_and_not_put(script: Script) -> None:
    """It is due once more, and yet unknown."""
    visit = Visit(script, path=("leeftijd",), findings=(("vijfenzeventig", Finding.UNKNOWN),))
    answers = sort_answers(visit)
    assert "vijfenzeventig" in answers.unknown and "vijfenzeventig" not in answers.not_put


def test_what_leads_to_the_warning_signs_is_no_sign(script: Script) -> None:
    lead, signs = list_warnings(find(script, koorts=Finding.PRESENT), Level.T)
    assert [line.id for line in lead] == ["vangnet_inleiding", "vangnet_spoed"]
    assert [line.id for line in signs] == [
        "vangnet_zitvlak", "vangnet_plassen", "vangnet_kracht", "vangnet_zieker", "vangnet_weken",
    ]  # fmt: skip
    assert list_warnings(find(script), Level.E) == ((), ())
