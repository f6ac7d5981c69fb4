"""What surrounds a consultation at a kiosk that nobody attends."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.helpers.judged_visit import JudgedVisit, tell
from voice.consultation import unattended
from voice.consultation.script import Finding, Level, Question, Script
from voice.consultation.unattended import Part, Scene, advance, begin, request_voice, write_for_reading
from voice.consultation.visit import Outcome
from voice.understand.meaning import TOUCHED, Answer, Days, Meaning, Mention, Years

YES, NO, SILENCE = Answer(Meaning.YES), Answer(Meaning.NO), Answer(Meaning.SILENCE)
SHORT = Answer(Meaning.DURATION, days=Days(3, 3))
SIXTY, CHILD = (Answer(Meaning.AGE, years=Years(age, age)) for age in (60, 16))
FIRST = (YES, SHORT, SIXTY)
PROPOSED = Answer(Meaning.YES, certain=False, proposed=True)


def after(script: Script, *answers: Answer) -> Scene:
    scene = begin(script)
    for answer in answers:
        scene = advance(scene.visit, answer)
    return scene


def said(scene: Scene) -> list[str]:
    return [line.id for line in scene.say]


def test_a_kiosk_with_a_script_that_is_signed_says_nothing_of_a_trial(script: Script) -> None:
    assert said(begin(replace(script, reviewed=True))) == ["welkom", "kennisgeving", "hoort.vraag"]


def test_the_notice_comes_before_the_rehearsal_and_only_there(script: Script) -> None:
    first, second = begin(script), after(script, YES)
    assert said(first) == ["welkom", "proefversie", "kennisgeving", "hoort.vraag"]
    assert said(second) == ["oefen_goed", "duur.vraag"]
    assert second.then is script.question("duur")


@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("meaning", list(Meaning))
def test_whatever_says_that_it_speaks_louder_speaks_louder(script: Script, meaning: Meaning, certain: bool) -> None:
    """To "wat zegt u" it once said "Ik spreek nu luider", as loud as before."""
    scene, answer = begin(script), Answer(meaning, certain=certain)
    after_it = advance(scene.visit, answer)
    says_louder = after_it.then is script.rehearsal and "hoort.verduidelijking" in said(after_it)
    assert (request_voice(script, scene.then, answer).meaning is Meaning.LOUDER) == says_louder


@pytest.mark.parametrize(("meaning", "line"), [(Meaning.SLOWER, "trager"), (Meaning.SOFTER, "zachter")])
def test_who_wants_the_rehearsal_slower_or_softer_is_not_told_that_it_is_louder(
    script: Script, meaning: Meaning, line: str
) -> None:
    scene = begin(script)
    assert said(advance(scene.visit, Answer(meaning))) == [line, "hoort.vraag"]
    assert request_voice(script, scene.then, Answer(meaning)).meaning is meaning


@pytest.mark.parametrize("meaning", [Meaning.NO, Meaning.UNSURE, Meaning.SILENCE])
def test_who_does_not_hear_the_rehearsal_gets_a_louder_voice(script: Script, meaning: Meaning) -> None:
    scene = begin(script)
    assert request_voice(script, scene.then, Answer(meaning)).meaning is Meaning.LOUDER
    assert said(advance(scene.visit, Answer(meaning))) == ["hoort.verduidelijking"]


def test_in_the_consultation_a_no_asks_nothing_of_the_voice(script: Script) -> None:
    assert request_voice(script, after(script, YES).then, NO) is NO


def test_who_never_hears_well_is_led_on_with_the_screen(script: Script) -> None:
    assert said(after(script, NO, NO, NO)) == ["oefen_lees_mee", "duur.vraag"]


def test_a_kiosk_that_was_started_by_accident_stops_and_calls_nobody(script: Script) -> None:
    scene = after(script, SILENCE, SILENCE, SILENCE)
    assert scene.then == Outcome(Level.STOPPED, reasons=("niemand",)) and said(scene) == ["oefen_niemand"]


@pytest.mark.parametrize(
    ("meaning", "level"), [(Meaning.HELP, Level.STAFF), (Meaning.ALARM, Level.STAFF), (Meaning.STOP, Level.STOPPED)]
)
@pytest.mark.parametrize("before", [[], [YES], [YES, SILENCE, SILENCE, SILENCE]])
def test_help_alarm_and_stop_work_everywhere(script: Script, before: list[Answer], meaning: Meaning, level: Level) -> None:
    assert after(script, *before, Answer(meaning)).then.level is level


@pytest.mark.parametrize("before", [[], [YES], [YES, SILENCE, SILENCE, SILENCE]])
def test_a_stop_that_was_touched_is_read_back_wherever_the_visit_is(script: Script, before: list[Answer]) -> None:
    touched = Answer(Meaning.STOP, "touched", certain=False)
    step = after(script, *before, touched)
    assert said(step) == ["ik_hoorde_stop", "klopt.vraag"]
    assert after(script, *before, touched, YES).then.level is Level.STOPPED


def test_a_doubtful_stop_is_read_back_once_the_consultation_has_begun(script: Script) -> None:
    doubtful = Answer(Meaning.STOP, certain=False)
    assert said(after(script, YES, doubtful)) == ["ik_hoorde_stop", "klopt.vraag"]
    assert after(script, YES, doubtful, YES).then.level is Level.STOPPED
    assert after(script, doubtful).then is script.rehearsal
    assert said(after(script, YES, SILENCE, SILENCE, SILENCE, doubtful))[0] == "er_nog"


@pytest.mark.parametrize("rehearsed", [[YES], [Answer(Meaning.UNCLEAR), YES]], ids=["at once", "the second time"])
def test_who_falls_silent_is_asked_twice_whether_he_is_there(script: Script, rehearsed: list[Answer]) -> None:
    silent = [*rehearsed, SILENCE, SILENCE, SILENCE]
    assert said(after(script, *silent)) == ["aanwezig.vraag"]
    assert said(after(script, *silent, SILENCE)) == ["aanwezig.verduidelijking"]
    assert after(script, *silent, SILENCE, SILENCE).then == Outcome(Level.STOPPED, reasons=("weggegaan",))


def test_who_is_still_there_is_put_the_same_question_again(script: Script) -> None:
    scene = after(script, YES, SHORT, SIXTY, SILENCE, SILENCE, SILENCE, YES)
    assert said(scene) == ["er_nog", "beide_benen.vraag"]
    assert scene.visit.step.visit.findings == after(script, YES, SHORT, SIXTY).visit.step.visit.findings


def test_who_leaves_with_something_found_is_not_told_but_the_staff_are_called(script: Script) -> None:
    denied = [NO] * 4
    scene = after(script, YES, SHORT, SIXTY, *denied, YES, *[SILENCE] * 5)
    assert (scene.then.level, scene.then.flags, scene.then.reasons) == (Level.STAFF, ("val",), ("weggegaan",))
    assert said(scene) == ["weggegaan"]


@pytest.mark.parametrize(
    ("answers", "flag"),
    [([SHORT, SIXTY, PROPOSED], "beide_benen"), ([SHORT, CHILD], "minderjarig")],
    ids=["a yes", "an age"],
)
def test_who_leaves_while_a_yes_waits_to_be_confirmed_is_seen_to(script: Script, answers: list[Answer], flag: str) -> None:
    left = after(script, YES, *answers, *[SILENCE] * 5)
    assert (left.then.level, left.then.unknown, left.then.reasons) == (Level.STAFF, (flag,), ("weggegaan",))
    denied = after(script, YES, *answers, NO, *[SILENCE] * 5)
    assert (denied.then.level, denied.then.reasons) == (Level.STOPPED, ("weggegaan",))
    old = after(script, YES, SHORT, replace(SIXTY, certain=False), *[SILENCE] * 5)  # an age that means no yes
    assert old.then.level is Level.STOPPED


def test_who_leaves_with_a_yes_taken_back_or_a_doubtful_mention_of_an_emergency_is_seen_to(script: Script) -> None:
    fever = [YES if name == "koorts" else NO for name in ("beide_benen", "plassen", "zitvlak", "val", "koorts")]
    for answers in ([*FIRST, *fever], [*FIRST, Answer(Meaning.UNCLEAR, mentions=(Mention("plassen", certain=False),))]):
        left = after(script, *answers, *[SILENCE] * 5)
        assert (left.then.level, left.then.reasons) == (Level.STAFF, ("weggegaan",))
    scene, taken_back = after(script, *FIRST), False
    while not taken_back:
        reading = scene.then is script.readback
        scene = advance(scene.visit, NO if reading or scene.then.id != "koorts" else YES)
        taken_back = reading
    while isinstance(scene.then, Question):
        scene = advance(scene.visit, SILENCE)
    assert (scene.visit.consultation.having(Finding.PRESENT), scene.then.level) == ((), Level.STAFF)


def test_a_touched_yes_answers_the_rehearsal_and_no_question_that_is_not_shown(script: Script) -> None:
    assert said(after(script, Answer(Meaning.YES, TOUCHED)))[0] == "oefen_goed"


def test_silence_after_the_advice_is_no_reason_to_ask_who_is_there(script: Script) -> None:
    scene = after(script, *FIRST)
    while scene.then is not script.menu:
        scene = advance(scene.visit, NO)
    assert isinstance(advance(scene.visit, SILENCE).then, Outcome)


def test_who_reads_is_shown_the_lines_for_reading(script: Script) -> None:
    shown = write_for_reading(script)
    assert shown.line("welkom").text == script.line("welkom_lezen").text != script.line("welkom").text
    assert shown.rehearsal.ask.text == shown.rehearsal.ask_clearer.text == script.line("hoort_lezen").text


def test_silences_that_are_interrupted_do_not_add_up(script: Script) -> None:
    scene = after(script, YES, SILENCE, SILENCE, SHORT, SILENCE, SILENCE)
    assert scene.visit.part is Part.CONSULTATION


def test_presence_is_asked_only_so_often_and_then_silence_counts_as_no_answer(long_script: Script) -> None:
    scene, checks, asked = after(long_script, YES, SHORT), 0, 0
    while isinstance(scene.then, Question):
        asked += scene.then is long_script.presence
        checks += scene.visit.part is not Part.PRESENCE and scene.visit.silences == 2
        denied = scene.visit.part is Part.PRESENCE or scene.then.level is Level.E
        scene = advance(scene.visit, NO if denied else SILENCE)
    assert scene.visit.checks == asked == 3 < checks
    assert scene.then.level is Level.S


def test_every_visit_ends_and_none_is_reassured_wrongly(script: Script) -> None:
    chance, meanings = random.Random(9), list(Meaning)
    flags = [question.id for question in script.questions if question.mention]
    for _ in range(400):
        visit, usual = JudgedVisit(script, unattended), chance.choice([YES, NO, SILENCE])

        def choose(_: object, usual: Answer = usual) -> Answer:
            given = usual if chance.random() < 0.6 else Answer(chance.choice(meanings), days=Days(3, 3))
            if given.meaning is Meaning.SILENCE or chance.random() > 0.05:
                return given
            return replace(given, mentions=(Mention(chance.choice(flags), chance.random() < 0.7),))

        outcome = visit.hold(choose, limit=600)
        if "weggegaan" not in outcome.reasons and "niemand" not in outcome.reasons:
            assert visit.find_wrongs() == []
        else:
            assert outcome.level in (Level.STAFF, Level.STOPPED)
            assert outcome.level is Level.STAFF or not visit.testimony.told


def test_whoever_asks_for_time_is_waited_for_in_the_consultation_only(script: Script) -> None:
    wait = Answer(Meaning.WAIT)
    assert not after(script, wait).visit.waiting
    assert after(script, YES, wait).visit.waiting
    back = after(script, YES, wait, SILENCE, SILENCE, SILENCE, YES)
    assert said(back) == ["er_nog", "duur.vraag"] and not back.visit.waiting


@pytest.mark.parametrize("before", [[], [YES, SHORT], [YES, SILENCE, SILENCE, SILENCE]])
def test_a_kiosk_that_fails_hands_over_wherever_it_is(script: Script, before: list[Answer]) -> None:
    scene = unattended.break_off(after(script, *before).visit, "storing")
    assert (scene.then.level, scene.then.reasons) == (Level.STAFF, ("storing",))


@pytest.mark.parametrize("meaning", [Meaning.YES, Meaning.NO, Meaning.UNCLEAR, Meaning.REPEAT])
def test_what_is_told_at_the_rehearsal_is_asked_first(script: Script, meaning: Meaning) -> None:
    scene = after(script, tell("plassen", meaning, certain=False))
    lead = ["oefen_goed"] if meaning is Meaning.YES else []
    assert said(scene) == [*lead, "plassen.vermeld", "dat_wil_ik_zeker_weten", "persoonlijk", "plassen.vraag"]
    read_back = advance(scene.visit, NO)
    assert read_back.then is script.readback
    assert advance(read_back.visit, YES).then is script.question("duur")


@pytest.mark.parametrize("meaning", [Meaning.YES, Meaning.NO, Meaning.UNCLEAR])
def test_what_is_told_to_the_question_whether_one_is_there_is_asked_next(script: Script, meaning: Meaning) -> None:
    scene = after(script, YES, SHORT, SIXTY, SILENCE, SILENCE, SILENCE, tell("koorts", meaning))
    assert said(scene) == ["er_nog", "koorts.vermeld", "dat_wil_ik_zeker_weten", "koorts.vraag"]
    assert advance(scene.visit, NO).then is script.question("beide_benen")


def test_who_leaves_after_telling_something_is_not_told_but_the_staff_are_called(script: Script) -> None:
    scene = after(script, YES, SHORT, tell("koorts"), *[SILENCE] * 5)
    assert (scene.then.level, scene.then.unknown, scene.then.reasons) == (Level.STAFF, ("koorts",), ("weggegaan",))
