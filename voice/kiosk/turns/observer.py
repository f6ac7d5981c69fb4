"""What a conversation shows of itself, to whoever watches: the terminal, the screen, a test."""

from __future__ import annotations

from dataclasses import dataclass

from voice.audio.meter import Sound
from voice.consultation.script import Question
from voice.consultation.visit import Outcome
from voice.recognize.transcript import Transcript
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer

TOUCH = "touch"
"""The engine of a transcript that nobody spoke: the answer was touched."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer: what was asked, heard and understood, and how long (seconds) that took to compute.

    The transcript of an answer that was touched has no words, and TOUCH for its engine.
    differ: whether two engines heard different things. lost: how often sound was lost while it was listened to.
    """

    question: Question
    transcript: Transcript
    answer: Answer
    seconds: float
    differ: bool = False
    lost: int = 0


class Watcher:
    """Told what happens, in this order; overrides what interests it.

    For each step of the consultation: `opened` where a question follows; for each line `spoke` and then `finished`;
    `listening`, `level` again and again, `thinking`, `turned`. Where an outcome follows: `ending`, its lines, `ended`.
    A touch, and where the settings allow it a voice, shortens this: lines that were not begun are left out, and after a
    touch listening, too. Where the patient goes on with the last answer while the next line begins, `opened` and `resumed`
    come for the last question again, and what follows takes the place of its last `turned`. `fault` and `recovered`
    come at any moment between two others.

    One call comes at a time, from a thread of the loop, and holds it up, so it should only note what happened.
    """

    def opened(self, question: Question) -> None:
        """A question will be put: from now on until `turned` a touch can answer it."""

    def spoke(self, utterance: Utterance) -> None:
        """The kiosk begins to speak this line."""

    def finished(self, utterance: Utterance) -> None:
        """The last sample of this line has left the loudspeaker, or a touch has silenced it."""

    def listening(self, question: Question) -> None:
        """From now on the kiosk hears the patient."""

    def resumed(self, question: Question) -> None:
        """The patient was not done with this question: its last answer is void, and is heard once more to its end."""

    def level(self, sound: Sound) -> None:
        """What the microphone has heard in the last quarter of a second; only while the kiosk listens."""

    def thinking(self, question: Question) -> None:
        """The kiosk has stopped listening and finds out what was said."""

    def turned(self, turn: Turn) -> None:
        """The answer is known."""

    def ending(self, outcome: Outcome) -> None:
        """The outcome is known; what is spoken now tells it."""

    def ended(self, outcome: Outcome) -> None:
        """The consultation is over: its last line has been spoken."""

    def fault(self, text: str) -> None:
        """A device has failed and the kiosk waits for it; `text` is for whoever services it, not for a patient."""

    def recovered(self) -> None:
        """The device is back; the kiosk puts the open question again."""


class Watchers(Watcher):
    """Several watchers, each told everything in the same order."""

    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = watchers

    def opened(self, question: Question) -> None:
        for watcher in self._watchers:
            watcher.opened(question)

    def spoke(self, utterance: Utterance) -> None:
        for watcher in self._watchers:
            watcher.spoke(utterance)

    def finished(self, utterance: Utterance) -> None:
        for watcher in self._watchers:
            watcher.finished(utterance)

    def listening(self, question: Question) -> None:
        for watcher in self._watchers:
            watcher.listening(question)

    def resumed(self, question: Question) -> None:
        for watcher in self._watchers:
            watcher.resumed(question)

    def level(self, sound: Sound) -> None:
        for watcher in self._watchers:
            watcher.level(sound)

    def thinking(self, question: Question) -> None:
        for watcher in self._watchers:
            watcher.thinking(question)

    def turned(self, turn: Turn) -> None:
        for watcher in self._watchers:
            watcher.turned(turn)

    def ending(self, outcome: Outcome) -> None:
        for watcher in self._watchers:
            watcher.ending(outcome)

    def ended(self, outcome: Outcome) -> None:
        for watcher in self._watchers:
            watcher.ended(outcome)

    def fault(self, text: str) -> None:
        for watcher in self._watchers:
            watcher.fault(text)

    def recovered(self) -> None:
        for watcher in self._watchers:
            watcher.recovered()
