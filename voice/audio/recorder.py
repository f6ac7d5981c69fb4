"""Record a consultation: both voices on one timeline, counted in samples, mixed into one sound."""

from __future__ import annotations

import numpy as np

from voice.audio.loudspeaker import Halted, Loudspeaker, never
from voice.audio.pcm import LISTENING_RATE, Audio, from_floats, resample


class Recorder:
    """Two voices in the order in which they sounded.

    The clock is the number of samples so far. Each sound begins when the last one ends. So a consultation that is computed
    faster than it sounds gives the same recording as a live one.

    rate: of the recording (Hz).
    """

    def __init__(self, rate: int = LISTENING_RATE) -> None:
        self._rate = rate
        self._kiosk: list[tuple[int, Audio]] = []
        self._patient: list[tuple[int, Audio]] = []
        self._now = 0

    @property
    def seconds(self) -> float:
        return self._now / self._rate

    def play(self, audio: Audio) -> None:
        """Add what the kiosk says."""
        self._kiosk.append(self._place(audio))

    def hear(self, audio: Audio) -> None:
        """Add what the microphone hears: the patient and the silence around."""
        self._patient.append(self._place(audio))

    def wait(self, seconds: float) -> None:
        """Add a time (seconds) in which nobody speaks."""
        self._now += round(seconds * self._rate)

    def mix(self) -> Audio:
        """Mix both voices."""
        mixed = np.zeros(self._now, np.float32)
        for start, audio in (*self._kiosk, *self._patient):
            mixed[start : start + len(audio.samples)] += audio.floats
        return from_floats(mixed, self._rate)

    def _place(self, audio: Audio) -> tuple[int, Audio]:
        sound = resample(audio, self._rate)
        start, self._now = self._now, self._now + len(sound.samples)
        return start, sound


class RecordedLoudspeaker:
    """A loudspeaker that also records what another one has really played."""

    def __init__(self, recorder: Recorder, through: Loudspeaker) -> None:
        self._recorder = recorder
        self._through = through

    def play(self, audio: Audio, halted: Halted = never) -> float:
        seconds = self._through.play(audio, halted)
        self._recorder.play(Audio(audio.pcm[: 2 * round(seconds * audio.rate)], audio.rate))
        return seconds

    def stop(self) -> None:
        self._through.stop()

    def close(self) -> None:
        self._through.close()
