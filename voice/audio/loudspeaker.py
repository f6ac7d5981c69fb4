"""Play the kiosk's voice: on a sound card, or nowhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from voice.audio.pcm import Audio, resample
from voice.audio.soundcard import STALLED_SECONDS, SoundCard

FADE_SECONDS = 0.015
"""Seconds in which a stopped voice fades out: a hard cut clicks in a hearing aid."""
BUFFER_SECONDS = 0.06
"""Seconds of our sound that the card may hold: less than the 150 ms within which a touch must silence it."""

Halted = Callable[[], bool]
"""Returns whether a line should stop."""


def never() -> bool:
    return False


class Loudspeaker(Protocol):
    """Plays one line at a time; a second one, from another thread, waits for the end of the first.

    Raises DeviceError if it cannot be heard.
    """

    def play(self, audio: Audio, halted: Halted = never) -> float:
        """Play to the end or until `stop`. Returns the seconds that were played.

        halted: asked as soon as `stop` takes effect, and then again and again; True ends the line. A caller that first makes
            it true and then calls `stop` silences the line at once, whether it has begun or is about to begin.
        """

    def stop(self) -> None:
        """Silence what is playing, from any thread. Does nothing if nothing plays."""


class SilentLoudspeaker:
    """Plays nothing and takes no time, for a machine without a sound card."""

    def play(self, audio: Audio, halted: Halted = never) -> float:
        return 0.0 if halted() else audio.seconds

    def stop(self) -> None: ...


class SoundCardLoudspeaker(SoundCard):
    """A sound card's loudspeaker.

    The stream plays silence between lines, because many outputs lose the first 100 to 300 ms after a pause.

    device: part of the card's name; empty for the system's default. Raises DeviceError if there is none.
    """

    def __init__(self, device: str = "") -> None:
        self._line = _Line(np.zeros(0, np.int16))
        self._called = 0.0
        self._playing = threading.Lock()
        super().__init__("output", device)

    def open(self) -> None:
        super().open()
        rate, channels = self._device.rate, min(2, self._device.channels)
        self._stream = self._start(samplerate=rate, channels=channels, latency=BUFFER_SECONDS, callback=self._fill)

    def play(self, audio: Audio, halted: Halted = never) -> float:
        """Play one line and wait until its last sample has left the card. Returns the seconds played.

        Raises DeviceError within 2 s if the sound card has gone.
        """
        with self._playing:
            rate = self._device.rate
            line = _Line(resample(audio, rate).samples, tail=round(self._stream.latency * rate))
            self._check_alive()
            self._line = line
            if halted():
                self.stop()
            self._wait_for(line, halted)
            return line.played / rate

    def stop(self) -> None:
        self._line.fade(round(FADE_SECONDS * self._device.rate))

    def _fill(self, out: np.ndarray, frames: int, _time: Any, _status: Any) -> None:
        self._called = time.monotonic()
        out[:] = self._line.take(frames)[:, np.newaxis]

    def lose(self) -> None:
        super().lose()
        self._line.done.set()

    def _wait_for(self, line: _Line, halted: Halted) -> None:
        begun = time.monotonic()
        while not line.done.wait(STALLED_SECONDS / 4):
            if halted():
                self.stop()
            if time.monotonic() - max(begun, self._called) > STALLED_SECONDS:
                self.lose()
        self._check_alive()

    def _check_alive(self) -> None:
        if self._gone.is_set():
            raise self._make_gone_error()


class _Line:
    """One line that is handed to the sound card piece by piece. It can be cut short with a fade.

    samples: int16 of shape (n,).
    tail: samples of silence that follow until the last sample has left the card.
    played: samples taken so far.
    """

    def __init__(self, samples: np.ndarray, tail: int = 0) -> None:
        self.played = 0
        self.done = threading.Event()
        self._samples = samples
        self._tail = tail
        self._fade = -1

    def take(self, frames: int) -> np.ndarray:
        """Return the next `frames` samples, filled up with silence."""
        if self._fade >= 0:
            self._cut(self._fade)
        piece = self._samples[self.played : self.played + frames]
        self.played += len(piece)
        self._tail -= frames - len(piece)
        if self._tail <= 0 and self.played >= len(self._samples):
            self.done.set()
        return np.pad(piece, (0, frames - len(piece)))

    def fade(self, samples: int) -> None:
        """End within this many samples."""
        self._fade = samples

    def _cut(self, samples: int) -> None:
        rest = self._samples[self.played : self.played + samples]
        ramp = np.linspace(1, 0, len(rest), dtype=np.float32)
        self._samples = np.concatenate((self._samples[: self.played], (rest * ramp).astype(np.int16)))
        self._fade = -1
