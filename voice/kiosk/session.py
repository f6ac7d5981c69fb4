"""Holds one consultation: speaks what the step says, stops at an outcome, else hears one answer and advances.

1. A question is answered by voice or by touch; a touch unwinds whatever is going on. Nothing answers a question before its
   own line, the last of its step, is on the screen.
2. While a line is spoken, the patient may go on with the last answer (`continuation.py`). That answer is then void, and is
   heard again to its end.
3. With a microphone that cancels our echo, the patient may also interrupt by speaking (`bargein.py`); a count with any
   microphone that hears the room.
4. If a device fails, the question is put again once it is back (`device_recovery.py`). If it stays away, an engine cannot
   be started again, or anything else is raised, the staff take over (`safety_net.py`), and hear what was found until then.
5. An answer in which sound was lost is never certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import chain

from voice.audio.loudspeaker import Halted, never
from voice.audio.meter import Metered
from voice.audio.microphone import Capture
from voice.audio.segment import Ending, Limits
from voice.audio.vad import Activity
from voice.base import journal
from voice.base.clock import find_today
from voice.base.errors import DeviceError
from voice.consultation import dialogue
from voice.consultation.script import Question, Script
from voice.consultation.unattended import request_voice
from voice.consultation.visit import Outcome, Phase, Visit
from voice.kiosk.private_mode import GLANCE_SECONDS
from voice.kiosk.safety_net import SafetyNet
from voice.kiosk.turns.bargein import IsOver, detect_between_words, detect_onset, speak_while_listening
from voice.kiosk.turns.continuation import OUTSTANDING, Continuation, find_min_level
from voice.kiosk.turns.device_recovery import DeviceRecovery
from voice.kiosk.turns.endpointing import choose_pause
from voice.kiosk.turns.listen import AnswerListener, ImmediateExecutor, Listened
from voice.kiosk.turns.observer import TOUCH, Observer, Turn
from voice.kiosk.turns.ports import Ear, Mouth, Ongoing, Talk
from voice.kiosk.turns.touch import Touched, Touches
from voice.recognize.transcript import Transcript
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Answer, Meaning


@dataclass(frozen=True, slots=True)
class Prompt:
    """A step that asks: lines to speak, and the question they lead to."""

    visit: Ongoing
    say: tuple[Utterance, ...]
    question: Question


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, what asked for it, and how to detect that the patient continues it; None if that is impossible."""

    prompt: Prompt
    turn: Turn
    continuation: Continuation | None = None

    @property
    def requested_voice(self) -> Answer:
        """What the answer asks of the voice."""
        return request_voice(self.prompt.visit.script, self.turn.question, self.turn.answer)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """How a visit ended. say_again: says once more what was said of the outcome, until it is halted."""

    outcome: Outcome
    say_again: Callable[[Halted], None] = lambda halted: None


