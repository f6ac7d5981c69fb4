"""An emergency that counts as one only if it is new or worse, and the follow-up that asks so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.consultation.test_dialogue import converse, converse_aloud, each_step_of, spoken
from tests.helpers.content import edit
from tests.helpers.judged_visit import JudgedVisit, tell
from voice.base.errors import ScriptError
from voice.consultation.dialogue import ATTEMPTS, advance, begin
from voice.consultation.findings import DETOURS
from voice.consultation.loader import load_script
from voice.consultation.review.walk import walk
from voice.consultation.review.walk_answers import SAYS_WHEN, UNUSUAL, USUAL
from voice.consultation.script import Finding, Gate, Level, Question, Recent, Rule, Script
from voice.consultation.triage import judge
from voice.consultation.visit import Outcome, Phase, Step, Visit
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

YES, NO, UNSURE, SILENT = (Answer(meaning) for meaning in (Meaning.YES, Meaning.NO, Meaning.UNSURE, Meaning.SILENCE))
BACK, STOP, DECLINE, UNCLEAR = (Answer(one) for one in (Meaning.BACK, Meaning.STOP, Meaning.DECLINE, Meaning.UNCLEAR))
SAYS_NEW, SAYS_OLD = SAYS_WHEN
NEW = Question(
    "borst_nieuw", "Is dat nieuw?", "Sinds kort?", "Daarom.", "Dat is nieuw.", "Dat is al langer zo.",
    unknown="Ik weet niet of dat nieuw is.", settles="borst_nieuw", gate=Gate(("borstpijn",), (Finding.PRESENT,)), recent_of="borstpijn", recent_level=Level.E,
)  # fmt: skip


@pytest.fixture
def asking(script: Script) -> Script:
    """Three questions; the pain in the chest is an emergency only if it is new."""
    pain = replace(script.question("borstpijn"), if_mentioned=False, ambulance=False, recent=Recent(NEW.id, Level.S))
    numb = replace(script.question("gevoel"), level=Level.W, gate=None)
    return replace(script, questions=(pain, NEW, numb, script.question("koorts")), rules=())


def ask_when(script: Script) -> Step:
    """Return the step that puts the follow-up."""
    step = advance(begin(script).visit, YES)
    assert step.then is NEW
    return step


def end(script: Script, *answers: Answer) -> Outcome:
    """Return the outcome after these answers to the follow-up; every other flag is denied."""
    outcome = converse(script, {"borstpijn": [YES], NEW.id: list(answers)}).then
    assert isinstance(outcome, Outcome)
    return outcome


def test_a_yes_that_is_new_is_the_emergency_and_ends_the_questions(asking: Script) -> None:
    assert end(asking, YES) == Outcome(Level.E, flags=("borstpijn",))
    put = [step.then for step in each_step_of(asking, {"borstpijn": [YES], NEW.id: [YES]}) if isinstance(step.then, Question)]
    assert [question.id for question in put] == ["borstpijn", NEW.id, "klopt"]


def test_a_yes_that_is_old_has_its_own_level_and_the_questions_go_on(asking: Script) -> None:
    step, said = converse_aloud(asking, {"borstpijn": [YES], NEW.id: [NO]})
    assert step.then == Outcome(Level.S, flags=("borstpijn",))
    assert [line.id for line in said][:2] == ["borstpijn.ja", f"{NEW.id}.nee"]
    assert (
        end(
            replace(asking, questions=(replace(asking.questions[0], recent=Recent(NEW.id, Level.W)), *asking.questions[1:])), NO
        ).level
        is Level.W
    )


@pytest.mark.parametrize("answers", [[UNSURE] * 2, [DECLINE], [SILENT] * ATTEMPTS, [UNCLEAR] * ATTEMPTS, [STOP]], ids=str)
def test_a_yes_of_which_nobody_knows_whether_it_is_new_brings_the_staff(asking: Script, answers: list[Answer]) -> None:
    outcome = end(asking, *answers)
    assert outcome.level is Level.STAFF
    assert NEW.id in outcome.unknown
    said = spoken(converse(asking, {"borstpijn": [YES], NEW.id: answers}))
    assert "borstpijn.ja" in said
    assert (f"{NEW.id}.onbekend" in said) == (answers != [DECLINE]), "what was refused is not read out"


def test_what_the_yes_says_of_it_answers_the_follow_up_at_once_if_it_is_new(asking: Script) -> None:
    step = advance(begin(asking).visit, SAYS_NEW)
    assert step.visit.phase is Phase.CONFIRM_FINDINGS
    assert {"borstpijn.ja", f"{NEW.id}.ja"} <= spoken(step)
    assert judge(step.visit).level is Level.E


@pytest.mark.parametrize("says_when", SAYS_WHEN, ids=str)
def test_since_when_it_is_says_nothing_of_the_question_after_a_flag_without_a_follow_up(
    asking: Script, says_when: Answer
) -> None:
    step = advance(begin(asking).visit, NO)
    step = advance(step.visit, says_when)
    assert (step.then.id, step.visit.phase) == ("koorts", Phase.ASK)
    assert dict(step.visit.findings) == {"borstpijn": Finding.ABSENT, "gevoel": Finding.PRESENT}


def test_what_the_yes_says_of_it_is_read_back_if_it_is_old(asking: Script) -> None:
    step = advance(begin(asking).visit, SAYS_OLD)
    assert (step.visit.phase, step.visit.open, step.then.id) == (Phase.CONFIRM_NO, NEW, "klopt")
    assert f"{NEW.id}.nee" in spoken(step)
    assert judge(step.visit).level is Level.STAFF
    assert judge(advance(step.visit, YES).visit).level is Level.S
    again = advance(step.visit, NO)
    assert again.then is NEW
    assert judge(advance(again.visit, YES).visit).level is Level.E


def test_a_yes_that_only_the_reader_proposes_is_read_back_before_the_follow_up(asking: Script) -> None:
    step = advance(begin(asking).visit, Answer(Meaning.YES, certain=False, proposed=True, recent=Meaning.NO))
    assert (step.visit.phase, step.visit.open.id) == (Phase.CONFIRM_YES, "borstpijn")
    assert advance(step.visit, YES).then is NEW


def test_a_doubtful_no_to_the_follow_up_is_read_back(asking: Script) -> None:
    step = advance(ask_when(asking).visit, Answer(Meaning.NO, certain=False))
    assert (step.visit.phase, step.visit.open) == (Phase.CONFIRM_NO, NEW)


def test_not_knowing_whether_it_is_new_is_asked_once_more(asking: Script) -> None:
    step = advance(ask_when(asking).visit, UNSURE)
    assert (step.then, "denk_rustig_na" in spoken(step)) == (NEW, True)


def test_going_back_from_the_follow_up_puts_its_flag_again(asking: Script) -> None:
    step = advance(ask_when(asking).visit, BACK)
    assert step.then.id == "borstpijn"
    assert judge(step.visit).level is Level.STAFF
    assert advance(step.visit, YES).then is NEW
    assert isinstance(denied := advance(step.visit, NO).then, Outcome)
    assert denied.level is Level.STAFF


def test_a_follow_up_that_is_put_anew_is_not_said_to_be_unknown_if_its_flag_is_denied_then(asking: Script) -> None:
    step = ask_when(asking)
    for answer in (*[tell("borstpijn")] * DETOURS, tell("borstpijn", Meaning.BACK)):  # once too often: the follow-up is unknown
        step = advance(step.visit, answer)
    assert (step.then.id, step.visit.finding(NEW.id)) == ("borstpijn", Finding.UNKNOWN)
    step = advance(step.visit, YES)
    assert (step.then, step.visit.finding(NEW.id)) == (NEW, None)
    ended = advance(advance(step.visit, BACK).visit, NO)
    assert ended.then == Outcome(Level.STAFF, unknown=("borstpijn",), reasons=("onbekend",))


def test_going_back_to_the_follow_up_forgets_that_it_is_old(asking: Script) -> None:
    step = advance(advance(ask_when(asking).visit, NO).visit, BACK)
    assert step.then is NEW
    assert judge(step.visit).level is Level.STAFF


def test_findings_that_are_wrong_put_the_flag_and_its_follow_up_again(asking: Script) -> None:
    step = advance(advance(ask_when(asking).visit, YES).visit, NO)
    assert step.then.id == "borstpijn"
    step = advance(step.visit, YES)
    assert step.then is NEW
    assert judge(advance(step.visit, YES).visit).level is Level.E
    assert isinstance(old_now := advance(step.visit, NO).then, Outcome)
    assert old_now.level is Level.STAFF


@pytest.mark.parametrize("certain", [True, False])
def test_an_old_flag_that_the_patient_tells_of_again_gets_its_follow_up_again(asking: Script, certain: bool) -> None:
    step = advance(ask_when(asking).visit, NO)
    assert step.then.id == "gevoel"
    step = advance(step.visit, tell("borstpijn", Meaning.NO, certain=certain))
    assert step.then is NEW
    assert "borstpijn.vermeld" in spoken(step)
    assert judge(advance(step.visit, YES).visit).level is Level.E


def test_a_plain_no_to_the_follow_up_of_a_flag_that_may_have_been_told_again_is_read_back(asking: Script) -> None:
    step = advance(ask_when(asking).visit, NO)
    again = {certain: advance(step.visit, tell("borstpijn", Meaning.NO, certain=certain)) for certain in (True, False)}
    assert advance(again[True].visit, NO).visit.finding(NEW.id) is Finding.ABSENT
    read_back = advance(again[False].visit, NO)
    assert (read_back.visit.phase, read_back.visit.open, read_back.visit.finding(NEW.id)) == (Phase.CONFIRM_NO, NEW, None)
    assert advance(read_back.visit, YES).visit.finding(NEW.id) is Finding.ABSENT


def test_an_old_flag_that_is_told_again_while_the_patient_stops_is_not_known(asking: Script) -> None:
    step = advance(ask_when(asking).visit, NO)
    both = Answer(Meaning.NO, mentions=(*tell("borstpijn").mentions, *tell("koorts").mentions))
    step = advance(step.visit, both)
    assert step.then is NEW
    while isinstance(step.then, Question):
        step = advance(step.visit, STOP)
    assert step.then.level is Level.STAFF


def test_another_emergency_that_is_told_at_the_follow_up_comes_before_it(script: Script, asking: Script) -> None:
    asking = replace(asking, questions=(*asking.questions, script.question("flauwgevallen")))
    step = advance(ask_when(asking).visit, tell("flauwgevallen", certain=False))
    assert step.then.id == "flauwgevallen"
    step = advance(advance(step.visit, NO).visit, YES)  # a no to what may have been told is read back
    assert step.then is NEW


@pytest.mark.parametrize("call", [Meaning.HELP, Meaning.ALARM])
def test_a_call_at_the_follow_up_brings_the_staff(asking: Script, call: Meaning) -> None:
    assert end(asking, Answer(call)).level is Level.STAFF


def test_an_old_flag_counts_in_no_pair_rule(asking: Script) -> None:
    asking = replace(asking, rules=(Rule("samen", ("borstpijn", "gevoel"), Level.T, "nhs"),))
    found = {"borstpijn": Finding.PRESENT, "gevoel": Finding.PRESENT, "koorts": Finding.ABSENT}
    for newness, level in ((Finding.ABSENT, Level.W), (Finding.PRESENT, Level.E), (Finding.UNKNOWN, Level.STAFF)):
        visit = Visit(asking, findings=tuple({**found, NEW.id: newness}.items()))
        assert (judge(visit).level, bool(judge(visit).reasons)) == (level, newness is not Finding.ABSENT)


@pytest.mark.slow
def test_no_path_is_unsafe(asking: Script) -> None:
    walked = walk(replace(asking, questions=(*asking.questions[:2], asking.question("koorts"))), unusual=1)
    assert walked.violations == ()
    assert NEW.id in walked.asked


EVERY = (
    *USUAL,
    *UNUSUAL,
    *SAYS_WHEN,
    tell("borstpijn"),
    tell("borstpijn", Meaning.NO),
    tell("koorts", Meaning.NO, certain=False),
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whoever_says_that_it_is_new_is_never_sent_home(script: Script, data: st.DataObject) -> None:
    pain = replace(script.question("borstpijn"), if_mentioned=False, ambulance=False, recent=Recent(NEW.id, Level.S))
    visit = JudgedVisit(replace(script, questions=(pain, NEW, script.question("koorts")), rules=()))
    is_new = False
    for _ in range(60):
        if visit.has_ended:
            break
        answer, put = data.draw(st.sampled_from(EVERY)), visit.step.then
        aloud = put.kind is Kind.FLAG and {put.ask, put.ask_clearer} & set(visit.step.say)
        is_new = is_new or bool(aloud and answer in (YES, SAYS_NEW) and (put.id == NEW.id or (answer is SAYS_NEW and put.recent)))
        visit.answer(answer)
    assert visit.find_wrongs() == []
    assert not (is_new and visit.has_ended) or visit.step.then.level in (Level.E, Level.STAFF)


# --- a flag for today ---------------------------------------------------------------------------


@pytest.fixture
def today(asking: Script) -> Script:
    """The same three questions; the pain in the chest is for today, and only if it is new."""
    pain, new, *others = asking.questions
    return replace(asking, questions=(replace(pain, level=Level.T), replace(new, recent_level=Level.T), *others))


@pytest.mark.parametrize(
    ("answers", "level"),
    [([YES], Level.T), ([NO], Level.S), ([UNSURE], Level.T), ([SILENT] * ATTEMPTS, Level.T), ([UNCLEAR] * ATTEMPTS, Level.T)],
    ids=["new", "old", "not known", "nothing heard", "not understood"],
)
def test_a_flag_for_today_is_calmer_only_if_it_is_surely_old(today: Script, answers: list[Answer], level: Level) -> None:
    assert end(today, *answers).level is level


def test_whether_a_flag_for_today_is_new_brings_no_staff_and_ends_no_questions(today: Script) -> None:
    for answer in (YES, NO, UNSURE):
        step = advance(advance(begin(today).visit, YES).visit, answer)
        assert isinstance(step.then, Question) and step.then.id == "gevoel"


def test_an_old_flag_for_today_makes_no_pair(today: Script) -> None:
    pair = replace(today, rules=(Rule("paar", ("borstpijn", "koorts"), Level.E, "algemeen"),))
    for answer, level in ((YES, Level.E), (UNSURE, Level.E), (NO, Level.T)):
        outcome = converse(pair, {"borstpijn": [YES], NEW.id: [answer], "koorts": [YES]}).then
        assert isinstance(outcome, Outcome) and outcome.level is level


@pytest.mark.slow
def test_no_way_through_a_flag_for_today_breaks_a_rule(today: Script) -> None:
    walked = walk(replace(today, questions=(*today.questions[:2], today.question("koorts"))), unusual=1)
    assert walked.violations == ()
    assert NEW.id in walked.asked


# --- the loader -----------------------------------------------------------------------------------

FOLLOW_UP = """
  - id: borst_nieuw
    level: none
    recent_days: "14"
    text: "Is die pijn nieuw?"
    clarify: "Begon ze deze week? Is dat zo bij u?"
    explain: "Wat nieuw is, gaat voor."
    positive: "Die pijn is nieuw."
    negative: "Die pijn is er al langer."
    unknown: "Ik weet niet of die pijn nieuw is."
    source: [nhs]

  - id: flauwgevallen
