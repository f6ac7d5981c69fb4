"""Find the words that unknown ones may have been meant for: one letter more, less, other or moved. Pure.

An engine that mishears writes "borstkkas", and a patient "bewustzein". What is found so is never beyond doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from voice.understand.templates import Words

LONG_ENOUGH = 5
"""Letters of the shortest word that is looked for; of shorter ones too many are alike."""


def mend(words: Words, known: frozenset[str], meant: frozenset[str]) -> Words:
    """Put the word of `meant` that is nearest in place of each word that is not known; keep what resembles none."""
    return tuple(word if word in known else find_near(word, meant) or word for word in words)


def find_near(word: str, meant: frozenset[str]) -> str | None:
    """Find the word of `meant` that differs by one letter; None if there is none.

    Of several, one that begins alike, then one that differs only in a letter that is doubled: engines and people write
    "plasen" for "plassen", not for "plaste".
    """
    if len(word) < LONG_ENOUGH - 1 or not word.isalpha():
        return None
    index = _index(meant)
    found = {near for key in _shorten(word) for near in index.get(key, ())}
    return min(
        found,
        key=lambda near: (near[0] != word[0], _undouble(near) != _undouble(word), abs(len(near) - len(word)), near),
        default=None,
    )


def _undouble(word: str) -> str:
    """The word with each run of one letter written once."""
    return "".join(letter for letter, _ in groupby(word))


@lru_cache(maxsize=16)
def _index(meant: frozenset[str]) -> Mapping[str, Sequence[str]]:
    """The long words by what is left of them without one letter."""
    index: dict[str, list[str]] = defaultdict(list)
    for word in meant:
        if len(word) >= LONG_ENOUGH and word.isalpha():
            for key in _shorten(word):
                index[key].append(word)
    return dict(index)


def _shorten(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters."""
    yield word
    yield from {word[:place] + word[place + 1 :] for place in range(len(word))}
