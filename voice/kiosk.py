"""The loop: speak what the step says, stop at an outcome, else hear one answer and advance."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from voice import journal
from voice.activity import Activity
from voice.dialogue import Outcome, Step, advance, begin
from voice.ears import Ears, Heard
from voice.meaning import SILENCE, Answer
from voice.recognize import Transcript
from voice.script import Question, Script, Utterance
from voice.segment import Ending, Limits, Segment, segment


class Ear(Protocol):
    """Where answers come from: 32 ms blocks (512 samples of 16 bit at 16 kHz), from the moment of listening."""

    def blocks(self, question: Question) -> Iterator[bytes]: ...


class Mouth(Protocol):
    """Where lines go: returns when the last sample has been played."""

    def speak(self, utterance: Utterance) -> None: ...

    def adjust(self, answer: Answer) -> None: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer: what was asked, heard and understood, and how long (seconds) that took to compute."""

    question: Question
    transcript: Transcript
    answer: Answer
    seconds: float


class Watcher(Protocol):
    """Somebody who wants to see the conversation: the terminal, the screen, a test."""

    def spoke(self, utterance: Utterance) -> None: ...

    def listening(self, question: Question) -> None: ...

    def turned(self, turn: Turn) -> None: ...

    def ended(self, outcome: Outcome) -> None: ...


@dataclass(frozen=True, slots=True)
class Kiosk:
    """The parts of one kiosk, ready to hold visits."""

    mouth: Mouth
    ear: Ear
    activity: Callable[[], Activity]
    ears: Ears
    limits: Limits
    watcher: Watcher
    today: Callable[[], date] = date.today

    def visit(self, script: Script) -> Outcome:
        """Hold one consultation, from the greeting to its outcome."""
        step = begin(script)
        while True:
            self._say(step)
            if isinstance(step.then, Outcome):
                self.watcher.ended(step.then)
                return step.then
            turn = self._turn(step.then)
            self.watcher.turned(turn)
            self.mouth.adjust(turn.answer)
            step = advance(step.visit, turn.answer)

    def _say(self, step: Step) -> None:
        for utterance in step.say:
            self.watcher.spoke(utterance)
            self.mouth.speak(utterance)

    def _turn(self, question: Question) -> Turn:
        self.watcher.listening(question)
        stretch = segment(self.ear.blocks(question), self.activity(), self.limits)
        begun = time.perf_counter()
        heard = self._heard(stretch, question)
        seconds = time.perf_counter() - begun
        journal.note("turn", question=question.id, seconds=round(seconds, 3), engine=self.ears.name, ending=stretch.ending.value)
        return Turn(question, heard.transcript, heard.answer, seconds)

    def _heard(self, stretch: Segment, question: Question) -> Heard:
        if stretch.ending is Ending.NOBODY:
            return Heard(Transcript("", 1.0, self.ears.name), SILENCE)
        return self.ears.hear(stretch.audio, question, self.today())
