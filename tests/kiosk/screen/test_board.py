"""What the screen shows now, for any thread."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.helpers.page_states import make_painter
from voice.audio.meter import Sound
from voice.consultation.script import Level, Script
from voice.consultation.visit import Outcome
from voice.kiosk.screen.board import Board, Display, scale_level
from voice.kiosk.screen.shown_page import Face


def test_whoever_waits_is_told_at_once() -> None:
    board, got = Board(), []
    waiting = threading.Thread(target=lambda: got.append(board.wait_for_update(0, 20)))
    waiting.start()
    board.change(lambda page: replace(page, line="nieuw"))
    waiting.join(5)
    assert got[0].page.line == "nieuw"


def test_whoever_was_away_gets_the_page_as_it_is_now() -> None:
    board = Board()
    for line in ("een", "twee", "drie"):
        board.change(lambda page, line=line: replace(page, line=line))
    assert board.wait_for_update(0, 0).page.line == "drie"


def test_where_nothing_is_new_the_wait_ends_in_time() -> None:
    board = Board()
    assert board.wait_for_update(board.wait_for_update(-1, 0).number, 0.01).number == 0


def test_closing_lets_go_of_whoever_waits() -> None:
    board = Board()
    waiting = threading.Thread(target=board.wait_for_update, args=(0, 60))
    waiting.start()
    board.close()
    waiting.join(5)
    assert not waiting.is_alive()


def test_the_loop_is_shown_as_it_goes(script: Script) -> None:
    board = Board()
    screen, question, faces = Display(board, make_painter(script)), script.question("koorts"), []
    for tell in (
        lambda: screen.on_question(question),
        lambda: screen.on_line(question.ask),
        lambda: screen.on_listening(question),
        lambda: screen.on_thinking(question),
        lambda: screen.on_ending(Outcome(Level.T)),
    ):
        tell()
        faces.append(board.page.face)
    assert faces[1:4] == [Face.SPEAKING, Face.LISTENING, Face.THINKING]
    assert board.page.level == "T"


@pytest.mark.parametrize(("dbfs", "full"), [(-100, 0.0), (-60, 0.0), (-37.5, 0.5), (-15, 1.0), (0, 1.0)])
def test_the_bar_is_empty_in_a_quiet_room_and_full_beside_a_loud_voice(dbfs: float, full: float) -> None:
    assert scale_level(dbfs) == full


def test_the_level_comes_without_a_new_page(script: Script) -> None:
    board = Board()
    before = board.page
    Display(board, make_painter(script)).on_level(Sound(1.0, -15.0))
    assert (board.wait_for_update(0, 0).level, board.page) == (1.0, before)
