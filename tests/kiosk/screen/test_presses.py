"""What is touched: what counts, and what came too late."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from tests.helpers.page_states import make_painter
from tests.helpers.waiting import wait_until
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Outcome
from voice.kiosk.controls import Controls
from voice.kiosk.screen.board import Board, Display
from voice.kiosk.screen.handler import Request
from voice.kiosk.screen.presses import Presses
from voice.kiosk.screen.shown_page import Face
from voice.kiosk.screen.view import Painter
from voice.kiosk.turns.touch import WISHES, Touches
from voice.understand.meaning import Answer, Meaning

SOON, LATE = 0.05, 10.0
"""Seconds: how long a stop waits for the loop here, and what no test waits for."""


class Before:
    """Presses before a board; `silenced` counts how often they silenced the kiosk."""

    def __init__(self, script: Script) -> None:
        self.script, self.board, self.controls, self.silenced = script, Board(), Controls(), 0
        self.paint: Painter = make_painter(script)
        self.called, self.desk, self.came, self.went_on = (threading.Event() for _ in range(4))
        self.presses = Presses(
            Display(self.board, self.paint), self.controls, self.silence,
            self.called.set, self.desk.set, self.came.set, self.went_on.set, patience=SOON,
        )  # fmt: skip

    def silence(self) -> None:
        self.silenced += 1

    @property
    def given(self) -> list[str]:
        controls = self.controls
        signals = {"start": controls.start, "longer": controls.longer, "done": controls.done, "again": controls.again}
        return [name for name, signal in signals.items() if signal.is_set()]

    def ask(self, question: Question) -> int:
        self.lead_to(question)
        self.board.change(lambda page: self.paint.show_line(self.paint.show_put(page, question), question.ask))
        self.controls.touches.put()
        return self.board.page.turn

    def lead_to(self, question: Question) -> int:
        """Show a line that leads to the question."""
        self.controls.touches.open(question.id, self.silence)
        self.board.change(lambda page: self.paint.show_question(page, question))
        return self.board.change(lambda page: self.paint.show_line(page, self.script.line("dat_geeft_niet"))).turn


@pytest.fixture
def before(script: Script) -> Before:
    return Before(script)


def test_a_button_answers_the_question_that_it_was_shown_for(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    assert before.presses.press("yes", turn)
    assert before.controls.touches.close() == Answer(Meaning.YES, matched="touched")


def test_a_press_that_was_meant_for_the_question_before_counts_for_nothing(before: Before, script: Script) -> None:
    late = before.ask(script.question("koorts"))
    before.ask(script.question("gewicht"))
    assert not before.presses.press("no", late)
    assert before.controls.touches.close() is None


@pytest.mark.parametrize("question", ["koorts", "zitvlak", "duur", "klopt", "hoort"])
def test_no_answer_can_be_pressed_while_a_line_leads_to_its_question(before: Before, script: Script, question: str) -> None:
    turn = before.lead_to(script.question(question))
    answers = [press for press, answer in before.paint.answers.items() if answer.meaning not in WISHES]
    assert {"yes", "no", "unsure", "decline", "duration:0"} <= set(answers)
    assert not any(before.presses.press(press, turn) for press in answers)
    assert before.controls.touches.close() is None


def test_a_line_that_leads_to_a_question_can_be_skipped_but_not_what_is_read_back(before: Before, script: Script) -> None:
    assert before.presses.press("next", before.lead_to(script.question("koorts")))
    assert (before.controls.touches.skipped, before.controls.touches.pending, before.silenced) == (True, False, 1)
    assert not before.presses.press("next", before.ask(script.question("koorts")))
    assert not before.presses.press("next", before.lead_to(script.readback))


@pytest.mark.parametrize(("press", "meaning"), [("help", Meaning.HELP), ("stop", Meaning.STOP)])
def test_help_and_stop_count_while_a_line_leads_to_a_question(
    before: Before, script: Script, press: str, meaning: Meaning
) -> None:
    assert before.presses.press(press, before.lead_to(script.question("koorts")))
    assert before.controls.touches.close() == Answer(meaning, matched="touched", certain=meaning is not Meaning.STOP)


def test_somebody_who_was_called_brings_no_answers_back_onto_the_page(before: Before, script: Script) -> None:
    assert before.presses.press("help", before.lead_to(script.question("koorts")))
    page = before.board.change(lambda page: before.paint.show_line(page, script.question("koorts").ask))
    assert [button.press for button in page.buttons] == ["resume"]


def test_a_patient_who_touched_help_can_go_on_and_the_call_stays(before: Before, script: Script) -> None:
    assert before.presses.press("help", before.ask(script.question("koorts")))
    assert before.called.wait(LATE)
    assert before.presses.press("resume", before.board.page.turn)
    assert before.controls.touches.resumed.is_set() and before.went_on.is_set()


def test_what_is_not_on_the_page_cannot_be_pressed(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    for press in ("decline", "duration:0", "topic:warmte", "start", "done", "quiet", "nonsense"):
        assert not before.presses.press(press, turn), press
    assert (before.controls.touches.close(), before.given, before.silenced) == (None, [], 0)


def test_a_start_that_is_touched_while_one_start_page_follows_another_begins_a_visit(before: Before) -> None:
    turn = before.board.change(before.paint.show_idle).turn
    before.board.change(before.paint.show_idle)
    assert before.presses.press("start", turn)
    assert before.given == ["start"]


def test_start_begins_a_visit_and_done_ends_reading(before: Before) -> None:
    assert before.presses.press("start", before.board.change(before.paint.show_idle).turn)
    assert before.given == ["start"]
    turn = before.board.change(lambda page: before.paint.show_countdown(page, 9)).turn
    assert before.presses.press("longer", turn)
    assert before.given == ["start", "longer"]
    assert before.presses.press("done", turn)
    assert (before.given, before.silenced) == (["start", "longer", "done"], 1)


def test_an_outcome_that_is_heard_again_answers_no_question(before: Before) -> None:
    before.board.change(lambda page: before.paint.show_ending(page, Outcome(Level.T)))
    turn = before.board.change(lambda page: before.paint.show_countdown(page, 9)).turn
    assert before.presses.press("repeat", turn)
    assert (before.given, before.controls.touches.calls) == (["again"], False)


def test_the_staff_are_there_once_it_was_touched_twice_and_a_patient_can_take_it_back(before: Before) -> None:
    before.board.change(lambda page: before.paint.show_ending(page, Outcome(Level.E)))
    turn = before.board.change(before.paint.show_waiting).turn
    assert not before.presses.press("came_sure", turn) and not before.presses.press("done", turn)
    assert before.presses.press("came", turn)
    assert before.presses.press("not_yet", turn := before.board.page.turn)
    assert before.board.page.offers("came") and not before.came.is_set()
    assert not before.presses.press("came_sure", turn), "too late for the page that asked"
    assert before.presses.press("came", before.board.page.turn)
    assert before.presses.press("came_sure", before.board.page.turn)
    assert before.came.is_set()


def test_silence_hushes_at_once_and_leaves_the_question_open(before: Before, script: Script) -> None:
    turn = before.ask(script.question("plassen"))
    assert before.presses.press("quiet", turn)
    assert (before.controls.private_mode.quiet, before.silenced, before.controls.touches.pending) == (True, 1, False)
    assert before.presses.press("sound", turn)
    assert not before.controls.private_mode.quiet


def test_more_shows_other_topics_of_the_same_question(before: Before, script: Script) -> None:
    turn = before.ask(script.menu)
    assert before.presses.press("more", turn)
    assert (before.board.page.shelf, before.board.page.turn) == (1, turn)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"press": "yes"},
        {"press": 1, "turn": 1},
        {"press": "yes", "turn": "1"},
        {"press": "yes", "turn": True},
        {"press": None, "turn": 1},
    ],
)
def test_a_press_without_form_is_refused(before: Before, body: dict[str, object]) -> None:
    assert before.presses.receive(Request(body, "")).status == 400


def test_a_press_that_came_too_late_is_told_so(before: Before) -> None:
    assert before.presses.receive(Request({"press": "yes", "turn": 99}, "")).body == b'{"taken": false}'


def test_help_calls_the_staff_and_shows_it_though_the_loop_does_nothing(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    assert before.presses.press("help", turn)
    assert before.called.wait(LATE)
    page = before.board.page
    assert (page.heading, page.level) == ("Spreek nu iemand van de praktijk aan", "staff")
    assert [button.press for button in page.buttons] == ["resume"]
    assert before.controls.touches.close() == Answer(Meaning.HELP, matched="touched"), "the loop takes it all the same"


def test_help_that_is_touched_while_the_page_turns_calls_the_staff(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    before.ask(script.question("gewicht"))
    assert before.presses.press("help", turn)
    assert before.called.wait(LATE)
    assert before.board.page.level == "staff"
    assert before.controls.touches.close() == Answer(Meaning.HELP, matched="touched")


def test_help_that_is_touched_between_two_questions_calls_the_staff(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    before.controls.touches.close()
    assert before.presses.press("help", turn)
    assert before.called.wait(LATE)


@pytest.mark.parametrize(("press", "meaning"), [("help", Meaning.HELP), ("stop", Meaning.STOP)])
def test_a_call_that_is_touched_between_two_questions_is_taken_by_the_next(
    before: Before, script: Script, press: str, meaning: Meaning
) -> None:
    turn = before.ask(script.question("koorts"))
    before.controls.touches.close()
    assert before.presses.press(press, turn)
    before.ask(script.question("gewicht"))
    assert before.controls.touches.close() == Answer(meaning, matched="touched", certain=meaning is not Meaning.STOP)


def test_a_stop_that_is_touched_while_the_page_turns_is_taken(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    before.ask(script.question("gewicht"))
    assert before.presses.press("stop", turn)
    assert before.controls.touches.close() == Answer(Meaning.STOP, matched="touched", certain=False)


def test_a_stop_between_two_questions_calls_the_staff_if_no_question_follows(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    before.controls.touches.close()
    assert before.presses.press("stop", turn)
    assert before.called.wait(LATE)


def test_help_that_comes_too_late_calls_nobody(before: Before, script: Script) -> None:
    late = before.ask(script.question("koorts"))
    for question in ("gewicht", "nachtpijn"):
        before.ask(script.question(question))
    assert not before.presses.press("help", late)
    assert not before.called.wait(2 * SOON)


def test_an_outcome_that_the_loop_already_shows_is_not_painted_over(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    press = before.controls.touches.press
    ending = before.board.change

    class QuickLoop(Touches):
        """Takes the press, and has shown the outcome before the page's thread goes on."""

        def press(self, answer: Answer, question: str = "") -> bool:
            ending(lambda page: before.paint.show_ending(page, Outcome(Level.E)))
            return press(answer, question)

    quick = replace(before.presses, controls=replace(before.controls, touches=QuickLoop()))
    assert quick.press("help", turn)
    assert before.board.page.level == "E"


