"""The loop: speak what the step says, stop at an outcome, else hear one answer and advance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import chain
from typing import TypeVar

from voice.audio.loudspeaker import Halted, never
from voice.audio.meter import Metered
from voice.audio.segment import Ending, Limits
from voice.audio.vad import Activity
from voice.base import journal
from voice.base.errors import DeviceError, ModelError, RuggespraakError
from voice.consultation import dialogue
from voice.consultation.script import Question, Script
from voice.consultation.unattended import request_voice
from voice.consultation.visit import Outcome
from voice.kiosk.turns.bargein import Over, onset, speak_while_listening
from voice.kiosk.turns.continuation import Continuation, least_loudness
from voice.kiosk.turns.endpointing import patience
from voice.kiosk.turns.listen import AnswerListener, ImmediateExecutor, Listened
from voice.kiosk.turns.observer import TOUCH, Observer, Turn
from voice.kiosk.turns.ports import Capture, Ear, Moment, Mouth, Talk, Unmeasured
from voice.kiosk.turns.touch import Touches
from voice.recognize.transcript import Transcript
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Answer, Meaning

RETRY_SECONDS = 1.0
"""How often a device that has gone is looked for."""
ATTEMPTS = 60
"""How often it is looked for before the staff take over: nobody stands before a dead machine for longer."""
FAULTS = 3
"""How often devices may fail while one question is put: a loose plug must not make it begin for ever."""

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, the step that asked for it, and how it may go on; nothing there where it cannot."""

    step: Moment
    turn: Turn
    after: tuple[Continuation, ...] = ()


NOTHING: tuple[Answered, ...] = ()
"""No answer that may go on."""


