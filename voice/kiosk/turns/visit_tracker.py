"""Follows a consultation by its answers, and holds the visit for the hand-over to the physiotherapist."""

from __future__ import annotations

from voice.consultation.dialogue import advance, begin, break_off
from voice.consultation.script import Question, Script
from voice.consultation.visit import Outcome, Phase, Visit
from voice.kiosk.turns.observer import Observer, Turn


class VisitTracker(Observer):
    """Computes the visit by the same pure steps as a session that holds the consultation alone (`dialogue.py`)."""

    def __init__(self, script: Script) -> None:
        self._step = self._asked = begin(script)

    @property
    def visit(self) -> Visit:
        """What has been answered so far."""
        return self._step.visit

    def on_turn(self, turn: Turn) -> None:
        self._asked, self._step = self._step, advance(self._step.visit, turn.answer)

    def on_resume(self, question: Question) -> None:
        self._step = self._asked

    def on_ending(self, outcome: Outcome) -> None:
        """Break the visit off too, if no answer led to this outcome."""
        if self.visit.phase is not Phase.ENDED and outcome.reasons:
            self._step = break_off(self.visit, outcome.reasons[-1])
