"""The ears of a turn: a microphone, and a room that writes down what it hears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voice.audio.microphone import Microphone
from voice.audio.pcm import LISTENING_RATE, Audio
from voice.audio.recorder import Recorder
from voice.consultation.script import Question
from voice.kiosk.turns.ports import Ear


@dataclass(frozen=True, slots=True)
class MicrophoneEar:
    """Hears whoever stands before the microphone; what sounded before the question had ended is forgotten."""

    microphone: Microphone
    settling: float

    def blocks(self, question: Question) -> Iterator[bytes]:
        self.microphone.drain(self.settling)
        return self.microphone.blocks()


@dataclass(frozen=True, slots=True)
class EarInRoom:
    """Hears through another ear, and writes down in the room what was heard."""

    ear: Ear
    room: Recorder

    def blocks(self, question: Question) -> Iterator[bytes]:
        return self._written(self.ear.blocks(question))

    def _written(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.room.hear(Audio(block, LISTENING_RATE))
            yield block
