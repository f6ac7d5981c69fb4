"""Hear the patient: from a sound card, or from recordings.

Half duplex: while the kiosk speaks nobody calls `blocks`. `drain` then throws away what was captured meanwhile, and the
settling time in which the echo of the kiosk's own voice dies away.
"""

from __future__ import annotations

import os
import queue
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np
import soxr

from voice.audio.loudness import measure_loudness
from voice.audio.pcm import LISTENING_RATE, Audio, blocks, join, silence
from voice.audio.pulseaudio import ask_server
from voice.audio.soundcard import OPENING_SECONDS, PORTAUDIO, STALLED_SECONDS, Device, SoundCard, load_library
from voice.audio.vad import BLOCK, BLOCK_BYTES
from voice.base.errors import DeviceError, Symptom

SETTLING_SECONDS = 0.3
"""Seconds after the kiosk's own voice that are not heard: it still sounds in the room and in the card's buffers."""
KEPT_SECONDS = 30
"""Seconds that are kept while nobody takes blocks. Later sound is dropped, because a drain follows anyway."""
SILENCE_SECONDS = 1.5
"""Seconds without a single bit of noise: the microphone is muted, or the sound server has switched to another source."""
MUTE = "Is it muted or unplugged? One that always does so when nobody speaks needs the setting noise_gate: yes."
LOST_SECONDS = 0.28
"""The same after there was sound. It is shorter than any pause that ends an answer, so an answer that is cut off by a pulled
plug is not taken for a whole one."""
TELLING_SECONDS = 0.6
"""Seconds of the kiosk's own voice that are needed to measure its loudness."""


def play_clip(clip: Audio, lead: float = 0.5) -> Iterator[bytes]:
    """Yield a recorded answer in blocks, without waiting: `lead` seconds of thinking, the clip, silence without end."""
    yield from blocks(join([silence(lead), clip], LISTENING_RATE), BLOCK)
    yield from repeat(bytes(BLOCK_BYTES))


@dataclass
class Capture:
    """How well an ear hears; a recording loses nothing and does not hear us.

    overflows: how often sound was lost because the machine was too busy.
    own_voice: level of our own last lines in the microphone (dBFS); 0 if it is not known.
    """

    overflows: int = 0
    own_voice: float = 0.0


class SoundCardMicrophone(SoundCard, Capture):
    """A sound card's microphone.

    device: part of its name; empty for the system's default.
    silence_limit: seconds of digital silence that count as a fault at the latest; 0 for a microphone with a noise gate.
    own_voice: level (dBFS) that 95 % of the last drained blocks stay below; 0 before the first.

    Raises DeviceError if there is none, if it is mute, or if it would hear the kiosk's own output instead of the room.
    """

    def __init__(self, device: str = "", silence_limit: float = SILENCE_SECONDS) -> None:
        self._silence_limit = silence_limit
        super().__init__("input", device)

    def open(self) -> None:
        super().open()
        _refuse_monitor(self._device.name)
        self._captured: queue.Queue[bytes] = queue.Queue(round(KEPT_SECONDS * LISTENING_RATE / BLOCK))
        self._skip = 0
        self._resting = False
        self._sounded = False
        self._rate = PORTAUDIO.make(self._device.name, OPENING_SECONDS, partial(_choose_rate, self._device))
        size = round(BLOCK * self._rate / LISTENING_RATE)
        self._start(samplerate=self._rate, blocksize=size, channels=1, callback=self._capture)
        self._prove()

    def blocks(self) -> Iterator[bytes]:
        """Yield blocks of 512 samples (32 ms at 16 kHz, mono, 16 bit) as they are captured, without end.

        Raises DeviceError within 2 s if the microphone has gone or is mute.
        """
        zeros = 0
        for block in _cut(self._read_resampled()):
            zeros = 0 if any(block) else zeros + BLOCK
            self._sounded |= not zeros
            if self._limit and zeros >= self._limit:
                raise DeviceError(f"Microphone {self._device.name} gives digital silence.", MUTE, Symptom.MUTE, self._device.name)
            if self._skip > 0:
                self._skip -= BLOCK
                continue
            yield block

    def drain(self, settling: float = SETTLING_SECONDS) -> None:
        """Forget what was captured until now and the next `settling` seconds."""
        self._resting = False
        forgotten = self._forget()
        if len(forgotten) * BLOCK >= TELLING_SECONDS * LISTENING_RATE:
            self.own_voice = float(np.percentile([measure_loudness(piece) for piece in forgotten], 95))
        self._skip = round(settling * LISTENING_RATE)

    def rest(self) -> None:
        """Forget what was captured until now, and hold nothing of what sounds until `drain`: nobody listens meanwhile."""
        self._resting = True
        self._forget()

    def _forget(self) -> list[bytes]:
        return [self._captured.get_nowait() for _ in range(self._captured.qsize())]

    def _prove(self) -> None:
        """Raise DeviceError if not a bit of noise is heard, because a mute microphone opens without an error."""
        try:
            next(block for block in self.blocks() if any(block) or not self._limit)
        except DeviceError:
            self.close()
            raise

    @property
    def _limit(self) -> int:
        """Samples of digital silence that are a fault; 0 if any number is allowed."""
        return round(min(self._silence_limit, LOST_SECONDS if self._sounded else SILENCE_SECONDS) * LISTENING_RATE)

    def _capture(self, data: Any, _frames: int, _time: Any, status: Any) -> None:
        self.overflows += bool(status.input_overflow)
        if not self._resting and not self._captured.full():
            self._captured.put_nowait(bytes(data))

    def lose(self) -> None:
        super().lose()
        if not self._captured.full():
            self._captured.put_nowait(b"")

    def _read_raw(self) -> Iterator[bytes]:
        with suppress(queue.Empty):
            while (data := self._captured.get(timeout=STALLED_SECONDS)) and not self._gone.is_set():
                yield data
        raise self._make_gone_error()

    def _read_resampled(self) -> Iterator[bytes]:
        if self._rate == LISTENING_RATE:
            yield from self._read_raw()
        stream = soxr.ResampleStream(self._rate, LISTENING_RATE, 1, dtype="int16")
        for data in self._read_raw():
            yield stream.resample_chunk(np.frombuffer(data, np.int16)).tobytes()


def _cut(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut pieces of any size into blocks of one size."""
    held = b""
    for piece in pieces:
        held += piece
        while len(held) >= BLOCK_BYTES:
            yield held[:BLOCK_BYTES]
            held = held[BLOCK_BYTES:]


def _choose_rate(device: Device) -> int:
    """Return 16 kHz if the card can, else the rate that it prefers (many USB microphones refuse any other)."""
    sounddevice = load_library()
    try:
        sounddevice.check_input_settings(device.index, channels=1, dtype="int16", samplerate=LISTENING_RATE)
    except sounddevice.PortAudioError:
        return device.rate
    return LISTENING_RATE


def _refuse_monitor(name: str) -> None:
    """Raise DeviceError for a monitor: it is the kiosk's own output, and the kiosk would take its questions for answers."""
    source = name if ".monitor" in name.lower() else _find_pulse_source(name)
    if source.lower().endswith(".monitor"):
        raise DeviceError(
            f"Microphone {source} is the kiosk's own output.", "Choose a real microphone.", Symptom.OWN_SOUND, source
        )


def _find_pulse_source(name: str) -> str:
    """Find the PulseAudio source behind the names `default` and `pulse`; empty if there is none or it cannot be asked."""
    if name not in ("default", "pulse"):
        return ""
    return os.environ.get("PULSE_SOURCE") or ask_server("get-default-source")
