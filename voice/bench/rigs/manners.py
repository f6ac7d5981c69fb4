"""How simulated patients speak: as the sentences stand, politely, in a dialect, or heard badly. Pure, with a given chance.

1. A dialect is the spelling table turned round: a usual word becomes one of the forms that it stands for, and some
   sounds become those of a region.
2. What is heard badly has letters lost, doubled or replaced, letters that sound alike exchanged, and words lost. Words
   that deny are never lost, and short words are left alone: what understanding then sees would be another answer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import Enum
from random import Random

from voice.bench.rigs.sayings import Sayings
from voice.understand.grammar.grammar import Grammar
from voice.understand.meaning import Meaning
from voice.understand.normalise import normalise


class Manner(str, Enum):
    """How a patient speaks in the whole visit."""

    PLAIN = "plain"  # as the sentences and templates have it
    POLITE = "polite"  # with words around it that decide nothing
    VAGUE = "vague"  # as plain, but an urgent flag may be told without a word that names it
    DIALECT = "dialect"
    MISHEARD = "misheard"


AS_WRITTEN = (Manner.PLAIN, Manner.POLITE)
"""Manners in which every word is one that the sentences hold, and what is told names its flag."""

SPELT, SOUNDED = 0.5, 0.15
"""How often (0..1) a word is spelt as in a dialect, and sounds so."""
SLIPPED, LOST = 0.15, 0.04
"""How often (0..1) a long word is heard badly, and a word is lost: of seven words about one is wrong."""
LONG_ENOUGH = 5
"""Letters of the shortest word that is heard badly."""
ALIKE = (("ei", "ij"), ("ij", "ei"), ("ou", "au"), ("au", "ou"), ("ch", "g"), ("z", "s"), ("v", "f"), ("d", "t"))
"""Letters that sound alike."""
LETTERS = "aeioudtnrlsk"
_MOST_WORDS = 3
"""Words of the longest phrase that is written as one in a dialect."""
_WORD = re.compile(r"([^\s,.;:!?]+)([,.;:!?]*)")


@dataclass(frozen=True, slots=True)
class Speech:
    """Says texts in one manner. variants: forms of words, by the usual words. kept: words that are never lost."""

    manner: Manner
    random: Random
    around: tuple[str, ...]
    variants: dict[tuple[str, ...], list[str]]
    sounds: tuple[tuple[str, str], ...]
    kept: frozenset[str]

    def with_manner(self, manner: Manner, random: Random) -> Speech:
        return replace(self, manner=manner, random=random)

    def say(self, text: str) -> str:
        if not text:
            return text
        match self.manner:
            case Manner.POLITE:
                return self._add_words(text)
            case Manner.DIALECT:
                return self._spell(text)
            case Manner.MISHEARD:
                return self._mishear(text)
        return text

    def _add_words(self, text: str) -> str:
        if not self.around or self.random.random() < 0.5:
            return text
        extra = self.random.choice(self.around)
        return f"{text}, {extra}" if self.random.random() < 0.7 else f"{extra}, {text}"

    def _spell(self, text: str) -> str:
        words = _WORD.findall(text)
        spelt: list[str] = []
        while words:
            length = self._find_variant(words)
            usual = tuple(normalise(word) for word, _ in words[:length])
            form = self.random.choice(self.variants[usual]) if length and self.random.random() < SPELT else ""
            length = length if form else 1
            spelt.append((form or self._sound(words[0][0])) + words[length - 1][1])
            del words[:length]
        return " ".join(spelt)

    def _find_variant(self, words: list[tuple[str, str]]) -> int:
        """How many of the first words have a form together; 0 if none has."""
        for length in range(min(_MOST_WORDS, len(words)), 0, -1):
            together = not any(pause for _, pause in words[: length - 1])
            if together and tuple(normalise(word) for word, _ in words[:length]) in self.variants:
                return length
        return 0

    def _sound(self, word: str) -> str:
        if len(word) < LONG_ENOUGH or self.random.random() >= SOUNDED:
            return word
        fitting = [change for change in self.sounds if change[1] in word]
        if not fitting:
            return word
        heard, meant = self.random.choice(fitting)
        return word.replace(meant, heard, 1)

    def _mishear(self, text: str) -> str:
        words = text.split()
        kept = [word for word in words if normalise(word) in self.kept or self.random.random() >= LOST]
        return " ".join(self._slip(word) if self._slips(word) else word for word in kept or words)

    def _slips(self, word: str) -> bool:
        return len(word) >= LONG_ENOUGH and self.random.random() < SLIPPED

    def _slip(self, word: str) -> str:
        alike = [pair for pair in ALIKE if pair[0] in word]
        if alike and self.random.random() < 0.5:
            return word.replace(*self.random.choice(alike), 1)
        place = self.random.randrange(len(word))
        instead = self.random.choice(("", word[place] * 2, self.random.choice(LETTERS)))
        return word[:place] + instead + word[place + 1 :]


def make_speech(grammar: Grammar, sayings: Sayings) -> Speech:
    """Make a plain speech of that language."""
    variants: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for form, usual in grammar.spelling.forms.items():
        variants[usual].append(form)
    sounds = tuple((heard, meant) for heard, meant in grammar.sounds.changes if "-" not in heard)
    denying = (*sayings.opening[Meaning.NO], *sayings.opening[Meaning.YES], *sayings.list("", Meaning.NO))
    short = {word for text in denying if len(text.split()) == 1 for word in grammar.split(text)}
    return Speech(Manner.PLAIN, Random(0), sayings.around, variants, sounds, grammar.denials | short)
