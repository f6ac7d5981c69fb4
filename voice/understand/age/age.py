"""Find how old somebody is: from words ("achtenzeventig", "in de zeventig", "van 1948") to a range of years. Pure.

1. An age counts if nothing else is said but small words that go with one (`ages` in prompts/nl/answers/ages.yaml). Beside other
   words only "ik ben <age>" counts, or an age that opens the answer ("achtenzeventig, en ik heb al tien jaar pijn"); such an
   age is not certain.
2. A phrase before or after the number makes a range of it: "bijna tachtig" is 77 to 79.
3. Several ages give the range that holds them all; one that is taken back is gone.
4. A year of birth counts from today. Without a clock that can be right it gives the ages of the years of this release, and is not
   certain.
5. What nobody can be (3, 140) is no age.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from voice.base.clock import RELEASED
from voice.understand.duration.amounts import Range, read_number
from voice.understand.longest import find_longest
from voice.understand.meaning import NO_YEARS, Years
from voice.understand.templates import Words

YOUNGEST, OLDEST = 10, 115
"""The ages that are believed."""
YEARS_OF_USE = 10
"""Without a clock that can be right, a release is taken to be used for so many years."""
CENTURY, HUNDRED, TENS = 1900, 100, 10


@dataclass(frozen=True, slots=True)
class Ages:
    """The words for ages of one locale.

    numbers: words to what they count. joints: stand between ones and tens that are said apart ("acht en zeventig").
    beside: phrases that may stand beside an age. idioms: phrases that are an age by themselves ("zeventiger").
    before, after: phrases around a number, to what they add to its lower and upper end.
    coming: words anywhere that say that the age is not yet reached. born, born_after: phrases before or after a year of birth.
    hundreds: words before the last two digits of a year. months: a number before one is a day.
    others: what a number before it counts, if not years. taken_back: phrases between two ages that replace the first.
    tells: phrases after which an age counts beside other words. goes_on: such phrases after an age that opens the answer.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)
    joints: frozenset[Words] = frozenset()
    beside: frozenset[Words] = frozenset()
    idioms: Mapping[Words, Range] = field(default_factory=dict)
    before: Mapping[Words, Range] = field(default_factory=dict)
    after: Mapping[Words, Range] = field(default_factory=dict)
    coming: frozenset[Words] = frozenset()
    born: frozenset[Words] = frozenset()
    born_after: frozenset[Words] = frozenset()
    hundreds: Mapping[Words, Range] = field(default_factory=dict)
    months: frozenset[Words] = frozenset()
    others: frozenset[Words] = frozenset()
    taken_back: frozenset[Words] = frozenset()
    tells: frozenset[Words] = frozenset()
    goes_on: frozenset[Words] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        """Every word around a number."""
        phrases = (*self.joints, *self.beside, *self.idioms, *self.before, *self.after, *self.coming, *self.born,
                   *self.born_after, *self.hundreds, *self.months, *self.others, *self.taken_back, *self.tells,
                   *self.goes_on)  # fmt: skip
        return frozenset(word for phrase in phrases for word in phrase)


NO_AGES = Ages()


@dataclass(frozen=True, slots=True)
class FoundAge:
    """An age in an answer; `years` is NO_YEARS if there is none."""

    years: Years = NO_YEARS
    certain: bool = True
    matched: str = ""

    @property
    def known(self) -> bool:
        return self.years != NO_YEARS


