"""Cut an answer into known phrases: first the fewest words left over, then the fewest phrases.

A brief command ("wat minder", "terug") is also a word of an ordinary answer, so it counts only if nothing else is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from voice.understand.grammar.automaton import Automaton
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Meaning
from voice.understand.templates import Words

LEFT_OVER = 1000
"""Cost of an unknown word; a phrase costs 1, so that no number of phrases outweighs it."""
COMMANDS = frozenset((Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER, Meaning.REPEAT, Meaning.EXPLAIN, Meaning.BACK))
"""Requests that are also ordinary words if they are brief."""
BRIEF = 2
"""Most words of a command that counts only alone; a longer one speaks to the kiosk."""
ADDRESSED = "u"
"""A command that begins with it speaks to the kiosk, too: "u fluistert"."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some words of an answer, and the kind of phrase that they are."""

    words: Words
    phrase: Phrase

    @property
    def text(self) -> str:
        return " ".join(self.words)


ASIDE = (Role.AROUND, Role.POLITE, Role.CORRECTION)
"""Roles of phrases beside which another phrase still counts as alone."""

UNKNOWN = Phrase(Meaning.UNCLEAR, Role.PHRASE, certain=False)
"""The kind of a word that is in no phrase."""


def cut_chunks(
    words: Words, tables: Sequence[Automaton[Phrase]], alone: Automaton[Phrase], commands: frozenset[Meaning] = COMMANDS
) -> tuple[Chunk, ...]:
    """Cut the answer into chunks, in order, unknown words one by one. Earlier tables go before later ones.

    tables: the question's own phrases, those of its kind, and the common ones.
    alone: phrases that count only if nothing else is said, as do the brief ones among `commands`. Beside others their words
        are cut again without them ("hé" asks to repeat, "ja hé" does not).
    """
    own, special, common = tables
    whole = _cut_best(words, (own, special, alone, common))
    company = [chunk for chunk in whole if chunk.phrase.role not in ASIDE]
    lone = [chunk for chunk in company if chunk.phrase.role is Role.ALONE or _is_brief(chunk, commands)]
    if not lone or len(company) == 1 or all(map(_is_request, company)):
        return whole
    return tuple(part for chunk in _cut_best(words, tables) for part in _make_unknown(chunk, commands))


def _is_brief(chunk: Chunk, commands: frozenset[Meaning]) -> bool:
    """Whether it is a command that is also a word of an answer."""
    is_command = chunk.phrase.meaning in commands and chunk.phrase.role is Role.PHRASE
    return is_command and len(chunk.words) <= BRIEF and chunk.words[0] != ADDRESSED


def _is_request(chunk: Chunk) -> bool:
    answers = (Meaning.YES, Meaning.NO, Meaning.UNSURE, Meaning.UNCLEAR)
    return chunk.phrase.role is not Role.ALONE and chunk.phrase.meaning not in answers


def _make_unknown(chunk: Chunk, commands: frozenset[Meaning]) -> Sequence[Chunk]:
    """Take the words of a brief command for words of the answer."""
    return [Chunk((word,), UNKNOWN) for word in chunk.words] if _is_brief(chunk, commands) else [chunk]


def _cut_best(words: Words, tables: Sequence[Automaton[Phrase]]) -> tuple[Chunk, ...]:
    best: list[tuple[float, tuple[Chunk, ...]]] = [(0, ())] + [(inf, ())] * len(words)
    for start in range(len(words)):
        _keep(best, start, start + 1, LEFT_OVER, Chunk(words[start : start + 1], UNKNOWN))
        for end, phrase in _find_ends(words, start, tables).items():
            _keep(best, start, end, 1, Chunk(words[start:end], phrase))
    return best[-1][1]


def _keep(best: list[tuple[float, tuple[Chunk, ...]]], start: int, end: int, cost: int, chunk: Chunk) -> None:
    total = best[start][0] + cost
    if total < best[end][0]:
        best[end] = (total, (*best[start][1], chunk))


def _find_ends(words: Words, start: int, tables: Sequence[Automaton[Phrase]]) -> dict[int, Phrase]:
    """Find where a phrase that begins at `start` can end, and its kind."""
    found: dict[int, Phrase] = {}
    for table in tables:
        for end, phrase in table.match_from(words, start):
            found.setdefault(end, phrase)
    return found
