"""Stand-ins for the parts of a session (`voice/kiosk/turns/ports.py`), for rigs and tests. None of them takes time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from voice.audio.loudspeaker import Halted, never
from voice.audio.vad import BLOCK, BLOCK_BYTES
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer

SPEECH = b"\x00\x10" * BLOCK
"""A block that LoudnessActivity takes for speech."""
QUIET = bytes(BLOCK_BYTES)


class LoudnessActivity:
    """Takes every loud block for speech."""

    def probability(self, block: bytes) -> float:
        return float(np.abs(np.frombuffer(block, "<i2").astype(int)).max() > 1000)

    def reset(self) -> None: ...


@dataclass
class FakeMouth:
    """Says nothing; remembers what it was to say."""

    spoken: list[Utterance] = field(default_factory=list)
    adjusted: list[Answer] = field(default_factory=list)
    stops: int = 0
    cues: int = 0
    nods: int = 0

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        self.spoken.append(utterance)

    def stop(self) -> None:
        self.stops += 1

    def cue(self) -> None:
        self.cues += 1

    def nod(self) -> None:
        self.nods += 1

    def adjust(self, answer: Answer) -> None:
        self.adjusted.append(answer)
