"""Normalise text that people type or engines write to the words that phrases are matched in.

Case, accents, punctuation and hesitations carry no meaning and are dropped. Spelling variants, clitics and dialect
forms become one form (docs/grounds.md, rule 12). Phrases are normalised like answers, so that they match. Which variant
is which is data (prompts/nl/answers/spelling.yaml).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

_DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)")
_OUT_OF_TEN = re.compile(r"(?<=\d)\s*/\s*10\b(?!\s*/)")
_APOSTROPHES = re.compile(r"['’‘`´]")
_NOT_A_WORD = re.compile(r"[^a-z0-9½]+")

POINT = "komma"
"""Stands for the decimal sign between digits: "1,5" becomes "1komma5"."""


LONGEST_JOINT = 4
"""Most words that are written for others together."""


def normalise(text: str) -> str:
    """Make text lower case without accents, apostrophes and punctuation, with one space between words."""
    lower = _APOSTROPHES.sub("", _OUT_OF_TEN.sub(" op 10", _DECIMAL.sub(POINT, text.replace("½", " ½ ").casefold())))
    letters = "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", letters).strip()


def drop_repeats(words: Iterable[str]) -> tuple[str, ...]:
    """Drop immediate repetition: speakers and engines both stutter."""
    return tuple(word for word, _ in groupby(words))


@dataclass(frozen=True, slots=True)
class Spelling:
    """Which written forms are the same word, and which words are mere hesitation.

    forms: a plain word to the words that it stands for ("kheb": ("ik", "heb")).
    joint: words that mean something else together, in the usual spelling ("un peu": ("een", "beetje")).
    auxiliaries: directly after one of these no `joint` begins: "ik slapen" is "ik slaap", "kan ik slapen" is not.
    fillers: plain words that are dropped ("eh").
    """

    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    joint: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    auxiliaries: frozenset[str] = frozenset()
    fillers: frozenset[str] = frozenset()

    def split(self, text: str) -> tuple[str, ...]:
        """Split an answer into words in the usual spelling; empty if it is mere hesitation."""
        return drop_repeats(form for word in normalise(text).split() for form in self._usual_forms(word))

    def join(self, words: Sequence[str]) -> tuple[str, ...]:
        """Replace words that mean something else together, the longest first at each place. words: as `split` gives them."""
        joined: list[str] = []
        at = 0
        while at < len(words):
            free = not at or words[at - 1] not in self.auxiliaries
            ends = range(min(len(words), at + LONGEST_JOINT), at + 1, -1) if free else ()
            end = next((end for end in ends if tuple(words[at:end]) in self.joint), at + 1)
            joined += self.joint.get(tuple(words[at:end]), words[at:end])
            at = end
        return tuple(joined)

    def hesitates(self, text: str) -> bool:
        """Whether the last thing said is a hesitation."""
        return any(word in self.fillers for word in normalise(text).split()[-1:])

    def _usual_forms(self, word: str) -> tuple[str, ...]:
        if word in self.fillers:
            return ()
        return self.forms.get(word, (word,))


LONG_ENOUGH, LONG_ENOUGH_FOR_TWO = 3, 5
"""Fewest letters of a word in which one sound, or two, are changed; shorter words resemble too many others."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """Regional sounds.

    changes: what is heard, and what it stands for; "-e" only at the end of a word, "g-" only at its beginning.
    guarded: words that must not be the outcome.
    """

    changes: tuple[tuple[str, str], ...] = ()
    guarded: frozenset[str] = frozenset()

    def find_usual(self, word: str, known: frozenset[str]) -> str:
        """Find the known word that this one stands for; the word itself if there is none."""
        if word in known or len(word) < LONG_ENOUGH or not word.isalpha():
            return word
        once = list(self._change(word))
        twice = (again for one in once if len(word) >= LONG_ENOUGH_FOR_TWO for again in self._change(one))
        return next((found for found in (*once, *twice) if found in known and found not in self.guarded), word)

    def _change(self, word: str) -> Iterator[str]:
        for heard, meant in self.changes:
            if heard.startswith("-") and word.endswith(heard[1:]):
                yield word.removesuffix(heard[1:]) + meant
            elif heard.endswith("-") and word.startswith(heard[:-1]):
                yield meant + word.removeprefix(heard[:-1])
            elif heard in word:
                yield word.replace(heard, meant)
