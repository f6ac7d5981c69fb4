"""What is told outside its question, and what is read back: rules 8, 18 and 19 of `dialogue.py`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.consultation.test_dialogue import DOUBTFUL_NO, EVERY_ANSWER, NO, SILENT, UNCLEAR, UNSURE, WEEK, YES, healthy
from tests.consultation.test_dialogue_words import at, ids
from tests.helpers.judged_visit import JudgedVisit, take_in_turn, tell
from tests.helpers.plain_script import keep_plain
from voice.consultation.dialogue import advance, begin
from voice.consultation.findings import DETOURS, close_mentions
from voice.consultation.script import URGENT, Finding, Level, Script
from voice.consultation.triage import is_due
from voice.consultation.visit import Outcome, Phase, Step, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning, Mention


@pytest.fixture
def script(script: Script) -> Script:
    return keep_plain(script)


PROPOSED_YES = Answer(Meaning.YES, certain=False, proposed=True)
PROPOSED_NO = Answer(Meaning.NO, certain=False, proposed=True)
STOP, HELP = Answer(Meaning.STOP), Answer(Meaning.HELP)
TOO_CALM = (Level.REASSURE, Level.S, Level.STOPPED, Level.OUT_OF_SCOPE)
LEAD = "dat_wil_ik_zeker_weten"


def list_listened(script: Script) -> list[str]:
    """The flags that are listened for in every answer."""
    return [question.id for question in script.questions if question.mention]


def each_step(script: Script) -> Iterator[Step]:
    """Every step of a visit without flags, up to the menu after the reassurance."""
    step = begin(script)
    while step.then is not script.menu:
        yield step
        step = advance(step.visit, healthy(step.then))
    yield step


def deny(step: Step) -> Answer:
    return YES if step.then.kind is Kind.READBACK else healthy(step.then)


def end(script: Script, *answers: Answer, start: Step | None = None) -> Outcome:
    """How the visit ends after these answers if everything else is denied."""
    step, choose = start or begin(script), take_in_turn(answers, deny)
    while not isinstance(step.then, Outcome):
        step = advance(step.visit, choose(step))
    return step.then


# --- everywhere ---------------------------------------------------------------------------------


@pytest.mark.parametrize("meaning", [Meaning.UNCLEAR, Meaning.NO, Meaning.STOP, Meaning.REPEAT, Meaning.TOPIC, Meaning.BACK])
def test_the_question_of_a_flag_that_is_mentioned_is_put_next_wherever_that_is(every_script: Script, meaning: Meaning) -> None:
    for step in each_step(every_script):
        for flag in list_listened(every_script):
            if step.then.settles != flag:
                after = advance(step.visit, tell(flag, meaning))
                assert after.then is every_script.question(flag), (step.then.id, flag)
                lead = ids(after)
                assert lead.index(f"{flag}.vermeld") + 1 == lead.index(LEAD) < lead.index(f"{flag}.vraag")


def test_what_was_mentioned_and_is_denied_is_never_calm(every_script: Script) -> None:
    for step in each_step(every_script):
        for flag in list_listened(every_script):
            if step.then.settles != flag:
                outcome, level = end(every_script, tell(flag), start=step), every_script.question(flag).level
                assert flag in outcome.unknown
                assert outcome.level not in (TOO_CALM if level in URGENT else (Level.REASSURE, Level.STOPPED))
                if level is Level.E:
                    assert outcome.level is Level.STAFF


def test_what_was_mentioned_and_is_affirmed_has_its_level(every_script: Script) -> None:
    for step in each_step(every_script):
        for flag in list_listened(every_script):
            if step.then.settles != flag:
                outcome = end(every_script, tell(flag), YES, start=step)
                assert flag in outcome.flags
                assert outcome.level.urgency <= every_script.question(flag).level.urgency


def test_what_is_only_proposed_as_mentioned_is_asked_and_may_be_denied(every_script: Script) -> None:
    for flag in list_listened(every_script):
        step = advance(begin(every_script).visit, tell(flag, certain=False))
        assert step.then.id == flag
        assert end(every_script, start=step).level is Level.REASSURE
        assert end(every_script, YES, start=step).flags == (flag,)


def mentions_of(names: list[str]) -> st.SearchStrategy[tuple[Mention, ...]]:
    one = st.builds(Mention, st.sampled_from(names), st.booleans())
    return st.one_of(st.just(()), st.lists(one, min_size=1, max_size=2).map(tuple))


@pytest.mark.parametrize("name", ["script", "long_script"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_visits_with_mentions_end_and_none_is_wrong(request: pytest.FixtureRequest, name: str, data: st.DataObject) -> None:
    script: Script = request.getfixturevalue(name)
    visit, likely = JudgedVisit(script), st.sampled_from([NO, NO, WEEK, YES, DOUBTFUL_NO])
    mentions = mentions_of(list_listened(script))
    for _ in range(40):
        answer = data.draw(st.one_of(likely, st.sampled_from(EVERY_ANSWER)))
        told = data.draw(mentions)
        visit.answer(
            Answer(
                **{field: getattr(answer, field) for field in ("meaning", "certain", "proposed", "days", "topic")}, mentions=told
            )
        )
    visit.hold(deny)
    assert visit.find_wrongs() == []


def test_the_same_mention_for_ever_ends(every_script: Script) -> None:
    for flag in list_listened(every_script):
        for meaning in (Meaning.UNCLEAR, Meaning.NO, Meaning.YES, Meaning.REPEAT, Meaning.STOP, Meaning.SILENCE):
            visit = JudgedVisit(every_script)
            visit.hold(lambda step, told=tell(flag, meaning): told)
            assert visit.find_wrongs() == []


# --- one by one -----------------------------------------------------------------------------------


def test_a_question_is_put_for_mentions_so_often_and_then_its_flag_is_not_settled(script: Script) -> None:
    step = at(script, "val")
    for _ in range(DETOURS):
        step = advance(step.visit, tell("koorts"))
        assert step.then.id == "koorts"
        step = advance(step.visit, NO)
        assert step.then.id == "val"
    step = advance(step.visit, tell("koorts"))
    assert step.then.id == "val" and step.visit.finding("koorts") is Finding.UNKNOWN
    assert end(script, start=step).level is Level.W


@pytest.mark.parametrize("flag", ["plassen", "koorts"])
def test_what_is_told_for_certain_at_the_menu_ends_the_reassurance_though_it_was_put_often_enough(
    script: Script, flag: str
) -> None:
    *_, step = each_step(script)
    for _ in range(DETOURS):
        step = advance(step.visit, Answer(Meaning.UNCLEAR, mentions=(Mention(flag, certain=False),)))
        assert step.then.id == flag
        while step.then is not script.menu:
            step = advance(step.visit, deny(step))
    step = advance(step.visit, tell(flag))
    assert isinstance(step.then, Outcome) and step.then.level not in TOO_CALM


def test_a_milder_mention_never_pushes_a_more_urgent_one_aside(script: Script) -> None:
    milder = [flag for flag in list_listened(script) if script.question(flag).level not in (*URGENT, Level.STAFF)]
    assert milder
    for flag in milder:
        for urgent in ("plassen", "kracht", "borstpijn"):
            for mentions in ((Mention(flag), Mention(urgent, certain=False)), (Mention(urgent, certain=False), Mention(flag))):
                step = advance(at(script, "gewicht").visit, Answer(Meaning.NO, mentions=mentions))
                assert step.then.id == urgent
                assert flag in step.visit.pending
        earlier = advance(at(script, "gewicht").visit, tell(flag, Meaning.NO))
        assert advance(earlier.visit, tell("plassen", Meaning.NO)).then.id == "plassen"


def test_the_most_urgent_of_two_mentions_comes_first_and_the_other_next(script: Script) -> None:
    mentions = (Mention("koorts"), Mention("plassen", certain=False))
    step = advance(at(script, "gewicht").visit, Answer(Meaning.NO, mentions=mentions))
    assert step.then.id == "plassen"
    denied = advance(step.visit, NO)  # a mention in doubt, so that its no is read back
    assert denied.then is script.readback
    assert advance(denied.visit, YES).then.id == "koorts"


def test_a_plain_no_to_a_mention_in_doubt_counts_only_once_it_is_read_back(every_script: Script) -> None:
    for flag in list_listened(every_script):
        hinted = advance(begin(every_script).visit, tell(flag, certain=False))
        reading = advance(hinted.visit, NO)
        assert (reading.then, reading.visit.finding(flag)) == (every_script.readback, None)
        assert every_script.question(flag).spoken_denied in reading.say
        assert advance(reading.visit, YES).visit.finding(flag) is Finding.ABSENT
        assert advance(reading.visit, NO).then.id == flag
        told = advance(begin(every_script).visit, tell(flag))
        assert advance(told.visit, NO).visit.finding(flag) is Finding.UNKNOWN  # nothing is left to ask


def test_what_is_said_of_the_answer_comes_before_what_is_said_of_the_mention(script: Script) -> None:
    lead = ids(advance(at(script, "val").visit, tell("koorts", Meaning.UNSURE)))
    assert lead == ["dat_geeft_niet", "koorts.vermeld", LEAD, "koorts.vraag"]


def test_what_was_found_already_is_not_put_again(script: Script) -> None:
    found = advance(at(script, "koorts").visit, YES)
    assert advance(found.visit, tell("koorts", Meaning.NO)).then.id == "nachtpijn"


def test_a_mention_beside_a_stop_or_a_call_for_help_is_not_lost(script: Script) -> None:
    step = advance(at(script, "koorts").visit, tell("plassen", Meaning.STOP))
    assert ids(step) == ["plassen.vermeld", LEAD, "plassen.vraag"]
    stopped = advance(step.visit, STOP)
    assert (stopped.then.level, ids(stopped)[0]) == (Level.STAFF, "gestopt")
    for meaning in (Meaning.HELP, Meaning.ALARM):
        called = advance(at(script, "koorts").visit, tell("plassen", meaning)).then
        assert (called.level, called.unknown) == (Level.STAFF, ("plassen",))


def test_stopping_before_a_mention_is_settled_does_not_hide_it(script: Script) -> None:
    step = advance(at(script, "plassen").visit, tell("koorts"))
    stopped = advance(step.visit, STOP)
    assert (stopped.then.level, stopped.then.unknown) == (Level.W, ("koorts",))
    hinted = advance(at(script, "plassen").visit, tell("stoelgang", certain=False))
    assert advance(hinted.visit, STOP).then.level is Level.STAFF


def test_a_mention_at_a_read_back_leaves_what_is_read_back_open_unless_it_is_confirmed(script: Script) -> None:
    reading = advance(at(script, "koorts").visit, DOUBTFUL_NO)
    confirmed = advance(reading.visit, tell("val", Meaning.YES))
    assert (confirmed.then.id, confirmed.visit.finding("koorts")) == ("val", Finding.ABSENT)
    for meaning in (Meaning.NO, Meaning.UNCLEAR, Meaning.UNSURE, Meaning.STOP):
        step = advance(reading.visit, tell("val", meaning))
        assert (step.then.id, step.visit.finding("koorts")) == ("val", None)
        assert advance(step.visit, NO).then.id == "koorts"


def test_a_mention_at_the_read_back_of_findings_has_them_read_back_again(script: Script) -> None:
    reading = advance(at(script, "nachtpijn").visit, YES)
    step = advance(reading.visit, tell("koorts"))
    assert ids(step) == ["koorts.vermeld", LEAD, "koorts.vraag"]
    assert ids(advance(step.visit, YES)) == ["ik_hoorde_dit", "koorts.ja", "nachtpijn.ja", "klopt.vraag"]


def test_what_is_not_understood_at_the_read_back_of_findings_is_asked_once_more(script: Script) -> None:
    reading = advance(at(script, "nachtpijn").visit, YES)
    for meaning in (Meaning.UNCLEAR, Meaning.UNSURE, Meaning.DECLINE, Meaning.TOPIC, Meaning.DURATION):
        again = advance(reading.visit, Answer(meaning))
        assert ids(again) == ["opnieuw_1", "nachtpijn.ja", "klopt.vraag"]
        assert advance(again.visit, Answer(meaning)).visit.outcome.flags == ("nachtpijn",)
        assert advance(again.visit, YES).visit.outcome.flags == ("nachtpijn",)
        assert advance(again.visit, NO).then.id == "nachtpijn"
        assert advance(again.visit, tell("plassen", Meaning.YES)).then.id == "plassen"
    misheard = at(script, "nachtpijn")
    for _ in range(2):
        misheard = advance(misheard.visit, UNCLEAR)
    assert ids(advance(advance(misheard.visit, YES).visit, UNCLEAR))[0] == "opnieuw_1"  # what was missed before does not count


def test_a_mention_beside_a_length_of_time(script: Script) -> None:
    answer = Answer(Meaning.DURATION, days=Days(7, 7), mentions=(Mention("koorts"),))
    step = advance(begin(script).visit, answer)
    assert (step.then.id, step.visit.finding("duur")) == ("koorts", Finding.ABSENT)
    unclear = advance(begin(script).visit, tell("koorts"))
    assert advance(unclear.visit, NO).then.id == "duur"


def test_a_mention_after_the_reassurance_takes_it_back(script: Script) -> None:
    menu = at(script, script.menu.id)
    step = advance(menu.visit, tell("plassen", Meaning.TOPIC))
    assert step.then.id == "plassen"
    assert end(script, start=step).level is Level.STAFF
    assert end(script, YES, start=step).level is Level.E


def test_a_mention_while_the_patient_has_time_or_is_asked_whether_to_stop(script: Script) -> None:
    for before in (Answer(Meaning.WAIT), Answer(Meaning.STOP, certain=False)):
        step = advance(advance(at(script, "koorts").visit, before).visit, tell("val", Meaning.NO))
        assert step.then.id == "val"
        assert advance(step.visit, NO).then.id == "koorts"


def test_questions_that_wait_for_a_mention_are_put_only_then(script: Script) -> None:
    names = [question.id for question in script.questions if question.if_mentioned]
    assert {"borstpijn", "flauwgevallen", "aneurysma", "zwanger", "elders", "hoge_rug"} <= {*names}
    put = {step.then.id for step in each_step(script)}
    assert put.isdisjoint(names)
    assert not [name for name in names if is_due(begin(script).visit, script.question(name))]
    step = advance(at(script, "koorts").visit, tell("borstpijn", Meaning.NO))
    assert step.then.id == "borstpijn"
    found = advance(advance(step.visit, YES).visit, YES)
    assert ids(found)[1:] == list(script.ambulance[1:])
    hinted = advance(at(script, "koorts").visit, tell("borstpijn", Meaning.NO, certain=False))
    denied = advance(hinted.visit, NO)
    assert denied.then is script.readback
    assert advance(denied.visit, YES).then.id == "gewicht"


# --- read back -------------------------------------------------------------------------------------


def test_a_yes_that_is_only_proposed_counts_after_it_was_read_back(script: Script) -> None:
    step = advance(at(script, "koorts").visit, PROPOSED_YES)
    assert (ids(step), step.visit.phase) == (["koorts.ja", "klopt.vraag"], Phase.CONFIRM_YES)
    assert advance(step.visit, YES).visit.finding("koorts") is Finding.PRESENT
    for answer in (NO, UNSURE, UNCLEAR, SILENT):
        after = advance(step.visit, answer)
        assert (after.then.id, after.visit.finding("koorts"), after.visit.affirmed) == ("koorts", None, ())


def test_a_no_that_is_only_proposed_is_read_back_with_its_content(every_script: Script) -> None:
    for before in each_step(every_script):
        if before.then.kind is Kind.FLAG:
            for answer in (PROPOSED_NO, DOUBTFUL_NO):
                assert ids(advance(before.visit, answer)) == [f"{before.then.id}.nee", "klopt.vraag"]


def test_whether_it_is_new_is_not_settled_of_an_old_flag_that_was_told_again(long_script: Script) -> None:
    flag = next(question for question in long_script.questions if question.recent)
    assert flag.recent is not None
    old = ((flag.id, Finding.PRESENT), (flag.recent.question, Finding.ABSENT))
    closed = close_mentions(Visit(long_script, findings=old, pending=(flag.id,)))
    assert closed.finding(flag.recent.question) is Finding.UNKNOWN and closed.pending == ()
    assert close_mentions(Visit(long_script, findings=old)).finding(flag.recent.question) is Finding.ABSENT
