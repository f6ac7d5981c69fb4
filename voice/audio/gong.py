"""The sound that calls the staff: made here, so it belongs to nobody else."""

from __future__ import annotations

import numpy as np

from voice.audio.pcm import Audio, from_floats

RATE = 22_050
STROKES = (659.26, 523.25, 659.26)
"""Hz: e'', c'', e''. A doorbell, not a siren: the patient sits before it, and must not be frightened."""
APART = 0.45
"""Seconds between two strokes."""
FADES = 0.9
"""Seconds after which a stroke has died away."""
LOUDNESS = 0.35


def gong() -> Audio:
    """Three strokes, each dying away under the next."""
    length = round((APART * (len(STROKES) - 1) + FADES) * RATE)
    sound = np.zeros(length, np.float32)
    for number, note in enumerate(STROKES):
        start = round(number * APART * RATE)
        time = np.arange(round(FADES * RATE)) / RATE
        stroke = np.sin(2 * np.pi * note * time) * np.exp(-5 * time) * np.minimum(1, time / 0.005)
        sound[start : start + len(time)] += (LOUDNESS * stroke).astype(np.float32)
    return from_floats(sound, RATE)


GONG = gong()
