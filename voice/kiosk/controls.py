"""What is pressed, switched and rung from other threads, and read by the loop."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from voice.kiosk.private_mode import PrivateMode
from voice.kiosk.turns.touch import Touches


class Bell:
    """Rung by a touch, from any thread."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def clear(self) -> None:
        self._rung.clear()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is rung; return whether it was."""
        return self._rung.wait(seconds)

    @property
    def rung(self) -> bool:
        return self._rung.is_set()


@dataclass(frozen=True, slots=True)
class Controls:
    """What the browsers' threads hand to the loop.

    touches: answers. private_mode: what the patient or the staff have silenced.
    start, done, longer: rung when the patient begins, has read the outcome, or wants to read on.
    """

    touches: Touches = field(default_factory=Touches)
    private_mode: PrivateMode = field(default_factory=PrivateMode)
    start: Bell = field(default_factory=Bell)
    done: Bell = field(default_factory=Bell)
    longer: Bell = field(default_factory=Bell)
