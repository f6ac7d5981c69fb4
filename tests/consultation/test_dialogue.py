"""The dialogue, walked along its paths, and each of its rules on an example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.judged_visit import JudgedVisit
from voice.consultation.dialogue import ATTEMPTS, advance, begin
from voice.consultation.review.verdict import find_wrongs
from voice.consultation.review.walk_answers import REQUESTS, UNUSUAL, USUAL
from voice.consultation.script import Finding, Level, Question, Script
from voice.consultation.triage import judge
from voice.consultation.visit import Outcome, Phase, Step
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning, Years

YES, NO = Answer(Meaning.YES), Answer(Meaning.NO)
DOUBTFUL_NO = Answer(Meaning.NO, certain=False)
WEEK = Answer(Meaning.DURATION, days=Days(7, 7))
LONG = Answer(Meaning.DURATION, days=Days(90, 90))
FORTY, SIXTY = (Answer(Meaning.AGE, years=Years(age, age)) for age in (40, 60))
UNSURE, UNCLEAR, SILENT = Answer(Meaning.UNSURE), Answer(Meaning.UNCLEAR), Answer(Meaning.SILENCE)
EVERY_ANSWER = (*USUAL, *UNUSUAL, *(Answer(meaning) for meaning in REQUESTS[1:]), WEEK, Answer(Meaning.TOPIC, topic="bewegen"))


def healthy(question: Question) -> Answer:
    """Return what a patient without any flag answers; what was affirmed all the same is new."""
    if question.recent_of:
        return YES
    return {Kind.DURATION: WEEK, Kind.AGE: SIXTY, Kind.MOVING: YES}.get(question.kind, NO)


def each_step_of(script: Script, answers: dict[str, list[Answer]], limit: int = 200) -> Iterator[Step]:
    """Hold a visit. Questions without a list get the answers of a healthy patient, read-backs a yes."""
    lists = {name: list(given_answers) for name, given_answers in answers.items()}
    step = begin(script)
    for _ in range(limit):
        yield step
        if isinstance(step.then, Outcome):
            return
        question = step.then
        usual = YES if question.kind is Kind.READBACK else healthy(question)
        step = advance(step.visit, lists[question.id].pop(0) if lists.get(question.id) else usual)
    raise AssertionError("the visit did not end")


def converse(script: Script, answers: dict[str, list[Answer]], limit: int = 200) -> Step:
    """Hold a visit and return its last step."""
    return list(each_step_of(script, answers, limit))[-1]


def converse_aloud(script: Script, answers: dict[str, list[Answer]]) -> tuple[Step, list[Utterance]]:
    """Hold a visit; return its last step, and all that was said from the outcome on."""
    said: list[Utterance] = []
    for step in each_step_of(script, answers):
        said = [*said, *step.say] if step.visit.phase in (Phase.ADVISE, Phase.ENDED) else []
    return step, said


def spoken_after(script: Script, answers: dict[str, list[Answer]]) -> list[str]:
    """Return the ids of all that is said from the outcome on."""
    return [utterance.id for utterance in converse_aloud(script, answers)[1]]


def net(script: Script, *found: str, name: str = "vangnet") -> list[str]:
    """Return the ids of the safety net as a patient with these flags is to hear it."""
    cautions = script.safety_nets[name]
    return [line for one in cautions for line in (one.instead if set(one.flags) & set(found) else (one.line,))]


def spoken(step: Step) -> set[str]:
    return {utterance.id for utterance in step.say}


def test_the_walk_notices_a_dialogue_that_reassures_too_soon(script: Script) -> None:
    visit, answers = JudgedVisit(script), {"koorts": YES}
    visit.hold(lambda step: YES if step.then.kind is Kind.READBACK else answers.get(step.then.id, healthy(step.then)))
    assert visit.find_wrongs() == []
    wrong = replace(visit.step, then=Outcome(Level.REASSURE, visit.step.then.flags))
    assert set(find_wrongs(visit.testimony, script, wrong)) == {
        "reassured although koorts is not denied",
        "calmer than koorts demands",
    }


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(EVERY_ANSWER), max_size=400))
def test_any_sequence_of_answers_ends_safely(long_script: Script, answers: list[Answer]) -> None:
    visit = JudgedVisit(long_script)
    for answer in answers:
        visit.answer(answer)
    assert visit.find_wrongs() == []
    if visit.has_ended:
        with pytest.raises(ValueError):
            advance(visit.step.visit, NO)


@pytest.mark.parametrize("answer", EVERY_ANSWER, ids=lambda answer: f"{answer.meaning}{'' if answer.certain else '-uncertain'}")
def test_the_same_answer_for_ever_ends(every_script: Script, answer: Answer) -> None:
    step = begin(every_script)
    for _ in range(150):
        if isinstance(step.then, Outcome):
            return
        step = advance(step.visit, answer)
    raise AssertionError(f"{answer.meaning} does not end")


def test_a_patient_without_flags_is_reassured_with_advice_and_a_safety_net(script: Script) -> None:
    step = converse(script, {})
    assert step.then == Outcome(Level.REASSURE)
    assert [utterance.id for utterance in step.say] == [*net(script), "afscheid"]


@pytest.mark.parametrize(
    ("flag", "level"),
    [
        ("beide_benen", Level.E), ("zitvlak", Level.E), ("plassen", Level.E), ("stoelgang", Level.E),
        ("val", Level.S), ("kracht", Level.T), ("koorts", Level.T),
        ("gevoel", Level.S), ("gewicht", Level.W), ("nachtpijn", Level.S), ("kanker", Level.W),
    ],
)  # fmt: skip
def test_a_flag_ends_at_its_level_and_is_spoken_back(script: Script, flag: str, level: Level) -> None:
    step = converse(script, {flag: [YES]})
    assert (step.then.level, step.then.flags) == (level, (flag,))
    assert f"{flag}.ja" in spoken_after(script, {flag: [YES]})


def test_together_flags_can_be_more_urgent_than_alone(script: Script) -> None:
    outcome = converse(script, {"nachtpijn": [YES], "gewicht": [YES]}).then
    assert (outcome.level, outcome.reasons) == (Level.T, ("nachtpijn_met_gewicht",))


@pytest.mark.parametrize("answer", [UNSURE, UNCLEAR, SILENT, Answer(Meaning.DECLINE)], ids=lambda a: str(a.meaning))
def test_an_emergency_question_without_an_answer_brings_in_the_staff(script: Script, answer: Answer) -> None:
    outcome = converse(script, {"plassen": [answer] * 5}).then
    assert (outcome.level, outcome.unknown) == (Level.STAFF, ("plassen",))


@pytest.mark.parametrize("answer", [UNSURE, UNCLEAR, SILENT, Answer(Meaning.DECLINE)], ids=lambda a: str(a.meaning))
def test_any_other_question_without_an_answer_excludes_reassurance(script: Script, answer: Answer) -> None:
    outcome = converse(script, {"koorts": [answer] * 5}).then
    assert (outcome.level, outcome.unknown) == (Level.S, ("koorts",))


def test_the_third_miss_is_the_last(script: Script) -> None:
    step = begin(script)
    step = advance(advance(step.visit, WEEK).visit, SIXTY)
    put = 1
    while isinstance(step.then, Question):
        step = advance(step.visit, UNCLEAR)
        put += isinstance(step.then, Question)
    assert put == ATTEMPTS


def put(script: Script, name: str) -> Step:
    """Return the step at which that question is open: only what opens its gate was found, and the age was not told."""
    needed = find_openers(script, name)
    step = begin(script)
    while step.then.id != name:
        finding, kind = needed.get(step.then.id, Finding.ABSENT), step.then.kind
        lasting = {Finding.PRESENT: LONG, Finding.ABSENT: WEEK, Finding.UNKNOWN: UNSURE}
        flag = {Finding.PRESENT: YES, Finding.ABSENT: NO, Finding.UNKNOWN: UNSURE}
        step = advance(step.visit, UNSURE if kind is Kind.AGE else lasting[finding] if kind is Kind.DURATION else flag[finding])
    return step


def find_openers(script: Script, name: str) -> dict[str, Finding]:
    """Return what must be found for that question to be put."""
    gate = script.question(name).gate
    if gate is None:
        return {}
    return {gate.questions[0]: gate.findings[0]} | find_openers(script, gate.questions[0])


def test_an_uncertain_no_is_read_back_with_its_content_at_every_question(every_script: Script) -> None:
    questions = [question for question in every_script.questions if question.kind is Kind.FLAG and not question.if_mentioned]
    for question in questions:
        follows_up = question.settles != question.id
        before = advance(begin(every_script).visit, UNSURE) if follows_up else put(every_script, question.id)
        step = advance(before.visit, DOUBTFUL_NO)
        assert step.visit.phase is Phase.CONFIRM_NO
        assert [line.text for line in step.say] == [question.negative, every_script.readback.text]
        assert step.visit.finding(question.settles) is before.visit.finding(question.settles)


def test_a_no_that_is_not_confirmed_is_asked_again(script: Script) -> None:
    assert converse(script, {"koorts": [DOUBTFUL_NO, YES], "klopt": [NO]}).then.flags == ("koorts",)
    assert converse(script, {"koorts": [DOUBTFUL_NO, NO]}).then.level is Level.REASSURE


def test_findings_are_read_back_once_and_a_denied_one_is_asked_again(script: Script) -> None:
    step = converse(script, {"koorts": [YES, YES], "klopt": [NO]})
    assert step.then.flags == ("koorts",)


def test_a_yes_denied_later_is_unknown_not_no(script: Script) -> None:
    outcome = converse(script, {"koorts": [YES, NO], "klopt": [NO]}).then
    assert (outcome.level, outcome.flags, outcome.unknown) == (Level.S, (), ("koorts",))
    assert converse(script, {"plassen": [YES, NO], "klopt": [NO]}).then.level is Level.STAFF


def test_silence_at_the_read_back_keeps_what_was_found(script: Script) -> None:
    assert converse(script, {"koorts": [YES], "klopt": [SILENT]}).then.level is Level.T


def test_an_emergency_ends_the_questions(script: Script) -> None:
    step = converse(script, {"plassen": [YES]})
    assert "koorts" not in step.visit.path


def test_going_back_corrects(script: Script) -> None:
    step = begin(script)
    while step.then.id != "koorts":
        step = advance(step.visit, healthy(step.then))
    step = advance(advance(step.visit, NO).visit, Answer(Meaning.BACK))
    assert step.then.id == "koorts"
    step = advance(step.visit, YES)
    assert step.visit.having(Finding.PRESENT) == ("koorts",)


@pytest.mark.parametrize(
    ("meaning", "level"), [(Meaning.HELP, Level.STAFF), (Meaning.ALARM, Level.STAFF), (Meaning.STOP, Level.STOPPED)]
)
def test_help_alarm_and_stop_work_at_every_question(script: Script, meaning: Meaning, level: Level) -> None:
    step = begin(script)
    while isinstance(step.then, Question) and step.then is not script.menu:
        assert advance(step.visit, Answer(meaning)).then.level is level
        step = advance(step.visit, healthy(step.then))


@pytest.mark.parametrize("meaning", [Meaning.HELP, Meaning.ALARM])
def test_a_call_is_heeded_however_doubtful_it_is(script: Script, meaning: Meaning) -> None:
    step = begin(script)
    while isinstance(step.then, Question):
        assert advance(step.visit, Answer(meaning, certain=False)).then.level is Level.STAFF
        step = advance(step.visit, healthy(step.then))


def test_stopping_does_not_hide_what_was_found(script: Script) -> None:
    assert converse(script, {"koorts": [YES], "gewicht": [Answer(Meaning.STOP)]}).then.level is Level.T


def test_long_pain_is_for_the_physiotherapist_but_flags_still_count(script: Script) -> None:
    assert converse(script, {"duur": [LONG]}).then.level is Level.S
    assert converse(script, {"duur": [LONG], "koorts": [YES]}).then.level is Level.T
    assert converse(script, {"duur": [LONG], "nachtpijn": [YES]}).then.level is Level.S


@pytest.mark.parametrize(
    "unusable", [UNCLEAR, UNSURE, Answer(Meaning.DURATION, days=Days(42, 42)), Answer(Meaning.DURATION, days=Days(35, 50))]
)
def test_a_duration_that_cannot_be_decided_is_asked_as_yes_or_no(script: Script, unusable: Answer) -> None:
    step = converse(script, {"duur": [unusable] * 3})
    assert "zes_weken" in step.visit.path
    assert step.then.level is Level.REASSURE
    assert converse(script, {"duur": [unusable] * 3, "zes_weken": [YES]}).then.level is Level.S


def test_somebody_who_never_makes_a_sound_gets_the_staff(script: Script) -> None:
    step = begin(script)
    for _ in range(ATTEMPTS):
        step = advance(step.visit, SILENT)
    assert step.then.level is Level.STAFF


def test_a_request_repeats_the_question_and_costs_nothing(script: Script) -> None:
    step = advance(begin(script).visit, Answer(Meaning.REPEAT))
    assert step.then.id == "duur"
    assert step.visit.misses == 0
    assert step.say[-1] == step.then.ask


def test_topics_are_told_until_the_patient_has_heard_enough(script: Script) -> None:
    step = converse(script, {"meer": [Answer(Meaning.TOPIC, topic="warmte"), Answer(Meaning.TOPIC), NO]})
    assert step.then.level is Level.REASSURE
    step = begin(script)
    while step.then is not script.menu:
        step = advance(step.visit, healthy(step.then))
    assert "warmte.1" in spoken(advance(step.visit, Answer(Meaning.TOPIC, topic="warmte")))
    assert "dat_weet_ik_niet" in spoken(advance(step.visit, Answer(Meaning.TOPIC)))


def test_the_judgement_is_reassurance_only_when_nothing_is_known_against_it(script: Script) -> None:
    step = begin(script)
    assert judge(replace(step.visit, findings=(("koorts", Finding.UNKNOWN),))).level is Level.S
