"""The ears of a turn: a microphone, and an ear that records what it hears."""

from __future__ import annotations

from collections.abc import Iterator

from voice.audio.microphone import SoundCardMicrophone
from voice.audio.pcm import LISTENING_RATE, Audio
from voice.audio.recorder import Recorder
from voice.kiosk.turns.ports import Ear


def listen_anew(microphone: SoundCardMicrophone, settling: float) -> Iterator[bytes]:
    """Return the blocks of what sounds from now on, and forget what sounded before.

    settling: seconds that are ignored after the kiosk's own voice.
    """
    microphone.drain(settling)
    return microphone.blocks()


def record_ear(ear: Ear, recorder: Recorder) -> Ear:
    """Return an ear that hears through `ear` and records what it hears."""

    def record(block: bytes) -> bytes:
        recorder.add(Audio(block, LISTENING_RATE))
        return block

    return lambda question: map(record, ear(question))
