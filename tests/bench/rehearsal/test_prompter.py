"""Volunteers choose by typing or by touching, whichever comes first; where nobody can choose, a rehearsal goes on."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from io import RawIOBase

import pytest

from voice.bench.rehearsal.prompter import Prompter
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.handler import Request
from voice.kiosk.screen.shown_page import Face

CHOICES = {"1": "Bent u gevallen?", "2": "Bent u geschrokken?"}


@dataclass
class Stage:
    prompter: Prompter
    board: Board
    keyboard: RawIOBase
    told: list[str]

    def type(self, text: str) -> None:
        self.keyboard.write(text.encode())

    def touch(self, press: object, turn: object | None = None) -> bool:
        request = Request({"press": press, "turn": self.board.page.turn if turn is None else turn}, "")
        return b"true" in self.prompter.receive(request).body

    def touch_when_asked(self, press: str) -> threading.Thread:
        def touch() -> None:
            while not self.board.page.offers(press):
                time.sleep(0.01)
            self.touch(press)

        thread = threading.Thread(target=touch)
        thread.start()
        return thread


@pytest.fixture
def stage() -> Iterator[Stage]:
    source, keyboard = os.pipe()
    told: list[str] = []
    with os.fdopen(source, "rb") as reading, os.fdopen(keyboard, "wb", buffering=0) as typing:
        board = Board()
        with closing(Prompter(board, reading.fileno(), told.append)) as prompter:
            yield Stage(prompter, board, typing, told)


def test_what_is_typed_answers_line_by_line(stage: Stage) -> None:
    stage.type("2\n\nja")
    assert stage.prompter.ask("Welke?", CHOICES) == "2"
    assert stage.prompter.ask("Klaar?", {"": "Verder"}) == ""
    stage.keyboard.close()
    assert stage.prompter.ask("Welke?", CHOICES) is None
    assert stage.told == ["Welke?", "Klaar?", "Welke?"]


def test_a_touch_answers_like_the_key_that_could_be_typed(stage: Stage) -> None:
    touching = stage.touch_when_asked("choice:1")
    assert stage.prompter.ask("Welke?", CHOICES, "Welke zin?") == "2"
    touching.join()
    assert stage.board.page.buttons == ()


def test_only_the_page_that_asks_now_can_be_touched_and_only_once(stage: Stage) -> None:
    assert not stage.touch("choice:0")
    asking = threading.Thread(target=stage.prompter.ask, args=("Welke?", CHOICES))
    turn = stage.board.page.turn
    asking.start()
    while not stage.board.page.buttons:
        time.sleep(0.01)
    wrong = (("choice:0", turn - 1), ("choice:2", turn), ("yes", turn), (1, turn), (None, turn))
    assert not any(stage.touch(*one) for one in wrong)
    assert stage.touch("choice:0", turn)
    assert not stage.touch("choice:1", turn)
    asking.join()
    assert not stage.touch("choice:0")
    stage.type("2\n")
    assert stage.prompter.ask("Welke?", CHOICES) == "2"


def test_without_a_keyboard_the_page_answers_while_a_browser_follows_it(stage: Stage) -> None:
    stage.keyboard.close()
    with stage.board.follow():
        touching = stage.touch_when_asked("choice:0")
        assert stage.prompter.ask("Welke?", CHOICES) == "1"
        touching.join()
        assert stage.prompter.ask("Schrijven?") is None
    assert stage.prompter.ask("Welke?", CHOICES) is None


def test_what_needs_leave_is_not_on_the_page(stage: Stage) -> None:
    stage.prompter.show(Face.LISTENING, "Zeg nu na: Ja.", "verstaan als: Ja")
    stage.type("ja\n")
    assert stage.prompter.ask("Zal ik dit schrijven?") == "ja"
    page = stage.board.page
    assert (page.line, page.understood, page.buttons) == ("Zeg nu na: Ja.", "verstaan als: Ja", ())
