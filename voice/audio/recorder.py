"""The room as a recording: both voices on one timeline, counted in samples, mixed into one sound."""

from __future__ import annotations

import numpy as np

from voice.audio.loudspeaker import Halted, Loudspeaker, never
from voice.audio.pcm import LISTENING_RATE, Audio, from_floats, resample


class Recorder:
    """Two voices in the order in which they sounded.

    The clock is the number of samples so far. Whatever is played or heard begins where the last one ended; so a
    recorded consultation, computed faster than it sounds, and a living one give the same record.
    rate: of the record, in Hz.
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
        """The kiosk speaks."""
        self._kiosk.append(self._placed(audio))

    def hear(self, audio: Audio) -> None:
        """The microphone is listened to: the patient, and the silence around."""
        self._patient.append(self._placed(audio))

    def wait(self, seconds: float) -> None:
        """Nobody speaks."""
        self._now += round(seconds * self._rate)

    def wav(self) -> Audio:
        """Both voices, mixed."""
        mix = np.zeros(self._now, np.float32)
        for start, audio in (*self._kiosk, *self._patient):
            mix[start : start + len(audio.samples)] += audio.floats
        return from_floats(mix, self._rate)

    def _placed(self, audio: Audio) -> tuple[int, Audio]:
        sound = resample(audio, self._rate)
        start, self._now = self._now, self._now + len(sound.samples)
        return start, sound


class RecordedLoudspeaker:
    """A loudspeaker that also writes down in the recording what was really played through another one."""

    def __init__(self, room: Recorder, through: Loudspeaker) -> None:
        self._room = room
        self._through = through

    def play(self, audio: Audio, halted: Halted = never) -> float:
        seconds = self._through.play(audio, halted)
        self._room.play(Audio(audio.pcm[: 2 * round(seconds * audio.rate)], audio.rate))
        return seconds

    def stop(self) -> None:
        self._through.stop()

    def close(self) -> None:
        self._through.close()
