"""Describe an answer by what the rules make of its parts, for the learned reader. Pure.

"Koorts heb ik niet gehad" and "plassen doe ik niet meer" share no word that tells, but their parts are alike: a complaint of the
question, then a denial. The reader learns such an order once, for all questions. Four views of the words:

1. The classes of the words (`shapes.py`), in their order; a word without one stands for itself.
2. The phrases that the grammar knows (`polarity.py`) by role and meaning, in their order; a word in none stands for itself.
3. Pairs of parts that do not stand side by side.
4. Which words stand behind a denial in their clause, and which do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, groupby

from voice.understand.chunks import UNKNOWN, Chunk
from voice.understand.expected import Expected
from voice.understand.polarity import cut_phrases
from voice.understand.reader import MOST_WORDS
from voice.understand.shapes import NO_CLASS, cut_shape
from voice.understand.templates import Words

FARTHEST = 4
"""Pairs of parts stand at most so many parts apart."""


def describe(words: Words, expected: Expected) -> tuple[str, ...]:
    """Describe the words as an answer to the question: one string for each trait."""
    words = words[:MOST_WORDS]
    parts = (_describe_shape(words, expected), _describe_phrases(words, expected), _describe_denial(words, expected))
    return tuple(trait for part in parts for trait in part)


def _describe_shape(words: Words, expected: Expected) -> Iterator[str]:
    parts = [(letter, part) for letter, part in cut_shape(words, expected) if letter]
    plain = [letter for letter, _ in groupby(letter for letter, _ in parts)]
    mixed = [f"~{' '.join(part)}" if letter == NO_CLASS else letter for letter, part in parts]
    yield from _list_runs("s", plain, (1, 2, 3, 4))
    yield f"S{''.join(plain)[:12]}"
    yield from (f"p{one}{other}" for one, other in combinations(sorted(set(plain)), 2))
    yield from _list_runs("m", mixed, (1, 2, 3))
    yield from _list_pairs("M", mixed)


def _describe_phrases(words: Words, expected: Expected) -> Iterator[str]:
    heard = cut_phrases(words, expected)
    mixed = [f"~{chunk.words[0]}" if chunk.phrase is UNKNOWN else _name(chunk) for chunk in heard]
    plain = [kind for kind, _ in groupby("?" if chunk.phrase is UNKNOWN else _name(chunk) for chunk in heard)]
    yield from _list_runs("t", plain, (1, 2, 3))
    yield from _list_runs("q", mixed, (2, 3))
    yield from _list_pairs("Q", mixed)


def _name(chunk: Chunk) -> str:
    phrase = chunk.phrase
    return f"{phrase.role.value} {phrase.meaning} {phrase.certain}"


def _describe_denial(words: Words, expected: Expected) -> Iterator[str]:
    clauses = expected.listening.clauses if expected.listening else frozenset()
    denials, denied = expected.grammar.denials, False
    anywhere = not denials.isdisjoint(words)
    for word in words:
        denied = denied and word not in clauses
        yield f"{'!' if denied else '+'}{word}"
        yield f"d{anywhere}{word}"
        denied = denied or word in denials


def _list_runs(name: str, parts: Sequence[str], lengths: Sequence[int]) -> Iterator[str]:
    parts = ("^", *parts, "$")
    yield from (f"{name}{'|'.join(parts[i : i + length])}" for length in lengths for i in range(len(parts) - length + 1))


def _list_pairs(name: str, parts: Sequence[str]) -> Iterator[str]:
    yield from (f"{name}{one}>{other}" for i, one in enumerate(parts) for other in parts[i + 2 : i + 1 + FARTHEST])