def test_a_stop_that_the_loop_does_not_take_calls_the_staff(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    assert before.presses.press("stop", turn)
    assert before.called.wait(LATE)
    assert before.board.page.level == "staff"


def test_a_stop_that_the_loop_takes_calls_nobody(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    assert replace(before.presses, patience=1.0).press("stop", turn)
    assert before.controls.touches.close() == Answer(Meaning.STOP, matched="touched", certain=False)
    assert not before.called.wait(1.0 + 4 * SOON)
    assert before.board.page.level == ""


def test_a_language_that_is_not_spoken_here_leads_to_the_desk_and_calls(before: Before) -> None:
    turn = before.board.change(before.paint.show_idle).turn
    assert before.presses.press("language:uk", turn)
    assert before.desk.wait(LATE)
    assert before.board.page.language == "uk" and "нідерландською" in before.board.page.line
    assert not before.controls.start.is_set() and not before.called.is_set()


def test_the_card_in_another_language_goes_by_itself_or_by_a_touch(before: Before) -> None:
    turn = before.board.change(before.paint.show_idle).turn
    assert replace(before.presses, card_seconds=SOON).press("language:fr", turn)
    wait_until(lambda: before.board.page.face is Face.IDLE, LATE)
    assert before.presses.press("language:fr", before.board.page.turn)
    assert before.presses.press("home", before.board.page.turn)
    assert before.board.page.face is Face.IDLE


def test_a_visit_that_began_meanwhile_is_not_covered_by_the_start_page(before: Before) -> None:
    turn = before.board.change(before.paint.show_idle).turn
    assert replace(before.presses, card_seconds=SOON).press("language:fr", turn)
    before.ask(before.script.question("koorts"))
    time.sleep(4 * SOON)
    assert before.board.page.question == "koorts"


def test_no_language_is_offered_in_a_visit(before: Before) -> None:
    turn = before.ask(before.script.question("koorts"))
    assert not before.presses.press("language:fr", turn)
