"""The loop: speak what the step says, stop at an outcome, else hear one answer and advance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any, Protocol, TypeVar

from voice import dialogue, journal
from voice.activity import Activity
from voice.bargein import speak_while_listening
from voice.ears import Ears
from voice.errors import DeviceError, ModelError, RuggespraakError
from voice.listen import AtOnce, Listener
from voice.loudspeaker import Halted, never
from voice.meaning import Answer
from voice.meter import Metered
from voice.patience import patience
from voice.recognize import Transcript
from voice.script import Question, Script, Utterance
from voice.segment import Limits
from voice.touch import Touches
from voice.visit import Outcome
from voice.watcher import TOUCH, Turn, Watcher

RETRY_SECONDS = 1.0
"""How often a device that has gone is looked for."""
ATTEMPTS = 60
"""How often it is looked for before the staff take over: nobody stands before a dead machine for longer."""
FAULTS = 3
"""How often devices may fail while one question is put: a loose plug must not make it begin for ever."""

Done = TypeVar("Done")


class Ear(Protocol):
    """Where answers come from."""

    def blocks(self, question: Question) -> Iterator[bytes]:
        """32 ms blocks (512 samples of 16 bit at 16 kHz) of what sounds from a little after this call on."""
        ...


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

    def wish(self, visit: Any, answer: Answer) -> Answer:
        """What this answer asks of the voice."""
        ...


@dataclass(frozen=True, slots=True)
class Kiosk:
    """The parts of one kiosk, ready to hold visits.

    executor: where answers are recognised, one at a time; with a living patient a thread of its own, so that the
        kiosk goes on listening meanwhile.
    interruptible: the patient may interrupt by speaking; only with a microphone that cancels the echo of our voice.
    reopen: opens the devices anew after one has failed. Raises DeviceError as long as one is missing.
    """

    mouth: Mouth
    ear: Ear
    activity: Callable[[], Activity]
    ears: Ears
    limits: Limits
    watcher: Watcher
    today: Callable[[], date] = date.today
    touches: Touches = field(default_factory=Touches)
    executor: Executor = field(default_factory=AtOnce)
    reopen: Callable[[], None] = lambda: None
    talk: Talk = dialogue
    interruptible: bool = False

    def visit(self, script: Script) -> Outcome:
        """Hold one consultation, from the greeting to its outcome.

        Where a device fails it waits for it and goes on; where it stays away, or the engine cannot be started again,
        the staff take over.
        """
        step = self.talk.begin(script)
        while isinstance(step.then, Question):
            try:
                turn = self._turn(step, step.then)
            except DeviceError:
                step = self.talk.break_off(step.visit, "storing")
            except ModelError as error:
                self._note_fault(error)
                step = self.talk.break_off(step.visit, "storing")
            else:
                self.watcher.turned(turn)
                self.mouth.adjust(self.talk.wish(step.visit, turn.answer))
                step = self.talk.advance(step.visit, turn.answer)
        self.watcher.ending(step.then)
        with suppress(DeviceError):  # what cannot be said is still shown
            self._despite_faults(script, lambda: self._say(step))
        self.watcher.ended(step.then)
        return step.then

    def _turn(self, step: Moment, question: Question) -> Turn:
        """Put a question and have it answered, by voice or by touch; a touch unwinds whatever is going on."""
        self.touches.open(question.id, self.mouth.stop)
        self.watcher.opened(question)
        try:
            with suppress(_Touched):
                turn = self._despite_faults(step.visit.script, lambda: self._spoken(step, question))
        finally:
            touched = self.touches.close()
        if touched:
            turn = Turn(question, Transcript("", 1.0, TOUCH), touched[0], 0.0)
            journal.note("turn", question=question.id, engine=TOUCH)
        return turn

    def _despite_faults(self, script: Script, act: Callable[[], Done]) -> Done:
        """Do it, from its beginning again where a device has failed and is back; raises DeviceError in the end."""
        for _ in range(FAULTS):
            try:
                return act()
            except DeviceError as error:
                self._wait_for_devices(script, error)
        return act()

    def _wait_for_devices(self, script: Script, error: DeviceError) -> None:
        """Until they are back, or something is touched; raises the error where that takes too long."""
        self._note_fault(error)
        for attempt in range(ATTEMPTS):
            if self._are_back():
                self.watcher.recovered()
                return self._try_to_say(script.line("daar_ben_ik_weer"))
            if attempt == 0:
                self._try_to_say(script.line("ik_hoor_niets"))
            self.touches.wait(RETRY_SECONDS)
            self._heed_touch()
        raise error

    def _note_fault(self, error: RuggespraakError) -> None:
        journal.note("fault", reason=error.problem)
        self.watcher.fault(str(error))

    def _are_back(self) -> bool:
        try:
            self.reopen()
        except DeviceError:
            return False
        return True

    def _try_to_say(self, utterance: Utterance) -> None:
        """Where only the microphone has gone, the loudspeaker can tell."""
        with suppress(DeviceError):
            self.mouth.speak(utterance, lambda: self.touches.pending)

    def _say(self, step: Moment, halted: Halted = never) -> None:
        for utterance in step.say:
            if halted():
                return
            self.watcher.spoke(utterance)
            self.mouth.speak(utterance, lambda: halted() or self.touches.pending)
            self.watcher.finished(utterance)
            self._heed_touch()

    def _spoken(self, step: Moment, question: Question) -> Turn:
        script = step.visit.script
        if self.interruptible:
            blocks = self._blocks(self.ear.blocks(question))
            begun = speak_while_listening(lambda halted: self._say(step, halted), self.mouth.stop, blocks, self.activity())
            if begun:
                self.watcher.listening(question)
                return self._listened(chain(begun, blocks), question, self.limits, script)
        else:
            self._say(step)
        return self._answered(question, self._limits(step), script)

    def _limits(self, step: Moment) -> Limits:
        """Whoever has asked for time gets more of it."""
        return replace(self.limits, nobody=self.limits.wait) if step.visit.waiting else self.limits

    def _answered(self, question: Question, limits: Limits, script: Script) -> Turn:
        blocks = self._blocks(self.ear.blocks(question))
        self.watcher.listening(question)
        self.mouth.cue()
        return self._listened(blocks, question, limits, script)

    def _listened(self, blocks: Iterator[bytes], question: Question, limits: Limits, script: Script) -> Turn:
        meter = Metered(self.activity(), self.watcher.level)
        listened = self._listener(question, limits, script).listen(blocks, meter)
        self.watcher.thinking(question)
        journal.note(
            "turn", question=question.id, seconds=round(listened.seconds, 3), engine=self.ears.name, ending=listened.ending.value
        )
        heard, answer = listened.heard, replace(listened.heard.answer, noisy=meter.noisy)
        return Turn(question, heard.transcript, answer, listened.seconds, heard.differ)

    def _listener(self, question: Question, limits: Limits, script: Script) -> Listener:
        return Listener(
            hear=lambda audio: self.ears.hear(audio, question, self.today()),
            patience=lambda heard: patience(heard, question, limits),
            limits=limits,
            executor=self.executor,
            hold=lambda: self._ask_for_a_moment(script),
        )

    def _ask_for_a_moment(self, script: Script) -> None:
        """An engine that is slow, or is started again: silence would be taken for the end."""
        self._try_to_say(script.line("een_ogenblik"))
        self._heed_touch()

    def _blocks(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._heed_touch()
            yield block

    def _heed_touch(self) -> None:
        if self.touches.pending:
            raise _Touched


class _Touched(Exception):
    """The open question was answered by touch."""
