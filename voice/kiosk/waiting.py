"""Waits for a patient: until somebody touches the screen, or says a word that begins a visit.

1. What the room says meanwhile stays in memory for the few seconds that it takes to see that it is no such word.
2. Only short speech is recognised, that begins after `BEFORE` seconds of quiet and ends by itself. A conversation in the
   waiting room is not recognised at all.
3. One engine that hears a start word is enough, for a false start does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import takewhile
from threading import Event

from voice.audio.pcm import Audio
from voice.audio.segment import Ending, Limits, Segment, segment
from voice.audio.vad import Activity
from voice.recognize.transcript import Recognizer, Vocabulary
from voice.understand.normalise import Spelling

LIMITS = Limits(nobody=60.0, pause=0.7, longest=2.5)
"""Seconds: a greeting is short; what is longer than this is somebody else's conversation."""

BEFORE = 0.5
"""Seconds of quiet before a greeting; without them it is the end of a sentence."""


@dataclass(frozen=True, slots=True)
class StartWords:
    """Recognises the words that begin a visit.

    invitation: as it stands on the screen. words: each phrase as its normal words. others: what else may be said,
        so that an engine with a word list need not take it for one of these.
    """

    engines: tuple[Recognizer, ...]
    spelling: Spelling
    invitation: str
    words: frozenset[tuple[str, ...]]
    others: tuple[str, ...] = ()

    def are_in(self, audio: Audio) -> bool:
        """Whether one of the phrases is all that was said."""
        single = sorted(word for word, *more in self.words if not more)
        expected = Vocabulary(context=self.invitation, phrases=(*single, *self.others))
        return any(self.spelling.split(engine.transcribe(audio, expected).text) in self.words for engine in self.engines)


def wait_for_patient(touched: Event, blocks: Iterable[bytes], activity: Activity, begins: Callable[[Audio], bool]) -> bool:
    """Wait for a minute at most, or until a patient has come; return whether one has.

    touched: set by a touch. blocks: what sounds in the room. begins: whether a stretch of speech begins a visit.
    Raises DeviceError if the microphone fails meanwhile.
    """
    stretch = segment(takewhile(lambda block: not touched.is_set(), blocks), activity, LIMITS)
    return touched.is_set() or (_stands_alone(stretch) and begins(stretch.audio))


def _stands_alone(stretch: Segment) -> bool:
    """Whether it began after a silence and ended by itself: no piece of a longer conversation."""
    return stretch.ending is Ending.PAUSE and stretch.onset >= BEFORE
