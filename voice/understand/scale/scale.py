"""Find a number from 0 to 10 in an answer: "een zeven", "zo'n zes à zeven", "tien op tien", "heel veel". Pure.

1. A number counts with the phrase before and after it: "een dikke zeven" is 7 to 8, "zeven en een half" is 7.5, "zeventig
   procent" is 7. A number that is denied ("geen zeven") or that counts something else ("zeven weken") is none. Without an
   article, neither is one that stands before a word that is not known: "twee honden".
2. Several numbers give the range that holds them all; one that is taken back is gone.
3. What is said of now goes before what is said of another time: "gisteren een acht, nu een vijf".
4. Words for how much ("heel veel") give a range that is not certain; they count only where there is no number, and not before
   a word that is not known: "geen zin".
5. A score is certain if the range is narrow, no word beside it is unknown, and it is not of another time only.
6. More than ten is no score, unless it is said to be out of something: then it is the highest, and not certain.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum

from voice.understand.duration.amounts import Range, read_number
from voice.understand.longest import find_longest
from voice.understand.meaning import NO_SCORE, Score
from voice.understand.templates import Words

HIGHEST = 10.0
"""The upper end of every scale; the lower end is 0."""
NARROW = 2.0
"""Widest range that is an answer; a wider one is asked for once more."""


@dataclass(frozen=True, slots=True)
class Scales:
    """The words for scores of one locale.

    numbers: words to what they count. articles: stand before a number, and one of them may itself be the number one.
    joined: ends of a word that add a half ("zevenenhalf"). halves: phrases after a number that do. points: the decimal sign.
    exact, roughly: phrases that are a score by themselves, certain and not.
    before, after: phrases around a number, to what they add to its lower and upper end.
    out_of: phrases after a number, to what it is out of. denied: phrases before a number that is then none.
    others: words after a number that counts something else. joints: phrases between two numbers.
    now, then: phrases that say of which time a number is. ends: words that end what is said of one time.
    taken_back: phrases between two numbers that replace the first. beside: phrases that may stand beside a score.
    """

    numbers: Mapping[str, float] = field(default_factory=dict)
    articles: frozenset[Words] = frozenset()
    joined: frozenset[Words] = frozenset()
    points: frozenset[Words] = frozenset()
    halves: frozenset[Words] = frozenset()
    exact: Mapping[Words, Range] = field(default_factory=dict)
    roughly: Mapping[Words, Range] = field(default_factory=dict)
    before: Mapping[Words, Range] = field(default_factory=dict)
    after: Mapping[Words, Range] = field(default_factory=dict)
    out_of: Mapping[Words, Range] = field(default_factory=dict)
    denied: frozenset[Words] = frozenset()
    others: frozenset[Words] = frozenset()
    joints: frozenset[Words] = frozenset()
    now: frozenset[Words] = frozenset()
    then: frozenset[Words] = frozenset()
    ends: frozenset[Words] = frozenset()
    taken_back: frozenset[Words] = frozenset()
    beside: frozenset[Words] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        """Every word around a number, and the numbers."""
        lists = (getattr(self, item.name) for item in fields(self) if item.name != "numbers")
        return frozenset(self.numbers).union(word for phrases in lists for phrase in phrases for word in phrase)


NO_SCALES = Scales()


@dataclass(frozen=True, slots=True)
class FoundScore:
    """A score in an answer; `score` is NO_SCORE if there is none."""

    score: Score = NO_SCORE
    certain: bool = False
    matched: str = ""

    @property
    def known(self) -> bool:
        return self.score != NO_SCORE


NOT_FOUND = FoundScore()


class _Kind(Enum):
    """What a piece of an answer is."""

    NUMBER = "number"
    EXACT = "exact"
    ROUGHLY = "roughly"
    NOW = "now"
    THEN = "then"
    END = "end"
    TAKEN_BACK = "taken back"
    BESIDE = "beside"
    STRANGE = "strange"


_SCORES = (_Kind.NUMBER, _Kind.EXACT, _Kind.ROUGHLY)
_TIMES = (_Kind.NOW, _Kind.THEN)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands in words[start:end]. out_of: what a number is out of, 0 if that is not said. time: NOW or THEN if said."""

    kind: _Kind
    start: int
    end: int
    span: Range = (0.0, 0.0)
    out_of: float = 0.0
    time: _Kind | None = None