NOT_FOUND = FoundAge()


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands in words[start:end]: an age, or nothing of importance.

    born: it is a year of birth. strange: it is a word that does not go with an age.
    """

    start: int
    end: int
    years: Years | None = None
    certain: bool = True
    born: bool = False
    strange: bool = False
    taken_back: bool = False


def find_age(words: Words, ages: Ages, today: date | None = None) -> FoundAge:
    """Find the age in an answer that says nothing else (rule 1). today: for years of birth; None if no clock can be right."""
    pieces = list(_Reader(words, ages, today).read())
    dated = any(ages.born_after.issuperset([(word,)]) for word in words)
    if any(piece.strange for piece in pieces) or (dated and not any(piece.born for piece in pieces)):
        return NOT_FOUND
    return _join(words, pieces)


def find_told_age(words: Words, ages: Ages, today: date | None = None) -> FoundAge:
    """Find an age after "ik ben", or one that opens the answer, whatever else is said (rule 1)."""
    told = [piece for piece in _Reader(words, ages, today).read() if piece.years and _is_told(words, piece, ages)]
    found = _join(words, told)
    return replace(found, certain=False) if found.known else NOT_FOUND


def _is_told(words: Words, piece: _Piece, ages: Ages) -> bool:
    before, after = words[: piece.start], words[piece.end :]
    goes_on = any(after[: len(phrase)] == phrase for phrase in ages.goes_on)
    return any(before and before[-len(phrase) :] == phrase for phrase in ages.tells) or (not before and goes_on)


def _join(words: Words, pieces: list[_Piece]) -> FoundAge:
    """Join the ages of an answer to one (rule 3); none if one of them is nobody's (rule 5). A year of birth goes before."""
    named: list[_Piece] = []
    for piece in pieces:
        if piece.taken_back:
            named.clear()
        elif piece.years:
            named.append(piece)
    named = [piece for piece in named if piece.born] or named
    spans = [piece.years for piece in named if piece.years]
    if not spans or NO_YEARS in spans:
        return NOT_FOUND
    total = Years(min(years.low for years in spans), max(years.high for years in spans))
    text = " ".join(word for piece in named for word in words[piece.start : piece.end])
    return FoundAge(total, all(piece.certain for piece in named), text)