@dataclass(frozen=True, slots=True)
class Session:
    """The parts of one kiosk, ready to hold visits.

    executor: where answers are recognised, one at a time; with a living patient a thread of its own, so that the
        kiosk goes on listening meanwhile.
    interruptible: the patient may interrupt by speaking; only with a microphone that cancels the echo of our voice.
    reopen: opens the devices anew after one has failed. Raises DeviceError as long as one is missing.
    capture: of the ear.
    """

    mouth: Mouth
    ear: Ear
    activity: Callable[[], Activity]
    ears: Ears
    limits: Limits
    observer: Observer
    today: Callable[[], date] = date.today
    touches: Touches = field(default_factory=Touches)
    executor: Executor = field(default_factory=ImmediateExecutor)
    reopen: Callable[[], None] = lambda: None
    talk: Talk = dialogue
    interruptible: bool = False
    capture: Capture = Unmeasured()

    def hold(self, script: Script) -> Outcome:
        """Hold one consultation, from the greeting to its outcome.

        Where a device fails it waits for it and goes on; where it stays away, or the engine cannot be started again,
        the staff take over.
        """
        step, last = self.talk.begin(script), NOTHING
        while isinstance(step.then, Question):
            try:
                answered = self._turn(step, last)
            except DeviceError:
                step, last = self.talk.break_off(step.visit, "storing"), NOTHING
            except ModelError as error:
                self._note_fault(error)
                step, last = self.talk.break_off(step.visit, "storing"), NOTHING
            else:
                step, last = self._advanced(answered), (answered,) if answered.after else NOTHING
        self.observer.on_ending(step.then)
        with suppress(DeviceError):  # what cannot be said is still shown
            self._despite_faults(script, lambda: self._say(step))
        self.observer.on_end(step.then)
        return step.then

    def _advanced(self, answered: Answered) -> Moment:
        self.observer.on_turn(answered.turn)
        self.mouth.adjust(_request_voice(answered.step, answered.turn))
        return self.talk.advance(answered.step.visit, answered.turn.answer)

    def _turn(self, step: Moment, last: tuple[Answered, ...]) -> Answered:
        """Put a question and have it answered; or hear the last answer out, where the patient goes on with that."""
        try:
            return self._put(step, partial(self._spoken, step, last))
        except _GoesOn as more:
            return self._put(more.step, partial(self._heard_out, more))

    def _put(self, step: Moment, act: Callable[[], Answered]) -> Answered:
        """Have a question answered, by voice or by touch; a touch unwinds whatever is going on."""
        question = step.then
        assert isinstance(question, Question)
        self.touches.open(question.id, self.mouth.stop)
        self.observer.on_question(question)
        try:
            with suppress(_Touched):
                answered = self._despite_faults(step.visit.script, act)
        finally:
            touched = self.touches.close()
        if touched:
            journal.note("turn", question=question.id, engine=TOUCH)
            return Answered(step, Turn(question, Transcript("", 1.0, TOUCH), touched[0], 0.0))
        return answered

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
                self.observer.on_recovery()
                return self._try_to_say(script.line("daar_ben_ik_weer"))
            if attempt == 0:
                self._try_to_say(script.line("ik_hoor_niets"))
            self.touches.wait(RETRY_SECONDS)
            self._heed_touch()
        raise error

    def _note_fault(self, error: RuggespraakError) -> None:
        journal.note("fault", reason=error.problem)
        self.observer.on_fault(str(error))

    def _are_back(self) -> bool:
        try:
            self.reopen()
        except DeviceError:
            return False
        return True

    def _try_to_say(self, utterance: Utterance) -> None:
        """Where only the microphone has gone, the loudspeaker can tell; where both have, it can be read."""
        self.observer.on_line(utterance)
        with suppress(DeviceError):
            self.mouth.speak(utterance, lambda: self.touches.pending)
        self.observer.on_line_end(utterance)

    def _say(self, step: Moment, halted: Halted = never) -> None:
        for utterance in step.say:
            if halted():
                return
            self.observer.on_line(utterance)
            self.mouth.speak(utterance, lambda: halted() or self.touches.pending)
            self.observer.on_line_end(utterance)
            self._heed_touch()

    def _spoken(self, step: Moment, last: tuple[Answered, ...]) -> Answered:
        begun: Iterator[bytes] | tuple[()] = ()
        if last or self.interruptible:
            begun = speak_while_listening(
                lambda halted: self._say(step, halted), self.mouth.stop, lambda over: self._overheard(step, last, over)
            )
        else:
            self._say(step)
        if begun:
            self.observer.on_listening(step.then)
            return self._listened(begun, step, self.limits)
        return self._answered(step)

    def _overheard(self, step: Moment, last: tuple[Answered, ...], over: Over) -> Iterator[bytes] | tuple[()]:
        """What begins to sound while the step is spoken and interrupts it. Raises _GoesOn where that is the last answer."""
        for answered in last:
            for after in answered.after:
                if begun := after.begins(over):
                    raise _GoesOn(answered.step, chain(after.whole(begun), self._anew(answered.step)))
        if not self.interruptible:
            return ()
        blocks = self._anew(step)
        begun = onset(blocks, self.activity(), over)
        return chain(begun, blocks) if begun else ()

    def _heard_out(self, more: _GoesOn) -> Answered:
        question = more.step.then
        assert isinstance(question, Question)
        journal.note("resumed", question=question.id)
        self.observer.on_resume(question)
        self.observer.on_listening(question)
        return self._listened(more.sound, more.step, self.limits)

    def _answered(self, step: Moment) -> Answered:
        blocks = self._blocks(self.ear.blocks(step.then))
        self.observer.on_listening(step.then)
        self.mouth.cue()
        return self._listened(blocks, step, self._limits(step))

    def _limits(self, step: Moment) -> Limits:
        """Whoever has asked for time gets more of it."""
        return replace(self.limits, nobody=self.limits.wait) if step.visit.waiting else self.limits

    def _listened(self, blocks: Iterator[bytes], step: Moment, limits: Limits) -> Answered:
        question, before = step.then, self.capture.overflows
        assert isinstance(question, Question)
        activity = self.activity()
        meter = Metered(activity, self.observer.on_level)
        listened = self._listener(question, limits, step.visit.script).listen(blocks, meter)
        self.observer.on_thinking(question)
        turn = _turn_of(question, listened, meter.noisy, self.capture.overflows - before)
        journal.note(
            "turn", question=question.id, seconds=round(listened.seconds, 3), engine=self.ears.name,
            ending=listened.ending.value, lost=turn.lost,
        )  # fmt: skip
        louder = self._after(step, turn, listened, meter.loudest)
        after = (Continuation(listened.audio, limits.post_roll, blocks, activity, least) for least in louder)
        return Answered(step, turn, tuple(after))

    def _after(self, step: Moment, turn: Turn, listened: Listened, loudest: float) -> tuple[float, ...]:
        """How loud (dBFS) it would have to go on; nothing where it is over, or nobody could tell it from our own voice."""
        louder = _request_voice(step, turn).meaning is Meaning.LOUDER
        if listened.ending is not Ending.PAUSE or turn.answer.noisy or louder:
            return ()
        return least_loudness(loudest, self.capture.own_voice)

    def _listener(self, question: Question, limits: Limits, script: Script) -> AnswerListener:
        return AnswerListener(
            hear=lambda audio, in_time: self.ears.hear(audio, question.expected, self.today(), in_time),
            patience=lambda heard: patience(heard, question.expected, limits),
            limits=limits,
            executor=self.executor,
            hold=lambda: self._ask_for_a_moment(script),
        )

    def _ask_for_a_moment(self, script: Script) -> None:
        """An engine that is slow, or is started again: silence would be taken for the end."""
        self._try_to_say(script.line("een_ogenblik"))
        self._heed_touch()

    def _anew(self, step: Moment) -> Iterator[bytes]:
        """What sounds from the moment on at which the first block is asked for."""
        yield from self._blocks(self.ear.blocks(step.then))

    def _blocks(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._heed_touch()
            yield block

    def _heed_touch(self) -> None:
        if self.touches.pending:
            raise _Touched


def _request_voice(step: Moment, turn: Turn) -> Answer:
    """Return what the answer asks of the voice."""
    return request_voice(step.visit.script, turn.question, turn.answer)


def _turn_of(question: Question, listened: Listened, noisy: bool, lost: int) -> Turn:
    """Where sound was lost, nobody knows what was said in it: nothing is certain."""
    heard = listened.heard
    answer = replace(heard.answer, noisy=noisy, certain=heard.answer.certain and not lost)
    return Turn(question, heard.transcript, answer, listened.seconds, heard.differ, lost)


class _Touched(Exception):
    """The open question was answered by touch."""


class _GoesOn(Exception):
    """The patient goes on with the answer to that step; sound: the answer from its beginning, and what follows."""

    def __init__(self, step: Moment, sound: Iterator[bytes]) -> None:
        super().__init__()
        self.step = step
        self.sound = sound