def find_score(words: Words, scales: Scales) -> FoundScore:
    """Find the score in the words of an answer."""
    pieces = list(_Reader(words, scales).read())
    scores = _choose(_add_times(_drop_taken_back(pieces)))
    spans = [span for piece in scores if (span := _bring_to_scale(piece, scores))]
    if not spans or len(spans) < len(scores):
        return NOT_FOUND
    score = Score(min(low for low, _ in spans), max(high for _, high in spans))
    matched = " ".join(word for piece in scores for word in words[piece.start : piece.end])
    is_plain = not any(piece.kind is _Kind.STRANGE for piece in pieces) and all(map(_is_plain, scores))
    return FoundScore(score, is_plain and score.high - score.low <= NARROW, matched)


def _drop_taken_back(pieces: list[_Piece]) -> list[_Piece]:
    """Drop what stands before the last correction, if a score comes after it (rule 2)."""
    last = max((i for i, piece in enumerate(pieces) if piece.kind is _Kind.TAKEN_BACK), default=-1)
    after = pieces[last + 1 :]
    return after if any(piece.kind in _SCORES for piece in after) else pieces


def _choose(pieces: list[_Piece]) -> list[_Piece]:
    """Keep the scores that decide: numbers before words (rule 4), what is said of now before the rest (rule 3)."""
    found = next((some for kind in _SCORES if (some := [piece for piece in pieces if piece.kind is kind])), [])
    return [piece for piece in found if piece.time is _Kind.NOW] or found


def _is_plain(piece: _Piece) -> bool:
    """Whether a score leaves no doubt by itself (rules 4 to 6)."""
    out_of_range = piece.kind is _Kind.NUMBER and piece.span[0] > (piece.out_of or HIGHEST)
    usual = piece.out_of in (0.0, HIGHEST)
    return piece.kind is not _Kind.ROUGHLY and piece.time is not _Kind.THEN and usual and not out_of_range


def _bring_to_scale(piece: _Piece, scores: list[_Piece]) -> Range | None:
    """Bring a number to the scale; one that is too high takes over what another is out of (rule 6). None if it is no score."""
    low, high = piece.span
    out_of = piece.out_of or (max(one.out_of for one in scores) if low > HIGHEST else HIGHEST)
    if not out_of:
        return None
    return max(0.0, min(HIGHEST, low * HIGHEST / out_of)), min(HIGHEST, high * HIGHEST / out_of)


def _add_times(pieces: list[_Piece]) -> list[_Piece]:
    """Say of each score of which time it is: what stands with it (rule 3). A part ends at an end, or where a time follows."""
    leads = next((piece.kind in _TIMES for piece in pieces if piece.kind in (*_TIMES, *_SCORES)), False)
    parts: list[list[_Piece]] = [[]]
    for piece in pieces:
        scored = any(one.kind in _SCORES for one in parts[-1])
        if scored and (piece.kind is _Kind.END or (leads and piece.kind in _TIMES)):
            parts.append([])
        parts[-1].append(piece)
    return [replace(piece, time=_find_time(part)) for part in parts for piece in part]


def _find_time(part: list[_Piece]) -> _Kind | None:
    return next((time for time in _TIMES if any(piece.kind is time for piece in part)), None)