class _Reader:
    """Reads the pieces of an answer from left to right."""

    def __init__(self, words: Words, ages: Ages, today: date | None) -> None:
        self._words = words
        self._ages = ages
        self._today = today
        self._coming = any(words[at : at + len(phrase)] == phrase for phrase in ages.coming for at in range(len(words)))

    def read(self) -> Iterator[_Piece]:
        at = 0
        while at < len(self._words):
            piece = self._read_at(at)
            yield piece
            at = piece.end

    def _read_at(self, at: int) -> _Piece:
        """Read what begins at words[at]: an age with what stands around it, else the longest phrase, else one strange word."""
        ages = self._ages
        found = self._read_born(at) or self._read_number_with(at)
        if found:
            return found
        for phrases, taken_back in ((ages.taken_back, True), (ages.idioms, False), (ages.beside, False)):
            if end := self._match(at, phrases):
                years = self._bound(*ages.idioms[self._words[at:end]]) if phrases is ages.idioms else None
                return _Piece(at, end, years, taken_back=taken_back)
        return _Piece(at, at + 1, strange=(self._words[at],) not in ages.coming and (self._words[at],) not in ages.months)

    def _match(self, at: int, phrases: Container[Words]) -> int:
        return find_longest(self._words, at, phrases)

    def _bound(self, low: float, high: float) -> Years:
        """The ages between these that somebody can have; NO_YEARS if there are none."""
        least, most = max(YOUNGEST, int(low)), min(OLDEST, int(high))
        return Years(least, most) if least <= most else NO_YEARS

    def _number(self, at: int) -> tuple[int, int]:
        """The number at words[at] and its end; (0, 0) if there is none. Ones and tens may be said apart."""
        first = self._one_number(at)
        if first is None:
            return 0, 0
        joint = self._match(at + 1, self._ages.joints)
        tens = self._one_number(joint) if joint else None
        if tens is not None and 0 < first < TENS <= tens < HUNDRED and tens % TENS == 0:
            return first + tens, joint + 1
        if first == HUNDRED:
            rest = joint or at + 1
            more = self._one_number(rest)
            return (first + more, rest + 1) if more is not None and 0 < more < HUNDRED else (first, at + 1)
        return first, at + 1

    def _one_number(self, at: int) -> int | None:
        if at >= len(self._words):
            return None
        word = self._words[at]
        if word in self._ages.numbers:
            return self._ages.numbers[word]
        value = read_number(word, {})
        return int(value[0]) if value else None

    # --- ages ---------------------------------------------------------------------------------------

    def _read_number_with(self, at: int) -> _Piece | None:
        """Read a number with the phrase before and the phrase after it (rule 2)."""
        ages = self._ages
        before = self._match(at, ages.before)
        value, end = self._number(before or at)
        if not end:
            return None
        if not before and (value == 1 or self._match(at, ages.idioms) > end or self._match(at, ages.beside) > end):
            return None  # "een" is an article, and "een half" no age
        if self._match(end, ages.others) or (not before and self._match(end, ages.months)):
            return _Piece(at, end)
        low, high = ages.before[self._words[at:before]] if before else (0.0, 0.0)
        after = self._match(end, ages.after)
        if after:
            more = ages.after[self._words[end:after]]
            low, high = low + more[0], high + more[1]
        elif self._coming and not before:
            low = high = -1.0
        if not YOUNGEST <= value <= OLDEST:
            return _Piece(at, after or end, NO_YEARS)
        return _Piece(at, after or end, self._bound(value + low, value + high))

    # --- years of birth -----------------------------------------------------------------------------

    def _read_born(self, at: int) -> _Piece | None:
        """Read a year of birth: with its century, or after or before a word that says that it is one (rule 4)."""
        ages = self._ages
        told = self._match(at, ages.born)
        if told and self._match(at, ages.before) > told:
            return None
        start = told or at
        dated = bool(start and (self._words[start - 1],) in ages.months and start > 1 and self._one_number(start - 2) is not None)
        year, end = self._year(start, bool(told) or dated)
        if not end:
            return None
        years, certain = self._count_years_since(year)
        return _Piece(at, end, years, certain, born=True)

    def _year(self, at: int, told: bool) -> tuple[int, int]:
        """The year at words[at], and its end; (0, 0) if none stands there. told: something says that it is one."""
        ages = self._ages
        hundreds = self._match(at, ages.hundreds)
        if hundreds:
            rest, end = self._number(hundreds)
            if end and rest < HUNDRED:
                return int(ages.hundreds[self._words[at:hundreds]][0]) + rest, end
        if joined := self._joined_year(at):
            return joined, at + 1
        value, end = self._number(at)
        if not end or (told and self._match(end, ages.months)):
            return 0, 0
        if CENTURY <= value <= CENTURY + 2 * HUNDRED:
            return value, end
        if value < HUNDRED and (told or self._match(end, ages.born_after)):
            return value, end
        return 0, 0

    def _joined_year(self, at: int) -> int:
        """The year that is one word, "negentienachtenveertig"; 0 if words[at] is none."""
        word, ages = self._words[at] if at < len(self._words) else "", self._ages
        found = ((words[0], int(first)) for words, (first, _) in ages.hundreds.items() if len(words) == 1)
        rests = ((first, ages.numbers.get(word.removeprefix(start), HUNDRED)) for start, first in found if word.startswith(start))
        return next((first + rest for first, rest in rests if rest < HUNDRED), 0)

    def _count_years_since(self, year: int) -> tuple[Years, bool]:
        """Count the years since a year of birth, which may be said without its century."""
        earliest = self._today.year if self._today else RELEASED.year
        latest = self._today.year if self._today else RELEASED.year + YEARS_OF_USE
        born = [year] if year >= HUNDRED else [CENTURY + year, CENTURY + HUNDRED + year]
        spans = [self._bound(earliest - one - 1, latest - one) for one in born]
        fitting = [years for years in spans if years != NO_YEARS]
        return (fitting[0], self._today is not None) if len(fitting) == 1 else (NO_YEARS, False)
