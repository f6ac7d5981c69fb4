"""The hand-over of one visit: follows a consultation by its answers, and holds the visit until somebody asks for it."""

from __future__ import annotations

from voice.dialogue import advance, begin
from voice.script import Script
from voice.visit import Visit
from voice.watcher import Turn, Watcher


class HandOver(Watcher):
    """Works the visit out by the same pure steps as a kiosk that holds the consultation alone (`dialogue.py`)."""

    def __init__(self, script: Script) -> None:
        self._step = begin(script)

    @property
    def visit(self) -> Visit:
        """What has been answered so far."""
        return self._step.visit

    def turned(self, turn: Turn) -> None:
        self._step = advance(self._step.visit, turn.answer)
