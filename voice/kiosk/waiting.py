"""Waiting for a patient: until somebody touches the screen, or says a word that begins a visit.

What the room says meanwhile stays in memory for the few seconds that it takes to see that it is no such word. Only
short speech that ends by itself is recognised at all; a conversation in the waiting room is not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voice.audio.meter import Metered, Sound
from voice.audio.pcm import Audio
from voice.audio.segment import Ending, Limits, Segment, segment
from voice.audio.vad import Activity
from voice.consultation.script import Question
from voice.kiosk.turns.ports import Ear
from voice.recognize.transcript import Recognizer, Vocabulary
from voice.understand.normalise import Spelling

LIMITS = Limits(nobody=60.0, pause=0.7, longest=2.5)
"""Seconds: a greeting is short; what is longer than this is somebody else's conversation."""

BEFORE = 0.5
"""Seconds of quiet before a greeting; without them it is the end of a sentence."""

NO_QUESTION = Question(id="", text="")


class Bell:
    """Rung by a touch, from any thread."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def clear(self) -> None:
        self._rung.clear()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is rung; returns whether it was."""
        return self._rung.wait(seconds)

    @property
    def rung(self) -> bool:
        return self._rung.is_set()


@dataclass(frozen=True, slots=True)
class StartWords:
    """Recognises the words that begin a visit: it is enough that one engine hears them, for a false start does no harm.

    invitation: as it stands on the screen. words: each phrase as its normal words. others: what else may be said,
        so that an engine with a word list need not take it for one of these.
    """

    engines: tuple[Recognizer, ...]
    spelling: Spelling
    invitation: str
    words: frozenset[tuple[str, ...]]
    others: tuple[str, ...] = ()

    def heard(self, audio: Audio) -> bool:
        single = sorted(word for word, *more in self.words if not more)
        expected = Vocabulary(context=self.invitation, phrases=(*single, *self.others))
        return any(self.spelling.split(engine.transcribe(audio, expected).text) in self.words for engine in self.engines)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a patient is waited for.

    activity: finds speech. tell: told how loud the room is. begins: whether a stretch of speech begins a visit.
    """

    bell: Bell
    ear: Ear
    activity: Callable[[], Activity]
    tell: Callable[[Sound], None]
    begins: Callable[[Audio], bool]

    def wait(self) -> bool:
        """Wait for a minute at most, or until somebody has come; returns whether somebody has.

        Raises DeviceError where the microphone fails meanwhile.
        """
        stretch = segment(self._blocks(), Metered(self.activity(), self.tell), LIMITS)
        return self.bell.rung or (_alone(stretch) and self.begins(stretch.audio))

    def _blocks(self) -> Iterator[bytes]:
        for block in self.ear.blocks(NO_QUESTION):
            if self.bell.rung:
                return
            yield block


def _alone(stretch: Segment) -> bool:
    """Whether it began after a silence and ended by itself: no piece of a longer conversation."""
    return stretch.ending is Ending.PAUSE and stretch.onset >= BEFORE
