"""Record a consultation: both voices, one after the other, in one sound."""

from __future__ import annotations

from voice.audio.loudspeaker import Halted, Loudspeaker, never
from voice.audio.pcm import LISTENING_RATE, Audio, join, resample


class Recorder:
    """Two voices in the order in which they sounded.

    Each sound begins when the last one ends. So a consultation that is computed faster than it sounds gives the same
    recording as a live one. It has LISTENING_RATE.
    """

    def __init__(self) -> None:
        self._sounds: list[Audio] = []

    def add(self, audio: Audio) -> None:
        """Add what the kiosk says, or what the microphone hears: the patient and the silence around."""
        self._sounds.append(resample(audio, LISTENING_RATE))

    def mix(self) -> Audio:
        """Return both voices as one sound."""
        return join(self._sounds, LISTENING_RATE)


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
