"""Place recorded answers in time for `bench turns`: as they are, with a pause in the middle, and silences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise

import numpy as np

from voice.audio.pcm import Audio, join, read_audio, silence
from voice.bench.reference import Recording
from voice.bench.score import DECISIVE

FRAME = 0.02
"""Length in seconds of the frames that are sound or silence."""
BELOW = 30.0
"""Decibels below its loudest frame at which a frame counts as silence."""
GAP = 0.06
"""Minimum silence in seconds that counts as a gap between words, in which a pause can be made longer."""
WORD = 0.12
"""Minimum sound in seconds on both sides of a pause. A shorter sound is a click or a breath and not a word."""
PAUSES = (0.4, 0.8, 1.2)
"""Lengths in seconds of a patient's pause."""
QUIET = Audio(b"", 16_000)


@dataclass(frozen=True, slots=True)
class PlacedAnswer:
    """One answer: its sound, its labels, and its times in seconds.

    spoken: from its first sound to the end of its last word. pause: the longest pause in it.
    thinking: from the end of the question to the answer.
    """

    audio: Audio
    spoken: float
    label: str
    also: str = ""
    pause: float = 0.0
    thinking: float = 0.7


def place_answers(rows: Sequence[Recording], whole: int, paused: int, silent: int) -> list[PlacedAnswer]:
    """Place so many whole yes and no, so many answers with a pause in them, and so many silences."""
    sounds = [(row, read_audio(row.file)) for row in rows if row.kind != "mixed" and row.label != "none"]
    plain = [_place(row, audio, 0.0) for row, audio in sounds if row.label in DECISIVE and not _find_gaps(audio, 0.2)]
    broken = [_place(row, _stretch(audio, pause), pause) for (row, audio), pause in _choose_pauses(sounds)]
    nobody = PlacedAnswer(QUIET, 0.0, "none")
    return [*_choose_evenly(plain, whole), *_choose_evenly(broken, paused), *[nobody] * silent]


def _choose_evenly(those: Sequence[PlacedAnswer], number: int) -> Iterator[PlacedAnswer]:
    """Choose so many of them, evenly spread; all if there are fewer."""
    step = max(1.0, len(those) / max(1, number))
    return (those[int(i * step)] for i in range(min(number, len(those))))


def _choose_pauses(sounds: Sequence[tuple[Recording, Audio]]) -> Iterator[tuple[tuple[Recording, Audio], float]]:
    """Choose the recordings with a gap between words, and a pause for each."""
    return zip((sound for sound in sounds if _find_word_gaps(sound[1])), cycle(PAUSES), strict=False)


def _place(row: Recording, audio: Audio, pause: float) -> PlacedAnswer:
    return PlacedAnswer(audio, measure_spoken(audio), row.label, row.also, pause)


def measure_spoken(audio: Audio) -> float:
    """Measure the seconds from the first sound to the end of the last word."""
    voiced = np.flatnonzero(_find_voiced(audio))
    return float(voiced[-1] + 1 - voiced[0]) * FRAME


def find_onset(audio: Audio) -> float:
    """Find the seconds until the first sound of a word."""
    return float(np.flatnonzero(_find_voiced(audio))[0]) * FRAME


def _find_voiced(audio: Audio) -> np.ndarray:
    """Find the frames that are part of a word; bool of shape (frames,)."""
    size = round(FRAME * audio.rate)
    frames = np.resize(audio.floats, (len(audio.samples) // size, size))
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-10)
    return np.asarray(level > level.max() - BELOW)


def _find_gaps(audio: Audio, seconds: float) -> list[tuple[int, int]]:
    """Find the gaps between words of at least that length, as (first frame, frame after the last)."""
    voiced = np.flatnonzero(_find_voiced(audio))
    pairs = pairwise(voiced)
    return [(int(a) + 1, int(b)) for a, b in pairs if (b - a - 1) * FRAME >= seconds]


def _find_word_gaps(audio: Audio) -> list[tuple[int, int]]:
    """Find the gaps with a word before and after them."""
    voiced = _find_voiced(audio)
    least = WORD / FRAME
    return [gap for gap in _find_gaps(audio, GAP) if min(voiced[: gap[0]].sum(), voiced[gap[1] :].sum()) >= least]


def _stretch(audio: Audio, pause: float) -> Audio:
    """Make the longest gap of a recording `pause` seconds long. Never make it shorter."""
    start, end = max(_find_word_gaps(audio), key=lambda gap: gap[1] - gap[0])
    cut = 2 * round((start + end) / 2 * FRAME * audio.rate)
    more = max(0.0, pause - (end - start) * FRAME)
    return join([Audio(audio.pcm[:cut], audio.rate), silence(more, audio.rate), Audio(audio.pcm[cut:], audio.rate)], audio.rate)
