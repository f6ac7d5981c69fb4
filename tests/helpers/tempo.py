"""Measure the tempo of a count in sound, in another way than it was laid: by the voiced band alone."""

from __future__ import annotations

import numpy as np

from voice.audio.pcm import Audio

VOICED = (300.0, 2500.0)
"""Hz in which a vowel is loud and a fricative is not."""
SMOOTH = 0.1
"""Seconds over which the envelope is smoothed."""


def measure_beats(audio: Audio, times: int, beat: float) -> np.ndarray:
    """Return when each of so many words is felt to begin, in seconds; shape (times,). The first begins at the start."""
    envelope = smooth(audio)
    size = len(envelope) // times
    parts = [envelope[number * size : number * size + round(0.8 * beat * audio.rate)] for number in range(times)]
    return np.array([(number * size + int(np.argmax(part >= part.max() / 2))) / audio.rate for number, part in enumerate(parts)])


def smooth(audio: Audio) -> np.ndarray:
    """Return the envelope of the voiced band, of shape (n,)."""
    hertz = np.fft.rfftfreq(len(audio.samples), 1 / audio.rate)
    inside = (hertz > VOICED[0]) & (hertz < VOICED[1])
    sound = np.abs(np.fft.irfft(np.fft.rfft(audio.floats) * inside, len(audio.samples)))
    window = np.hanning(round(SMOOTH * audio.rate))
    return np.convolve(sound, window / window.sum(), "same")
