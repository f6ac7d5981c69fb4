"""Days of the calendar in an answer: "sinds maandag", "met Pasen", "eind augustus". No clock is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from voice.understand.meaning import Days
from voice.understand.templates import Words

WEEK = timedelta(days=7)

Stretch = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The words for days of the calendar.

    weekdays: word to 0 (Monday) .. 6. months: word to 1 .. 12.
    parts: word to the first and last day of the month that it means ("eind": (20, 31)).
    seasons: words to the (month, day) of beginning and end.
    easter: words to days after Easter Sunday.
    last: words that push a named day back by up to one week ("vorige").
    this: words that keep a named stretch in the present one ("deze").
    """

    weekdays: Mapping[str, int] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    seasons: Mapping[Words, tuple[int, int, int, int]] = field(default_factory=dict)
    easter: Mapping[Words, int] = field(default_factory=dict)
    last: frozenset[str] = frozenset()
    years: Mapping[Words, int] = field(default_factory=dict)
    months_back: Mapping[Words, int] = field(default_factory=dict)


def find_easter_sunday(year: int) -> date:
    """Gregorian Easter, by the algorithm of Butcher (1876)."""
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
    """Days since the calendar day that is named; None where none is, or where today is needed and unknown."""
    if today is None:
        return Days(1, 7) if _named(words, calendar.weekdays) else None
    stretches = list(_stretches(words, calendar, today))
    if not stretches:
        return None
    newest = max(end for _, end in stretches)
    oldest = min(start for start, _ in stretches)
    return Days(max(0, (today - min(newest, today)).days), max(0, (today - oldest).days))


def needs_today(words: Words, calendar: Calendar) -> bool:
    """Whether the words name a day that only makes sense with a date of today."""
    tables = (calendar.seasons, calendar.easter, calendar.years, calendar.months_back)
    return bool(_named(words, calendar.months)) or any(_phrases(words, table) for table in tables)


def _stretches(words: Words, calendar: Calendar, today: date) -> Iterator[Stretch]:
    months = [i for i, word in enumerate(words) if word in calendar.months]
    yield from (_in_month(words, i, calendar, today) for i in months)
    if not months:
        yield from (_weekday(words, i, calendar, today) for i, word in enumerate(words) if word in calendar.weekdays)
    for season in _phrases(words, calendar.seasons):
        yield _latest(today, [_season(year, *season) for year in (today.year, today.year - 1)])
    for offset in _phrases(words, calendar.easter):
        feasts = [find_easter_sunday(year) + timedelta(offset) for year in (today.year, today.year - 1)]
        yield _latest(today, [(feast, feast) for feast in feasts])
    for back in _phrases(words, calendar.years):
        yield date(today.year - back, 1, 1), min(today, date(today.year - back, 12, 31))
    for year in _year_numbers(words, today):
        yield date(year, 1, 1), min(today, date(year, 12, 31))
    for back in _phrases(words, calendar.months_back):
        yield _part(words, calendar, *_month_before(today, back))


def _year_numbers(words: Words, today: date) -> list[int]:
    return [int(word) for word in words if word.isdigit() and 1920 <= int(word) <= today.year]


def _weekday(words: Words, i: int, calendar: Calendar, today: date) -> Stretch:
    back = (today.weekday() - calendar.weekdays[words[i]]) % 7 or 7
    day = today - timedelta(days=back)
    return (day - WEEK if i and words[i - 1] in calendar.last else day), day


def _in_month(words: Words, i: int, calendar: Calendar, today: date) -> Stretch:
    month = calendar.months[words[i]]
    year = today.year - (month > today.month)
    if i and words[i - 1].isdigit() and 1 <= int(words[i - 1]) <= 28:
        day = date(year, month, int(words[i - 1]))
        return (day.replace(year=year - 1),) * 2 if day > today else (day, day)
    return _part(words, calendar, year, month)


def _part(words: Words, calendar: Calendar, year: int, month: int) -> Stretch:
    first, last = next((calendar.parts[word] for word in words if word in calendar.parts), (1, 31))
    return date(year, month, first), min(date(year, month, min(last, 28)) + timedelta(max(0, last - 28)), _month_end(year, month))


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _month_before(today: date, back: int) -> tuple[int, int]:
    months = today.year * 12 + today.month - 1 - back
    return months // 12, months % 12 + 1


def _season(year: int, first_month: int, first_day: int, last_month: int, last_day: int) -> Stretch:
    """From its first day in `year` to its last, which may fall in the year after."""
    return date(year, first_month, first_day), date(year + (last_month < first_month), last_month, last_day)


def _latest(today: date, stretches: list[Stretch]) -> Stretch:
    """The first that has begun already; of this year and last year, in that order."""
    return next(stretch for stretch in stretches if stretch[0] <= today)


def _named(words: Words, table: Mapping[str, int]) -> list[str]:
    return [word for word in words if word in table]


def _phrases(words: Words, table: Mapping[Words, object]) -> list:  # type: ignore[type-arg]
    spans = (words[i:j] for i in range(len(words)) for j in range(i + 1, min(i + 5, len(words)) + 1))
    return [table[span] for span in spans if span in table]
