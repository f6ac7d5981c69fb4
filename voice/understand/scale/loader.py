"""Read the section `scales` of the answers. Numbers stand in keys: "-1 0": [bijna]."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from voice.base.yamlfile import Place
from voice.understand.duration.amounts import Range
from voice.understand.normalise import Spelling, drop_repeats
from voice.understand.scale.scale import Scales
from voice.understand.templates import Words, expand

_RANGES = ("exact", "roughly", "before", "after", "out_of")
_LISTS = ("articles", "joined", "points", "halves", "denied", "others", "joints", "now", "then", "ends",
          "taken_back", "beside")  # fmt: skip
_NUMBER = re.compile(r"-?\d{1,3}(\.\d)?")


def read_scales(place: Place, known: Scales, spelling: Spelling) -> Scales:
    """Read the words for scores of a locale, and add them to those that it inherits.

    Raises ScriptError with file and line if a key is no number or a template is wrong.
    """
    place.allow_only(("numbers", *_RANGES, *_LISTS))
    if not place.section:
        return known
    reader = _Reader(place, spelling)
    lists: dict[str, Any] = {key: getattr(known, key) | frozenset(reader.read_phrases(place, key)) for key in _LISTS}
    ranges: dict[str, Any] = {key: {**getattr(known, key), **reader.read_ranges(key)} for key in _RANGES}
    numbers = {words[0]: low for words, (low, _) in reader.read_ranges("numbers").items()}
    return replace(known, numbers={**known.numbers, **numbers}, **lists, **ranges)


class _Reader:
    """Reads one `scales` section."""

    def __init__(self, place: Place, spelling: Spelling) -> None:
        self._place = place
        self._spelling = spelling

    def read_ranges(self, key: str) -> dict[Words, Range]:
        """Read phrases below keys of two numbers; a key of one number is both."""
        section = self._place.inside(key)
        return {words: self._range(section, name) for name in section.section for words in self.read_phrases(section, name)}

    def _range(self, place: Place, key: str) -> Range:
        numbers = [float(text) for text in key.split() if _NUMBER.fullmatch(text)]
        if len(numbers) != len(key.split()) or len(numbers) not in (1, 2) or numbers[0] > numbers[-1]:
            raise place.complain(key, f"'{key}' is not a range.", 'Write two numbers, the lower first: "-1 0".')
        return numbers[0], numbers[-1]

    def read_phrases(self, place: Place, key: str) -> list[Words]:
        try:
            return [drop_repeats(words) for text in place.texts(key) for words in expand(text, {}, self._spelling.split)]
        except ValueError as reason:
            raise place.complain(key, f"{reason}.", "See the notes on templates in prompts/nl/answers/README.md.") from reason
