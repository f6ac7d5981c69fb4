"""Cut an answer into known phrases: the fewest words left over, then the fewest phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from voice.understand.grammar.automaton import Automaton
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Meaning

Words = tuple[str, ...]

LEFT_OVER = 1000
"""The cost of an unknown word against 1 for a phrase: no number of phrases outweighs it."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some words of an answer, and the sort of phrase they are; UNKNOWN where nobody knows them."""

    words: Words
    phrase: Phrase

    @property
    def text(self) -> str:
        return " ".join(self.words)


ASIDE = (Role.AROUND, Role.POLITE, Role.CORRECTION)
"""Roles of phrases that keep no other phrase from being alone."""

UNKNOWN = Phrase(Meaning.UNCLEAR, Role.PHRASE, certain=False)
"""The sort of a word that is in no phrase."""


def cut_chunks(words: Words, tables: Sequence[Automaton[Phrase]], alone: Automaton[Phrase]) -> tuple[Chunk, ...]:
    """The answer as pieces, in order; unknown words one by one. Earlier tables outrank later ones.

    alone: phrases that count only where nothing else is said; in company their words are looked at
        afresh ("hé" asks again, "ja hé" does not).
    """
    own, *others = tables
    whole = _cut(words, (own, alone, *others))
    company = [chunk.phrase.role for chunk in whole if chunk.phrase.role not in ASIDE]
    if company == [Role.ALONE] or Role.ALONE not in company:
        return whole
    return _cut(words, tables)


def _cut(words: Words, tables: Sequence[Automaton[Phrase]]) -> tuple[Chunk, ...]:
    best: list[tuple[float, tuple[Chunk, ...]]] = [(0, ())] + [(inf, ())] * len(words)
    for start in range(len(words)):
        _keep(best, start, start + 1, LEFT_OVER, Chunk(words[start : start + 1], UNKNOWN))
        for end, phrase in _from(words, start, tables).items():
            _keep(best, start, end, 1, Chunk(words[start:end], phrase))
    return best[-1][1]


def _keep(best: list[tuple[float, tuple[Chunk, ...]]], start: int, end: int, cost: int, chunk: Chunk) -> None:
    total = best[start][0] + cost
    if total < best[end][0]:
        best[end] = (total, (*best[start][1], chunk))


def _from(words: Words, start: int, tables: Sequence[Automaton[Phrase]]) -> dict[int, Phrase]:
    """Where a phrase that begins at `start` can end, and its phrase."""
    found: dict[int, Phrase] = {}
    for table in tables:
        for end, phrase in table.ends(words, start):
            found.setdefault(end, phrase)
    return found
