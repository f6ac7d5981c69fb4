"""Record a consultation: both voices on one timeline, counted in samples, mixed into one sound."""

from __future__ import annotations

import numpy as np

from voice.audio.loudspeaker import Halted, Loudspeaker, never
from voice.audio.pcm import LISTENING_RATE, Audio, from_floats, resample


class Recorder:
    """Two voices in the order in which they sounded.

    The clock is the number of samples so far. Each sound begins when the last one ends. So a consultation that is computed
    faster than it sounds gives the same recording as a live one. It has LISTENING_RATE.
    """

    def __init__(self) -> None:
        self._sounds: list[tuple[int, Audio]] = []
        self._now = 0

    @property
    def seconds(self) -> float:
        return self._now / LISTENING_RATE

    def add(self, audio: Audio) -> None:
        """Add what the kiosk says, or what the microphone hears: the patient and the silence around."""
        sound = resample(audio, LISTENING_RATE)
        self._sounds.append((self._now, sound))
        self._now += len(sound.samples)

    def mix(self) -> Audio:
        """Mix both voices."""
        mixed = np.zeros(self._now, np.float32)
        for start, audio in self._sounds:
            mixed[start : start + len(audio.samples)] += audio.floats
        return from_floats(mixed, LISTENING_RATE)


class RecordedLoudspeaker:
    """A loudspeaker that also records what another one has really played."""

    def __init__(self, recorder: Recorder, through: Loudspeaker) -> None:
        self._recorder = recorder
        self._through = through

    def play(self, audio: Audio, halted: Halted = never) -> float:
        seconds = self._through.play(audio, halted)
        self._recorder.add(Audio(audio.pcm[: 2 * round(seconds * audio.rate)], audio.rate))
        return seconds

    def stop(self) -> None:
        self._through.stop()

    def close(self) -> None:
        self._through.close()
