"""Somebody goes on after his answer was taken: "nee" ... "maar ik voel wel tintelingen".

A complete answer ends after half a second, so the next line may begin while the patient only drew breath. For a second
longer the kiosk therefore listens on, beneath its own voice. Who is clearly louder than that voice in the microphone, and
about as loud as the answer was, is the patient: the line is hushed, and the answer is heard to its end, as one.

Where nobody knows how loud our own voice is in the microphone, or it drowns the patient, nothing is listened to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from voice.audio.loudness import loudness
from voice.audio.pcm import LISTENING_RATE, Audio, blocks, cut
from voice.audio.vad import BLOCK, Activity

WATCHED = 1.2
"""Seconds for which the kiosk listens on: who pauses for longer speaks over our line, and stops or is not heard."""
ONSET, WITHIN = 0.128, 0.4
"""Seconds of speech, within so many, that are no cough and no click."""
LIKELY = 0.5
"""The probability from which a block may be the patient's speech; loudness tells it from our own."""
OUTSTANDING = 6.0
"""Decibels by which a patient must be louder than our own voice usually is at its loudest."""
SOFTER = 15.0
"""Decibels by which somebody who goes on may be softer than his answer at its loudest; the room is softer still."""
BEFORE = 2
"""Blocks kept from before the first that is loud enough."""
PAUSE = 0.05
"""Seconds of the pause that are kept between the answer and its going on: what sounded in it was our own voice."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """How an answer may go on. Used once.

    audio: the answer as far as it was taken, with `quiet` seconds after its last word. sound: the blocks that follow it.
    activity: that followed the answer, and remembers it. least: as loud (dBFS) must be what belongs to it.
    """

    audio: Audio
    quiet: float
    sound: Iterator[bytes]
    activity: Activity
    least: float

    def begins(self, over: Callable[[], bool]) -> list[bytes]:
        """The blocks with which somebody goes on within `WATCHED`; none where nobody does, or it is over before."""
        lately: deque[tuple[bytes, bool]] = deque(maxlen=_blocks_in(WITHIN))
        for block in islice(self.sound, _blocks_in(WATCHED)):
            if over():
                return []
            spoken = self.activity.probability(block) >= LIKELY
            lately.append((block, spoken and loudness(block) >= self.least))
            if sum(loud for _, loud in lately) >= _blocks_in(ONSET):
                return _from_the_first(lately)
        return []

    def whole(self, begun: list[bytes]) -> Iterator[bytes]:
        """The answer from its beginning, as if there had been hardly a pause; then what follows, as it comes."""
        answer = cut(self.audio, 0.0, self.audio.seconds - max(0.0, self.quiet - PAUSE))
        return chain(blocks(answer, BLOCK), begun, self.sound)


def least_loudness(answer: float, own_voice: float) -> tuple[float, ...]:
    """As loud (dBFS) as who goes on must be, where that can be told from our own voice; nothing where it cannot.

    answer: the loudest of it. own_voice: how loud we usually are at our loudest; 0 where that is not known.
    """
    least = max(own_voice + OUTSTANDING, answer - SOFTER)
    return (least,) if least < answer else ()


def _from_the_first(lately: deque[tuple[bytes, bool]]) -> list[bytes]:
    first = [loud for _, loud in lately].index(True)
    return [block for block, _ in lately][max(0, first - BEFORE) :]


def _blocks_in(seconds: float) -> int:
    return round(seconds * LISTENING_RATE / BLOCK)
