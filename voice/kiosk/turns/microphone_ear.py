"""The ears of a turn: a microphone, and an ear that records what it hears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voice.audio.microphone import SoundCardMicrophone
from voice.audio.pcm import LISTENING_RATE, Audio
from voice.audio.recorder import Recorder
from voice.consultation.script import Question
from voice.kiosk.turns.ports import Ear


@dataclass(frozen=True, slots=True)
class MicrophoneEar:
    """Hears a living patient; forgets what sounded before the question had ended.

    settling: seconds that are ignored after the kiosk's own voice.
    """

    microphone: SoundCardMicrophone
    settling: float

    def blocks(self, question: Question) -> Iterator[bytes]:
        return self.listen()

    def listen(self) -> Iterator[bytes]:
        """Return the blocks of what sounds from now on."""
        self.microphone.drain(self.settling)
        return self.microphone.blocks()


@dataclass(frozen=True, slots=True)
class EarInRoom:
    """Hears through another ear, and records in the room what was heard."""

    ear: Ear
    recorder: Recorder

    def blocks(self, question: Question) -> Iterator[bytes]:
        return map(self._record, self.ear.blocks(question))

    def _record(self, block: bytes) -> bytes:
        self.recorder.add(Audio(block, LISTENING_RATE))
        return block
