"""Cut an answer into known phrases: the fewest words left over, then the fewest phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from voice.understand.grammar.automaton import Net
from voice.understand.grammar.phrase import Role, Sort
from voice.understand.meaning import Meaning

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


ASIDE = (Role.AROUND, Role.POLITE, Role.CORRECTION)
"""Roles of phrases that keep no other phrase from being alone."""

UNKNOWN = Sort(Meaning.UNCLEAR, Role.PHRASE, certain=False)
"""The sort of a word that is in no phrase."""


def pieces(words: Words, tables: Sequence[Net[Sort]], alone: Net[Sort]) -> tuple[Piece, ...]:
    """The answer as pieces, in order; unknown words one by one. Earlier tables outrank later ones.

    alone: phrases that count only where nothing else is said; in company their words are looked at
        afresh ("hé" asks again, "ja hé" does not).
    """
    own, *others = tables
    whole = _cut(words, (own, alone, *others))
    company = [piece.sort.role for piece in whole if piece.sort.role not in ASIDE]
    if company == [Role.ALONE] or Role.ALONE not in company:
        return whole
    return _cut(words, tables)


def _cut(words: Words, tables: Sequence[Net[Sort]]) -> tuple[Piece, ...]:
    best: list[tuple[float, tuple[Piece, ...]]] = [(0, ())] + [(inf, ())] * len(words)
    for start in range(len(words)):
        _keep(best, start, start + 1, LEFT_OVER, Piece(words[start : start + 1], UNKNOWN))
        for end, sort in _from(words, start, tables).items():
            _keep(best, start, end, 1, Piece(words[start:end], sort))
    return best[-1][1]


def _keep(best: list[tuple[float, tuple[Piece, ...]]], start: int, end: int, cost: int, piece: Piece) -> None:
    total = best[start][0] + cost
    if total < best[end][0]:
        best[end] = (total, (*best[start][1], piece))


def _from(words: Words, start: int, tables: Sequence[Net[Sort]]) -> dict[int, Sort]:
    """Where a phrase that begins at `start` can end, and its sort."""
    found: dict[int, Sort] = {}
    for table in tables:
        for end, sort in table.ends(words, start):
            found.setdefault(end, sort)
    return found
