"""Read the section `durations` of the answers. Numbers stand in keys: "0.86 0.99": [bijna]."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from itertools import repeat

from voice.base.yamlfile import Place
from voice.understand.duration.amounts import Amounts, Range
from voice.understand.duration.dates import Calendar
from voice.understand.duration.duration import Durations, Idiom
from voice.understand.meaning import Days
from voice.understand.normalise import Spelling, drop_repeats
from voice.understand.templates import Words, expand

_KEYS = ("units", "numbers", "tens", "and", "modifiers", "roughly", "spans", "article", "joiners", "either", "plus_half",
         "not_before", "not_after", "idioms", "soon", "reasons", "worse", "taken_back", "together", "weekdays", "months",
         "parts", "seasons", "easter", "last", "before_year", "years", "months_back", "alone", "beside")  # fmt: skip

_DAYS = (0.0, 40_000.0)
"""Limits of a number if nothing else is said: a life in days."""
_WITHIN: dict[str, tuple[Range, ...]] = {
    "weekdays": ((0, 6),),
    "months": ((1, 12),),
    "parts": ((1, 31), (1, 31)),
    "seasons": ((1, 12), (1, 31), (1, 12), (1, 31)),
    "easter": ((-100, 100),),
    "years": ((0, 100),),
    "months_back": ((0, 1200),),
}
"""Limits of numbers that must be a day of the calendar."""


def read_durations(place: Place, known: Durations, spelling: Spelling) -> Durations:
    """Read the words for time of a locale, and add them to those that it inherits.

    Raises ScriptError with file and line if a key is no number or a template is wrong.
    """
    place.allow_only(_KEYS)
    if not place.section:
        return known
    reader = _Reader(place, spelling)
    return Durations(
        idioms={**known.idioms, **reader.read_idioms()},
        alone=known.alone | set(reader.read_phrases(place, "alone")),
        beside=known.beside | reader.read_words("beside"),
        worse=known.worse | set(reader.read_phrases(place, "worse")),
        taken_back=known.taken_back | reader.read_words("taken_back"),
        together=known.together | reader.read_words("together"),
        amounts=reader.read_amounts(known.amounts),
        calendar=reader.read_calendar(known.calendar),
    )


class _Reader:
    """Reads one `durations` section."""

    def __init__(self, place: Place, spelling: Spelling) -> None:
        self._place = place
        self._spelling = spelling

    def read_phrases(self, place: Place, key: str) -> list[Words]:
        return [words for text in place.texts(key) for words in self._expand(place, key, text)]

    def _expand(self, place: Place, key: str, text: str) -> list[Words]:
        try:
            return [drop_repeats(words) for words in expand(text, {}, self._spelling.split)]
        except ValueError as reason:
            raise place.complain(key, f"{reason}.", "See the notes on templates in prompts/nl/answers/README.md.") from reason

    def read_words(self, key: str) -> frozenset[str]:
        return frozenset(words[0] for words in self.read_phrases(self._place, key))

    def _read_numbered(self, key: str, count: int) -> Iterator[tuple[tuple[float, ...], Words]]:
        """Read each phrase below a key of `count` numbers, with those numbers."""
        section = self._place.inside(key)
        for name in section.section:
            values = self._read_values(section, name, name, count, *_WITHIN.get(key, ()))
            if count == 2:
                self._check_range(section, name, values)
            if count == 4:
                self._check_days_of_the_year(section, name, values)
            yield from ((values, words) for words in self.read_phrases(section, name))

    def _read_values(self, place: Place, key: str, text: str, count: int, *within: Range) -> tuple[float, ...]:
        try:
            values = tuple(float(part) for part in text.split())
        except ValueError:
            values = ()
        if len(values) != count:
            raise place.complain(key, f"'{text}' is not {count} number(s).", "Write numbers with a point, between them a space.")
        for value, (least, most) in zip(values, within or repeat(_DAYS), strict=False):
            if not least <= value <= most:
                raise place.complain(key, f"{value:g} is not between {least:g} and {most:g}.", "Correct it.")
        return values

    def _check_range(self, place: Place, key: str, values: tuple[float, ...]) -> None:
        if values[0] > values[1]:
            raise place.complain(key, f"{values[0]:g} is more than {values[1]:g}.", "Write the lower one first.")

    def _check_days_of_the_year(self, place: Place, key: str, values: tuple[float, ...]) -> None:
        for month, day in (values[:2], values[2:]):
            if day > monthrange(2001, int(month))[1]:
                raise place.complain(key, f"month {month:g} has no day {day:g}.", "Correct it.")

    def read_idioms(self) -> dict[Words, Idiom]:
        found = {words: Idiom(Days(int(low), int(high))) for (low, high), words in self._read_numbered("idioms", 2)}
        found |= {words: Idiom(Days(int(low), int(high)), certain=False) for (low, high), words in self._read_numbered("soon", 2)}
        reasons = self._place.inside("reasons")
        return found | {words: Idiom(reason=name) for name in reasons.section for words in self.read_phrases(reasons, name)}

    def read_amounts(self, known: Amounts) -> Amounts:
        place = self._place.inside("spans")
        spans = {(a, b): self._read_days(place, key) for key in place.section for a, b in [self._read_values(place, key, key, 2)]}
        return Amounts(
            units={**known.units, **{words[0]: value for (value,), words in self._read_numbered("units", 1)}},
            numbers={**known.numbers, **self._read_numbers()},
            modifiers={**known.modifiers, **{words: (low, high) for (low, high), words in self._read_numbered("modifiers", 2)}},
            spans={**known.spans, **spans},
            roughly=self._read_pair(self._place, "roughly") if "roughly" in self._place.section else known.roughly,
            article=self._place.text("article", known.article),
            joiners=known.joiners | self.read_words("joiners"),
            tens_after=self._place.text("and", known.tens_after),
            either=self._place.text("either", known.either),
            plus_half=known.plus_half + tuple(self.read_phrases(self._place, "plus_half")),
            not_before=known.not_before + tuple(self.read_phrases(self._place, "not_before")),
            not_after=known.not_after + tuple(self.read_phrases(self._place, "not_after")),
        )

    def _read_days(self, place: Place, key: str) -> Days:
        low, high = self._read_pair(place, key)
        return Days(int(low), int(high))

    def _read_pair(self, place: Place, key: str) -> Range:
        low, high = values = self._read_values(place, key, place.text(key), 2)
        self._check_range(place, key, values)
        return low, high

    def _read_numbers(self) -> dict[str, Range]:
        """Read the numbers, and make ones with tens of them ("drieentwintig")."""
        ones = {words[0]: (low, high) for (low, high), words in self._read_numbered("numbers", 2)}
        tens = {words[0]: value for (value,), words in self._read_numbered("tens", 1)}
        joint = self._place.text("and", "")
        digits = {word: low for word, (low, high) in ones.items() if low == high and 1 <= low <= 9 and low.is_integer()}
        made = {f"{one}{joint}{ten}": (a + b, a + b) for one, a in digits.items() for ten, b in tens.items()}
        return ones | {word: (value, value) for word, value in tens.items()} | made

    def read_calendar(self, known: Calendar) -> Calendar:
        def read_ints(key: str) -> dict[Words, int]:
            return {words: int(value) for (value,), words in self._read_numbered(key, 1)}

        seasons = {words: (int(a), int(b), int(c), int(d)) for (a, b, c, d), words in self._read_numbered("seasons", 4)}
        return Calendar(
            weekdays={**known.weekdays, **{words[0]: day for words, day in read_ints("weekdays").items()}},
            months={**known.months, **{words[0]: month for words, month in read_ints("months").items()}},
            parts={**known.parts, **{words[0]: (int(a), int(b)) for (a, b), words in self._read_numbered("parts", 2)}},
            seasons={**known.seasons, **seasons},
            easter={**known.easter, **read_ints("easter")},
            last=known.last | self.read_words("last"),
            before_year=known.before_year | self.read_words("before_year"),
            years={**known.years, **read_ints("years")},
            months_back={**known.months_back, **read_ints("months_back")},
        )
