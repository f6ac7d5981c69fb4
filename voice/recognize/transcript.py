"""Define what an engine gets (Vocabulary), what it returns (Transcript), and how far it is trusted (Trust)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voice.audio.pcm import Audio

OTHER = "[unk]"
"""The word for other speech, before or after a phrase or among words, as Vosk spells it."""
YES_WORD, NO_WORD = "ja", "nee"
"""The plain yes and no. Code, not data: engines name by them how probable they find each as the first word, and the
weights and levels of trust hold for these two words. All other ways to say yes and no stand in prompts/."""
FIRST_WORDS = {YES_WORD: YES_WORD, NO_WORD: NO_WORD, "neen": NO_WORD}
"""First words that are a plain yes or no, whatever follows, each with the opening that it counts as."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the patient is expected to say.

    context: the question as it was asked, for engines that take context (Whisper).
    phrases: lower-case phrases without punctuation, for engines with a grammar (Vosk).
    """

    context: str = ""
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """An expected phrase with its fit to the sound.

    text: the phrase, with OTHER before or after it if other speech is there.
    fit: natural logarithm of how much likelier the phrase is than other speech; 0 means equally likely.
    """

    text: str
    fit: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an engine heard.

    text: as the engine wrote it; empty if it heard no speech.
    confidence: the engine's own trust in the text (0..1).
    engine: the engine's name.
    openings: (word, probability 0..1) pairs: how probable "ja" and "nee" are as the first word; empty if the engine cannot
        tell.
    readings: the expected phrases that fit best, best first; empty if the engine fits no phrases.
    """

    text: str
    confidence: float
    engine: str
    openings: tuple[tuple[str, float], ...] = ()
    readings: tuple[Reading, ...] = ()

    def opening(self, word: str) -> float:
        """Return the probability (0..1) that the answer opens with `word`; 0 if the engine cannot tell."""
        return dict(self.openings).get(word, 0.0)


@dataclass(frozen=True, slots=True)
class Trust:
    """How sure an engine must be before its words count, as calibrated for it.

    reject: an answer with less confidence (0..1) than this is not understood.
    sure: a yes or no with less confidence (0..1) than this is read back for confirmation.
    believe, against: limits for an opening "ja" or "nee" when the rest of the answer is not understood. It counts, and is read
        back, if its probability is at least `believe` and that of the other word at most `against`.
    negation_within: number of words after "ja" in which "niet" or "geen" makes the kiosk read it back.
    """

    reject: float = 0.0
    sure: float = 0.0
    believe: float = 1.0
    against: float = 0.0
    negation_within: int = 5

    @property
    def is_measured(self) -> bool:
        """Whether anything that the engine hears can be sure; of one that nobody measured every no is read back."""
        return self.sure < 1.0


NEUTRAL = Trust()
"""For words that nobody had to recognize."""


class Recognizer(Protocol):
    """An engine that is ready to hear. Its constructor raises ModelError if its model is damaged or missing."""

    name: str
    trust: Trust

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript: ...

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words that it does not know: it cannot hear a phrase with one of them. Empty if it needs no word list."""
        ...

    def close(self) -> None: ...
