"""Measure how loud the room is, and report it a few times a second while the kiosk listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voice.audio.loudness import measure_loudness
from voice.audio.vad import Activity, count_blocks

REPORT_BLOCKS = count_blocks(0.25)
"""A bar that moves four times a second looks alive and can be drawn by a small machine."""
LOUD = -50.0
"""Level (dBFS) of the softest tenth above which a room is not quiet, with any microphone."""
STANDS_OUT = 16.0
"""Decibels by which an answer must stand out from the room. Measured with six voices talking in the room: 13 to 21 at
a signal-to-noise ratio of 10 dB, 12 to 16 at 5 dB, 11 to 12 at 0 dB; in a room with one other voice 20 and more."""


class Metered:
    """An Activity that also reports the highest level and the highest probability of speech of each quarter second."""

    def __init__(self, activity: Activity, report: Callable[[Sound], None]) -> None:
        self._activity = activity
        self._report = report
        self._heard: list[Sound] = []

    def probability(self, block: bytes) -> float:
        self._heard.append(Sound(self._activity.probability(block), measure_loudness(block)))
        if len(self._heard) % REPORT_BLOCKS == 0:
            lately = self._heard[-REPORT_BLOCKS:]
            self._report(Sound(max(one.speech for one in lately), max(one.dbfs for one in lately)))
        return self._heard[-1].speech

    def reset(self) -> None:
        self._activity.reset()
        self._heard.clear()

    @property
    def floor(self) -> float:
        """Level (dBFS) of the room since the reset while nobody speaks: the softest tenth of the blocks."""
        return self._percentile(10)

    @property
    def loudest(self) -> float:
        """Level (dBFS) of the loudest block since the reset."""
        return self._percentile(100)

    @property
    def noisy(self) -> bool:
        """Whether the room is so loud that no speaker stands out from it."""
        return self.floor > LOUD and self._percentile(95) - self.floor < STANDS_OUT

    def _percentile(self, percent: int) -> float:
        return float(np.percentile([one.dbfs for one in self._heard] or [-100.0], percent))


@dataclass(frozen=True, slots=True)
class Sound:
    """What the microphone hears: the probability of speech (0..1) and the level (dBFS, -100 to 0)."""

    speech: float
    dbfs: float
