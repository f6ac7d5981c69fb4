"""Stand-ins for the parts of a session (`ports.py`), for tests of anything that is built on it. None of them takes time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np

from voice.audio.loudspeaker import Halted, never
from voice.audio.vad import BLOCK, BLOCK_BYTES
from voice.consultation.script import Question
from voice.kiosk.turns.observer import AnyEventObserver
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


class FakeEar:
    """Answers every question with half a second of sound, or with silence if the next word is empty."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = iter(words)

    def blocks(self, question: Question) -> Iterator[bytes]:
        yield from repeat(SPEECH if next(self._words, "") else QUIET, 16)
        yield from repeat(QUIET)


@dataclass
class FakeMouth:
    """Says nothing; remembers what it was to say."""

    spoken: list[Utterance] = field(default_factory=list)
    adjusted: list[Answer] = field(default_factory=list)
    stops: int = 0
    cues: int = 0

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        self.spoken.append(utterance)

    def stop(self) -> None:
        self.stops += 1

    def cue(self) -> None:
        self.cues += 1

    def adjust(self, answer: Answer) -> None:
        self.adjusted.append(answer)


def _list_what(event: str) -> property:
    """Make a property: what the events of that name were about, in their order."""
    return property(lambda self: [about for happened, about in self.happened if happened == event])


@dataclass
class FakeObserver(AnyEventObserver):
    """Remembers everything that happened: each event and what it was about, in their order."""

    happened: list[tuple[str, Any]] = field(default_factory=list)

    def on_any(self, event: str, *about: Any) -> None:
        self.happened.append((event, about[0] if about else None))

    @property
    def events(self) -> list[str]:
        """The names of the events, without `on_level`."""
        return [event for event, _ in self.happened if event != "on_level"]

    spoken = _list_what("on_line")
    questions = _list_what("on_listening")
    sounds = _list_what("on_level")
    turns = _list_what("on_turn")
    outcomes = _list_what("on_end")
    faults = _list_what("on_fault")
