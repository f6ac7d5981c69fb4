"""Stand-ins for engines, for tests of what speaks or hears through them. None of them takes time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from voice.audio.pcm import Audio, from_floats
from voice.base.errors import ModelError
from voice.recognize.transcript import NEUTRAL, Transcript, Vocabulary
from voice.speak.utterance import Utterance


class FakeSynthesizer:
    """Speaks a tone of 60 ms a letter. `identity` can be set, `spoken` counts the lines."""

    name = "fake"

    def __init__(self, identity: str = "fake 1") -> None:
        self.identity = identity
        self.spoken: list[Utterance] = []

    def synthesize(self, utterance: Utterance) -> Audio:
        self.spoken.append(utterance)
        time = np.arange(round(0.06 * len(utterance.text) * 22_050)) / 22_050
        return from_floats(0.3 * np.sin(2 * np.pi * 220 * time), 22_050)

    def close(self) -> None: ...


class FakeRecognizer:
    """Recognizes, one after the other, the words that it was given; remembers what it was asked."""

    name = "fake"
    trust = NEUTRAL

    def __init__(self, words: Iterable[str]) -> None:
        self._words = iter(words)
        self.asked: list[Vocabulary] = []

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        self.asked.append(vocabulary)
        return Transcript(next(self._words, ""), 1.0, self.name)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(phrase for phrase in phrases if phrase.startswith("x"))

    def close(self) -> None: ...


class DeadRecognizer:
    """An engine that cannot be started any more."""

    name = "dead"
    trust = NEUTRAL

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        raise ModelError("The model has gone.", "Fetch it again.")

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        raise ModelError("The model has gone.", "Fetch it again.")

    def close(self) -> None: ...
