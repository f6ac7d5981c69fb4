"""Stand-ins for every part of the kiosk, for tests of anything that is built on it. None of them takes time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np

from voice.audio.loudspeaker import Halted, never
from voice.audio.meter import Sound
from voice.audio.pcm import Audio, from_floats
from voice.audio.vad import BLOCK, BLOCK_BYTES
from voice.base.errors import ModelError
from voice.consultation.script import Question
from voice.consultation.visit import Outcome
from voice.kiosk.turns.observer import Observer, Turn
from voice.recognize.transcript import NEUTRAL, Transcript, Vocabulary
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer

SPEECH = b"\x00\x10" * BLOCK
"""A block that LoudnessActivity takes for speech."""
QUIET = bytes(BLOCK_BYTES)


class LoudnessActivity:
    """Takes whatever is loud for speech."""

    def probability(self, block: bytes) -> float:
        return float(np.abs(np.frombuffer(block, "<i2").astype(int)).max() > 1000)

    def reset(self) -> None: ...


class FakeEar:
    """Answers every question with half a second of sound, or with silence where the next word is empty."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = iter(words)

    def blocks(self, question: Question) -> Iterator[bytes]:
        yield from repeat(SPEECH if next(self._words, "") else QUIET, 16)
        yield from repeat(QUIET)


class FakeRecognizer:
    """Recognizes, one after the other, the words that it was given; counts what it was asked."""

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


@dataclass
class FakeObserver(Observer):
    """Remembers everything that happened; `events` holds the names of the calls in their order, without `level`."""

    events: list[str] = field(default_factory=list)
    spoken: list[Utterance] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    sounds: list[Sound] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def on_question(self, question: Question) -> None:
        self.events.append("opened")

    def on_line(self, utterance: Utterance) -> None:
        self.events.append("spoke")
        self.spoken.append(utterance)

    def on_line_end(self, utterance: Utterance) -> None:
        self.events.append("finished")

    def on_listening(self, question: Question) -> None:
        self.events.append("listening")
        self.questions.append(question)

    def on_resume(self, question: Question) -> None:
        self.events.append("resumed")

    def on_level(self, sound: Sound) -> None:
        self.sounds.append(sound)

    def on_thinking(self, question: Question) -> None:
        self.events.append("thinking")

    def on_turn(self, turn: Turn) -> None:
        self.events.append("turned")
        self.turns.append(turn)

    def on_ending(self, outcome: Outcome) -> None:
        self.events.append("ending")

    def on_end(self, outcome: Outcome) -> None:
        self.events.append("ended")
        self.outcomes.append(outcome)

    def on_fault(self, text: str) -> None:
        self.events.append("fault")
        self.faults.append(text)

    def on_recovery(self) -> None:
        self.events.append("recovered")


class DeadRecognizer:
    """An engine that cannot be started any more."""

    name = "dead"
    trust = NEUTRAL

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        raise ModelError("The model has gone.", "Fetch it again.")

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        raise ModelError("The model has gone.", "Fetch it again.")

    def close(self) -> None: ...
