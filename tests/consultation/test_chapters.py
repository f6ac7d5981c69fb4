"""The chapters around an outcome: which come, in which order, and what goes before them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from tests.conftest import PROMPTS
from tests.consultation.test_dialogue import healthy
from voice.consultation.coach.briefing import CONSENT
from voice.consultation.coach.chapters import CHAPTERS, begin_next, forget_told
from voice.consultation.coach.movement import OFFER
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import load_script
from voice.consultation.review.walk import walk
from voice.consultation.script import Finding, Level, Script
from voice.consultation.visit import Outcome, Phase, Step
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Chapters, PlaceToMove, Settings
from voice.understand.meaning import SILENCE, Answer, Meaning, Mention
from voice.understand.plans import PLANS

NO, YES, UNCLEAR, UNSURE, DECLINE = map(Answer, (Meaning.NO, Meaning.YES, Meaning.UNCLEAR, Meaning.UNSURE, Meaning.DECLINE))


@cache
def load_whole(locale: str) -> Script:
    """Load the short script with every chapter switched on."""
    return load_script(PROMPTS / locale, "kort", language=False, chapters=frozenset(CHAPTERS))


@pytest.fixture(scope="module", params=["nl-BE", "nl-NL"])
def whole(request: pytest.FixtureRequest) -> Script:
    return load_whole(request.param)


def load_few(*questions: str) -> Script:
    """Load few questions with the chapters before the topics; the longer ones are walked where they are tested."""
    chapters = frozenset(("worry", "messages", "teach_back"))
    script = load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=chapters)
    return replace(script, questions=tuple(one for one in script.questions if {one.id, one.recent_of} & {*questions}), rules=())


@cache
def reach_once(name: str) -> Step:
    """Return the step that puts the question of that id; of nl-NL only the words differ."""
    return reach(load_whole("nl-BE"), name)


def reach(script: Script, name: str, **flags: Answer) -> Step:
    """Return the step that puts the question of that id to a patient who denies everything else, but lets own words be passed on."""
    step, agreed = begin(script), {CONSENT: YES}
    while not isinstance(step.then, Outcome) and step.then.id != name:
        step = advance(step.visit, {**agreed, **flags}.get(step.then.id, healthy(step.then)))
    assert not isinstance(step.then, Outcome)
    return step


def ids(step: Step) -> list[str]:
    return [utterance.id for utterance in step.say]


def test_a_chapter_comes_only_where_it_is_switched_on(whole: Script) -> None:
    plain = load_script(PROMPTS / whole.locale, "kort", language=False)
    assert "messages" in whole.after[Level.REASSURE]
    assert plain.after[Level.REASSURE] == ("topics",)
    assert {question.id for question in plain.coached} == set()
    assert reach(whole, "nog_eens").visit.phase is Phase.ADVISE


def test_the_messages_are_said_again_to_a_patient_who_wants_it(whole: Script) -> None:
    asked = reach(whole, "nog_eens")
    core = [line.id for name in whole.core for line in whole.topic(name).lines]
    assert len(core) == 3
    assert ids(asked)[-1 - len(core) :] == [*core, "nog_eens.vraag"]
    for answer in (YES, Answer(Meaning.REPEAT)):
        assert set(core) <= set(ids(advance(asked.visit, answer)))
    assert not {*core}.intersection(ids(advance(asked.visit, NO)))


def test_a_request_that_a_chapter_takes_itself_is_its_own(whole: Script) -> None:
    ready = advance(reach(whole, OFFER).visit, YES)
    for meaning, line in ((Meaning.SLOWER, "samen_trager"), (Meaning.STOP, "samen_gestopt")):
        assert line in ids(advance(ready.visit, Answer(meaning)))


def test_no_chapter_takes_a_request_while_a_stop_is_read_back(whole: Script) -> None:
    asked = advance(reach(whole, "nog_eens").visit, Answer(Meaning.STOP, certain=False))
    again = advance(asked.visit, Answer(Meaning.REPEAT))
    assert asked.visit.stopping and again.visit.stopping and ids(again)[0] == "ik_herhaal"


@pytest.mark.parametrize("seed", range(30))
def test_only_a_chapter_that_has_begun_is_open(whole: Script, seed: int) -> None:
    """Whoever passes a visit on, to go on with it later, refuses another one."""
    chance, step = Random(seed), begin(whole)
    odd = (YES, UNCLEAR, Answer(Meaning.UNCLEAR, mentions=(Mention(chance.choice(("koorts", "val", "nachtpijn"))),)))
    while not isinstance(step.then, Outcome):
        step = advance(step.visit, chance.choice((*[healthy(step.then)] * 9, *odd)))
        assert step.visit.progress.chapter in ("", *step.visit.progress.begun)


def test_what_comes_again_after_another_outcome_is_not_open_until_it_begins(whole: Script) -> None:
    asked = reach(whole, "nog_eens").visit
    told = replace(asked, progress=replace(asked.progress, chapter="topics", begun=("worry", "topics")))
    assert (forget_told(told).progress.chapter, forget_told(told).progress.begun) == ("", ("worry",))
    assert forget_told(replace(told, progress=replace(told.progress, chapter="worry"))).progress.chapter == "worry"


def test_a_chapter_begins_with_no_round_miss_or_silence_counted(whole: Script) -> None:
    asked = reach(whole, "nog_eens").visit
    weary = replace(asked, rounds=2, misses=1, silences=2, asides=3, progress=replace(asked.progress, begun=()))
    begun = begin_next(weary, ("messages",)).visit
    assert (begun.rounds, begun.misses, begun.silences, begun.asides) == (0, 0, 0, 0)


def test_only_moving_together_needs_a_signature_of_its_own() -> None:
    promised = Chapters(messages=True, movement=PlaceToMove(staff_in_sight=True, chair_with_arms=True))
    loaded = load_chosen_script(Settings(chapters=promised))
    assert "messages" in loaded.after[Level.REASSURE] and not loaded.moving.movements


def test_the_teach_back_says_why_it_asks_and_names_the_lines_that_it_needs(whole: Script) -> None:
    assert ids(reach(whole, "navertellen"))[-2:] == ["uitleggen", "navertellen.vraag"]
    spoken = {"uitleggen", "plan_unclear", *(f"plan_{plan}" for plan in PLANS)}
    assert CHAPTERS["teach_back"].lines == spoken


def test_the_chapters_come_in_the_order_of_the_script(whole: Script) -> None:
    step, asked = begin(whole), []
    while not isinstance(step.then, Outcome):
        asked.append(step.then.id)
        step = advance(step.visit, healthy(step.then))
    chapters = [name for name in dict.fromkeys(asked) if name in {question.id for question in (*whole.coached, whole.menu)}]
    expected = ["pijn", "kant", "been", "bang", "doorgeven", "zorg", "nog_eens", "navertellen", "meer", "samen"]
    assert chapters[: len(expected)] == expected


QUESTIONS = sorted({name for chapter in CHAPTERS.values() for name in chapter.questions})


@pytest.mark.parametrize("name", QUESTIONS)
def test_alarm_help_a_request_a_stop_and_a_mention_go_before_a_chapter(name: str) -> None:
    asked = reach_once(name)
    assert advance(asked.visit, Answer(Meaning.ALARM)).then.level is Level.STAFF
    assert advance(asked.visit, Answer(Meaning.HELP)).then.level is Level.STAFF
    for request in (Meaning.LOUDER, Meaning.REPEAT, Meaning.BACK):
        assert advance(asked.visit, Answer(request)).then is asked.then
    assert ids(advance(asked.visit, Answer(Meaning.EXPLAIN))) == [f"{name}.uitleg", f"{name}.verduidelijking"]
    assert advance(asked.visit, Answer(Meaning.STOP)).then.level in (Level.REASSURE, Level.STOPPED)
    for meaning in (Meaning.YES, Meaning.NO, Meaning.UNCLEAR, Meaning.STOP, Meaning.TOPIC):
        told = advance(asked.visit, Answer(meaning, mentions=(Mention("plassen"),)))
        assert told.then.id == "plassen"
        assert advance(told.visit, NO).then.level is Level.STAFF, "a told emergency that is denied is unknown"


@pytest.mark.parametrize("meaning", [meaning for meaning in Meaning if meaning is not Meaning.WAIT], ids=str)
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_chapter_ends_whatever_is_answered(name: str, meaning: Meaning) -> None:
    step, answers = reach_once(name), 0
    while not isinstance(step.then, Outcome):
        step, answers = advance(step.visit, Answer(meaning)), answers + 1
        assert answers < 200


# --- the last open question -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers",
    [
        [SILENCE, SILENCE],
        [UNCLEAR, UNCLEAR],
        [Answer(Meaning.DECLINE)],
        [UNSURE, UNSURE],
        [Answer(Meaning.TOPIC), Answer(Meaning.TOPIC)],
        [Answer(Meaning.NO, certain=False), SILENCE],
        [YES, NO, NO],
        [YES, SILENCE, SILENCE],
    ],
    ids=lambda answers: "-".join(str(answer.meaning) for answer in answers),
)
def test_a_worry_that_is_not_settled_excludes_full_reassurance(whole: Script, answers: list[Answer]) -> None:
    step = reach(whole, "zorg")
    for answer in answers:
        assert step.then.id == "zorg"
        step = advance(step.visit, answer)
    assert step.visit.outcome == Outcome(Level.S, unknown=("zorg",))
    assert "zorg.onbekend" in ids(step) and "gerust_inleiding" not in ids(step)


def test_what_is_said_around_the_worry_and_the_lines_that_it_needs(whole: Script) -> None:
    asked = reach(whole, "zorg")
    assert ids(asked)[-2:] == ["laatste_vraag", "zorg.vraag"]
    leads = {YES: "vertel_het", SILENCE: "stilte_1", UNCLEAR: "niet_begrepen_1"}
    for answer, lead in leads.items():
        assert ids(advance(asked.visit, answer)) == [lead, "zorg.verduidelijking"]
    last = advance(asked.visit, UNCLEAR).visit
    told = {answer: "zorg_onbegrepen" in ids(advance(last, answer)) for answer in (UNCLEAR, YES, SILENCE, UNSURE, DECLINE)}
    assert told == {UNCLEAR: True, YES: False, SILENCE: False, UNSURE: False, DECLINE: False}
    assert CHAPTERS["worry"].lines == {"laatste_vraag", "vertel_het", "zorg_onbegrepen"}


def test_a_doubtful_topic_is_no_worry_yet_and_what_another_chapter_left_open_stays_open(whole: Script) -> None:
    asked = reach(whole, "zorg").visit
    assert advance(asked, Answer(Meaning.TOPIC, topic="hernia", certain=False)).then.id == "zorg"
    other = replace(asked, progress=replace(asked.progress, unsettled=("bang",)))
    assert CHAPTERS["worry"].advance(other, DECLINE).visit.progress.unsettled == ("bang", "zorg")
    assert CHAPTERS["worry"].advance(replace(asked, misses=1), DECLINE).visit.progress.unsettled == ("zorg",)


@pytest.mark.parametrize("before", [[], [SILENCE], [UNCLEAR], [UNSURE]], ids=["at once", "silence", "unclear", "unsure"])
def test_a_plain_no_to_the_worry_leads_to_reassurance(whole: Script, before: list[Answer]) -> None:
    step = reach(whole, "zorg")
    for answer in (*before, NO):
        step = advance(step.visit, answer)
    assert step.visit.outcome.level is Level.REASSURE and ids(step)[0] == "gerust_inleiding"


@pytest.mark.parametrize("before", [[], [YES], [YES, UNCLEAR]], ids=["at once", "after a yes", "asked again"])
def test_a_worry_that_is_no_flag_leads_to_its_topic_and_to_reassurance(whole: Script, before: list[Answer]) -> None:
    step = reach(whole, "zorg")
    for answer in (*before, Answer(Meaning.TOPIC, topic="hernia")):
        step = advance(step.visit, answer)
    assert ids(step)[:4] == ["vertel_het", "hernia.1", "hernia.2", "gerust_inleiding"]
    assert step.visit.outcome.level is Level.REASSURE


def test_a_worry_that_may_be_a_flag_has_that_asked_and_comes_again(whole: Script) -> None:
    asked = advance(reach(whole, "zorg").visit, Answer(Meaning.UNCLEAR, mentions=(Mention("koorts", certain=False),)))
    assert asked.then.id == "koorts"
    confirmed = advance(advance(asked.visit, NO).visit, YES)
    assert confirmed.then.id == "zorg"
    assert advance(confirmed.visit, NO).visit.outcome.level is Level.REASSURE


def test_a_yes_to_the_worry_is_not_forgotten_over_a_mention(whole: Script) -> None:
    told = advance(reach(whole, "zorg").visit, YES)
    asked = advance(told.visit, Answer(Meaning.UNCLEAR, mentions=(Mention("koorts", certain=False),)))
    step = advance(advance(asked.visit, NO).visit, YES)
    assert step.then.id == "zorg"
    for _ in range(2):
        step = advance(step.visit, NO)
    assert step.visit.outcome == Outcome(Level.S, unknown=("zorg",))


@pytest.mark.slow
def test_no_path_around_an_outcome_is_unsafe() -> None:
    """Beside one question of each urgency; `ruggespraak script walk` walks all."""
    few = load_few("plassen", "koorts", "borstpijn")
    walked = walk(few, unusual=1)
    assert walked.violations == ()
    assert {question.id for question in few.coached} <= walked.asked


def test_the_walk_finds_a_worry_that_is_not_settled_and_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    few = load_few("koorts")
    assert walk(few, unusual=1).violations == ()
    monkeypatch.setattr("voice.consultation.triage.list_missing", lambda visit: visit.having(Finding.UNKNOWN))
    assert "reassured although zorg is open" in "\n".join(walk(few, unusual=1).violations)


def test_the_walk_finds_a_chapter_after_an_urgent_outcome() -> None:
    few = load_few("koorts")
    endings = {**few.endings, Level.T: (*few.endings[Level.T], "chapters")}
    wrong = replace(few, endings=endings, after={**few.after, Level.T: ("messages",)})
    assert "nog_eens is asked after T" in "\n".join(walk(wrong, unusual=0).violations)


def test_a_worry_that_stays_open_closes_no_topics() -> None:
    step = reach(load_few("koorts"), "zorg")
    for _ in range(2):
        step = advance(step.visit, UNCLEAR)
    assert step.visit.outcome.level is Level.S and step.then.id == "meer"


def test_the_worry_is_asked_only_before_a_reassurance(whole: Script) -> None:
    step, asked = begin(whole), []
    while not isinstance(step.then, Outcome):
        asked.append(step.then.id)
        step = advance(step.visit, YES if step.then.id in ("nachtpijn", "klopt") else healthy(step.then))
    assert step.then.level is Level.S and "zorg" not in asked


# --- teach-back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", PLANS)
def test_what_the_patient_will_do_is_answered_once_and_kept(whole: Script, plan: str) -> None:
    step = advance(reach(whole, "navertellen").visit, Answer(Meaning.TOPIC, topic=plan))
    assert ids(step)[0] == f"plan_{plan}" and step.then is whole.menu
    assert dict(step.visit.progress.kept)["plan"] == plan
    assert ("kern.1" in ids(step)) is (plan == "nothing")


@pytest.mark.parametrize("meaning", [Meaning.NO, Meaning.DECLINE, Meaning.SILENCE], ids=str)
def test_teach_back_is_passed_over_without_a_word(whole: Script, meaning: Meaning) -> None:
    step = advance(reach(whole, "navertellen").visit, Answer(meaning))
    assert ids(step) == ["meer.vraag"] and "plan" not in dict(step.visit.progress.kept)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (UNCLEAR, "plan_unclear"),
        (YES, "plan_unclear"),
        (Answer(Meaning.TOPIC, topic="walking", certain=False), "plan_unclear"),
        (Answer(Meaning.TOPIC, topic="bewegen"), "plan_unclear"),
        (UNSURE, "plan_nothing"),
    ],
    ids=["unclear", "yes", "uncertain", "a topic", "unsure"],
)
def test_what_is_not_understood_has_the_three_messages_said_once_more(whole: Script, answer: Answer, line: str) -> None:
    step = advance(reach(whole, "navertellen").visit, answer)
    assert ids(step) == [line, "kern.1", "kern.2", "kern.3", "meer.vraag"]
