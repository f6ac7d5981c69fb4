"""From text as people type and engines write it to the words that phrases are matched in.

Case, accents, punctuation and hesitations carry no meaning and go; spelling variants, clitics and
dialect forms become one form (docs/grounds.md, rule 12). Phrases pass through the same mill as answers,
so both meet in the middle; which variant is which is data (`spelling` and `fillers` in answers.yaml).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

_DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)")
_APOSTROPHES = re.compile(r"['’‘`´]")
_NOT_A_WORD = re.compile(r"[^a-z0-9½]+")

POINT = "komma"
"""Stands for the decimal sign between digits: "1,5" becomes "1komma5"."""


def plain(text: str) -> str:
    """Lower case, without accents, apostrophes and punctuation; one space between words."""
    lower = _APOSTROPHES.sub("", _DECIMAL.sub(POINT, text.replace("½", " ½ ").casefold()))
    letters = "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", letters).strip()


def once(words: Iterable[str]) -> tuple[str, ...]:
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

    def words(self, text: str) -> tuple[str, ...]:
        """The words of an answer. Empty where nothing but hesitation was said."""
        return once(form for word in plain(text).split() for form in self._form(word))

    def hesitates(self, text: str) -> bool:
        """Whether the last thing said is a hesitation."""
        return any(word in self.fillers for word in plain(text).split()[-1:])

    def _form(self, word: str) -> tuple[str, ...]:
        if word in self.fillers:
            return ()
        return self.forms.get(word, (word,))
