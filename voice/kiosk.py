"""The loop: speak what the step says, stop at an outcome, else hear one answer and advance."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from voice import dialogue, journal
from voice.activity import Activity
from voice.ears import Ears, Heard
from voice.loudspeaker import Halted
from voice.meaning import SILENCE, Answer
from voice.meter import Metered
from voice.recognize import Transcript
from voice.script import Question, Script, Utterance
from voice.segment import Ending, Limits, Segment, segment
from voice.touch import Touches
from voice.visit import Outcome
from voice.watcher import TOUCH, Turn, Watcher


class Ear(Protocol):
    """Where answers come from: 32 ms blocks (512 samples of 16 bit at 16 kHz), from the moment of listening."""

    def blocks(self, question: Question) -> Iterator[bytes]: ...


class Mouth(Protocol):
    """Where lines go."""

    def speak(self, utterance: Utterance, halted: Halted) -> None:
        """Speak a line; returns when its last sample has been played, or soon after `stop` or where it is halted."""
        ...

    def stop(self) -> None:
        """Fall silent within 150 ms, from any thread. Without effect where nothing is spoken."""
        ...

    def adjust(self, answer: Answer) -> None: ...


class Moment(Protocol):
    """What happens next: lines to speak, then a question to be answered, or the outcome."""

    visit: Any
    say: tuple[Utterance, ...]
    then: Question | Outcome


class Talk(Protocol):
    """What is said when: the consultation alone (`dialogue`), or with what an unattended kiosk needs (`unattended`)."""

    def begin(self, script: Script) -> Moment: ...

    def advance(self, visit: Any, answer: Answer) -> Moment: ...

    def wish(self, visit: Any, answer: Answer) -> Answer:
        """What this answer asks of the voice."""
        ...


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
    touches: Touches = field(default_factory=Touches)
    talk: Talk = dialogue

    def visit(self, script: Script) -> Outcome:
        """Hold one consultation, from the greeting to its outcome."""
        step = self.talk.begin(script)
        while isinstance(step.then, Question):
            turn = self._turn(step, step.then)
            self.watcher.turned(turn)
            self.mouth.adjust(self.talk.wish(step.visit, turn.answer))
            step = self.talk.advance(step.visit, turn.answer)
        self.watcher.ending(step.then)
        self._say(step)
        self.watcher.ended(step.then)
        return step.then

    def _turn(self, step: Moment, question: Question) -> Turn:
        """Put a question and have it answered, by voice or by touch; a touch unwinds whatever is going on."""
        self.touches.open(question.id, self.mouth.stop)
        self.watcher.opened(question)
        with suppress(_Touched):
            self._say(step)
            turn = self._spoken(question)
        if touched := self.touches.close():
            turn = Turn(question, Transcript("", 1.0, TOUCH), touched[0], 0.0)
            journal.note("turn", question=question.id, engine=TOUCH)
        return turn

    def _say(self, step: Moment) -> None:
        for utterance in step.say:
            self.watcher.spoke(utterance)
            self.mouth.speak(utterance, lambda: self.touches.pending)
            self.watcher.finished(utterance)
            self._heed_touch()

    def _spoken(self, question: Question) -> Turn:
        self.watcher.listening(question)
        stretch = segment(self._blocks(question), Metered(self.activity(), self.watcher.level), self.limits)
        self.watcher.thinking(question)
        begun = time.perf_counter()
        heard = self._heard(stretch, question)
        seconds = time.perf_counter() - begun
        journal.note("turn", question=question.id, seconds=round(seconds, 3), engine=self.ears.name, ending=stretch.ending.value)
        return Turn(question, heard.transcript, heard.answer, seconds)

    def _blocks(self, question: Question) -> Iterator[bytes]:
        for block in self.ear.blocks(question):
            self._heed_touch()
            yield block

    def _heed_touch(self) -> None:
        if self.touches.pending:
            raise _Touched

    def _heard(self, stretch: Segment, question: Question) -> Heard:
        if stretch.ending is Ending.NOBODY:
            return Heard(Transcript("", 1.0, self.ears.name), SILENCE)
        return self.ears.hear(stretch.audio, question, self.today())


class _Touched(Exception):
    """The open question was answered by touch."""