class _Reader:
    """Reads the pieces of an answer from left to right."""

    def __init__(self, words: Words, scales: Scales) -> None:
        self._words = words
        self._scales = scales
        self._tables: Mapping[_Kind, Mapping[Words, Range] | frozenset[Words]] = {
            _Kind.TAKEN_BACK: scales.taken_back,
            _Kind.EXACT: scales.exact,
            _Kind.ROUGHLY: scales.roughly,
            _Kind.NOW: scales.now,
            _Kind.THEN: scales.then,
            _Kind.END: scales.ends,
            _Kind.BESIDE: scales.beside | scales.joints | scales.articles,
        }

    def read(self) -> Iterator[_Piece]:
        at = 0
        while at < len(self._words):
            piece = self._read_at(at)
            yield piece
            at = piece.end

    def _read_at(self, at: int) -> _Piece:
        """Read what begins at words[at]: the longest phrase or number there, else one strange word."""
        found = [_Piece(kind, at, end, self._span(kind, at, end)) for kind in self._tables if (end := self._end_of(kind, at))]
        number, strange = self._read_number_with(at), _Piece(_Kind.STRANGE, at, at + 1)
        piece = max([*([number] if number else []), *found], key=lambda piece: piece.end, default=strange)
        says_how_much = piece.kind in (_Kind.EXACT, _Kind.ROUGHLY)
        return replace(strange, end=piece.end) if says_how_much and self._is_strange(piece.end) else piece

    def _end_of(self, kind: _Kind, at: int) -> int:
        return self._match(at, self._tables[kind])

    def _span(self, kind: _Kind, at: int, end: int) -> Range:
        spans = {_Kind.EXACT: self._scales.exact, _Kind.ROUGHLY: self._scales.roughly}
        return spans[kind][self._words[at:end]] if kind in spans else (0.0, 0.0)

    def _match(self, at: int, phrases: Container[Words]) -> int:
        return find_longest(self._words, at, phrases)

    def _read_number_with(self, at: int) -> _Piece | None:
        """Read a number with the phrases before and after it (rule 1)."""
        scales = self._scales
        denied = self._match(at, scales.denied)
        before = denied or self._match(at, scales.before)
        if before < self._match(at, scales.before):
            denied, before = 0, self._match(at, scales.before)
        start = before or at
        article = self._match(start, scales.articles)
        value, end = self._number(article or start)
        if not end:
            article, (value, end) = 0, self._lone_one(start)
        if not end:
            return None
        out_at = self._match(end, scales.out_of)
        other = self._match(end, scales.others)
        bare = not (article or before or out_at)
        if other or denied or (bare and self._is_strange(end)):
            return _Piece(_Kind.BESIDE, at, other or out_at or end)
        out_of = scales.out_of[self._words[end:out_at]][0] if out_at else 0.0
        after = self._match(out_at or end, scales.after)
        low, high = scales.before.get(self._words[at:before], (0.0, 0.0))
        more = scales.after[self._words[out_at or end : after]] if after else (0.0, 0.0)
        return _Piece(_Kind.NUMBER, at, after or out_at or end, (value + low + more[0], value + high + more[1]), out_of)

    def _number(self, at: int) -> tuple[float, int]:
        """The number at words[at] and its end, with its decimal or half; (0, 0) if there is none."""
        value = self._one_number(at)
        if value is None:
            return 0.0, 0
        tenths = self._one_number(at + 2) if self._match(at + 1, self._scales.points) else None
        if tenths is not None and tenths < HIGHEST:
            return value + tenths / HIGHEST, at + 3
        half = self._match(at + 1, self._scales.halves)
        return (value + 0.5, half) if half else (value, at + 1)

    def _one_number(self, at: int) -> float | None:
        if at >= len(self._words) or (self._words[at],) in self._scales.articles:
            return None
        word, numbers = self._words[at], self._scales.numbers
        if found := read_number(word, {}):
            return found[0]
        ends = ("".join(words) for words in self._scales.joined)
        joined = (numbers[word.removesuffix(end)] + 0.5 for end in ends if word.removesuffix(end) in numbers and end in word)
        return numbers[word] if word in numbers else next(joined, None)

    def _lone_one(self, at: int) -> tuple[float, int]:
        """An article that is the number one: the last word, or before what it is out of, or before a joint and a number."""
        end = self._match(at, self._scales.articles)
        joint = self._match(end, self._scales.joints) if end else 0
        is_one = end == len(self._words) or self._match(end, self._scales.out_of) or (joint and self._number(joint)[1])
        return (1.0, end) if end and is_one else (0.0, 0)

    def _is_strange(self, at: int) -> bool:
        """Whether a word stands at words[at] that is not known."""
        known = any(self._end_of(kind, at) for kind in self._tables) or self._number(at)[1]
        return at < len(self._words) and not known and not self._match(at, {**self._scales.before, **self._scales.after})
