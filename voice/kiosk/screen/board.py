"""What the screen shows now: written by the loop, read by every browser that watches, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from voice.audio.meter import Sound
from voice.consultation.script import Question
from voice.consultation.visit import Outcome
from voice.kiosk.screen.view import Page, Painter
from voice.kiosk.turns.observer import Observer, Turn
from voice.speak.utterance import Utterance

QUIETEST, LOUDEST = -60.0, -15.0
"""The loudness (dBFS) at which the bar is empty, and at which it is full."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a browser may not have yet. number: grows with every change. level: how full the bar is (0..1)."""

    number: int
    page: Page
    level: float


class Board:
    """Holds one page. A browser that is slow, or was away, gets the page as it is now; nothing is queued."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._page_number = 0
        self._news = Update(0, Page(), 0.0)
        self._closed = False

    @property
    def page(self) -> Page:
        return self._news.page

    def change(self, paint: Callable[[Page], Page]) -> Page:
        """Show what `paint` makes of the page; returns it."""
        with self._changed:
            return self._tell(paint(self._news.page), 0.0)

    def level(self, level: float) -> None:
        with self._changed:
            self._tell(self._news.page, level)

    def wait_for_update(self, number: int, seconds: float) -> Update:
        """The newest news: at once where it is newer than `number`, else when it comes, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._news.number > number or self._closed, seconds)
            return self._news

    def close(self) -> None:
        """Let go of whoever waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        return self._closed

    def _tell(self, page: Page, level: float) -> Page:
        self._news = Update(self._news.number + 1, page, level)
        self._changed.notify_all()
        return page


class ScreenObserver(Observer):
    """Paints on the board what the loop tells."""

    def __init__(self, board: Board, painter: Painter) -> None:
        self._board = board
        self._painter = painter

    def on_question(self, question: Question) -> None:
        self._board.change(lambda page: self._painter.opened(page, question))

    def on_line(self, utterance: Utterance) -> None:
        self._board.change(lambda page: self._painter.spoke(page, utterance))

    def on_listening(self, question: Question) -> None:
        self._board.change(lambda page: self._painter.listening(page, question))

    def on_level(self, sound: Sound) -> None:
        self._board.level(fullness(sound.dbfs))

    def on_thinking(self, question: Question) -> None:
        self._board.change(self._painter.thinking)

    def on_turn(self, turn: Turn) -> None:
        self._board.change(lambda page: self._painter.turned(page, turn))

    def on_ending(self, outcome: Outcome) -> None:
        self._board.change(lambda page: self._painter.ending(page, outcome))

    def on_fault(self, text: str) -> None:
        self._board.change(lambda page: self._painter.noted(page, ["faulty"]))

    def on_recovery(self) -> None:
        self._board.change(self._painter.recovered)


def fullness(dbfs: float) -> float:
    """How full the bar is at that loudness: 0 to 1."""
    return round(min(1.0, max(0.0, (dbfs - QUIETEST) / (LOUDEST - QUIETEST))), 2)


@dataclass(frozen=True, slots=True)
class Display:
    """Paints the beginning and the end of a visit."""

    board: Board
    painter: Painter

    def waits(self) -> None:
        self.board.change(self.painter.idle)

    def ends(self, seconds: int) -> None:
        self.board.change(lambda page: self.painter.clearing(page, seconds))

    def lacks(self, *notes: str) -> None:
        """Show what does not work, where that has changed."""
        if self.painter.noted(self.board.page, notes) != self.board.page:
            self.board.change(lambda page: self.painter.noted(page, notes))
