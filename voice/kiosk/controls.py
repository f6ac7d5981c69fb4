"""What is pressed and switched from other threads, and read by the loop."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from voice.kiosk.private_mode import PrivateMode
from voice.kiosk.turns.touch import Touches


@dataclass(frozen=True, slots=True)
class Controls:
    """What the browsers' threads hand to the loop.

    touches: answers. private_mode: what the patient or the staff have silenced.
    start, done, longer, again: set when the patient begins, has read the outcome, wants to read on, or to hear it again.
    """

    touches: Touches = field(default_factory=Touches)
    private_mode: PrivateMode = field(default_factory=PrivateMode)
    start: Event = field(default_factory=Event)
    done: Event = field(default_factory=Event)
    longer: Event = field(default_factory=Event)
    again: Event = field(default_factory=Event)
