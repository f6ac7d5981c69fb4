"""The hand of a simulated patient at the kiosk's page."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event

from voice.bench.rigs.spectator import Spectator
from voice.kiosk.screen.board import Board
from voice.kiosk.turns.touch import Touches
from voice.understand.meaning import Answer, Meaning

CALLED_SECONDS = 2.0
"""Seconds within which a touched HELP must have called the staff, while the loop stands still."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What a patient touches. An answer goes to the mailbox, HELP through the browser, as at a real kiosk.

    browser, board: the page as the patient sees it, and as it should be by now. called: set once the staff are called in this
    visit.
    """

    browser: Spectator
    board: Board
    touches: Touches
    called: Event

    def answer(self, answer: Answer, question: str) -> None:
        self.touches.press(answer, question)

    def call(self) -> bool:
        """Touch HELP once the page is there; return whether the staff are called, soon and without the loop."""
        self.browser.until_turn(self.board.page.turn)
        taken = self.browser.press(str(Meaning.HELP))
        return self.called.wait(CALLED_SECONDS if taken else 0.0)
