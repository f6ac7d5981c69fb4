"""From text as people type and engines write it to the words that phrases are matched in.

Case, accents, punctuation and hesitations carry no meaning and go; spelling variants, clitics and
dialect forms become one form (docs/grounds.md, rule 12). Phrases pass through the same mill as answers,
so both meet in the middle; which variant is which is data (prompts/nl/answers/spelling.yaml).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

_DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)")
_APOSTROPHES = re.compile(r"['’‘`´]")
_NOT_A_WORD = re.compile(r"[^a-z0-9½]+")

POINT = "komma"
"""Stands for the decimal sign between digits: "1,5" becomes "1komma5"."""


def normalise(text: str) -> str:
    """Lower case, without accents, apostrophes and punctuation; one space between words."""
    lower = _APOSTROPHES.sub("", _DECIMAL.sub(POINT, text.replace("½", " ½ ").casefold()))
    letters = "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", letters).strip()


def drop_repeats(words: Iterable[str]) -> tuple[str, ...]:
    """The words without immediate repetition: speakers and engines both stutter."""
    return tuple(word for word, _ in groupby(words))


@dataclass(frozen=True, slots=True)
class Spelling:
    """Which written forms are the same word, and which words are mere hesitation.

    forms: a plain word to the words that it stands for ("kheb": ("ik", "heb")).
    fillers: plain words that are dropped ("eh").
    """

    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()

    def split(self, text: str) -> tuple[str, ...]:
        """The words of an answer. Empty where nothing but hesitation was said."""
        return drop_repeats(form for word in normalise(text).split() for form in self._form(word))

    def hesitates(self, text: str) -> bool:
        """Whether the last thing said is a hesitation."""
        return any(word in self.fillers for word in normalise(text).split()[-1:])

    def _form(self, word: str) -> tuple[str, ...]:
        if word in self.fillers:
            return ()
        return self.forms.get(word, (word,))


LONG_ENOUGH, LONG_ENOUGH_FOR_TWO = 3, 5
"""Letters of a word in which one sound, or two, are put back; shorter ones look like too many others."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """changes: what is heard, and what it stands for; "-e" at the end of a word, "g-" at its beginning.

    guarded: words that may not be the outcome.
    """

    changes: tuple[tuple[str, str], ...] = ()
    guarded: frozenset[str] = frozenset()

    def find_usual(self, word: str, known: frozenset[str]) -> str:
        """The known word that this one stands for; the word itself where there is none."""
        if word in known or len(word) < LONG_ENOUGH or not word.isalpha():
            return word
        once = list(self._changed(word))
        twice = (again for one in once if len(word) >= LONG_ENOUGH_FOR_TWO for again in self._changed(one))
        return next((found for found in (*once, *twice) if found in known and found not in self.guarded), word)

    def _changed(self, word: str) -> Iterator[str]:
        for heard, meant in self.changes:
            if heard.startswith("-") and word.endswith(heard[1:]):
                yield word.removesuffix(heard[1:]) + meant
            elif heard.endswith("-") and word.startswith(heard[:-1]):
                yield meant + word.removeprefix(heard[:-1])
            elif heard in word:
                yield word.replace(heard, meant)
