"""The proof over every path, and the three assumptions that keep the number of paths small."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from random import Random

import pytest

from tests.conftest import load_shipped
from tests.consultation.test_dialogue import FORTY, converse, healthy
from voice.consultation.dialogue import advance, begin
from voice.consultation.review.walk import walk
from voice.consultation.review.walk_answers import REQUESTS
from voice.consultation.script import Finding, Gate, Level, Script
from voice.consultation.triage import judge
from voice.consultation.visit import Outcome, Step, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

EVERY_LEVEL = {Level.E, Level.STAFF, Level.T, Level.W, Level.S, Level.OUT_OF_SCOPE, Level.REASSURE, Level.STOPPED}


@pytest.mark.slow
def test_no_path_is_unsafe_and_every_question_is_reached(script: Script) -> None:
    """The script of nl-NL differs in words only: test_the_locales_say_the_same_in_their_own_words."""
    walked = walk(script, unusual=1)
    assert walked.violations == ()
    assert walked.asked == {question.id for question in script.consulted()}
    assert walked.paths > 10_000_000
    assert set(walked.endings) >= EVERY_LEVEL


@pytest.mark.parametrize("name", ["kort", "uitgebreid"])
def test_no_two_yeses_are_unsafe(name: str) -> None:
    """With unusual answers `script walk` of the extended script takes a minute or two; of it only this is repeated here."""
    walked = walk(load_shipped("nl-BE", name), unusual=0)
    assert walked.violations == ()
    assert walked.flags == 2


def test_the_requests_are_alike_but_for_their_words(script: Script) -> None:
    for step in every_phase(script):
        visits = {repr(advance(step.visit, Answer(meaning)).visit) for meaning in REQUESTS}
        assert len(visits) == 1


def every_phase(script: Script) -> list[Step]:
    """Return an open question, a no, a stop and findings that are read back, and the menu."""
    first = begin(script)
    read_back = advance(asked(script, "koorts").visit, Answer(Meaning.NO, certain=False))
    stopping = advance(first.visit, Answer(Meaning.STOP, certain=False))
    found = advance(advance(asked(script, "nachtpijn").visit, Answer(Meaning.YES)).visit, Answer(Meaning.REPEAT))
    return [first, read_back, stopping, found, asked(script, script.menu.id)]


def asked(script: Script, name: str) -> Step:
    """Return the step at which that question is open, in a visit without flags."""
    step = begin(script)
    while step.then.id != name:
        step = advance(step.visit, healthy(step.then) if step.then.id != "duur" else Answer(Meaning.UNSURE))
    return step


def with_findings(script: Script, present: set[str], unknown: set[str] = frozenset()) -> Visit:
    findings = {q.id: Finding.ABSENT for q in script.questions if q.settles == q.id and q.kind is not Kind.AGE}
    findings |= dict.fromkeys(present, Finding.PRESENT) | dict.fromkeys(unknown, Finding.UNKNOWN)
    return Visit(script, findings=tuple(findings.items()))


def flags_of(script: Script) -> list[str]:
    return [q.id for q in script.questions if q.settles == q.id and q.level is not Level.NONE]


def list_follow_ups(script: Script, names: Iterable[str]) -> set[str]:
    return {recent.question for recent in (script.question(name).recent for name in names) if recent}


def judge_by_hand(script: Script, few: Iterable[str]) -> Level:
    """Return the most urgent level that these flags have, each alone and together."""
    levels = [script.question(name).level for name in few]
    levels += [rule.level for rule in script.rules if {*rule.when} <= {*few}]
    return min((level for level in levels if level is not Level.NONE), key=lambda level: level.urgency, default=Level.REASSURE)


def test_every_set_of_three_flags_is_judged_as_its_members_and_pairs(every_script: Script) -> None:
    """Flags with a follow-up are new or worse here."""
    for few in combinations([q.id for q in every_script.questions if q.settles == q.id and q.kind is not Kind.AGE], 3):
        outcome = judge(with_findings(every_script, {*few, *list_follow_ups(every_script, few)}))
        assert outcome.level is judge_by_hand(every_script, few)


def test_every_set_of_three_flags_that_is_old_is_judged_as_what_is_not_and_as_old(every_script: Script) -> None:
    for few in combinations(flags_of(every_script), 3):
        old = [recent for recent in (every_script.question(name).recent for name in few) if recent]
        others = [name for name in few if not every_script.question(name).recent]
        expected = min((judge_by_hand(every_script, others), *(recent.otherwise for recent in old)), key=lambda one: one.urgency)
        assert judge(with_findings(every_script, {*few})).level is expected


def test_another_flag_or_a_missing_answer_never_calms(long_script: Script) -> None:
    random, flags = Random(4), flags_of(long_script)
    for _ in range(3000):
        present, unknown = set(random.sample(flags, random.randint(0, 8))), set(random.sample(flags, random.randint(0, 3)))
        before = judge(with_findings(long_script, present - unknown, unknown))
        more = judge(with_findings(long_script, (present | {random.choice(flags)}) - unknown, unknown))
        assert more.level.urgency <= before.level.urgency
        assert (
            judge(with_findings(long_script, present - unknown, unknown | {random.choice(flags)} - present)).level.urgency
            <= before.level.urgency
        )


def test_reassurance_needs_every_flag_denied(every_script: Script) -> None:
    assert judge(with_findings(every_script, set())) == Outcome(Level.REASSURE)
    for name in flags_of(every_script):
        assert judge(with_findings(every_script, {name})).level is not Level.REASSURE
        assert judge(with_findings(every_script, set(), {name})).level in (Level.STAFF, Level.S)


def test_the_unknown_emergency_is_for_the_staff_and_nothing_else_is_silent(every_script: Script) -> None:
    for name in flags_of(every_script):
        level = judge(with_findings(every_script, set(), {name})).level
        assert (level is Level.STAFF) == (every_script.question(name).level is Level.E)


def test_a_gate_opens_on_any_of_its_questions(long_script: Script) -> None:
    yes = [Answer(Meaning.YES)]
    for opener in ("osteoporose", "cortisone"):
        assert "plots" in converse(long_script, {opener: yes}).visit.path
    assert "plots" not in converse(long_script, {}).visit.path
    assert long_script.question("plots").gate == Gate(("osteoporose", "cortisone"), (Finding.PRESENT, Finding.UNKNOWN))


def test_a_question_behind_a_gate_is_asked_again_with_the_one_that_opened_it(long_script: Script) -> None:
    yes, no = Answer(Meaning.YES), Answer(Meaning.NO)
    step = converse(long_script, {"koorts": [yes, yes], "afweer": [yes, yes], "klopt": [no]})
    assert (step.then.level, step.then.flags, step.then.reasons) == (Level.E, ("koorts", "afweer"), ("koorts_met_afweer",))
    step = converse(long_script, {"leeftijd": [FORTY], "zwanger": [yes, yes], "klopt": [no]})
    assert step.then.flags == ("zwanger",)
