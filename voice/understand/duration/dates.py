"""Read days of the calendar in an answer: "sinds maandag", "met Pasen", "eind augustus". No clock is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from voice.understand.meaning import Days
from voice.understand.templates import Words

WEEK = timedelta(days=7)

Value = TypeVar("Value")

Stretch = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The words for days of the calendar.

    weekdays: word to 0 (Monday) .. 6. months: word to 1 .. 12.
    parts: word to the first and last day of the part of a month ("eind": (20, 31)).
    seasons: words to month and day of its beginning and of its end.
    easter: words to days after Easter Sunday.
    last: words that push a named day back by up to one week ("vorige").
    before_year: words before a year that make it a time ("sinds 2021"); elsewhere it may belong to a name.
    years, months_back: words to how many years or months ago.
    """

    weekdays: Mapping[str, int] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    seasons: Mapping[Words, tuple[int, int, int, int]] = field(default_factory=dict)
    easter: Mapping[Words, int] = field(default_factory=dict)
    last: frozenset[str] = frozenset()
    before_year: frozenset[str] = frozenset()
    years: Mapping[Words, int] = field(default_factory=dict)
    months_back: Mapping[Words, int] = field(default_factory=dict)

    @property
    def words(self) -> frozenset[str]:
        """Every word that may belong to a day of the calendar."""
        phrases = (*self.seasons, *self.easter, *self.years, *self.months_back)
        single = (*self.weekdays, *self.months, *self.parts, *self.last, *self.before_year)
        return frozenset((*single, *(word for phrase in phrases for word in phrase)))


def find_easter_sunday(year: int) -> date:
    """Compute Gregorian Easter by the algorithm of Butcher (1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def find_days_since(words: Words, calendar: Calendar, today: date | None) -> Days | None:
    """Count the days since the calendar day that is named. None if none is, or if today is needed and unknown."""
    if today is None:
        return Days(1, 7) if _find_words(words, calendar.weekdays) and not needs_today(words, calendar) else None
    stretches = list(_find_stretches(words, calendar, today))
    if not stretches:
        return None
    newest = max(end for _, end in stretches)
    oldest = min(start for start, _ in stretches)
    return Days(max(0, (today - min(newest, today)).days), max(0, (today - oldest).days))


def needs_today(words: Words, calendar: Calendar) -> bool:
    """Whether the words name a day that only makes sense with a date of today."""
    tables = (calendar.seasons, calendar.easter, calendar.years, calendar.months_back)
    return bool(_find_words(words, calendar.months)) or any(_look_up_phrases(words, table) for table in tables)


def _find_stretches(words: Words, calendar: Calendar, today: date) -> Iterator[Stretch]:
    months = [i for i, word in enumerate(words) if word in calendar.months]
    yield from (_find_in_month(words, i, calendar, today) for i in months)
    if not months:
        yield from (_find_weekday(words, i, calendar, today) for i, word in enumerate(words) if word in calendar.weekdays)
    for season in _look_up_phrases(words, calendar.seasons):
        yield _choose_latest(today, [_make_season(year, *season) for year in (today.year, today.year - 1)])
    for offset in _look_up_phrases(words, calendar.easter):
        feasts = [find_easter_sunday(year) + timedelta(offset) for year in (today.year, today.year - 1)]
        yield _choose_latest(today, [(feast, feast) for feast in feasts])
    for back in _look_up_phrases(words, calendar.years):
        yield date(today.year - back, 1, 1), min(today, date(today.year - back, 12, 31))
    for year in _find_year_numbers(words, calendar, today):
        yield date(year, 1, 1), min(today, date(year, 12, 31))
    for back in _look_up_phrases(words, calendar.months_back):
        yield _find_part_of_month(words, calendar, *_find_month_before(today, back))


def _find_year_numbers(words: Words, calendar: Calendar, today: date) -> list[int]:
    """List the years that are named as a time: a year among other words may be part of a name."""
    before = calendar.before_year | calendar.months.keys() | calendar.parts.keys()
    years = [(at, int(word)) for at, word in enumerate(words) if word.isdigit() and 1920 <= int(word) <= today.year]
    return [year for at, year in years if at == 0 or words[at - 1] in before]


def _find_weekday(words: Words, i: int, calendar: Calendar, today: date) -> Stretch:
    back = (today.weekday() - calendar.weekdays[words[i]]) % 7 or 7
    day = today - timedelta(days=back)
    return (day - WEEK if i and words[i - 1] in calendar.last else day), day


def _find_in_month(words: Words, i: int, calendar: Calendar, today: date) -> Stretch:
    month = calendar.months[words[i]]
    year = today.year - (month > today.month)
    if i and words[i - 1].isdigit() and 1 <= int(words[i - 1]) <= 28:
        day = date(year, month, int(words[i - 1]))
        return (day.replace(year=year - 1),) * 2 if day > today else (day, day)
    return _find_part_of_month(words, calendar, year, month)


def _find_part_of_month(words: Words, calendar: Calendar, year: int, month: int) -> Stretch:
    first, last = next((calendar.parts[word] for word in words if word in calendar.parts), (1, 31))
    end = _find_month_end(year, month)
    return end.replace(day=min(first, end.day)), end.replace(day=min(last, end.day))


def _find_month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _find_month_before(today: date, back: int) -> tuple[int, int]:
    months = today.year * 12 + today.month - 1 - back
    return months // 12, months % 12 + 1


def _make_season(year: int, first_month: int, first_day: int, last_month: int, last_day: int) -> Stretch:
    """Make the season from its first day in `year` to its last, which may fall in the year after."""
    return date(year, first_month, first_day), date(year + (last_month < first_month), last_month, last_day)


def _choose_latest(today: date, stretches: list[Stretch]) -> Stretch:
    """Choose the first that has begun already. stretches: of this year and last year, in that order."""
    return next(stretch for stretch in stretches if stretch[0] <= today)


def _find_words(words: Words, table: Mapping[str, int]) -> list[str]:
    return [word for word in words if word in table]


def _look_up_phrases(words: Words, table: Mapping[Words, Value]) -> list[Value]:
    spans = (words[i:j] for i in range(len(words)) for j in range(i + 1, min(i + 5, len(words)) + 1))
    return [table[span] for span in spans if span in table]
