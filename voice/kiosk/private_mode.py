"""What the patient or the staff ask of voice and microphone: silence, or the end of the visit.

A private question can be shown instead of spoken, and answered by touch alone. A visit can be abandoned: whatever
the kiosk does then ends within a block of 32 ms, and nothing more is said.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from voice.audio.loudspeaker import Halted, never
from voice.audio.pcm import LISTENING_RATE
from voice.audio.vad import BLOCK, BLOCK_BYTES
from voice.consultation.script import Question, Script
from voice.kiosk.turns.ports import Ear, Mouth
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer

SHORTEST = 20
"""Letters for which the shortest line counts: eyes must find it first."""
STRETCH = 4
"""Who reads and touches has this many times as long as who listens and speaks."""


class Abandoned(Exception):
    """The visit was ended from outside; nothing of it is kept."""


class PrivateMode:
    """Read by the loop, changed from any thread."""

    def __init__(self) -> None:
        self.quiet = False
        self.muted = False
        self._abandoned = threading.Event()

    def begin(self) -> None:
        """Somebody else comes: what the last patient wished is forgotten; what the staff set stays."""
        self.quiet = False
        self._abandoned.clear()

    def abandon(self) -> None:
        self._abandoned.set()

    def heed(self) -> None:
        """Raises Abandoned where the visit has been ended from outside."""
        if self._abandoned.is_set():
            raise Abandoned


class ReadingMouth:
    """Says nothing, and gives time to read; for lines that nobody else should hear, and where no loudspeaker is.

    pace: letters a second.
    """

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._stopped = threading.Event()

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        self._stopped.clear()
        if not halted():
            self._stopped.wait(max(SHORTEST, len(utterance.text)) / self._pace)

    def stop(self) -> None:
        self._stopped.set()

    def cue(self) -> None:
        """No tone where nothing is heard."""

    def adjust(self, answer: Answer) -> None:
        """There is no voice to adjust."""


class PrivateMouth:
    """Speaks aloud what may be heard by the room, and shows the rest."""

    def __init__(self, aloud: Mouth, reading: Mouth, private_mode: PrivateMode, script: Script, beat: Callable[[], None]) -> None:
        self._aloud = aloud
        self._reading = reading
        self._private_mode = private_mode
        self._beat = beat
        self._private = frozenset(question.id for question in script.questions if question.private)

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        self._private_mode.heed()
        self._beat()
        (self._reading if self._silent(utterance) else self._aloud).speak(utterance, halted)
        self._private_mode.heed()

    def stop(self) -> None:
        self._aloud.stop()
        self._reading.stop()

    def cue(self) -> None:
        if not (self._private_mode.muted or self._private_mode.quiet):
            self._aloud.cue()

    def adjust(self, answer: Answer) -> None:
        self._aloud.adjust(answer)

    def _silent(self, utterance: Utterance) -> bool:
        private = utterance.id.partition(".")[0] in self._private
        return self._private_mode.muted or (self._private_mode.quiet and private)


class PrivateEar:
    """Hears the room, and instead of it silence while nothing should be listened to.

    beat: called with every block, to show that the loop is alive.
    """

    def __init__(self, ear: Ear, private_mode: PrivateMode, beat: Callable[[], None]) -> None:
        self._ear = ear
        self._private_mode = private_mode
        self._beat = beat

    def blocks(self, question: Question) -> Iterator[bytes]:
        return self._heeding(self._ear.blocks(question), question)

    def _heeding(self, blocks: Iterator[bytes], question: Question) -> Iterator[bytes]:
        for count, block in enumerate(blocks):
            self._private_mode.heed()
            self._beat()
            if not (self._private_mode.muted or (self._private_mode.quiet and question.private)):
                yield block
            elif count % STRETCH == 0:
                yield bytes(BLOCK_BYTES)


class NoEar:
    """Hears nothing, as slowly as time passes; for a kiosk without a microphone. wait: waits so many seconds."""

    def __init__(self, wait: Callable[[float], object]) -> None:
        self._wait = wait

    def blocks(self, question: Question) -> Iterator[bytes]:
        while True:
            self._wait(STRETCH * BLOCK / LISTENING_RATE)
            yield bytes(BLOCK_BYTES)
