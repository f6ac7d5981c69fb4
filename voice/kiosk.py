"""The loop: speak what the step says, stop at an outcome, else hear one answer and advance."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from voice import journal
from voice.activity import Activity
from voice.answer import understand
from voice.audio import Audio
from voice.dialogue import Outcome, Step, advance, begin
from voice.meaning import SILENCE, Answer
from voice.recognize import Recognizer, Transcript, Vocabulary
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
    recognizer: Recognizer
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
        heard = segment(self.ear.blocks(question), self.activity(), self.limits)
        begun = time.perf_counter()
        transcript, answer = self._understood(heard, question)
        seconds = time.perf_counter() - begun
        journal.note("turn", question=question.id, seconds=round(seconds, 3), engine=transcript.engine, ending=heard.ending.value)
        return Turn(question, transcript, answer, seconds)

    def _understood(self, heard: Segment, question: Question) -> tuple[Transcript, Answer]:
        if heard.ending is Ending.NOBODY:
            return Transcript("", 1.0, self.recognizer.name), SILENCE
        return hear(heard.audio, question, self.recognizer, self.today())


def hear(audio: Audio, question: Question, recognizer: Recognizer, today: date) -> tuple[Transcript, Answer]:
    """What was said in `audio`, and what it means as an answer to `question`; `today` is for "sinds maandag"."""
    transcript = recognizer.transcribe(audio, vocabulary(question))
    return transcript, understand(transcript, question, recognizer.trust, today)


def vocabulary(question: Question) -> Vocabulary:
    """What may be expected in answer to `question`."""
    return Vocabulary(context=question.text, phrases=question.grammar.phrases)
