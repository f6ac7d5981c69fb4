"""The parts that a session is put together from, as `session.py` knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from voice.audio.loudspeaker import Halted, never
from voice.consultation.script import Question, Script
from voice.consultation.unattended import Scene, Stay
from voice.consultation.visit import Step, Visit
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer

Ear = Callable[[Question], Iterator[bytes]]
"""Where answers come from: blocks of 32 ms (512 samples of 16 bit at 16 kHz), from a little after this call on."""


class Mouth(Protocol):
    """Where lines go."""

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        """Speak a line. Return when its last sample has been played, or soon after `stop` or once it is halted."""

    def stop(self) -> None:
        """Fall silent within 150 ms, from any thread. Without effect while nothing is spoken."""

    def cue(self) -> None:
        """Sound the soft tone that says: now I listen. It is over before the ear's first block."""

    def nod(self) -> None:
        """Sound the softer tone that says: I still listen. It may sound while somebody speaks."""

    def adjust(self, answer: Answer) -> None:
        """Do what the patient asks of the voice."""


Ongoing = Visit | Stay
"""The state of a visit."""
Moment = Step | Scene
"""What happens next: lines to speak, then a question to be answered, or the outcome."""


class Talk(Protocol):
    """What is said when: the consultation alone (`dialogue`), or with what an unattended kiosk needs (`unattended`).

    Each has a type of its own for the visit, and is only given visits that it has made: therefore Any.
    """

    def begin(self, script: Script) -> Moment: ...

    def advance(self, visit: Any, answer: Answer, /) -> Moment: ...

    def break_off(self, visit: Any, reason: str, /) -> Moment:
        """End the visit and hand it to the staff, because the kiosk cannot go on."""
