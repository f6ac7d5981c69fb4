"""The hand-over of one visit: follows a consultation by its answers, and holds the ended visit until somebody asks for it."""

from __future__ import annotations

from voice.dialogue import advance, begin
from voice.kiosk import Turn, Watcher
from voice.script import Question, Script, Utterance
from voice.visit import Outcome, Visit


class HandOver:
    """A watcher that tells another watcher everything, and works the visit out by the same pure steps as the kiosk."""

    def __init__(self, script: Script, tell: Watcher) -> None:
        self._step = begin(script)
        self._tell = tell

    @property
    def visit(self) -> Visit:
        """What has been answered so far."""
        return self._step.visit

    def spoke(self, utterance: Utterance) -> None:
        self._tell.spoke(utterance)

    def listening(self, question: Question) -> None:
        self._tell.listening(question)

    def turned(self, turn: Turn) -> None:
        self._step = advance(self._step.visit, turn.answer)
        self._tell.turned(turn)

    def ended(self, outcome: Outcome) -> None:
        self._tell.ended(outcome)