"""
RECENT = "  - id: borstpijn\n    level: E\n    recent: {question: borst_nieuw, otherwise: W}\n"


@pytest.fixture
def copied_with(copied: Path) -> Path:
    """A copy of the prompts in which pain in the chest has a follow-up."""
    edit(copied, "questions.yaml", '  - id: borstpijn\n    level: E\n    ambulance: "true"\n', RECENT)
    edit(copied, "questions.yaml", "\n  - id: flauwgevallen\n", FOLLOW_UP)
    return copied


@pytest.mark.parametrize("name", ["kort", "uitgebreid"])
def test_the_loader_puts_the_follow_up_after_its_flag(copied_with: Path, name: str) -> None:
    script = load_script(copied_with, name, language=False)
    order = [question.id for question in script.questions]
    assert order.index("borst_nieuw") == order.index("borstpijn") + 1
    flag, asks = script.question("borstpijn"), script.question("borst_nieuw")
    assert flag.recent == Recent("borst_nieuw", Level.W)
    assert (asks.recent_of, asks.gate, asks.is_emergency) == ("borstpijn", Gate(("borstpijn",), (Finding.PRESENT,)), True)
    assert (asks.expected.asks_recent, asks.expected.follows, asks.if_mentioned) == (True, "borstpijn", False)
    assert (asks.expected.recent_days, flag.expected.recent_days, flag.expected.asks_recent) == (14, 14, False)


def test_the_follow_up_is_as_private_as_its_flag(copied_with: Path) -> None:
    edit(copied_with, "questions.yaml", RECENT, f'{RECENT}    private: "true"\n')
    assert load_script(copied_with, "kort", language=False).question("borst_nieuw").private


@pytest.mark.parametrize(
    ("name", "before", "after", "problem"),
    [
        ("questions.yaml", "question: borst_nieuw", "question: nergens", "there is no question 'nergens'"),
        ("questions.yaml", "otherwise: W", "otherwise: E", "'E' is not a otherwise"),
        ("questions.yaml", "level: E\n    recent: {question: borst_nieuw, otherwise: W}", "level: T\n    recent: {question: borst_nieuw, otherwise: T}", "'T' is not a otherwise"),
        ("questions.yaml", "otherwise: W", "anders: W", "'anders' is not known here"),
        ("questions.yaml", "borst_nieuw, otherwise: W}", "val, otherwise: W}", "'val' cannot be the follow-up of 'borstpijn'"),
        ("questions.yaml", '    recent_days: "14"\n    text: "Is die pijn nieuw?', '    text: "Is die pijn nieuw?', "'borst_nieuw' cannot be the follow-up"),
        ("questions.yaml", "borst_nieuw\n    level: none", "borst_nieuw\n    level: S", "'borst_nieuw' cannot be the follow-up"),
        ("questions.yaml", "borstpijn\n    level: E", "borstpijn\n    level: W", "a flag of level W has no follow-up"),
        ("questions.yaml", RECENT, f'{RECENT}    ambulance: "true"\n', "a flag that calls for the emergency number has no follow-up"),
        ("questions.yaml", '    unknown: "Ik weet niet of die pijn nieuw is."\n', "", "'unknown' must be a text"),
        ("uitgebreid.yaml", "borstpijn, ", "borstpijn, borst_nieuw, ", "'borst_nieuw' is not the follow-up of one flag only"),
        ("uitgebreid.yaml", "borstpijn, ", "borst_nieuw, ", "'borst_nieuw' is not the follow-up of one flag only"),
    ],
)  # fmt: skip
def test_a_follow_up_that_cannot_be_put_is_refused(copied_with: Path, name: str, before: str, after: str, problem: str) -> None:
    edit(copied_with, name, before, after)
    with pytest.raises(ScriptError, match=problem) as refused:
        load_script(copied_with, "uitgebreid", language=False)
    assert ".yaml, line " in refused.value.problem


# --- in words, with the script as it is -----------------------------------------------------------


def talk(script: Script, flag: str, *said: str) -> Level:
    """Say these words one after another from the question of the flag on; return the level that follows from them."""
    put = (step for step in each_step_of(script, {}) if isinstance(step.then, Question) and step.then.id == flag)
    step = next(put)
    for text in said:
        assert isinstance(step.then, Question)
        answer = understand(Transcript(text, 1.0, "typed"), step.then.expected, today=date(2026, 11, 30))
        step = advance(step.visit, answer)
    return judge(step.visit).level


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("plassen", ("ja maar dat is al jaren zo", "nee, dat is niet nieuw", "nee, dat is niet nieuw")),
        ("plassen", ("ja maar dat is al jaren zo", "ja")),
        ("plassen", ("ja", "nee, dat is niet nieuw")),
        ("plassen", ("ja", "al twintig jaar", "ja")),
        ("beide_benen", ("ja, spataders", "nee")),
        ("beide_benen", ("ja, slijtage in mijn knieën", "dat is al lang", "ja")),
        ("beide_benen", ("ja dikke voeten", "nee, niet erger")),
    ],
    ids=str,
)
def test_what_is_old_in_words_is_no_emergency(script: Script, flag: str, said: tuple[str, ...]) -> None:
    assert talk(script, flag, *said) is Level.S


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("plassen", ("ja sinds gisteren",)),
        ("plassen", ("ja al jaren maar nu erger",)),
        ("plassen", ("ja maar dat is al jaren zo", "nee", "het is wel erger geworden")),
        ("plassen", ("ja", "nee maar het is wel erger geworden")),
        ("beide_benen", ("ja, spataders", "ja, erger geworden")),
        ("zitvlak", ("ja", "sinds vorige week")),
        ("stoelgang", ("ja", "ja")),
    ],
    ids=str,
)
def test_what_is_new_in_words_is_the_emergency(script: Script, flag: str, said: tuple[str, ...]) -> None:
    assert talk(script, flag, *said) is Level.E


@pytest.mark.parametrize(
    ("said", "level"),
    [
        (("ja maar dat is al jaren zo", "ja"), Level.S),
        (("ja", "nee, al tien jaar", "ja"), Level.S),
        (("ja sinds mijn beroerte vijf jaar geleden", "ja"), Level.S),
        (("ja", "al twee maanden"), Level.T),
        (("ja", "een jaar"), Level.T),
        (("ja al jaren maar nu erger",), Level.T),
        (("ja, al lang", "nee", "ja"), Level.T),
        (("ja", "weet ik niet", "weet ik niet"), Level.T),
    ],
    ids=str,
)
def test_a_leg_that_has_been_weak_for_years_is_not_for_today(script: Script, said: tuple[str, ...], level: Level) -> None:
    assert talk(script, "kracht", *said) is level


def test_a_time_alone_is_never_a_no(script: Script) -> None:
    assert talk(script, "plassen", "dat is al jaren zo", "weet ik niet", "weet ik niet") is not Level.REASSURE
