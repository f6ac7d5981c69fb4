"""What is touched: what counts, and what came too late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.helpers.page_states import painter_of
from voice.consultation.script import Script
from voice.kiosk.private_mode import PrivateMode
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.presses import Presses
from voice.kiosk.screen.server import Request
from voice.kiosk.screen.view import Painter
from voice.kiosk.turns.touch import Touches
from voice.understand.meaning import Answer, Meaning


class Before:
    """Presses before a board; `done` is what they did besides answering."""

    def __init__(self, script: Script) -> None:
        self.board, self.touches, self.private_mode, self.done = Board(), Touches(), PrivateMode(), []
        self.paint: Painter = painter_of(script)
        note: Callable[[str], Callable[[], None]] = lambda name: lambda: self.done.append(name)  # noqa: E731
        self.hands = Presses(
            self.board, self.paint, script, self.touches, self.private_mode,
            start=note("start"), done=note("done"), longer=note("longer"), hush=note("hush"),
        )  # fmt: skip

    def ask(self, question: object) -> int:
        self.touches.open(question.id, lambda: None)
        return self.board.change(lambda page: self.paint.opened(page, question)).turn


@pytest.fixture
def before(script: Script) -> Before:
    return Before(script)


def test_a_button_answers_the_question_that_it_was_shown_for(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    assert before.hands.press("yes", turn)
    assert before.touches.close() == (Answer(Meaning.YES, matched="touched"),)


def test_a_press_that_was_meant_for_the_question_before_counts_for_nothing(before: Before, script: Script) -> None:
    late = before.ask(script.question("koorts"))
    before.ask(script.question("gewicht"))
    assert not before.hands.press("no", late)
    assert before.touches.close() == ()


def test_what_is_not_on_the_page_cannot_be_pressed(before: Before, script: Script) -> None:
    turn = before.ask(script.question("koorts"))
    for press in ("decline", "duration:0", "topic:warmte", "start", "done", "quiet", "nonsense"):
        assert not before.hands.press(press, turn), press
    assert (before.touches.close(), before.done) == ((), [])


def test_start_begins_a_visit_and_done_ends_reading(before: Before) -> None:
    assert before.hands.press("start", before.board.change(before.paint.idle).turn)
    turn = before.board.change(lambda page: before.paint.clearing(page, 9)).turn
    assert before.hands.press("longer", turn) and before.hands.press("done", turn)
    assert before.done == ["start", "longer", "done"]


def test_silence_hushes_at_once_and_leaves_the_question_open(before: Before, script: Script) -> None:
    turn = before.ask(script.question("plassen"))
    assert before.hands.press("quiet", turn)
    assert (before.private_mode.quiet, before.done, before.touches.pending) == (True, ["hush"], False)
    assert before.hands.press("sound", turn)
    assert not before.private_mode.quiet


def test_more_shows_other_topics_of_the_same_question(before: Before, script: Script) -> None:
    turn = before.ask(script.menu)
    assert before.hands.press("more", turn)
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
    assert before.hands.receive(Request(body, "")).status == 400


def test_a_press_that_came_too_late_is_told_so(before: Before) -> None:
    assert before.hands.receive(Request({"press": "yes", "turn": 99}, "")).body == b'{"taken": false}'
