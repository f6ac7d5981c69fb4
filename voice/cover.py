"""Cut an answer into known phrases: the fewest words left over, then the fewest phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from voice.grammar import Role, Sort
from voice.meaning import Meaning
from voice.net import Net

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


def pieces(words: Words, tables: Sequence[Net[Sort]]) -> tuple[Piece, ...]:
    """The answer as pieces, in order; unknown words one by one. Earlier tables outrank later ones."""
    best: list[tuple[float, tuple[Piece, ...]]] = [(0, ())] + [(inf, ())] * len(words)
    for start in range(len(words)):
        for end, sort in _from(words, start, tables).items():
            known = sort is not UNKNOWN
            cost = best[start][0] + (1 if known else LEFT_OVER)
            if cost < best[end][0]:
                best[end] = (cost, (*best[start][1], Piece(words[start:end], sort)))
    return best[-1][1]


def _from(words: Words, start: int, tables: Sequence[Net[Sort]]) -> dict[int, Sort]:
    """Where a phrase that begins at `start` can end, and its sort."""
    found: dict[int, Sort] = {}
    for table in tables:
        for end, sort in table.ends(words, start):
            found.setdefault(end, sort)
    found.setdefault(start + 1, UNKNOWN)
    return found
