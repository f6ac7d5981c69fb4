"""The parts that a session is put together from, as `session.py` knows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from voice.audio.loudspeaker import Halted, never
from voice.consultation.script import Question, Script
from voice.consultation.visit import Outcome
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer


class Ear(Protocol):
    """Where answers come from."""

    def blocks(self, question: Question) -> Iterator[bytes]:
        """Return blocks of 32 ms (512 samples of 16 bit at 16 kHz), from a little after this call on."""


class Capture(Protocol):
    """How well the ear hears."""

    @property
    def overflows(self) -> int:
        """How often sound was lost until now, because the machine was too busy."""

    @property
    def own_voice(self) -> float:
        """Level of our own last lines in the microphone (dBFS); 0 if it is not known."""


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """The Capture of a recording, which loses nothing and does not hear us."""

    overflows: int = 0
    own_voice: float = 0.0


class Mouth(Protocol):
    """Where lines go."""

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        """Speak a line. Return when its last sample has been played, or soon after `stop` or once it is halted."""

    def stop(self) -> None:
        """Fall silent within 150 ms, from any thread. Without effect while nothing is spoken."""

    def cue(self) -> None:
        """Sound the soft tone that says: now I listen. It is over before the ear's first block."""

    def adjust(self, answer: Answer) -> None:
        """Do what the patient asks of the voice."""


class Ongoing(Protocol):
    """The state of a visit, as far as a session reads it."""

    @property
    def script(self) -> Script: ...

    @property
    def waiting(self) -> bool:
        """Whether the patient has asked for time."""


class Moment(Protocol):
    """What happens next: lines to speak, then a question to be answered, or the outcome."""

    @property
    def visit(self) -> Ongoing: ...

    @property
    def say(self) -> tuple[Utterance, ...]: ...

    @property
    def then(self) -> Question | Outcome: ...


class Talk(Protocol):
    """What is said when: the consultation alone (`dialogue`), or with what an unattended kiosk needs (`unattended`).

    Each has a type of its own for the visit, and is only given visits that it has made: therefore Any.
    """

    def begin(self, script: Script) -> Moment: ...

    def advance(self, visit: Any, answer: Answer, /) -> Moment: ...

    def break_off(self, visit: Any, reason: str, /) -> Moment:
        """End the visit and hand it to the staff, because the kiosk cannot go on."""
