"""The hand of a simulated patient at the kiosk's page: it reads what the browser shows, and touches that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event

from voice.bench.rigs.spectator import Spectator
from voice.kiosk.screen.board import Board
from voice.understand.meaning import Answer, Meaning

CALLED_SECONDS = 2.0
"""Seconds within which a touched HELP must have called the staff, while the loop stands still."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What a patient touches.

    browser, board: the page as the patient sees it, and as it should be by now. answers: what each button means. age: in years;
    at the usual one no flag that an age settles is there. called: set once the staff are called in this visit.
    """

    browser: Spectator
    board: Board
    answers: Mapping[str, Answer]
    called: Event
    age: int = 60

    def answer(self, meaning: Meaning) -> bool:
        """Touch the first button on the page that means this; return whether there is one and it counts."""
        press = self.browser.find_button(self.board.page.turn, lambda press: self._means(press, meaning))
        return bool(press) and self.browser.press(press)

    def call(self) -> bool:
        """Touch HELP once the page is there; return whether the staff are called, soon and without the loop."""
        taken = self.answer(Meaning.HELP)
        return self.called.wait(CALLED_SECONDS if taken else 0.0)

    def _means(self, press: str, meaning: Meaning) -> bool:
        answer = self.answers.get(press, Answer(Meaning.SILENCE))
        return answer.meaning is meaning and (meaning is not Meaning.AGE or answer.years.low <= self.age <= answer.years.high)
