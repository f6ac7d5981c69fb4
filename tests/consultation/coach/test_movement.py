"""Moving together: gentle, one at a time, never with anything that was told, and it ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from tests.conftest import PROMPTS
from tests.consultation.test_chapters import ids, reach
from tests.consultation.test_dialogue import healthy
from tests.helpers.judged_visit import JudgedVisit
from voice.consultation.coach import movement as chapter
from voice.consultation.coach.movement import CHECK, FOOTING, LONGEST, OFFER, READY, list_allowed
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import load_script
from voice.consultation.script import Finding, Level, Script
from voice.consultation.visit import Outcome, Step, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning, Mention

YES, NO = Answer(Meaning.YES), Answer(Meaning.NO)
UNSURE_YES = Answer(Meaning.YES, certain=False)
SLOWER, TOO_MUCH, WORSE, STOP = (Answer(one) for one in (Meaning.SLOWER, Meaning.TOO_MUCH, Meaning.WORSE, Meaning.STOP))


@pytest.fixture(scope="module", params=["nl-BE", "nl-NL"])
def moving(request: pytest.FixtureRequest) -> Script:
    """The short script with moving together."""
    return load_script(PROMPTS / str(request.param), "kort", language=False, chapters=frozenset(("movement",)))


def tell(step: Step, *answers: Answer) -> Step:
    for answer in answers:
        step = advance(step.visit, answer)
    return step


def list_counted(step: Step) -> list[str]:
    return [name.removesuffix(".tel") for name in ids(step) if name.endswith(".tel")]


def hold(script: Script, step: Step, answers: dict[str, Answer]) -> tuple[list[str], Step]:
    """Go on with these answers by question, else a yes, to the end; return what was counted, and the last step."""
    counted: list[str] = []
    while not isinstance(step.then, Outcome):
        step = advance(step.visit, answers.get(step.then.id, YES if step.then.kind is Kind.MOVING else NO))
        counted += list_counted(step)
    return counted, step


def test_all_movements_are_told_counted_and_asked_about_those_on_a_chair_first(moving: Script) -> None:
    step = reach(moving, OFFER)
    course = [step.then.id]
    while not isinstance(step.then, Outcome):
        step = tell(step, YES)
        course.append(step.then.id if not isinstance(step.then, Outcome) else "")
        if course[-1] == READY:
            movement = moving.moving.movement(step.visit.progress.place)
            assert ids(step)[-1 - len(movement.lines) : -1] == [line.id for line in movement.lines]
    assert course == [OFFER, *[READY, CHECK] * 3, FOOTING, *[READY, CHECK] * 2, ""]
    assert "samen_einde" in ids(step)
    assert hold(moving, reach(moving, OFFER), {})[0] == [one.id for one in moving.moving.movements]


def test_who_does_not_stand_firmly_or_is_not_sure_stays_seated(moving: Script) -> None:
    seated = [one.id for one in moving.moving.movements if not one.standing]
    for answer in (NO, UNSURE_YES, Answer(Meaning.YES, proposed=True), Answer(Meaning.SILENCE), Answer(Meaning.UNSURE), TOO_MUCH):
        counted, end = hold(moving, reach(moving, OFFER), {FOOTING: answer})
        assert counted == seated
        assert "samen_zitten" in ids(end)


def test_the_count_is_on_its_beat_and_slower_once_that_was_asked(moving: Script) -> None:
    first = moving.moving.movements[0]
    ready = tell(reach(moving, OFFER), YES)
    usual = tell(ready, YES)
    assert [line.beat for line in usual.say if line.beat] == [first.every]
    slower = tell(ready, SLOWER)
    assert slower.then.id == READY and "samen_trager" in ids(slower)
    assert [line.beat for line in tell(slower, YES).say if line.beat] == [first.every * moving.moving.slower]
    after = tell(usual, SLOWER, YES)
    assert [line.beat for line in after.say if line.beat] == [moving.moving.movements[1].every * moving.moving.slower]


def test_too_much_leaves_the_open_movement_and_shortens_the_rest_and_twice_ends_it(moving: Script) -> None:
    first, second = moving.moving.movements[:2]
    skipped = tell(reach(moving, OFFER), YES, TOO_MUCH)
    assert skipped.visit.progress.place == second.id and "samen_sla_over" in ids(skipped)
    counted = tell(skipped, YES)
    assert [len(line.beats) for line in counted.say if line.beat] == [-(-second.times // 2)]
    assert "samen_te_veel" in ids(tell(counted, TOO_MUCH))
    eased = tell(reach(moving, OFFER), YES, YES, TOO_MUCH)
    assert list_counted(tell(reach(moving, OFFER), YES, YES)) == [first.id]
    assert "samen_minder" in ids(eased) and eased.then.id == READY


@pytest.mark.parametrize("answer", [WORSE, NO, Answer(Meaning.DECLINE), STOP, Answer(Meaning.STOP, certain=False)])
def test_more_pain_a_no_or_a_stop_ends_it_kindly_and_the_outcome_stays(moving: Script, answer: Answer) -> None:
    counted = tell(reach(moving, OFFER), YES, YES)
    assert counted.then.id == CHECK
    ended = tell(counted, answer)
    assert isinstance(ended.then, Outcome) and ended.then.level is Level.REASSURE
    assert ("samen_gestopt" if answer.meaning is Meaning.STOP else "samen_erger") in ids(ended)
    assert not list_counted(ended)


def test_how_it_ended_is_kept_for_the_hand_over(moving: Script) -> None:
    asked = reach(moving, OFFER)
    for answers, kept in (
        ((YES, YES, WORSE), "samen_erger"),
        ((YES, STOP), "samen_gestopt"),
        ((YES, TOO_MUCH, TOO_MUCH), "samen_te_veel"),
    ):
        assert dict(tell(asked, *answers).visit.progress.kept)[chapter.ENDED] == kept
    assert chapter.ENDED not in dict(tell(asked, NO).visit.progress.kept)


def test_a_patient_who_is_not_heard_or_not_sure_is_asked_once_more_and_then_it_ends(moving: Script) -> None:
    for answers in ((YES,), (YES, YES)):
        open_step = tell(reach(moving, OFFER), *answers)
        for unclear in (Answer(Meaning.SILENCE), Answer(Meaning.UNCLEAR), Answer(Meaning.UNSURE)):
            again = tell(open_step, unclear)
            assert again.then is open_step.then and again.say[-1] == again.then.ask_clearer
            assert "samen_te_veel" in ids(tell(again, unclear))
    check = tell(reach(moving, OFFER), YES, YES)
    assert tell(check, UNSURE_YES).then.id == CHECK


def test_only_a_yes_begins_it(moving: Script) -> None:
    for meaning in set(Meaning) - {Meaning.YES, Meaning.ALARM, Meaning.HELP}:
        step = reach(moving, OFFER)
        for _ in range(12):
            step = tell(step, Answer(meaning)) if not isinstance(step.then, Outcome) else step
            assert not any(name == "samen_begin" for name in ids(step))
    assert tell(reach(moving, OFFER), Answer(Meaning.YES, proposed=True)).then.id == OFFER


def visit_with(asked: Script, **changes: object) -> Visit:
    """Return a reassured visit in which every flag was denied, but for these changes."""
    return replace(reach(asked, OFFER).visit, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("finding", [Finding.PRESENT, Finding.UNKNOWN])
def test_a_yes_or_a_missing_answer_rules_out_what_names_it(moving: Script, finding: Finding) -> None:
    findings = dict(visit_with(moving).findings)
    for movement in moving.moving.movements:
        for name in (*movement.not_with, *moving.moving.never_with):
            visit = visit_with(moving, findings=tuple({**findings, name: finding}.items()))
            assert movement not in list_allowed(visit), name
            assert name not in moving.moving.never_with or not list_allowed(visit)


@pytest.mark.parametrize("told", ["affirmed", "declined", "mentioned", "pending", "detours", "proposed"])
def test_what_was_told_at_any_time_rules_out_though_it_is_denied_now(moving: Script, told: str) -> None:
    for movement in moving.moving.movements:
        for name in (*movement.not_with, *moving.moving.never_with):
            assert movement not in list_allowed(visit_with(moving, **{told: (name,)})), name


def test_a_question_that_was_due_and_not_settled_rules_out_and_so_does_one_that_the_script_has_not(moving: Script) -> None:
    without = tuple(pair for pair in visit_with(moving).findings if pair[0] != "val")
    standing = {one.id for one in moving.moving.movements if one.standing}
    assert standing.isdisjoint(one.id for one in list_allowed(visit_with(moving, findings=without)))
    other = replace(moving, questions=tuple(one for one in moving.questions if one.id != "kracht"))
    assert standing.isdisjoint(one.id for one in list_allowed(visit_with(moving, script=other)))
    assert standing <= {one.id for one in list_allowed(visit_with(moving))}


@pytest.mark.parametrize("level", [level for level in Level if level not in (Level.REASSURE, Level.S)], ids=str)
def test_nobody_moves_after_another_outcome(moving: Script, level: Level) -> None:
    assert list_allowed(visit_with(moving)) == moving.moving.movements
    assert list_allowed(visit_with(moving, outcome=Outcome(level))) == ()


def test_a_movement_that_is_ruled_out_meanwhile_is_not_gone_on_with(moving: Script) -> None:
    ready = tell(reach(moving, OFFER), YES)
    spoilt = replace(ready.visit, declined=("koorts",))
    assert not list_counted(advance(spoilt, YES))


def test_a_fall_that_is_told_while_moving_ends_it(moving: Script) -> None:
    counted = tell(reach(moving, OFFER), YES, YES)
    told = tell(counted, Answer(Meaning.YES, mentions=(Mention("val"),)))
    assert told.then.id == "val"
    counted_after, end = hold(moving, told, {})
    assert counted_after == [] and end.then.level is not Level.REASSURE


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_answered_it_ends_and_the_judge_finds_nothing_wrong(moving: Script, seed: int) -> None:
    chance = Random(seed)
    everything = [Answer(meaning, certain=sure) for meaning in Meaning for sure in (True, False)]
    everything += [Answer(Meaning.YES, mentions=(Mention("val", certain=sure),)) for sure in (True, False)]
    for _ in range(40):
        visit, moved = JudgedVisit(moving), 0
        while not visit.has_ended:
            question = visit.step.then
            often_yes = question.kind is Kind.MOVING and chance.random() < 0.7
            usual = YES if often_yes else healthy(question) if chance.random() < 0.97 else chance.choice(everything)
            visit.answer(usual if question.kind is not Kind.MOVING or often_yes else chance.choice(everything))
            moved += question.kind is Kind.MOVING
        assert visit.find_wrongs() == []
        assert moved <= 7 * LONGEST


def test_it_takes_three_to_five_minutes(moving: Script) -> None:
    """Spoken at 145 words a minute, with a second and a half for each answer; slowly it is no more than six."""
    asked = begin(moving)
    seconds = {False: 0.0, True: 0.0}
    for slowly in seconds:
        asked = reach(moving, OFFER)
        before = asked
        while not isinstance(asked.then, Outcome):
            answer = SLOWER if slowly and asked.then.id == READY and before.then.id == OFFER else YES
            before, asked = asked, tell(asked, answer)
            lines = [
                line
                for line in asked.say
                if line.id.split(".")[0].startswith(("samen", "stevig", "klaar", "gaat_het")) or "." in line.id
            ]
            spoken = sum(len(line.text.split()) for line in lines if not line.beat) / 145 * 60
            seconds[slowly] += spoken + sum(len(line.beats) * line.beat for line in lines) + 1.5
    assert 180 <= seconds[False] <= 300
    assert seconds[True] <= 360


def test_the_shipped_count_has_words_for_every_movement_and_no_two_movements_share_an_id(moving: Script) -> None:
    names = sorted(one.id for one in moving.moving.movements)
    assert all(one != other for one, other in pairwise(names))
    assert not {question.id for question in moving.every_question()} & set(names)
    assert not {topic.id for topic in moving.topics} & set(names)
