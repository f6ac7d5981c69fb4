"""Find left, right, both or the middle in an answer: "vooral links", "niet links maar rechts", "overal". Pure.

1. Every side that is named counts, but one that is denied ("niet links", "rechts niet") or taken back.
2. Sides that are named as alternatives ("links of rechts", "soms links soms rechts") count, and are not certain.
3. After "vooral" only what follows counts, and is not certain.
4. With a word beside it that is not known a side is not certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum

from voice.understand.meaning import Side
from voice.understand.templates import Words

LONGEST = 6
"""Words of the longest phrase around a side."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The words for sides of one locale.

    named: phrases to the sides that they name. denied: phrases before or after a side that is then none.
    affirmed: phrases after a side that is then meant, whatever was denied before it.
    mainly: phrases before the side that counts. doubtful: phrases that say that it may be another.
    taken_back: phrases between two sides that replace the first. beside: phrases that may stand beside a side.
    """

    named: Mapping[Words, frozenset[Side]] = field(default_factory=dict)
    denied: frozenset[Words] = frozenset()
    affirmed: frozenset[Words] = frozenset()
    mainly: frozenset[Words] = frozenset()
    doubtful: frozenset[Words] = frozenset()
    taken_back: frozenset[Words] = frozenset()
    beside: frozenset[Words] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        """Every word of the phrases."""
        return frozenset(word for item in fields(self) for phrase in getattr(self, item.name) for word in phrase)


NO_SIDES = Sides()


@dataclass(frozen=True, slots=True)
class FoundSide:
    """The sides in an answer, left to right; empty if there are none."""

    sides: tuple[Side, ...] = ()
    certain: bool = False
    matched: str = ""


class _Kind(Enum):
    """What a piece of an answer is."""

    NAMED = "named"
    DENIED = "denied"
    AFFIRMED = "affirmed"
    MAINLY = "mainly"
    DOUBTFUL = "doubtful"
    TAKEN_BACK = "taken back"
    BESIDE = "beside"
    STRANGE = "strange"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some words of an answer; sides: what they name."""

    kind: _Kind
    words: Words
    sides: frozenset[Side] = frozenset()


def find_side(words: Words, sides: Sides) -> FoundSide:
    """Find the sides in the words of an answer."""
    pieces = [piece for piece in _read(words, sides) if piece.kind is not _Kind.BESIDE]
    solid = _drop_taken_back(pieces)
    denied = _find_denied(solid)
    named = [i for i, piece in enumerate(solid) if piece.kind is _Kind.NAMED and i not in denied]
    mainly = [i for i in named if i and solid[i - 1].kind is _Kind.MAINLY]
    meant = [solid[i] for i in mainly or named]
    found = frozenset(side for piece in meant for side in piece.sides)
    kinds = {piece.kind for piece in pieces}
    certain = bool(meant) and not (kinds & {_Kind.DOUBTFUL, _Kind.STRANGE, _Kind.MAINLY})
    text = " ".join(word for piece in meant for word in piece.words)
    return FoundSide(tuple(side for side in Side if side in found), certain, text)


def _drop_taken_back(pieces: Sequence[_Piece]) -> Sequence[_Piece]:
    """Drop what stands before the last correction, if a side comes after it."""
    last = max((i for i, piece in enumerate(pieces) if piece.kind is _Kind.TAKEN_BACK), default=-1)
    after = pieces[last + 1 :]
    return after if any(piece.kind is _Kind.NAMED for piece in after) else pieces


def _find_denied(pieces: Sequence[_Piece]) -> frozenset[int]:
    """Find the places of the sides that are denied: the one after a denial, unless that is affirmed; else the one before it."""
    kinds = [*(piece.kind for piece in pieces), None, None]
    denied = set[int]()
    for at, kind in enumerate(kinds):
        if kind is _Kind.DENIED:
            before_next = kinds[at + 1] is _Kind.NAMED and kinds[at + 2] is not _Kind.AFFIRMED
            denied.add(at + 1 if before_next else at - 1)
    return frozenset(denied)


def _read(words: Words, sides: Sides) -> Iterator[_Piece]:
    """Read the pieces of an answer from left to right, at each place the longest."""
    tables = {
        _Kind.NAMED: frozenset(sides.named),
        _Kind.DENIED: sides.denied,
        _Kind.AFFIRMED: sides.affirmed,
        _Kind.MAINLY: sides.mainly,
        _Kind.DOUBTFUL: sides.doubtful,
        _Kind.TAKEN_BACK: sides.taken_back,
        _Kind.BESIDE: sides.beside,
    }
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + LONGEST), at, -1)
        found = next(((kind, end) for end in ends for kind, table in tables.items() if words[at:end] in table), None)
        kind, end = found or (_Kind.STRANGE, at + 1)
        yield _Piece(kind, words[at:end], sides.named.get(words[at:end], frozenset()))
        at = end
