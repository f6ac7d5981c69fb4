"""Measure the tempo of a count in sound, in another way than it was laid: by the rectified sound, smoothed as an ear smooths it."""

from __future__ import annotations

import numpy as np

from voice.audio.pcm import Audio

SMOOTH = 0.1
"""Seconds over which the envelope is smoothed: an ear hears changes of up to 10 Hz as a rhythm."""


def measure_beats(audio: Audio, times: int, beat: float) -> np.ndarray:
    """Return when each of so many words is felt to begin, in seconds; shape (times,). The sound begins with the first."""
    window = np.hanning(round(SMOOTH * audio.rate))
    envelope = np.convolve(np.abs(audio.floats), window / window.sum(), "same")
    starts = [round(number * beat * audio.rate) for number in range(times)]
    parts = [envelope[start : start + round(0.8 * beat * audio.rate)] for start in starts]
    return np.array(
        [(start + int(np.argmax(part >= part.max() / 2))) / audio.rate for start, part in zip(starts, parts, strict=True)]
    )


def measure_strays(beats: np.ndarray, beat: float) -> np.ndarray:
    """Return by how many seconds each of the beats strays from an even tempo; shape as `beats`."""
    even = beats - beat * np.arange(len(beats))
    return np.asarray(even - np.median(even))
