"""Listens to one answer: cuts it out of the blocks, and recognises what was said so far ahead of its end.

1. A pause of `guess` begins a guess: the answer so far goes to the recognizer, in a thread of its own.
2. Until the guess is known, only a silence of `unfinished` ends the answer; then what was heard decides (`endpointing.py`).
3. Speech that goes on makes the guess outdated; the next pause begins another.
4. Blocks never wait for the recognizer, nor the recognizer for blocks. If the pause is the end, the result is there
   already or will be soon, and the patient waits no longer than for the pause.
5. An answer that is not over after a silence of `nod` is nodded at, once, unless it sounds unfinished: nobody who looks for words
   is hurried. If it is known by then that it stays in doubt, it is nodded at when a certain one would be over (`decided`).
6. If the result is late, the patient is asked for a moment after `FIRST_HOLD` seconds, and again each `NEXT_HOLD`. After a
   minute the engines count as failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from itertools import repeat
from threading import Event
from typing import Any

from voice.audio.pcm import Audio
from voice.audio.segment import Ending, Limits, Segmenter
from voice.audio.vad import Activity
from voice.base.errors import ModelError
from voice.recognize.transcript import Transcript
from voice.understand.fusion.hearing import Heard
from voice.understand.meaning import SILENCE

NOBODY = Heard(Transcript("", 1.0, ""), SILENCE)
"""What is heard if nobody spoke: no engine was asked."""

FIRST_HOLD, NEXT_HOLD = 1.5, 5.0
"""Seconds; silence on a telephone is taken for a broken line after about 2 s."""

HOLDS = 11
"""How often more patience is asked for: nobody waits for longer than a minute."""

HEED_SECONDS = 0.1
"""How often a touch is looked for meanwhile, in seconds."""


class ImmediateExecutor(Executor):
    """Does all work when it is submitted: for recorded patients, whose time stands still meanwhile."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*given, **named))
        return done


@dataclass(frozen=True, slots=True)
class Listened:
    """How an answer ended, what was heard in it, how many seconds that took to compute, and the sound of it."""

    ending: Ending
    heard: Heard
    seconds: float
    audio: Audio


@dataclass(frozen=True, slots=True)
class _Guess:
    """What is recognised ahead of the answer's end.

    result: what was heard, and how many seconds that took to compute. outdated: set once speech goes on.
    """

    result: Future[tuple[Heard, float]]
    outdated: Event


@dataclass
class AnswerListener:
    """Listens to one answer; used once. Raises ModelError if the engines hang.

    hear: recognises a stretch of speech. It can ask whether to hear it again, which may begin only during the pause that
        is waited for anyway, and while no speech goes on.
    patience: gives the seconds of quiet that end an answer in which that was heard.
    executor: does the recognising, one stretch at a time.
    nod: sounds the tone that says: I still listen. Blocks may wait meanwhile.
    hold: asks the patient for a moment if recognising takes unusually long; what it raises ends the waiting.
    heed: is called often while the result is waited for; what it raises ends the waiting.
    """

    hear: Callable[[Audio, Callable[[], bool]], Heard]
    patience: Callable[[Heard], float]
    limits: Limits
    executor: Executor
    nod: Callable[[], None] = lambda: None
    hold: Callable[[], None] = lambda: None
    heed: Callable[[], None] = lambda: None
    _guess: _Guess | None = field(default=None, init=False)
    _nodded: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._segmenter = Segmenter(self.limits)

    def listen(self, blocks: Iterable[bytes], activity: Activity) -> Listened:
        """Take blocks until the answer is complete, or until there are no more."""
        activity.reset()
        try:
            for block in blocks:
                self._segmenter.feed(block, activity.probability(block))
                self._update_guess()
                if self._segmenter.complete:
                    break
                self._nod_once()
            return self._wait_for_result()
        finally:
            self._drop_guess()

    def _update_guess(self) -> None:
        """Begin a guess at a pause, drop it if speech goes on, and let it set the patience once it is known."""
        segmenter = self._segmenter
        if segmenter.quiet == 0:
            self._drop_guess()
        elif segmenter.quiet >= self.limits.guess and not self._guess:
            self._guess = self._begin_guess(segmenter.segment().audio)
        if self._guess and self._guess.result.done():
            segmenter.patience = self.patience(self._guess.result.result()[0])

    def _nod_once(self) -> None:
        """Nod at a silence that lasts: sooner at an answer that stays in doubt, and not at one that sounds unfinished."""
        limits, known = self.limits, self._guess is not None and self._guess.result.done()
        unfinished = known and self._segmenter.patience >= limits.unfinished
        due = min(limits.decided, limits.nod) if known and limits.nod < limits.unfinished else limits.nod
        if self._segmenter.quiet >= due and not unfinished and not self._nodded:
            self._nodded = True
            self.nod()

    def _drop_guess(self) -> None:
        self._segmenter.patience = self.limits.unfinished
        if self._guess:
            self._guess.outdated.set()
            self._guess.result.cancel()
        self._guess = None

    def _wait_for_result(self) -> Listened:
        stretch = self._segmenter.segment()
        if stretch.ending is Ending.NOBODY:
            return Listened(stretch.ending, NOBODY, 0.0, stretch.audio)
        self._guess = self._guess or self._begin_guess(stretch.audio)
        result = self._guess.result
        for seconds in (FIRST_HOLD, *repeat(NEXT_HOLD, HOLDS)):
            if self._comes_within(seconds, result):
                break
            self.hold()
        else:
            raise ModelError("The engines do not answer.", "Run: ruggespraak check")
        return Listened(stretch.ending, *result.result(), stretch.audio)

    def _comes_within(self, seconds: float, result: Future[tuple[Heard, float]]) -> bool:
        """Wait for the result, at most so long; return whether it is there."""
        late = time.monotonic() + seconds
        while not wait((result,), min(HEED_SECONDS, seconds)).done:
            self.heed()
            if time.monotonic() >= late:
                return False
        return True

    def _is_pausing(self) -> bool:
        """Whether the pause that is waited for anyway still lasts."""
        return not self._segmenter.complete and self._segmenter.quiet < self.limits.pause

    def _begin_guess(self, audio: Audio) -> _Guess:
        outdated = Event()
        return _Guess(self.executor.submit(self._recognise, audio, outdated), outdated)

    def _recognise(self, audio: Audio, outdated: Event) -> tuple[Heard, float]:
        begun = time.perf_counter()
        heard = self.hear(audio, lambda: not outdated.is_set() and self._is_pausing())
        return heard, time.perf_counter() - begun
