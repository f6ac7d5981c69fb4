"""Detects that a patient goes on after the answer was taken: "nee" ... "maar ik voel wel tintelingen".

A complete answer ends after half a second, so the next line may begin while the patient only drew breath. The rules:

1. After an answer that ended by a pause the kiosk listens on for `WATCHED` seconds, beneath its own voice.
2. Speech of `ONSET` seconds within `WITHIN` is the patient if it is `OUTSTANDING` dB louder in the microphone than the
   kiosk's own voice at its loudest, and no more than `SOFTER` dB softer than the answer at its loudest.
3. Then the line is hushed, and the answer is heard to its end, as one.
4. If nobody knows how loud our own voice is in the microphone, or it drowns the patient, the kiosk does not listen on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from voice.audio.loudness import measure_loudness
from voice.audio.pcm import Audio, blocks, cut
from voice.audio.vad import BLOCK, Activity, count_blocks

WATCHED = 1.2
"""Seconds for which the kiosk listens on: a patient who pauses for longer speaks over our line, and stops or is not heard."""
ONSET, WITHIN = 0.128, 0.4
"""Seconds of speech, within so many, that are no cough and no click."""
LIKELY = 0.5
"""The probability from which a block may be the patient's speech; loudness tells it from our own."""
OUTSTANDING = 6.0
"""Decibels by which a patient must be louder than our own voice usually is at its loudest."""
SOFTER = 15.0
"""Decibels by which a patient who goes on may be softer than the answer at its loudest; the room is softer still."""
BEFORE = 2
"""Blocks kept from before the first that is loud enough."""
PAUSE = 0.05
"""Seconds of the pause that are kept between the answer and its continuation: what sounded in it was our own voice."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """Detects the continuation of one answer. Used once.

    audio: the answer as far as it was taken, with `quiet` seconds after its last word.
    sound: the blocks that follow it.
    activity: the detector that followed the answer, and remembers it.
    min_level: minimum level (dBFS) of a block that counts as the patient's speech.
    """

    audio: Audio
    quiet: float
    sound: Iterator[bytes]
    activity: Activity
    min_level: float

    def detect(self, is_over: Callable[[], bool]) -> list[bytes] | None:
        """Return the first blocks of a continuation within `WATCHED`; None if there is none before `is_over`."""
        recent: deque[tuple[bytes, bool]] = deque(maxlen=count_blocks(WITHIN))
        for block in islice(self.sound, count_blocks(WATCHED)):
            if is_over():
                return None
            speech = self.activity.probability(block) >= LIKELY
            recent.append((block, speech and measure_loudness(block) >= self.min_level))
            if sum(loud for _, loud in recent) >= count_blocks(ONSET):
                return _take_from_first_loud(recent)
        return None

    def join(self, begun: list[bytes]) -> Iterator[bytes]:
        """Return the answer from its beginning, with hardly a pause, then `begun` and what follows, as it comes."""
        answer = cut(self.audio, 0.0, self.audio.seconds - max(0.0, self.quiet - PAUSE))
        return chain(blocks(answer, BLOCK), begun, self.sound)


def find_min_level(answer: float, own_voice: float) -> float | None:
    """Return the minimum level (dBFS) of a continuation; None if it cannot be told from our own voice.

    answer: level of the answer at its loudest. own_voice: our usual level at our loudest; 0 if it is not known.
    """
    level = max(own_voice + OUTSTANDING, answer - SOFTER)
    return level if level < answer else None


def _take_from_first_loud(recent: deque[tuple[bytes, bool]]) -> list[bytes]:
    first = [loud for _, loud in recent].index(True)
    return [block for block, _ in recent][max(0, first - BEFORE) :]
