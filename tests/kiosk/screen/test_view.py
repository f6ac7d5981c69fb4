"""What the page shows at each event of the loop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import PROMPTS, load_shipped
from tests.helpers.page_states import make_painter, paint_states
from voice.consultation.coach.chapters import CHAPTERS
from voice.consultation.loader import load_script
from voice.consultation.script import ENDINGS, Finding, Level, Question, Script
from voice.consultation.triage import list_age_bands, list_warnings
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.buttons import SHELF
from voice.kiosk.screen.shown_page import CODE, LANGUAGE, MORE, QUIET, SOUND, START, Face, Page
from voice.kiosk.screen.view import Painter
from voice.kiosk.turns.observer import TOUCH, Turn
from voice.recognize.transcript import Transcript
from voice.understand.meaning import Answer, Days, Meaning
from voice.understand.plans import FITTING


@pytest.fixture(scope="module")
def paint(script: Script) -> Painter:
    return make_painter(script)


def presses(page: Page, main: bool = True) -> list[str]:
    return [button.press for button in page.buttons if button.main is main]


def put(paint: Painter, question: Question, page: Page = Page()) -> Page:
    return paint.show_line(paint.show_put(paint.show_question(page, question), question), question.ask)


def test_an_idle_page_offers_a_start_and_other_languages(paint: Painter) -> None:
    page = paint.show_idle(Page())
    assert (page.face, presses(page)) == (Face.IDLE, [START])
    assert all(press.startswith(LANGUAGE) for press in presses(page, main=False))


def test_idle_keeps_nothing_of_a_visit_but_what_does_not_work(paint: Painter, script: Script) -> None:
    page = paint.show_notes(
        paint.show_line(paint.show_question(Page(), script.question("plassen")), script.line("welkom")), ["no_microphone"]
    )
    page = paint.show_ending(page, Outcome(Level.T, ("koorts",)))
    after = paint.show_idle(paint.show_code(paint.show_countdown(page, 9), "M0 0", 4))
    fresh = paint.show_idle(paint.show_notes(Page(), ["no_microphone"]))
    assert after.plain() | {"turn": 0} == fresh.plain() | {"turn": 0}


def test_a_call_that_did_not_arrive_is_told_until_it_has_also_to_the_next_patient(paint: Painter) -> None:
    page = paint.show_uncalled(paint.show_ending(Page(), Outcome(Level.E)), True)
    told = "Een oproep is nog niet aangekomen. Ik probeer het opnieuw. Hebt u hulp nodig? Spreek iemand van de praktijk aan."
    assert page.uncalled == paint.show_idle(page).uncalled == told
    assert paint.show_uncalled(page, False).uncalled == ""


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("koorts", ["yes", "no", "unsure"]),
        ("plassen", ["yes", "no", "unsure", "decline"]),
        ("duur", ["duration:0", "duration:1", "duration:2", "duration:3", "unsure"]),
        ("klopt", ["yes", "no"]),
        ("hoort", ["yes", "no"]),
        ("aanwezig", ["here"]),
    ],
)
def test_each_question_offers_its_answers_and_always_help_and_stop(
    paint: Painter, script: Script, name: str, answers: list[str]
) -> None:
    page = put(paint, script.question(name))
    assert presses(page) == answers
    assert {"help", "stop", "repeat", "louder"} <= set(presses(page, main=False))


def test_what_cannot_be_spoken_can_be_read(paint: Painter, script: Script) -> None:
    lines = script.line("welkom"), script.question("koorts").ask
    asked = paint.show_away(paint.show_question(Page(), script.question("koorts")), lines)
    assert asked.line == script.question("koorts").text
    for page in (paint.show_question(Page(), script.readback), paint.show_ending(Page(), Outcome(Level.T))):
        assert paint.show_away(page, lines).line == "\n".join(line.text for line in lines)


def test_a_button_means_what_the_spoken_word_means(paint: Painter) -> None:
    assert paint.answers["yes"].meaning is Meaning.YES
    assert paint.answers["no"].meaning is Meaning.NO
    assert paint.answers["duration:1"].days == Days(7, 14)
    assert paint.answers["topic:warmte"].topic == "warmte"
    assert [press for press, answer in paint.answers.items() if not answer.certain] == ["stop"], "a finger may have slipped"


def test_only_private_questions_can_be_asked_in_silence(paint: Painter, script: Script) -> None:
    plain, private = (paint.show_question(Page(), script.question(name)) for name in ("koorts", "plassen"))
    assert (plain.offers(QUIET), private.offers(QUIET), private.private) == (False, True, True)
    hushed = paint.show_quiet(private, True)
    assert (hushed.offers(SOUND), hushed.plain()["deaf"]) == (True, True)
    assert not paint.show_question(hushed, script.question("koorts")).plain()["deaf"]


def test_topics_are_shown_a_shelf_at_a_time_until_they_begin_anew(paint: Painter, script: Script) -> None:
    page, seen = put(paint, script.menu), []
    while not seen or page.shelf:
        shown = [press for press in presses(page) if press.startswith("topic:")]
        assert 0 < len(shown) <= SHELF
        assert page.offers(MORE) and page.offers("no_thanks")
        seen += shown
        page = paint.show_more_topics(page)
    assert seen == [f"topic:{topic.id}" for topic in script.topics]


@pytest.mark.parametrize("level", [Level.S, Level.REASSURE], ids=str)
def test_what_is_asked_after_an_outcome_stands_under_that_outcome_and_no_other(
    paint: Painter, script: Script, level: Level
) -> None:
    asked = paint.show_told(put(paint, script.menu), Outcome(level))
    ended = paint.show_ending(Page(), Outcome(level))
    assert (asked.level, asked.heading, asked.action) == (str(level), ended.heading, ended.action)
    assert asked.buttons and not put(paint, script.menu).heading


def test_a_chapter_shows_what_can_be_answered_to_it(script: Script, paint: Painter) -> None:
    whole = load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=frozenset(CHAPTERS))
    coach = Painter(paint._texts, whole)
    again, plan, worry = (presses(put(coach, whole.question(name))) for name in ("nog_eens", "navertellen", "zorg"))
    assert again[:2] == ["yes", "no"] and "unsure" not in again
    assert plan[:7] == [*(f"plan:{name}" for name in FITTING), "unsure", "no"]
    assert worry[0] == "topic:kern" and {"more", "no"} <= {*worry}
    assert coach.answers["plan:walking"] == Answer(Meaning.TOPIC, "touched", topic="walking")


def test_what_is_spoken_is_shown_and_the_question_stays_while_it_listens(paint: Painter, script: Script) -> None:
    question = script.question("koorts")
    page = paint.show_line(paint.show_question(Page(), question), script.line("dat_geeft_niet"))
    assert (page.face, page.line) == (Face.SPEAKING, "Dat geeft niet.")
    page = paint.show_listening(paint.show_line(page, question.ask_clearer), question)
    assert (page.face, page.line) == (Face.LISTENING, question.clarify)


def test_a_read_back_shows_all_that_was_read_back(paint: Painter, script: Script) -> None:
    page = paint.show_question(Page(), script.readback)
    for line in (script.line("ik_hoorde_dit"), script.question("koorts").spoken_back, script.readback.ask):
        page = paint.show_line(page, line)
    assert script.question("koorts").positive in paint.show_listening(page, script.readback).line


def test_a_no_that_is_read_back_shows_what_it_says(paint: Painter, script: Script) -> None:
    page = paint.show_question(Page(), script.readback)
    for line in (script.question("koorts").spoken_denied, script.readback.ask):
        page = paint.show_line(page, line)
    assert paint.show_listening(page, script.readback).line == "U hebt geen koorts gehad.\nKlopt dat?"


def test_a_question_that_a_mention_brought_up_is_shown_like_any_other(paint: Painter, script: Script) -> None:
    question = script.question("borstpijn")
    page = paint.show_question(paint.show_question(Page(), script.question("koorts")), question)
    number = page.number
    for line in (question.spoken_mention, script.line("dat_wil_ik_zeker_weten"), question.ask):
        page = paint.show_line(page, line)
        assert page.line == line.text
    page = paint.show_listening(page, question)
    assert (page.line, page.number, page.total) == (question.text, number, 13)


def test_a_read_back_that_is_said_anew_after_a_fault_is_shown_once(paint: Painter, script: Script) -> None:
    page = paint.show_line(paint.show_question(Page(), script.readback), script.line("ik_hoorde_dit"))
    page = paint.show_line(paint.show_recovery(page), script.line("ik_hoorde_dit"))
    assert paint.show_listening(page, script.readback).line == script.line("ik_hoorde_dit").text


def test_what_was_understood_is_shown_never_what_was_said(paint: Painter, script: Script) -> None:
    turn = Turn(script.question("koorts"), Transcript("olifantje ja", 1.0, "fake"), Answer(Meaning.YES), 0.1)
    page = paint.show_turn(Page(), turn)
    assert page.understood == "Ik begreep: ja"
    assert "olifantje" not in str(page.plain())


def test_what_was_understood_makes_room_for_the_next_question_and_stays_beside_it(paint: Painter, script: Script) -> None:
    fever, weight = script.question("koorts"), script.question("gewicht")
    answered = paint.show_turn(put(paint, fever), Turn(fever, Transcript("", 1.0, TOUCH), Answer(Meaning.NO), 0.0))
    assert paint.show_question(answered, weight).understood == "Ik begreep: nee"
    asked = put(paint, weight, answered)
    assert (asked.understood, asked.before) == ("", "Vorige vraag. Ik begreep: nee")
    assert put(paint, script.question("nachtpijn"), asked).before == ""
    again = put(paint, fever, answered)
    assert (again.understood, again.before) == ("", ""), "an answer that was not taken is not shown as taken"


@pytest.mark.parametrize("meaning", [Meaning.SILENCE, Meaning.UNCLEAR])
def test_that_nothing_was_heard_goes_once_the_kiosk_listens_again(paint: Painter, script: Script, meaning: Meaning) -> None:
    fever = script.question("koorts")
    missed = paint.show_turn(put(paint, fever), Turn(fever, Transcript("", 1.0, "fake"), Answer(meaning), 0.0))
    again = put(paint, fever, missed)
    assert again.understood
    assert paint.show_listening(again, fever).understood == ""


def test_the_question_stays_while_a_patient_takes_time(paint: Painter, script: Script) -> None:
    fever = script.question("koorts")
    page = paint.show_line(paint.show_put(paint.show_question(put(paint, fever), fever), fever), script.line("wacht"))
    assert paint.show_listening(page, fever).line == fever.text


def test_every_question_opens_a_new_turn(paint: Painter, script: Script) -> None:
    first = paint.show_question(Page(), script.readback)
    assert paint.show_question(first, script.readback).turn == first.turn + 1


def test_progress_counts_the_questions_that_everybody_is_asked(paint: Painter, script: Script) -> None:
    page, count = Page(), 0
    for question in script.questions:
        count += not (question.gate or question.if_mentioned or question.settled_by)
        page = paint.show_question(page, question)
        assert page.number == count
    assert page.total == count == 13
    assert paint.show_question(page, script.readback).number == 13
    assert paint.show_question(page, script.menu).number == 0


def test_an_outcome_is_shown_before_it_is_spoken_and_nothing_can_be_touched(paint: Painter, script: Script) -> None:
    page = paint.show_ending(paint.show_question(Page(), script.question("val")), Outcome(Level.T, ("val",)))
    assert (page.heading, page.level, page.buttons) == ("Bel vandaag nog uw huisarts", "T", ())


def test_an_emergency_that_cannot_travel_shows_the_number(long_script: Script) -> None:
    calls = next(question.id for question in long_script.questions if question.ambulance)
    paint = make_painter(long_script)
    assert paint.show_ending(Page(), Outcome(Level.E, (calls,))).heading == "Bel samen 112"
    assert paint.show_ending(Page(), Outcome(Level.E, ("plassen",))).heading == "Spreek nu meteen iemand van de praktijk aan"


def test_an_outcome_that_is_about_to_be_wiped_can_be_kept(paint: Painter) -> None:
    ended = paint.show_ending(Page(), Outcome(Level.S))
    first = paint.show_countdown(ended, 9)
    assert (first.clearing, presses(first), first.heading) == (9, ["repeat", "longer", "done"], ended.heading)
    assert paint.show_countdown(first, 8).turn == first.turn == ended.turn + 1


@pytest.mark.parametrize("level", ENDINGS)
def test_what_to_do_and_what_to_watch_for_stay_whatever_is_said_last(paint: Painter, script: Script, level: Level) -> None:
    visit, outcome = Visit(script), Outcome(level)
    page = paint.show_line(paint.show_ending(Page(), outcome), script.line("afscheid"))
    page = paint.show_countdown(paint.show_end(page, outcome, visit), 90)
    assert (page.line, page.heading != "", page.action != "", page.word != "") == ("", True, True, True)
    lead, signs = list_warnings(visit, level)
    assert all(sign.text in page.rows for sign in signs) and all(line.text in page.warnings for line in lead)
    assert bool(signs) == (level not in (Level.E, Level.STAFF))
    again = paint.show_line(page, script.line("t_actie"))
    assert replace(paint.show_countdown(again, 90), said=page.said) == page, "after it was heard again it is as it was"


def test_no_warning_sign_is_shown_that_the_patient_has(paint: Painter, script: Script) -> None:
    visit = Visit(script, findings=(("koorts", Finding.PRESENT),))
    rows = paint.show_end(Page(), Outcome(Level.T, ("koorts",)), visit).rows
    assert script.lines["vangnet_zieker"] in rows and script.lines["vangnet_koorts"] not in rows


def test_levels_differ_in_word_and_colour_and_number(paint: Painter) -> None:
    shown = {level: paint.show_ending(Page(), Outcome(level)) for level in ENDINGS}
    words = {level: (page.word, page.heading, page.action) for level, page in shown.items()}
    assert len(set(words.values())) == len(ENDINGS)
    assert {level: page.phone.split()[-1] for level, page in shown.items() if page.phone} == {
        Level.E: "112", Level.STAFF: "112", Level.T: "1733",
    }  # fmt: skip


def test_the_patient_reads_that_the_staff_are_called_until_they_are_there(paint: Painter, script: Script) -> None:
    page = paint.show_waiting(paint.show_ending(paint.show_calling(put(paint, script.question("koorts"))), Outcome(Level.E)))
    assert page.told == "Ik roep iemand van de praktijk. Ik blijf roepen tot er iemand is."
    assert (presses(page), page.clearing) == (["repeat", "came"], 0)
    assert paint.show_waiting(page) == page, "a page that is shown again is no new turn"
    assert not paint.show_uncalled(page, True).plain()["told"]
    assert not paint.show_countdown(page, 90).told
    idle = paint.show_idle(Page())
    assert paint.show_calling(idle) == idle, "nobody is told of a call for another person"


def test_a_code_takes_the_place_of_the_rows_and_gives_it_back(paint: Painter, script: Script) -> None:
    outcome = Outcome(Level.T)
    page = paint.show_end(paint.show_ending(Page(), outcome), outcome, Visit(script))
    page = paint.show_countdown(paint.show_code(page, "M0 0", 4), 90)
    assert (presses(page), page.coded) == (["code", "repeat", "longer", "done"], "")
    coded = paint.show_coded(page, CODE)
    assert (presses(coded), coded.coded, coded.clearing) == (["rows", "longer", "done"], CODE, 90)
    assert paint.show_coded(coded, "") == replace(page, turn=page.turn + 2)


def test_whoever_is_called_is_all_that_the_page_says(script: Script) -> None:
    """A question that nobody can answer any more would leave the patient waiting before it."""
    states = paint_states(script)
    called, speaking = states["called"], states["speaking"]
    assert (called.line, presses(called)) == (script.line("hulp").text, ["resume"])
    assert called.heading == states["outcome-staff"].heading
    assert speaking.line != called.line


def test_an_age_is_touched_in_the_bands_that_the_script_tells_apart(long_script: Script) -> None:
    for one, labels in (
        (load_shipped("nl-BE", "kort"), ["Jonger dan 18", "18 tot 74 jaar", "75 jaar of ouder"]),
        (long_script, ["Jonger dan 18", "18 tot 49 jaar", "50 tot 74 jaar", "75 jaar of ouder"]),
    ):
        paint = make_painter(one)
        page = put(paint, one.question("leeftijd"))
        ages = [button for button in page.buttons if button.press.startswith("age:")]
        assert [button.label for button in ages] == labels
        touched = [paint.answers[button.press].years for button in ages]
        assert touched == list(list_age_bands(one, one.question("leeftijd")))
        assert page.offers("unsure") and page.offers("decline")


def test_a_question_brings_its_answers_with_its_own_line_and_keeps_the_other_buttons(paint: Painter, script: Script) -> None:
    question = script.question("zitvlak")
    before = paint.show_question(Page(), question)
    leading = paint.show_line(before, script.line("persoonlijk"))
    asked = put(paint, question)
    assert (presses(before), presses(leading), presses(asked)) == ([], ["quiet", "next"], ["yes", "no", "unsure", "decline"])
    assert presses(before, main=False) == presses(asked, main=False)
    assert set(presses(asked, main=False)) - set(presses(leading, main=False)) == {QUIET}, "it is a large button now"
    assert presses(paint.show_quiet(leading, True)) == ["next"]


def test_what_is_read_back_is_heard_to_its_end_before_it_can_be_answered(paint: Painter, script: Script) -> None:
    page = paint.show_line(paint.show_question(Page(), script.readback), script.line("ik_hoorde_dit"))
    assert presses(page) == []


def test_who_moves_along_can_touch_that_it_is_too_fast_or_too_much(paint: Painter) -> None:
    script = load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=frozenset(("movement",)))
    moving = make_painter(script)
    for name, answers in (("samen", ["yes", "no"]), ("stevig", ["yes", "no"]), ("klaar", ["yes", "slower", "too_much"])):
        page = put(moving, script.question(name))
        assert presses(page) == answers
        assert presses(page, main=False)[-2:] == ["stop", "help"]
    assert moving.answers["too_much"].meaning is Meaning.TOO_MUCH
    assert moving.answers["slower"].meaning is Meaning.SLOWER
