"""Read amounts of time in an answer: "ruim drie weken", "een dag of tien", "twee à drie maanden"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from voice.understand.meaning import Days
from voice.understand.normalise import POINT
from voice.understand.templates import Words

Range = tuple[float, float]

EXACT: Range = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Amounts:
    """The words for amounts of time.

    units: word to days. numbers: word to a range of how many ("drie": (3, 3), "paar": (2, 4)).
    modifiers: words to the lowest and highest factor of an amount ("bijna": (0.86, 0.99)).
    spans: (number, days of the unit) to the range that it means if nothing modifies it.
    roughly: lowest and highest factor of a number after its unit ("een dag of tien").
    article: the word that means "one" as well as "a". joiners: stand between two numbers ("tot").
    tens_after: stands between ones and tens that are said apart ("drie en twintig").
    either: stands between a unit and its number ("een week of drie"). plus_half: adds a half.
    not_before, not_after: words around an amount that make it something else ("per", "oud").
    """

    units: Mapping[str, float] = field(default_factory=dict)
    numbers: Mapping[str, Range] = field(default_factory=dict)
    modifiers: Mapping[Words, Range] = field(default_factory=dict)
    spans: Mapping[tuple[float, float], Days] = field(default_factory=dict)
    roughly: Range = EXACT
    article: str = ""
    joiners: frozenset[str] = frozenset()
    tens_after: str = ""
    either: str = ""
    plus_half: tuple[Words, ...] = ()
    not_before: tuple[Words, ...] = ()
    not_after: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in words[start:end]. many: how many. unit: days of one. factors: lowest and highest."""

    start: int
    end: int
    many: Range
    unit: float
    factors: Range

    def count_days(self, spans: Mapping[tuple[float, float], Days]) -> Days:
        """Compute the range in days, rounded outwards; inwards if it is "almost" or "over"."""
        many, factors = self.many, self.factors
        if factors == EXACT and many[0] == many[1] and (many[0], self.unit) in spans:
            return spans[many[0], self.unit]
        low, high = many[0] * self.unit * factors[0], many[1] * self.unit * factors[1]
        if factors[0] <= 1 <= factors[1]:
            return Days(math.floor(low + 1e-6), math.ceil(high - 1e-6))
        inward = math.ceil(low - 1e-6), math.floor(high + 1e-6)
        return Days(*inward) if inward[0] <= inward[1] else Days(inward[1], inward[0])


def read_number(word: str, numbers: Mapping[str, Range]) -> Range | None:
    """Read a word as a number; None if it is none."""
    digits = word.replace(POINT, ".", 1)
    if digits.replace(".", "", 1).isdigit() and digits[0] != "." and digits[-1] != ".":
        return float(digits), float(digits)
    return numbers.get(word)


def read_amount(words: Words, start: int, known: Amounts) -> Amount | None:
    """Read the amount that begins at words[start]; None if none does."""
    found = _Reader(words, start, known).read()
    return None if found is None or _is_something_else(words, found, known) else found


def _is_something_else(words: Words, found: Amount, known: Amounts) -> bool:
    before, after = words[: found.start], words[found.end :]
    return any(before[-len(w) :] == w for w in known.not_before) or any(after[: len(w)] == w for w in known.not_after)


class _Reader:
    """Reads one amount from left to right."""

    def __init__(self, words: Words, start: int, known: Amounts) -> None:
        self._words = words
        self._start = self._at = start
        self._known = known
        self._factors: Range = EXACT
        self._many: Range | None = None
        self._article = False
        self._modified = False

    def read(self) -> Amount | None:
        while self._read_modifier() or self._read_half() or self._read_number():
            pass
        unit = self._known.units.get(self._word())
        if unit is None or (self._many is None and not self._modified and not self._is_count_next()):
            return None
        self._at += 1
        self._read_after_unit()
        return Amount(self._start, self._at, self._many or (1.0, 1.0), unit, self._factors)

    def _word(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._words[at] if at < len(self._words) else ""

    def _read_modifier(self) -> bool:
        for length in (3, 2, 1):
            words = self._words[self._at : self._at + length]
            if len(words) == length and words in self._known.modifiers:
                low, high = self._known.modifiers[words]
                self._factors = (self._factors[0] * low, self._factors[1] * high)
                self._at += length
                self._modified = True
                return True
        return False

    def _read_number(self) -> bool:
        ahead = 1 if self._many and self._word() in self._known.joiners else 0
        value = read_number(self._word(ahead), self._known.numbers)
        if value is None:
            return False
        self._many = self._join(value)
        self._article = self._word(ahead) == self._known.article and not ahead
        self._at += ahead + 1
        return True

    def _join(self, value: Range) -> Range:
        if self._many is None or self._article:
            return value
        if self._many[1] < 10 <= value[0] and value[0] % 10 == 0 and self._word() == self._known.tens_after:
            return self._many[0] + value[0], self._many[1] + value[1]
        return min(self._many[0], value[0]), max(self._many[1], value[1])

    def _read_half(self) -> bool:
        for words in self._known.plus_half:
            if self._many and self._words[self._at : self._at + len(words)] == words:
                self._many = (self._many[0] + 0.5, self._many[1] + 0.5)
                self._at += len(words)
                return True
        return False

    def _is_count_next(self) -> bool:
        return self._word(1) == self._known.either and read_number(self._word(2), self._known.numbers) is not None

    def _read_after_unit(self) -> None:
        self._read_half()
        if self._word() == self._known.either and self._read_count_after_either():
            low, high = self._known.roughly
            self._factors = (self._factors[0] * low, self._factors[1] * high)

    def _read_count_after_either(self) -> bool:
        """Read "of drie" after a unit; not "of tien dagen", which is a second amount."""
        at, many = self._at, self._many
        self._reset(at + 1, None)
        while self._read_half() or self._read_number():
            pass
        if self._many is None or self._word() in self._known.units:
            self._reset(at, many)
            return False
        return True

    def _reset(self, at: int, many: Range | None) -> None:
        self._at, self._many = at, many
