"""Read the section `ages` of the answers. Numbers stand in keys: "-3 -1": [bijna]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from voice.base.yamlfile import Place
from voice.understand.age.age import HUNDRED, TENS, Ages
from voice.understand.duration.amounts import Range
from voice.understand.normalise import Spelling, drop_repeats
from voice.understand.templates import Words, expand

_COUNTED = ("ones", "teens", "tens")
_RANGES = ("idioms", "before", "after", "hundreds")
_LISTS = ("joints", "beside", "coming", "born", "born_after", "months", "others", "taken_back", "tells", "goes_on")


def read_ages(place: Place, known: Ages, spelling: Spelling) -> Ages:
    """Read the words for ages of a locale, and add them to those that it inherits.

    Raises ScriptError with file and line if a key is no number or a template is wrong.
    """
    place.allow_only((*_COUNTED, *_RANGES, *_LISTS))
    if not place.section:
        return known
    reader = _Reader(place, spelling)
    lists: dict[str, Any] = {key: getattr(known, key) | reader.read_list(key) for key in _LISTS}
    ranges: dict[str, Any] = {key: {**getattr(known, key), **reader.read_ranges(key)} for key in _RANGES}
    return replace(known, numbers={**known.numbers, **reader.read_numbers()}, **lists, **ranges)


class _Reader:
    """Reads one `ages` section."""

    def __init__(self, place: Place, spelling: Spelling) -> None:
        self._place = place
        self._spelling = spelling

    def read_list(self, key: str) -> frozenset[Words]:
        return frozenset(self._phrases(self._place, key))

    def read_ranges(self, key: str) -> dict[Words, Range]:
        """Read phrases below keys of two numbers; a key of one number is both."""
        section = self._place.inside(key)
        return {words: self._range(section, name) for name in section.section for words in self._phrases(section, name)}

    def read_numbers(self) -> dict[str, int]:
        """Read the numbers as they are said, and make ones with tens of them ("achtenzeuventig")."""
        ones, teens, tens = (self._count(key) for key in _COUNTED)
        joints = [words[0] for words in self._phrases(self._place, "joints") if len(words) == 1]
        made = {
            f"{one}{joint}{ten}": a + b for (one, a), joint, (ten, b) in product(ones.items(), joints, tens.items()) if a < TENS
        }
        hundreds = [word for word, value in teens.items() if value == HUNDRED]
        more = {
            f"{word}{joint}{rest}": HUNDRED + b
            for word in hundreds
            for joint in ("", *joints)
            for rest, b in (ones | teens).items()
        }
        return more | made | ones | teens | tens

    def _count(self, key: str) -> dict[str, int]:
        """Read one number for each key, under every word that is said for it."""
        section = self._place.inside(key)
        return {
            form: int(self._range(section, name)[0])
            for name in section.section
            for text in section.texts(name)
            for form in (*self._spelling.split(text)[:1], *text.split())
        }

    def _range(self, place: Place, key: str) -> Range:
        numbers = [float(text) for text in key.split() if re.fullmatch(r"-?\d{1,4}", text)]
        if len(numbers) != len(key.split()) or len(numbers) not in (1, 2) or numbers[0] > numbers[-1]:
            raise place.complain(key, f"'{key}' is not a range of years.", 'Write two whole numbers, the lower first: "-3 -1".')
        return numbers[0], numbers[-1]

    def _phrases(self, place: Place, key: str) -> Iterator[Words]:
        for text in place.texts(key):
            try:
                yield from (drop_repeats(words) for words in expand(text, {}, self._spelling.split))
            except ValueError as reason:
                raise place.complain(key, f"{reason}.", "See the notes on templates in prompts/nl/answers/README.md.") from reason
