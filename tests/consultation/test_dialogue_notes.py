"""What the dialogue keeps of a visit: mentions, refusals, counts. Each rule in every case that it tells apart."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from tests.consultation.test_dialogue import NO, UNCLEAR, YES, healthy
from tests.consultation.test_dialogue_words import at, ids
from voice.consultation import dialogue
from voice.consultation.dialogue import ATTEMPTS, advance, begin
from voice.consultation.findings import DETOURS, close_mentions, doubt, note_finding, note_mentions, set_finding
from voice.consultation.putting import leave_open, put_mentioned
from voice.consultation.script import Finding, Level, Script
from voice.consultation.visit import Phase, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning, Mention

FLAG, OTHER, EMERGENCY, FOLLOW_UP = "koorts", "kracht", "plassen", "plassen_nieuw"
DETOURED = (FLAG,)


def visit_with(script: Script, findings: dict[str, Finding], **kept: object) -> Visit:
    return Visit(script, findings=tuple(findings.items()), **kept)  # type: ignore[arg-type]


# --- rule 19: what is not settled at the end -----------------------------------------------------


@pytest.mark.parametrize("finding", [None, *Finding])
@pytest.mark.parametrize(("mentioned", "pending", "detoured"), list(product((True, False), repeat=3)))
def test_at_the_end_what_was_told_is_present_or_unknown_and_what_was_hinted_may_be_absent(
    script: Script, finding: Finding | None, mentioned: bool, pending: bool, detoured: bool
) -> None:
    other = {OTHER: Finding.ABSENT}
    visit = visit_with(
        script,
        other | ({FLAG: finding} if finding else {}),
        mentioned=(FLAG,) if mentioned else (),
        pending=(FLAG,) if pending else (),
        detours=DETOURED if detoured else (),
    )
    closed = close_mentions(visit)
    told = mentioned or pending
    expected = finding
    if (finding is None and (told or detoured)) or (finding is Finding.ABSENT and told):
        expected = Finding.UNKNOWN
    assert closed.finding(FLAG) is expected
    assert closed.finding(OTHER) is Finding.ABSENT
    assert closed.pending == ()
    assert (closed.mentioned, closed.detours) == (visit.mentioned, visit.detours)


# --- rule 18: what is noted ----------------------------------------------------------------------


def note(visit: Visit, *mentions: Mention) -> Visit:
    return note_mentions(visit, Answer(Meaning.UNCLEAR, mentions=mentions))


def test_a_mention_waits_for_its_question_in_the_order_of_telling_and_only_a_sure_one_is_remembered(script: Script) -> None:
    visit = visit_with(script, {}, pending=("val",), mentioned=("val",))
    noted = note(visit, Mention(OTHER), Mention("val"), Mention(FLAG, certain=False), Mention("no such flag"))
    assert noted.pending == ("val", OTHER, FLAG)
    assert noted.mentioned == tuple(sorted((OTHER, "val")))
    assert note(noted) is noted


def test_what_is_present_and_anything_beside_an_emergency_is_not_put_again(script: Script) -> None:
    present = visit_with(script, {FLAG: Finding.PRESENT, OTHER: Finding.ABSENT})
    assert note(present, Mention(FLAG), Mention(OTHER)).pending == (OTHER,)
    ended = visit_with(script, {FLAG: Finding.PRESENT, EMERGENCY: Finding.PRESENT, FOLLOW_UP: Finding.PRESENT})
    assert note(ended, Mention(OTHER)).pending == ()
    assert note(ended, Mention(OTHER)).mentioned == (OTHER,)


@pytest.mark.parametrize("follow_up", [None, Finding.ABSENT, Finding.UNKNOWN], ids=["open", "old", "not known"])
def test_beside_an_emergency_that_is_not_surely_new_a_mention_is_put(script: Script, follow_up: Finding | None) -> None:
    findings = {EMERGENCY: Finding.PRESENT} | ({FOLLOW_UP: follow_up} if follow_up else {})
    noted = note(visit_with(script, findings), Mention(OTHER), Mention(EMERGENCY))
    assert noted.pending == (OTHER, EMERGENCY)


@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("detours", range(DETOURS + 2))
def test_after_so_many_detours_a_mention_however_doubtful_leaves_the_flag_unknown(
    script: Script, sure: bool, detours: int
) -> None:
    visit = visit_with(script, {FLAG: Finding.ABSENT}, detours=(OTHER, *(FLAG,) * detours))
    noted = note(visit, Mention(FLAG, certain=sure))
    spent = detours >= DETOURS
    assert noted.pending == (() if spent else (FLAG,))
    assert noted.finding(FLAG) is (Finding.UNKNOWN if spent else Finding.ABSENT)


def test_the_question_of_a_mention_is_put_anew_and_the_others_stay_as_they_are(script: Script) -> None:
    findings = {FLAG: Finding.ABSENT, OTHER: Finding.ABSENT, "gevoel": Finding.UNKNOWN}
    visit = visit_with(
        script, findings, pending=(OTHER, FLAG), path=("duur", FLAG, OTHER, "gevoel"), detours=("val",), read_back=True
    )
    step = put_mentioned(visit)
    assert step.then.id == min((FLAG, OTHER), key=lambda name: [q.id for q in script.questions].index(name))
    first, left = step.then.id, ({FLAG, OTHER} - {step.then.id}).pop()
    assert step.visit.pending == (left,)
    assert step.visit.detours == ("val", first)
    assert not step.visit.read_back
    assert step.visit.path == (*(name for name in visit.path if name != first), first)
    assert step.visit.finding(first) is None
    assert (step.visit.finding(left), step.visit.finding("gevoel")) == (Finding.ABSENT, Finding.UNKNOWN)


SETTLING = {
    Phase.CONFIRM_NO: (Meaning.YES,),
    Phase.CONFIRM_YES: (Meaning.YES,),
    Phase.CONFIRM_FINDINGS: (Meaning.NO,),
    Phase.ADVISE: (),
}


@pytest.mark.parametrize("meaning", Meaning)
@pytest.mark.parametrize("name", ["duur", FLAG, "duur_ja"])
def test_an_answer_goes_before_a_mention_if_it_settles_what_is_open(script: Script, name: str, meaning: Meaning) -> None:
    names = [question.id for question in script.questions]
    question = (
        script.question(name) if name in names else next(q for q in script.questions if q.limit_days and q.kind is Kind.FLAG)
    )
    visit, answer = Visit(script, path=(question.id,)), Answer(meaning, days=Days(3, 3))
    yes_or_no = meaning in (Meaning.YES, Meaning.NO) and question.kind is Kind.FLAG
    lasted = meaning is Meaning.DURATION and question.limit_days > 0
    settled = yes_or_no or lasted or meaning in (Meaning.UNSURE, Meaning.DECLINE)
    assert dialogue._settles(visit, answer) is settled
    for phase, settling in SETTLING.items():
        assert dialogue._settles(replace(visit, phase=phase), answer) is (meaning in settling)
    for phase in (Phase.ASK, *SETTLING):
        assert not dialogue._settles(replace(visit, phase=phase, stopping=True), answer)
        assert not dialogue._settles(replace(visit, phase=phase, waiting=True), answer)


def test_what_is_left_open_for_a_mention_is_put_again_later(script: Script) -> None:
    visit = Visit(script, path=("duur", FLAG), stopping=True, waiting=True)
    for phase in (Phase.ASK, Phase.CONFIRM_NO, Phase.CONFIRM_YES):
        left = leave_open(replace(visit, phase=phase))
        assert (left.path, left.stopping, left.waiting) == (("duur",), False, False)
    for phase in (Phase.CONFIRM_FINDINGS, Phase.ADVISE):
        left = leave_open(replace(visit, phase=phase))
        assert (left.path, left.stopping, left.waiting) == (visit.path, False, False)


# --- what is counted -----------------------------------------------------------------------------


def test_every_flag_that_was_declined_is_kept(script: Script) -> None:
    step = begin(script)
    while step.then.id != "nachtpijn":
        declines = step.then.kind is Kind.FLAG and step.then.level is not Level.E
        step = advance(step.visit, Answer(Meaning.DECLINE) if declines else healthy(step.then))
    asked = [script.question(name) for name in step.visit.path[:-1]]
    declined = [q.settles for q in asked if q.kind is Kind.FLAG and q.level is not Level.E]
    assert len(declined) > 2
    assert list(step.visit.declined) == declined
    assert all(step.visit.finding(name) is Finding.UNKNOWN for name in declined)


def test_after_a_topic_the_choices_are_told_as_often_as_before(script: Script) -> None:
    step = at(script, script.menu.id)
    for _ in range(2):
        for _ in range(ATTEMPTS - 1):
            step = advance(step.visit, YES)
            assert set(ids(step)) < set(script.choices)
        step = advance(step.visit, Answer(Meaning.TOPIC, topic="bewegen"))
    assert advance(step.visit, NO).then is step.visit.outcome


def test_a_yes_that_was_found_is_never_forgotten_by_another_finding(script: Script) -> None:
    visit = set_finding(
        visit_with(script, {FLAG: Finding.ABSENT, OTHER: Finding.PRESENT}, affirmed=(OTHER,)), FLAG, Finding.PRESENT
    )
    assert visit.affirmed == tuple(sorted((FLAG, OTHER)))
    assert dict(visit.findings) == {FLAG: Finding.PRESENT, OTHER: Finding.PRESENT}
    denied = set_finding(visit, FLAG, Finding.ABSENT)
    assert denied.affirmed == visit.affirmed
    assert denied.finding(FLAG) is Finding.ABSENT


@pytest.mark.parametrize("kept", [{}, {"affirmed": (FLAG,)}, {"mentioned": (FLAG,)}], ids=["neither", "affirmed", "mentioned"])
@pytest.mark.parametrize("finding", Finding)
def test_a_no_to_what_was_affirmed_or_told_is_unknown(script: Script, kept: dict[str, object], finding: Finding) -> None:
    visit = Visit(script, path=(FLAG,), **kept)  # type: ignore[arg-type]
    noted = note_finding(visit, finding).finding(FLAG)
    assert noted is (Finding.UNKNOWN if kept and finding is Finding.ABSENT else finding)


def test_what_is_put_again_is_doubtful_if_it_was_ever_affirmed_and_else_forgotten(script: Script) -> None:
    findings = {FLAG: Finding.PRESENT, OTHER: Finding.ABSENT, "val": Finding.UNKNOWN, "gevoel": Finding.ABSENT}
    visit = visit_with(script, findings, affirmed=(FLAG, "gevoel"))
    doubted = dict(doubt(visit, (FLAG, OTHER, "val")))
    assert doubted == {FLAG: Finding.UNKNOWN, "gevoel": Finding.ABSENT}
    assert dict(doubt(visit, ("gevoel",)))["gevoel"] is Finding.UNKNOWN


def test_an_unclear_answer_counts_one_miss_and_a_silence_one_silence(script: Script) -> None:
    step = at(script, FLAG)
    once = advance(step.visit, UNCLEAR).visit
    assert (once.misses, once.silences) == (1, 0)
    assert advance(once, Answer(Meaning.SILENCE)).visit.silences == 1
