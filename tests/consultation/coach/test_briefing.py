"""The briefing: what is asked for the physiotherapist, what is kept of it, and that it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.conftest import PROMPTS
from tests.consultation.test_dialogue import healthy
from voice.consultation.coach.briefing import BLOCKS, CONSENT
from voice.consultation.coach.replies import find_reply
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import load_script
from voice.consultation.script import Level, Script
from voice.consultation.visit import Outcome, Reply, Step, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning, Mention, Score, Side

NO, YES, UNCLEAR = Answer(Meaning.NO), Answer(Meaning.YES), Answer(Meaning.UNCLEAR)
SEVEN = Answer(Meaning.SCORE, score=Score(7, 7))
LEFT = Answer(Meaning.SIDE, sides=(Side.LEFT,))
TOLD = Answer(Meaning.SENTENCE, sentence="uit mijn zetel komen")
FULL = {"pijn": SEVEN, "kant": LEFT, "been": NO, "bang": YES, CONSENT: YES, "lastigst": TOLD, "hoop": TOLD}


@pytest.fixture(scope="module", params=["nl-BE", "nl-NL"])
def script(request: pytest.FixtureRequest) -> Script:
    return load_script(PROMPTS / str(request.param), "kort", language=False, chapters=frozenset(BLOCKS))


def hold(script: Script, answers: Mapping[str, Answer]) -> tuple[Visit, list[str]]:
    """Hold a visit with these answers; return it with the ids of the questions that were put."""
    step, put = begin(script), []
    while not isinstance(step.then, Outcome):
        put.append(step.then.id)
        usual = YES if step.then.kind is Kind.READBACK else healthy(step.then)
        step = advance(step.visit, answers.get(step.then.id, usual))
    return step.visit, put


def reach(script: Script, name: str, **answers: Answer) -> Step:
    step = begin(script)
    while isinstance(step.then, Outcome) or step.then.id != name:
        assert not isinstance(step.then, Outcome)
        step = advance(step.visit, {**FULL, **answers}.get(step.then.id, healthy(step.then)))
    return step


def test_every_block_is_put_once_after_the_flags_and_kept(script: Script) -> None:
    visit, put = hold(script, FULL)
    assert [name for name in put if name in FULL] == list(FULL)
    assert put.index("pijn") > max(put.index(name) for name in visit.path)
    assert find_reply(visit, "pijn") == Reply(Meaning.SCORE, score=Score(7, 7))
    assert find_reply(visit, "kant") == Reply(Meaning.SIDE, sides=(Side.LEFT,))
    assert [find_reply(visit, name) for name in ("been", "bang")] == [Reply(Meaning.NO), Reply(Meaning.YES)]
    assert visit.outcome.level is Level.REASSURE


def test_a_practice_that_switches_nothing_on_has_the_visit_of_today(script: Script) -> None:
    plain = load_script(PROMPTS / script.locale, "kort", language=False)
    _, put = hold(plain, FULL)
    assert not set(FULL).intersection(put)
    with_all = hold(script, FULL)[1]
    assert [name for name in with_all if name not in FULL] == put


@pytest.mark.parametrize("level", ["W", "S", "reassure"])
def test_no_answer_of_a_briefing_changes_the_outcome(script: Script, level: str) -> None:
    flag = next((one.id for one in script.questions if str(one.level) == level and one.kind is Kind.FLAG and not one.gate), "")
    found = {flag: YES} if flag else {}
    outcomes = set()
    for pain in (0, 10):
        for fear in (YES, NO, Answer(Meaning.DECLINE), Answer(Meaning.SILENCE)):
            answers = {**FULL, **found, "pijn": Answer(Meaning.SCORE, score=Score(pain, pain)), "bang": fear, "been": fear}
            visit, put = hold(script, answers)
            assert "pijn" in put
            outcomes.add(visit.outcome)
    assert len(outcomes) == 1 and outcomes.pop().level == level


def test_an_urgent_outcome_comes_without_a_briefing(script: Script) -> None:
    for name in ("koorts", "plassen"):
        _, put = hold(script, {**FULL, name: YES, f"{name}_nieuw": YES})
        assert "pijn" not in put


def test_a_flag_that_is_told_in_a_briefing_is_asked_at_once(script: Script) -> None:
    for name, answer in FULL.items():
        told = advance(reach(script, name).visit, Answer(answer.meaning, mentions=(Mention("plassen"),)))
        assert told.then == script.question("plassen")
        assert advance(told.visit, NO).then.level is Level.STAFF


def test_what_is_doubtful_is_asked_once_more_and_the_same_again_counts(script: Script) -> None:
    doubtful = Answer(Meaning.SCORE, score=Score(7, 7), certain=False)
    again = advance(reach(script, "pijn").visit, doubtful)
    assert [line.id for line in again.say] == ["dat_wil_ik_zeker_weten", "pijn.verduidelijking"]
    same, other = (advance(again.visit, Answer(Meaning.SCORE, score=Score(n, n), certain=False)) for n in (7, 5))
    assert same.then == other.then == script.question("kant")
    assert find_reply(same.visit, "pijn") == Reply(Meaning.SCORE, score=Score(7, 7))
    assert find_reply(other.visit, "pijn") == Reply(Meaning.SCORE, score=Score(5, 5), certain=False)
    unheard = advance(again.visit, UNCLEAR)
    assert find_reply(unheard.visit, "pijn") == Reply(Meaning.SCORE, score=Score(7, 7), certain=False)


def test_not_known_not_said_and_not_heard_stay_apart(script: Script) -> None:
    for meaning, kept in ((Meaning.UNSURE, Meaning.UNSURE), (Meaning.DECLINE, Meaning.DECLINE)):
        step = advance(reach(script, "pijn").visit, Answer(meaning))
        assert step.then == script.question("kant"), "asked once"
        assert find_reply(step.visit, "pijn") == Reply(kept)
    for silent in (UNCLEAR, Answer(Meaning.SILENCE)):
        step = advance(advance(reach(script, "pijn").visit, silent).visit, silent)
        assert step.then == script.question("kant")
        assert find_reply(step.visit, "pijn") == Reply(Meaning.UNCLEAR, certain=False)


def test_own_words_are_asked_only_after_a_certain_yes_and_are_never_in_the_visit(script: Script) -> None:
    visit, _ = hold(script, FULL)
    assert find_reply(visit, "lastigst") == find_reply(visit, "hoop") == Reply(Meaning.SENTENCE)
    assert "zetel" not in repr(visit)
    doubtful = Answer(Meaning.YES, certain=False)
    for refused in (NO, UNCLEAR, Answer(Meaning.UNSURE), Answer(Meaning.DECLINE), Answer(Meaning.SILENCE)):
        visit, put = hold(script, {**FULL, CONSENT: refused})
        assert put.count(CONSENT) <= 2 and not {"lastigst", "hoop"}.intersection(put)
    once = advance(reach(script, CONSENT).visit, doubtful)
    assert once.then == script.question(CONSENT)
    assert advance(once.visit, doubtful).then == script.question("lastigst")
    assert advance(once.visit, UNCLEAR).then != script.question("lastigst"), "one doubtful yes is none"


def test_pain_in_both_legs_answers_whether_it_goes_into_the_leg(script: Script) -> None:
    both = {"beide_benen": YES, "beide_benen_nieuw": NO}
    _, put = hold(script, {**FULL, **both})
    assert "beide_benen" in put and "pijn" in put and "been" not in put
    asked_all_the_same = replace(script, coached=tuple(replace(one, unless=()) for one in script.coached))
    assert "been" in hold(asked_all_the_same, {**FULL, **both})[1]