@dataclass(frozen=True, slots=True)
class Session:
    """The parts of one kiosk, ready to hold visits.

    executor: where answers are recognised, one at a time. With a living patient it is a thread of its own, so that the
        kiosk goes on listening meanwhile.
    activity: gives the detector of speech. One may serve the whole visit, because its users follow each other.
    interruptible: the patient may interrupt by speaking; only with a microphone that cancels the echo of our voice.
    overhears: a living patient is heard while the kiosk counts, between its words.
    reopen: opens the devices anew after one has failed. Raises DeviceError as long as one is missing.
    capture: how well the ear hears.
    beat: called again and again while an engine is waited for: the session is alive.
    second_thought: seconds in which a patient who touched help may go on after all. The staff are called meanwhile.
    digest: seconds for which a line of advice stays before the next one is spoken.
    """

    mouth: Mouth
    ear: Ear
    activity: Callable[[], Activity]
    ears: Ears
    limits: Limits
    observer: Observer
    today: Callable[[], date | None] = find_today
    touches: Touches = field(default_factory=Touches)
    executor: Executor = field(default_factory=ImmediateExecutor)
    reopen: Callable[[], None] = lambda: None
    talk: Talk = dialogue
    interruptible: bool = False
    overhears: bool = False
    capture: Capture = field(default_factory=Capture)
    beat: Callable[[], None] = lambda: None
    second_thought: float = 0.0
    digest: float = 0.0

    def hold(self, script: Script) -> Outcome:
        """Hold one consultation, from the greeting to its outcome."""
        return self.conclude(script).outcome

    def conclude(self, script: Script) -> Conclusion:
        """Hold one consultation; what was said of its outcome can be heard again."""
        self.touches.forget()
        self.touches.begin(self.mouth.stop)
        step, last = self.talk.begin(script), None
        while isinstance(step.then, Question):
            with SafetyNet(self.observer) as net:
                answered = self._ask(Prompt(step.visit, step.say, step.then), last)
                step = self.talk.advance(answered.prompt.visit, answered.turn.answer)
                last = answered if answered.continuation else None
                self.observer.on_turn(answered.turn)
                self.mouth.adjust(answered.requested_voice)
            if net.error and isinstance(step.then, Question):
                step, last = self.talk.break_off(step.visit, "storing"), None
        return self._end(step.visit.consultation, step.say, step.then)

    def break_off(self, script: Script) -> Conclusion:
        """Hand a visit that cannot be held to the staff, as one that something is raised in."""
        self.touches.begin(self.mouth.stop)
        step = self.talk.break_off(self.talk.begin(script).visit, "storing")
        assert isinstance(step.then, Outcome)
        return self._end(step.visit.consultation, step.say, step.then)

    def _end(self, visit: Visit, lines: tuple[Utterance, ...], outcome: Outcome) -> Conclusion:
        """Tell the outcome; if something fails meanwhile, do the rest all the same."""
        self.touches.forget()
        with SafetyNet(self.observer):
            self.observer.on_ending(outcome)
        with SafetyNet(self.observer) as net:
            self._speaker.run(visit.script, lines, partial(self._speaker.say, lines))
        if isinstance(net.error, DeviceError):
            with SafetyNet(self.observer):
                self._speaker.show(lines)
                self.observer.on_away(lines)
        elif net.error:
            with SafetyNet(self.observer):  # what failed may be an observer, and then the patient still hears it
                replace(self._speaker, observer=Observer()).say(lines)
        with SafetyNet(self.observer):
            self.observer.on_end(outcome, visit)
        return Conclusion(outcome, partial(self._say_again, visit.script, lines))

    def _say_again(self, script: Script, lines: tuple[Utterance, ...], halted: Halted) -> None:
        with SafetyNet(self.observer):
            self._speaker.run(script, lines, partial(self._speaker.say, lines, halted))

    @property
    def _speaker(self) -> DeviceRecovery:
        return DeviceRecovery(self.mouth, self.observer, self.touches, self.reopen)

    def _ask(self, prompt: Prompt, last: Answered | None) -> Answered:
        """Put a question and have it answered; or hear the last answer to its end, if the patient goes on with that."""
        try:
            return self._take_answer(prompt, partial(self._speak_and_listen, prompt, last))
        except _Resumed as resumed:
            return self._take_answer(resumed.prompt, partial(self._hear_to_end, resumed))

    def _take_answer(self, prompt: Prompt, hear: Callable[[], Answered]) -> Answered:
        """Take the answer by voice, as `hear` has it, or by touch."""
        question = prompt.question
        self.touches.open(question.id, self.mouth.stop)
        self.observer.on_question(question)
        visit = prompt.visit.consultation
        if visit.phase is Phase.ADVISE:
            self.observer.on_told(visit.outcome)
        try:
            with suppress(Touched):
                answered = self._speaker.run(prompt.visit.script, prompt.say, hear)
        finally:
            touched = self.touches.close()
        if touched is None:
            return answered
        journal.note("turn", question=question.id, engine=TOUCH)
        answer = Answer(Meaning.REPEAT, "touched") if touched.meaning is Meaning.HELP and self._is_resumed() else touched
        return Answered(prompt, Turn(question, Transcript("", 1.0, TOUCH), answer, 0.0))

    def _is_resumed(self) -> bool:
        """Give a patient who touched help time to think again; return whether the visit goes on."""
        self.touches.resumed.clear()
        for _ in range(round(self.second_thought / GLANCE_SECONDS)):
            self.beat()
            if self.touches.resumed.wait(GLANCE_SECONDS):
                return True
        return False

    def _speak_and_listen(self, prompt: Prompt, last: Answered | None) -> Answered:
        counted = self._find_count(prompt)
        last = None if counted else last  # the words of the count fall into its time
        if not last and not self.interruptible and not counted:
            self._put(prompt)
            return self._listen_after_cue(prompt)
        begun = speak_while_listening(partial(self._put, prompt), self.mouth.stop, partial(self._overhear, prompt, last))
        if begun is None:
            return self._listen_after_cue(prompt)
        self.observer.on_listening(prompt.question)
        return self._listen(begun, prompt, self.limits)

    def _put(self, prompt: Prompt, halted: Halted = never) -> None:
        """Speak the lines that lead to the question, unless they are skipped, and then its own, which can be answered."""
        *before, own = prompt.say
        advice = {line for topic in prompt.visit.script.topics for line in topic.lines}
        self._speaker.say(
            before, lambda: halted() or self.touches.skipped, pause=lambda line: self.digest if line in advice else 0.0
        )
        if not halted():
            self.observer.on_put(prompt.question)
            self._speaker.say((own,), halted, self.touches.put)

    def _overhear(self, prompt: Prompt, last: Answered | None, is_over: IsOver) -> Iterator[bytes] | None:
        """Return the sound that interrupts the prompt; None if nothing does. Raises _Resumed if it continues the last answer."""
        if last and last.continuation and (begun := last.continuation.detect(is_over)):
            raise _Resumed(last.prompt, chain(last.continuation.join(begun), self._hear_anew(last.prompt.question)))
        counted = self._find_count(prompt)
        if not self.interruptible and not counted:
            return None
        blocks = self._hear_anew(prompt.question)
        if counted:
            min_level = self.capture.own_voice + OUTSTANDING
            begun = detect_between_words(blocks, self.activity(), is_over, counted, self.limits.settling, min_level)
        else:
            begun = detect_onset(blocks, self.activity(), is_over)
        return chain(begun, blocks) if begun else None

    def _find_count(self, prompt: Prompt) -> float:
        """Return the seconds of a beat if the prompt begins with a count that can be interrupted, else 0."""
        return prompt.say[0].beat if self.overhears and prompt.say else 0.0

    def _hear_to_end(self, resumed: _Resumed) -> Answered:
        question = resumed.prompt.question
        journal.note("resumed", question=question.id)
        self.touches.put()  # first: what is shown can be touched at once
        self.observer.on_resume(question)
        self.observer.on_put(question)
        self.observer.on_listening(question)
        return self._listen(resumed.sound, resumed.prompt, self.limits)

    def _listen_after_cue(self, prompt: Prompt) -> Answered:
        blocks = self._heed_touches(self.ear(prompt.question))
        self.observer.on_listening(prompt.question)
        self.mouth.cue()
        waiting = replace(self.limits, nobody=self.limits.wait)
        return self._listen(blocks, prompt, waiting if prompt.visit.waiting else self.limits)

    def _listen(self, blocks: Iterator[bytes], prompt: Prompt, limits: Limits) -> Answered:
        question, before = prompt.question, self.capture.overflows
        activity = self.activity()
        meter = Metered(activity, self.observer.on_level)
        listened = self._make_listener(prompt, limits).listen(blocks, meter)
        self.observer.on_thinking(question)
        turn = _make_turn(question, listened, meter.noisy, self.capture.overflows - before)
        turn = turn if self.touches.is_put else _put_first(turn)
        journal.note(
            "turn", question=question.id, seconds=round(listened.seconds, 3), engine=self.ears.name,
            ending=listened.ending.value, lost=turn.lost,
        )  # fmt: skip
        answered = Answered(prompt, turn)
        min_level = find_min_level(meter.loudest, self.capture.own_voice)
        if min_level is None or not _may_continue(answered, listened.ending):
            return answered
        return replace(answered, continuation=Continuation(listened.audio, limits.post_roll, blocks, activity, min_level))

    def _make_listener(self, prompt: Prompt, limits: Limits) -> AnswerListener:
        expected = prompt.question.expected
        return AnswerListener(
            hear=lambda audio, in_time: self.ears.hear(audio, expected, self.today(), in_time),
            patience=lambda heard: choose_pause(heard, expected, limits),
            limits=limits,
            executor=self.executor,
            nod=self.mouth.nod,
            hold=lambda: self._ask_for_a_moment(prompt.visit.script),
            heed=self._heed,
        )

    def _heed(self) -> None:
        self.beat()
        self.touches.heed()

    def _ask_for_a_moment(self, script: Script) -> None:
        """Say that an engine is slow, or is started again: silence would be taken for the end."""
        self._speaker.try_to_say(script.line("een_ogenblik"))
        self.touches.heed()

    def _hear_anew(self, question: Question) -> Iterator[bytes]:
        """Yield what sounds from the moment on at which the first block is asked for."""
        yield from self._heed_touches(self.ear(question))

    def _heed_touches(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.touches.heed()
            yield block


def _make_turn(question: Question, listened: Listened, noisy: bool, lost: int) -> Turn:
    """lost: how often sound was lost. Nobody knows what was said in it, so nothing is certain then."""
    heard = listened.heard
    answer = replace(heard.answer, noisy=noisy, certain=heard.answer.certain and not lost)
    return Turn(question, heard.transcript, answer, listened.seconds, heard.differ, lost)


ANSWERING = frozenset({
    Meaning.YES, Meaning.NO, Meaning.UNSURE, Meaning.DECLINE, Meaning.DURATION, Meaning.AGE, Meaning.SCORE, Meaning.SIDE,
    Meaning.SENTENCE, Meaning.TOPIC,
})  # fmt: skip
"""Meanings that settle something about the question."""


def _put_first(turn: Turn) -> Turn:
    """What was said before the question was put answers nothing: the question is put. What it mentions stays."""
    answer = turn.answer
    return replace(turn, answer=replace(answer, meaning=Meaning.REPEAT)) if answer.meaning in ANSWERING else turn


def _may_continue(answered: Answered, ending: Ending) -> bool:
    """Whether the patient may go on with an answer: not after one that was cut, or in noise, or before a louder voice."""
    louder = answered.requested_voice.meaning is Meaning.LOUDER
    return ending is Ending.PAUSE and not answered.turn.answer.noisy and not louder


@dataclass(eq=False)
class _Resumed(Exception):
    """The patient goes on with the answer to that prompt; sound: the answer from its beginning, and what follows."""

    prompt: Prompt
    sound: Iterator[bytes]
