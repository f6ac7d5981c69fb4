"""Cut an answer into known phrases: the fewest words left over, then the fewest phrases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voice.grammar import Role, Sort
from voice.meaning import Meaning

Words = tuple[str, ...]

LEFT_OVER = 1000
"""The cost of an unknown word against 1 for a phrase: no number of phrases outweighs it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of an answer, and the sort of phrase they are; UNKNOWN where nobody knows them."""

    words: Words
    sort: Sort

    @property
    def text(self) -> str:
        return " ".join(self.words)


UNKNOWN = Sort(Meaning.UNCLEAR, Role.PHRASE, certain=False)
"""The sort of a word that is in no phrase."""


def pieces(words: Words, tables: Sequence[Mapping[Words, Sort]], longest: int) -> tuple[Piece, ...]:
    """The answer as pieces, in order; unknown words one by one. Earlier tables outrank later ones."""
    best: list[tuple[int, tuple[Piece, ...]]] = [(0, ())]
    for end in range(1, len(words) + 1):
        best.append(min(_endings(words, end, best, tables, longest), key=lambda ending: ending[0]))
    return best[-1][1]


def _endings(words, end, best, tables, longest):  # type: ignore[no-untyped-def]
    cost, before = best[end - 1]
    yield cost + LEFT_OVER, (*before, Piece(words[end - 1 : end], UNKNOWN))
    for start in range(max(0, end - longest), end):
        found = _sort(words[start:end], tables)
        if found is not None:
            cost, before = best[start]
            yield cost + 1, (*before, Piece(words[start:end], found))


def _sort(words: Words, tables: Sequence[Mapping[Words, Sort]]) -> Sort | None:
    return next((table[words] for table in tables if words in table), None)
