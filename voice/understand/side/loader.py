"""Read the section `sides` of the answers. The sides stand in keys: "left right": [beide kanten]."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from voice.base.yamlfile import Place
from voice.understand.meaning import Side
from voice.understand.normalise import Spelling, drop_repeats
from voice.understand.side.side import Sides
from voice.understand.templates import Words, expand

_LISTS = ("denied", "affirmed", "mainly", "doubtful", "taken_back", "beside")


def read_sides(place: Place, known: Sides, spelling: Spelling) -> Sides:
    """Read the words for sides of a locale, and add them to those that it inherits.

    Raises ScriptError with file and line if a key names no side or a template is wrong.
    """
    place.allow_only(("named", *_LISTS))
    if not place.section:
        return known
    lists: dict[str, Any] = {key: getattr(known, key) | _read_phrases(place, key, spelling) for key in _LISTS}
    section = place.inside("named")
    named = {words: _read_sides(section, key) for key in section.section for words in _read_phrases(section, key, spelling)}
    return replace(known, named={**known.named, **named}, **lists)


def _read_sides(place: Place, key: str) -> frozenset[Side]:
    allowed = {str(side): side for side in Side}
    if not key.split() or not allowed.keys() >= set(key.split()):
        raise place.complain(key, f"'{key}' names no sides.", f"Use {', '.join(allowed)}, with a space between two.")
    return frozenset(allowed[name] for name in key.split())


def _read_phrases(place: Place, key: str, spelling: Spelling) -> frozenset[Words]:
    try:
        return frozenset(drop_repeats(words) for text in place.texts(key) for words in expand(text, {}, spelling.split))
    except ValueError as reason:
        raise place.complain(key, f"{reason}.", "See the notes on templates in prompts/nl/answers/README.md.") from reason
