"""Silences the voice or the microphone, or ends the visit, if the patient or the staff ask for it.

1. Quiet, which a patient chooses, holds for private questions until the next visit: they are shown instead of spoken, and
   answered by touch alone.
2. Muted, which the staff choose, holds for everything until they change it.
3. The staff can end a visit: whatever the kiosk does then ends within a block of 32 ms, and nothing more is said. Between
   visits there is nothing to end.
4. A patient who reads and touches has `STRETCH` times as long as one who listens and speaks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voice.audio.loudspeaker import Halted, never
from voice.audio.pcm import LISTENING_RATE
from voice.audio.vad import BLOCK, BLOCK_BYTES
from voice.consultation.script import Question, Script
from voice.kiosk.turns.ports import Mouth
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer

SHORTEST = 20
"""Letters for which the shortest line counts: eyes must find it first."""
STRETCH = 4
NOTHING_SECONDS = STRETCH * BLOCK / LISTENING_RATE
"""Seconds for which a block of silence stands where there is no microphone."""
GLANCE_SECONDS = 0.25
"""How often a line that is shown asks whether it is halted, in seconds."""


class Abandoned(Exception):
    """The visit was ended from outside; nothing of it is kept."""


class PrivateMode:
    """Read by the loop, changed from any thread."""

    def __init__(self) -> None:
        self.quiet = False
        self.muted = False
        self._abandoned = threading.Event()

    def start_visit(self) -> None:
        """Forget what the last patient wished; what the staff set stays."""
        self.quiet = False
        self._abandoned.clear()

    def abandon(self) -> None:
        self._abandoned.set()

    def heed(self) -> None:
        """Raises Abandoned if the visit has been ended from outside."""
        if self._abandoned.is_set():
            raise Abandoned

    def silences(self, private: bool) -> bool:
        """Whether a question or a line is neither spoken nor listened to."""
        return self.muted or (self.quiet and private)


class ReadingMouth:
    """Says nothing, and gives time to read: for lines that nobody else should hear, and for a kiosk without a loudspeaker.

    A line stays until the patient touches VERDER or an answer. Nobody may be there: so it goes by itself after `STRETCH` times
    as long as it takes to be read. pace: letters a second.
    """

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._stopped = threading.Event()

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        self._stopped.clear()
        end = time.monotonic() + STRETCH * max(SHORTEST, len(utterance.text)) / self._pace
        while not halted() and (left := end - time.monotonic()) > 0 and not self._stopped.wait(min(left, GLANCE_SECONDS)):
            pass

    def stop(self) -> None:
        self._stopped.set()

    def cue(self) -> None:
        """No tone: nothing is heard."""

    def nod(self) -> None:
        """The same."""

    def adjust(self, answer: Answer) -> None:
        """There is no voice to adjust."""


@dataclass(frozen=True, slots=True)
class PrivateMouth:
    """Speaks aloud what the room may hear, and shows the rest.

    beat: called again and again while a line is spoken or shown: the loop is alive.
    """

    aloud: Mouth
    reading: Mouth
    mode: PrivateMode
    script: Script
    beat: Callable[[], None]

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        question = utterance.id.partition(".")[0]
        private = any(one.private for one in self.script.questions if one.id == question)
        self.mode.heed()
        (self.reading if self.mode.silences(private) else self.aloud).speak(utterance, self._beat_until(halted))
        self.mode.heed()

    def _beat_until(self, halted: Halted) -> Halted:
        def beat_and_ask() -> bool:
            self.beat()
            return halted()

        return beat_and_ask

    def stop(self) -> None:
        self.aloud.stop()
        self.reading.stop()

    def cue(self) -> None:
        if not self.mode.silences(private=True):
            self.aloud.cue()

    def nod(self) -> None:
        if not self.mode.silences(private=True):
            self.aloud.nod()

    def adjust(self, answer: Answer) -> None:
        self.aloud.adjust(answer)


@dataclass(frozen=True, slots=True)
class PrivateEar:
    """Hears the room, or silence instead of it while nothing should be listened to.

    listen: opens the blocks of the room. beat: called with every block, to show that the loop is alive.
    """

    listen: Callable[[], Iterator[bytes]]
    mode: PrivateMode
    beat: Callable[[], None]

    def blocks(self, question: Question) -> Iterator[bytes]:
        return self._mask(self._heed(self.listen()), question.private)

    def blocks_between_visits(self) -> Iterator[bytes]:
        """Return the blocks of the room while there is no visit that the staff could end."""
        return self._mask(self.listen(), private=False)

    def _heed(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.mode.heed()
            yield block

    def _mask(self, blocks: Iterator[bytes], private: bool) -> Iterator[bytes]:
        for count, block in enumerate(blocks):
            self.beat()
            if not self.mode.silences(private):
                yield block
            elif count % STRETCH == 0:
                yield bytes(BLOCK_BYTES)


def listen_to_nothing(wait: Callable[[float], object]) -> Iterator[bytes]:
    """Yield silence, as slowly as time passes for a patient who reads; for a kiosk without a microphone.

    wait: waits so many seconds.
    """
    while True:
        wait(NOTHING_SECONDS)
        yield bytes(BLOCK_BYTES)
