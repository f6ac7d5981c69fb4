"""The parts that a kiosk is put together from, as the loop (`kiosk.py`) knows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from voice.audio.loudspeaker import Halted
from voice.consultation.script import Question, Script
from voice.consultation.visit import Outcome
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer


class Ear(Protocol):
    """Where answers come from."""

    def blocks(self, question: Question) -> Iterator[bytes]:
        """32 ms blocks (512 samples of 16 bit at 16 kHz) of what sounds from a little after this call on."""
        ...


class Capture(Protocol):
    """What is known of how well the ear hears."""

    @property
    def overflows(self) -> int:
        """How often sound was lost until now, because the machine was too busy."""
        ...

    @property
    def own_voice(self) -> float:
        """How loud our own last lines were in the microphone (dBFS); 0 where that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A Capture of which nothing is known: recordings, which lose nothing and do not hear us."""

    overflows: int = 0
    own_voice: float = 0.0


class Mouth(Protocol):
    """Where lines go."""

    def speak(self, utterance: Utterance, halted: Halted) -> None:
        """Speak a line; returns when its last sample has been played, or soon after `stop` or where it is halted."""
        ...

    def stop(self) -> None:
        """Fall silent within 150 ms, from any thread. Without effect where nothing is spoken."""
        ...

    def cue(self) -> None:
        """Sound the soft tone that says: now I listen. It is over before the ear's first block."""
        ...

    def adjust(self, answer: Answer) -> None:
        """Do what the patient asks of the voice."""
        ...


class Moment(Protocol):
    """What happens next: lines to speak, then a question to be answered, or the outcome."""

    visit: Any
    say: tuple[Utterance, ...]
    then: Question | Outcome


class Talk(Protocol):
    """What is said when: the consultation alone (`dialogue`), or with what an unattended kiosk needs (`unattended`)."""

    def begin(self, script: Script) -> Moment: ...

    def advance(self, visit: Any, answer: Answer) -> Moment: ...

    def break_off(self, visit: Any, reason: str) -> Moment:
        """End it here and hand it to the staff, because the kiosk cannot go on."""
        ...
