"""Cut one stretch of the patient's speech out of the microphone's blocks.

The Segmenter gets blocks with probabilities and counts samples: no clock, no thread, no model. So lists of numbers test it,
and a recorded patient is heard exactly as a live one.

    waiting --(speech for `onset`)--> speaking --(quiet for `patience`)--> PAUSE
       |                                  \\--(speaking for `longest`)---> TOO_LONG
       \\--(nobody for `nobody`)--> NOBODY
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from voice.audio.pcm import LISTENING_RATE, Audio, blocks, join, silence
from voice.audio.vad import BLOCK, Activity, SileroActivity

LONGEST_RECORDED = 30.0
"""Seconds of a recorded answer that are listened to."""

LONGEST_SETTLING = 0.8
"""Seconds after its own voice that a kiosk may ignore at most. An answer begins in them that is not heard then."""


class Ending(Enum):
    """Why a segment ended."""

    PAUSE = "pause"
    TOO_LONG = "too_long"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of speech.

    audio: from a little before the first sound to a little after the last; empty if nobody spoke.
    ending: why it ended.
    onset: seconds until speech began.
    """

    audio: Audio
    ending: Ending
    onset: float


FIXED = {"fixed": True}
"""Marks the limits that no settings file can change: they belong to the voice activity detector, not to the patient."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the kiosk listens, and how speech is cut; seconds, and two probabilities (docs/grounds.md, turns).

    nobody: silence after the question before it is put again. Telephone services take 7 s and more if users must
        think; old people do.
    wait: the same after the patient has asked the kiosk to wait: time to find glasses or to ask one's wife.
    decided: silence that ends a complete and certain answer ("nee"). Services take 0.5 s for single words.
    pause: silence that ends any other answer. Pauses within sentences of old speakers rarely exceed 1.2 s; our next line
        begins about then, and a patient who goes on is heard out (`continuation.py`). Services take 1.5 s.
    unfinished: silence that ends an opening or a hesitation ("ja, maar", "euh"), and any answer until it is known what was
        heard.
    longest: the longest answer that is listened to. A longer one is a story; what was heard of it must do.
    settling: ignored after the kiosk's own voice, so that it never hears itself. A wireless loudspeaker, which speaks later
        than it is told to, needs more.
    nod: silence after which a soft tone says that the kiosk still listens, if the answer is not over by then and does not sound
        unfinished; after `decided` once it is known that the answer stays in doubt. Silence in place of an answer is noticed
        after about so long; more than `unfinished` switches it off.
    guess: silence after which recognition begins ahead, so that its result is there if the pause is the end. Shorter gaps
        lie between words, and a recognition at each would only heat the machine (`bench pauses`).
    onset: speech that begins an answer; a click or a cough of 40 ms does not, a "ja" of 150 ms does.
    pre_roll: kept from before the onset, so that no first sound is lost.
    post_roll: kept from after the last speech; the rest of the pause would only cost the recognizer time.
    start, stop: the probability at which speech begins, and the lower one below which it has stopped.
    """

    nobody: float = 8.0
    wait: float = 60.0
    decided: float = 0.5
    pause: float = 1.15
    unfinished: float = 1.9
    longest: float = 15.0
    settling: float = 0.3
    nod: float = 0.65
    guess: float = field(default=0.16, metadata=FIXED)
    onset: float = field(default=0.09, metadata=FIXED)
    pre_roll: float = field(default=0.4, metadata=FIXED)
    post_roll: float = field(default=0.3, metadata=FIXED)
    start: float = field(default=0.5, metadata=FIXED)
    stop: float = field(default=0.35, metadata=FIXED)


class Segmenter:
    """Takes one block after the other until `feed` returns True. Make a new one for each segment.

    patience: seconds of quiet after which the answer is over. It may be set between two blocks, when the answer so far
        sounds finished ("nee") or unfinished ("ja, maar").
    """

    def __init__(self, limits: Limits = Limits()) -> None:
        self.patience = limits.pause
        self._limits = limits
        self._pcm = bytearray()
        self._waited = 0  # samples fed before the onset
        self._run = 0  # samples of a possible onset
        self._spoken = 0  # samples since the onset; 0 while waiting
        self._quiet = 0  # samples since speech was last heard
        self._voiced = False

    def feed(self, block: bytes, probability: float) -> bool:
        """Add one block (mono, 16 bit) with its probability of speech. Returns True once the segment is complete."""
        samples = len(block) // 2
        self._voiced = probability >= (self._limits.stop if self._voiced else self._limits.start)
        self._pcm += block
        if self._spoken:
            self._spoken += samples
            self._quiet = 0 if self._voiced else self._quiet + samples
        else:
            self._wait(samples)
        return self.complete

    @property
    def complete(self) -> bool:
        if self._spoken:
            return _is_over(self._quiet, self.patience) or _is_over(self._spoken, self._limits.longest)
        return _is_over(self._waited, self._limits.nobody)

    @property
    def speaking(self) -> bool:
        """Whether an onset has been confirmed."""
        return self._spoken > 0

    @property
    def quiet(self) -> float:
        """Seconds since speech was last heard; 0 while it is heard and before it began."""
        return self._quiet / LISTENING_RATE

    def segment(self) -> Segment:
        """Return what was heard so far: the whole answer if it is complete, else its beginning."""
        onset = self._waited / LISTENING_RATE
        if not self._spoken:
            return Segment(Audio(b"", LISTENING_RATE), Ending.NOBODY, onset)
        too_long = not _is_over(self._quiet, self.patience) and _is_over(self._spoken, self._limits.longest)
        return Segment(self._cut_audio(), Ending.TOO_LONG if too_long else Ending.PAUSE, onset)

    def _wait(self, samples: int) -> None:
        self._run = self._run + samples if self._voiced else 0
        self._waited += samples
        if self._run and _is_over(self._run, self._limits.onset):
            self._waited -= self._run
            self._spoken = self._run
        self._forget()

    def _forget(self) -> None:
        """Forget all waiting except the pre-roll before a possible onset."""
        keep = 2 * (_count_samples(self._limits.pre_roll) + self._run)
        del self._pcm[: max(0, len(self._pcm) - keep)]

    def _cut_audio(self) -> Audio:
        surplus = max(0, self._quiet - _count_samples(self._limits.post_roll))
        return Audio(bytes(self._pcm[: len(self._pcm) - 2 * surplus]), LISTENING_RATE)


def _count_samples(seconds: float) -> int:
    return round(seconds * LISTENING_RATE)


def _is_over(samples: int, seconds: float) -> bool:
    """Whether the samples last at least this long."""
    return samples >= _count_samples(seconds)


def segment(sound: Iterable[bytes], activity: Activity, limits: Limits = Limits()) -> Segment:
    """Take blocks until the segment is complete or until there are no more."""
    activity.reset()
    segmenter = Segmenter(limits)
    for block in sound:
        if segmenter.feed(block, activity.probability(block)):
            break
    return segmenter.segment()


def cut_answer(audio: Audio, lead: float = 0.0) -> Segment:
    """Cut the stretch of speech out of a recorded answer as the kiosk cuts it; only its pauses do not end it.

    lead: seconds of silence before it; they shift where the blocks begin.
    """
    longest = audio.seconds + lead + 1
    whole = Limits(nobody=longest, pause=longest, longest=LONGEST_RECORDED)
    return segment(blocks(join([silence(lead), audio], LISTENING_RATE), BLOCK), SileroActivity(), whole)


def find_speech(audio: Audio) -> Audio:
    """Return the stretch of speech of a recorded answer; empty if nobody speaks in it."""
    return cut_answer(audio).audio
