"""Listening to one answer: cutting it out of the blocks, while what was said so far is recognised ahead of its end.

    speech --(quiet for `guess`)--> the answer so far goes to the recognizer, in a thread of its own
      ^                                 |
      '---(speech goes on: outdated)----+--(known: so long is the patience)--> the end

Blocks are never held up by the recognizer, and the recognizer never by blocks. Where the pause proves to be the end,
its result is there already or will be soon, and the patient waits no longer than for the pause.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from itertools import chain, repeat
from threading import Event
from typing import Any

from voice.audio.pcm import Audio
from voice.audio.segment import Ending, Limits, Segmenter
from voice.audio.vad import Activity
from voice.recognize.transcript import Transcript
from voice.understand.fusion.hearing import Heard
from voice.understand.meaning import SILENCE

NOBODY = Heard(Transcript("", 1.0, ""), SILENCE)
"""Nobody spoke, so no engine was asked."""


FIRST_HOLD, NEXT_HOLD = 1.5, 5.0
"""Seconds after which somebody who waits for an answer is asked for a moment's patience, and then again: silence on a
telephone is taken for a broken line after about 2 s."""


class ImmediateExecutor(Executor):
    """Does everything where it is submitted: for recorded patients, whose time stands still meanwhile."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*given, **named))
        return done


@dataclass(frozen=True, slots=True)
class Listened:
    """How a segment ended, what was heard in it, how long (seconds) that took to compute, and the segment's sound."""

    ending: Ending
    heard: Heard
    seconds: float
    audio: Audio


@dataclass(frozen=True, slots=True)
class _Recognised:
    heard: Heard
    seconds: float


@dataclass(frozen=True, slots=True)
class _Guess:
    """What is recognised ahead of the answer's end. outdated: set once speech goes on."""

    result: Future[_Recognised]
    outdated: Event

    def drop(self) -> None:
        self.outdated.set()
        self.result.cancel()


class AnswerListener:
    """Listens to one answer; one listener an answer.

    hear: recognises a stretch of speech; can ask whether to hear it anew, which is begun only while the pause lasts that is
        waited for anyway, and no speech goes on.
    patience: seconds of quiet that end an answer of which that was heard.
    executor: does the recognising, one stretch at a time.
    hold: asks for a moment's patience where recognising takes unusually long; what it raises ends the waiting.
    """

    def __init__(
        self,
        hear: Callable[[Audio, Callable[[], bool]], Heard],
        patience: Callable[[Heard], float],
        limits: Limits,
        executor: Executor,
        hold: Callable[[], None] = lambda: None,
    ) -> None:
        self._hear = hear
        self._hold = hold
        self._patience = patience
        self._limits = limits
        self._executor = executor
        self._segmenter = Segmenter(limits)
        self._guesses: list[_Guess] = []

    def listen(self, blocks: Iterable[bytes], activity: Activity) -> Listened:
        """Take blocks until the answer is complete, or until there are no more."""
        activity.reset()
        try:
            for block in blocks:
                self._segmenter.feed(block, activity.probability(block))
                self._guess()
                if self._segmenter.complete:
                    break
            return self._result()
        finally:
            self._forget()

    def _guess(self) -> None:
        """Begin a guess at a pause, forget it where speech goes on, and let it set the patience once it is known."""
        segmenter = self._segmenter
        if segmenter.quiet == 0:
            self._forget()
        elif segmenter.quiet >= self._limits.guess and not self._guesses:
            self._guesses = [self._begun(segmenter.segment().audio)]
        if self._guesses and self._guesses[0].result.done():
            segmenter.patience = self._patience(self._guesses[0].result.result().heard)

    def _forget(self) -> None:
        self._segmenter.patience = self._limits.unfinished
        for guess in self._guesses:
            guess.drop()
        self._guesses = []

    def _result(self) -> Listened:
        stretch = self._segmenter.segment()
        if stretch.ending is Ending.NOBODY:
            return Listened(stretch.ending, NOBODY, 0.0, stretch.audio)
        self._guesses = self._guesses or [self._begun(stretch.audio)]
        result = self._guesses[0].result
        for seconds in chain((FIRST_HOLD,), repeat(NEXT_HOLD)):
            if wait((result,), seconds).done:
                break
            self._hold()
        found = result.result()
        return Listened(stretch.ending, found.heard, found.seconds, stretch.audio)

    def _pauses(self) -> bool:
        """Whether the pause lasts that is waited for anyway."""
        return not self._segmenter.complete and self._segmenter.quiet < self._limits.pause

    def _begun(self, audio: Audio) -> _Guess:
        outdated = Event()
        return _Guess(self._executor.submit(self._recognise, audio, outdated), outdated)

    def _recognise(self, audio: Audio, outdated: Event) -> _Recognised:
        begun = time.perf_counter()
        heard = self._hear(audio, lambda: not outdated.is_set() and self._pauses())
        return _Recognised(heard, time.perf_counter() - begun)
