"""Recognition: from a segment's audio to a transcript. One file an engine, imported only when chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voice.audio.pcm import Audio

OTHER = "[unk]"
"""Stands for other speech, before or after a phrase or among words, as Vosk spells it."""
YES_WORD, NO_WORD = "ja", "nee"
"""The plain yes and no. Code, not data: engines name by them how probable they find each as the first word, and the
weights and levels of trust hold for these two words. All other ways to say yes and no stand in prompts/."""
FIRST_WORDS = {YES_WORD: YES_WORD, NO_WORD: NO_WORD, "neen": NO_WORD}
"""First words that are a plain yes or no, whatever follows, and what they count as."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the patient may be expected to say.

    context: the question as it was put, for engines that take context (Whisper).
    phrases: lower-case phrases without punctuation, for engines with a grammar (Vosk).
    """

    context: str = ""
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A phrase that was laid over the sound.

    text: the phrase, with `[unk]` where other speech goes before or after it.
    fit: natural logarithm of how much likelier it is than other speech; 0 leaves it open.
    """

    text: str
    fit: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recognizer thinks was said.

    text: as the engine wrote it; empty where it heard nothing that it trusts to be speech.
    confidence: 0..1, the engine's own trust in the text.
    engine: its name.
    openings: how probable (0..1) the engine found "ja" and "nee" as the first word, as (word,
        probability) pairs, lower case; empty where the engine does not know.
    readings: what the expected phrases are worth, best first, by an engine that lays them over the sound.
    """

    text: str
    confidence: float
    engine: str
    openings: tuple[tuple[str, float], ...] = ()
    readings: tuple[Reading, ...] = ()

    def opening(self, word: str) -> float:
        """Probability (0..1) that the answer opens with `word`; 0 where the engine does not know."""
        return dict(self.openings).get(word, 0.0)


@dataclass(frozen=True, slots=True)
class Trust:
    """How far an engine must be sure before its words count, as it was calibrated; 0 asks nothing.

    reject: confidence (0..1) below which an answer is not understood at all.
    sure: confidence below which a yes or no needs a confirmation.
    believe, against: at least so probable must the opening "ja" or "nee" be, and at most so probable the
        other of the two, for it to count where the rest of the answer is not understood (then to be confirmed).
    negation_within: "ja" with niet or geen within so many words needs a confirmation.
    """

    reject: float = 0.0
    sure: float = 0.0
    believe: float = 1.0
    against: float = 0.0
    negation_within: int = 5


NEUTRAL = Trust()
"""For words that nobody had to recognize."""


class Recognizer(Protocol):
    """An engine, ready to hear. Raises ModelError from its constructor where its model is not sound."""

    name: str
    trust: Trust

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript: ...

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Words that it does not know, so that phrases with them cannot be expected; none where it needs no list."""
        ...

    def close(self) -> None: ...
