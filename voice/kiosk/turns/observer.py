"""What a conversation shows of itself: the events that the terminal, the screen, the metrics and the tests observe.

1. Each step of the consultation that ends in a question gives, in this order: `on_question`; for each line `on_line` and
   then `on_line_end`, and before the last one, the question's own, `on_put`; `on_listening`; `on_level` again and again;
   `on_thinking`; `on_turn`.
   Directly after `on_question` comes `on_told` if an outcome has been told and a chapter asks (`consultation/coach/`).
2. A step that ends in an outcome gives `on_ending`, its lines, `on_end`.
3. A touch, or a voice if the settings allow it, shortens this: lines that were not begun are left out, and after a touch
   listening, too.
4. If the patient goes on with the last answer while the next line begins, `on_question`, `on_resume` and `on_put` come for the
   last question again, and what follows replaces its last `on_turn`.
5. `on_fault`, `on_away`, `on_recovery` and `on_crash` come at any moment between two others.
6. One call comes at a time, from a thread of the loop, and holds it up. So an observer should only note what happened.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from voice.audio.meter import Sound
from voice.consultation.script import Question
from voice.consultation.visit import Outcome, Visit
from voice.recognize.transcript import Transcript
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer

TOUCH = "touch"
"""The engine of a transcript that nobody spoke: the answer was touched."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer: what was asked, heard and understood.

    transcript: of an answer that was touched it has no words, and TOUCH for its engine.
    seconds: how long the answer took to compute.
    differ: whether two engines heard different things.
    lost: how often sound was lost while it was listened to.
    """

    question: Question
    transcript: Transcript
    answer: Answer
    seconds: float
    differ: bool = False
    lost: int = 0


class Observer:
    """Receives the events; a subclass overrides those that interest it."""

    def on_question(self, question: Question) -> None:
        """A question will be put, after the lines that lead to it."""

    def on_told(self, outcome: Outcome) -> None:
        """That outcome has been told; the question comes after it."""

    def on_put(self, question: Question) -> None:
        """The next line is the question's own: from that line on until `on_turn` a touch can answer it."""

    def on_line(self, utterance: Utterance) -> None:
        """The kiosk begins to speak this line."""

    def on_line_end(self, utterance: Utterance) -> None:
        """The last sample of this line has left the loudspeaker, or a touch has silenced it."""

    def on_listening(self, question: Question) -> None:
        """From now on the kiosk hears the patient."""

    def on_resume(self, question: Question) -> None:
        """The patient was not done with this question: its last answer is void, and is heard once more to its end."""

    def on_level(self, sound: Sound) -> None:
        """Sound of the last quarter of a second at the microphone; only while the kiosk listens."""

    def on_thinking(self, question: Question) -> None:
        """The kiosk has stopped listening and finds out what was said."""

    def on_turn(self, turn: Turn) -> None:
        """The answer is known."""

    def on_ending(self, outcome: Outcome) -> None:
        """The outcome is known; what is spoken now tells it."""

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        """The consultation is over: its last line has been spoken. visit: all that was answered in it."""

    def on_fault(self, text: str) -> None:
        """A device has failed and the kiosk waits for it; `text` is for the staff, not for a patient."""

    def on_crash(self, text: str) -> None:
        """Something was raised that nobody foresaw, and the staff take over; `text` says what and where, for an engineer."""

    def on_away(self, lines: tuple[Utterance, ...]) -> None:
        """The device stays away for now: these lines of the open step can only be read, and answered by touch."""

    def on_recovery(self) -> None:
        """The device is back; the kiosk puts the open question again."""


class AnyEventObserver(Observer):
    """Receives all events in one method; the signatures are those of Observer."""

    def on_any(self, event: str, *about: Any) -> None:
        """Receive an event by its name (`on_turn`), with what it is about."""


def _pass_on(event: str) -> Callable[..., None]:
    return lambda self, *about: self.on_any(event, *about)


for _event in [name for name in vars(Observer) if name.startswith("on_")]:
    setattr(AnyEventObserver, _event, _pass_on(_event))


class Observers(AnyEventObserver):
    """Several observers. Each receives every event, in the same order, also if one before it fails."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def on_any(self, event: str, *about: Any) -> None:
        with ExitStack() as telling:  # calls all, the last pushed first, and then raises what one of them raised
            for observer in reversed(self._observers):
                telling.callback(getattr(observer, event), *about)
