"""Sentences with blanks: texts of a content file into which the program fills what it knows."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from voice.base.inheritance import Layered
from voice.base.yamlfile import Place


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences by their names. Every one that can be asked for is there, with no blank but those that are filled in."""

    texts: Mapping[str, str]

    def filled(self, name: str, **values: object) -> str:
        """The sentence of that name with its blanks filled in; values that it has no blank for are left out."""
        return self.texts[name].format(**values)


def sentences(place: Layered, expected: Mapping[str, Iterable[str]]) -> Sentences:
    """Read the sentences of one section. expected: for each name the blanks that the sentence may have.

    Raises ScriptError naming the file, the line and the remedy where one is missing, unknown, or has another blank.
    """
    place.only(expected)
    return Sentences(MappingProxyType({name: _sentence(place, name, tuple(known)) for name, known in expected.items()}))


def _sentence(place: Layered, name: str, known: tuple[str, ...]) -> str:
    text = place.text(name)
    for blank in blanks(place, name, text):
        if blank not in known:
            choices = f"Use one of {', '.join(f'{{{one}}}' for one in known)}." if known else "Write it without braces."
            raise place.complain(name, f"{{{blank}}} is nothing that can be filled in here.", choices)
    return text


def blanks(place: Place, key: str, text: str) -> tuple[str, ...]:
    """The names between braces. Raises ScriptError where a brace is open."""
    try:
        return tuple(_as_typed(*part) for _, *part in string.Formatter().parse(text) if part[0] is not None)
    except ValueError as reason:
        raise place.complain(key, "a brace is open or closed by itself.", "Write {praktijk}, with both braces.") from reason


def _as_typed(name: str, spec: str | None, conversion: str | None) -> str:
    """What stands between the braces; Python's formats mean nothing in a sentence and are part of a wrong name."""
    return name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
