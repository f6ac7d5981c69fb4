"""How loud the room is, told a few times a second while somebody listens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from voice.activity import BLOCK, Activity
from voice.audio import LISTENING_RATE
from voice.loudness import decibels
from voice.watcher import Sound

TOLD_SECONDS = 0.25
"""A bar that moves four times a second looks alive and can be drawn by a small machine."""


class Metered:
    """An Activity that also tells what it hears: the loudest block and the likeliest speech of each quarter second."""

    def __init__(self, activity: Activity, tell: Callable[[Sound], None]) -> None:
        self._activity = activity
        self._tell = tell
        self._heard: list[Sound] = []

    def probability(self, block: bytes) -> float:
        speech = self._activity.probability(block)
        self._heard.append(Sound(speech, loudness(block)))
        if len(self._heard) * BLOCK >= TOLD_SECONDS * LISTENING_RATE:
            self._tell(Sound(max(one.speech for one in self._heard), max(one.dbfs for one in self._heard)))
            self._heard.clear()
        return speech

    def reset(self) -> None:
        self._activity.reset()


def loudness(block: bytes) -> float:
    """RMS of a block (mono, 16 bit) in dBFS; -100 for silence."""
    samples = np.frombuffer(block, "<i2").astype(np.float32) / 32768
    return decibels(float(np.sqrt(np.mean(samples**2)))) if len(samples) else -100.0
