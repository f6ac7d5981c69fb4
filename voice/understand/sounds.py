"""Words as a region says them: an unknown word, with its sounds put back, may be a known one.

"Woar" is "waar" and "ebben" is "hebben" by rules of sound, so that not every form of every dialect
has to be listed. Only a word that no phrase holds is looked at, at most two sounds are put back, and
the outcome has to be a known word; words that decide yes or no are never arrived at this way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LONG_ENOUGH, LONG_ENOUGH_FOR_TWO = 3, 5
"""Letters of a word in which one sound, or two, are put back; shorter ones look like too many others."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """changes: what is heard, and what it stands for; "-e" at the end of a word, "g-" at its beginning.

    guarded: words that may not be the outcome.
    """

    changes: tuple[tuple[str, str], ...] = ()
    guarded: frozenset[str] = frozenset()

    def usual(self, word: str, known: frozenset[str]) -> str:
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
