"""Messages with blanks: texts of a content file into which the program fills what it knows, `{device} is gone`."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from voice.base.inheritance import Layered
from voice.base.yamlfile import Place


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages by name. Every expected one is present and has only blanks that the program fills."""

    texts: Mapping[str, str]

    def fill(self, name: str, **values: object) -> str:
        """Return the message of that name with its blanks filled in. Values without a blank are left out."""
        return self.texts[name].format(**values)


def read_messages(place: Layered, expected: Mapping[str, Iterable[str]]) -> Messages:
    """Read the messages of one section. expected: each message's name and the blanks that it may have.

    Raises ScriptError with file, line and remedy if a message is missing or unknown, or has another blank.
    """
    place.allow_only(expected)
    return Messages(MappingProxyType({name: _read_message(place, name, tuple(known)) for name, known in expected.items()}))


def _read_message(place: Layered, name: str, known: tuple[str, ...]) -> str:
    text = place.text(name)
    for blank in find_blanks(place, name, text):
        if blank not in known:
            choices = f"Use one of {', '.join(f'{{{one}}}' for one in known)}." if known else "Write it without braces."
            raise place.complain(name, f"{{{blank}}} is nothing that can be filled in here.", choices)
    return text


def find_blanks(place: Place, key: str, text: str) -> tuple[str, ...]:
    """The names between braces. Raises ScriptError if a brace is open or closed by itself."""
    try:
        parts = string.Formatter().parse(text)
        return tuple(_join_blank(name, *rest) for _, name, *rest in parts if name is not None)
    except ValueError as reason:
        raise place.complain(key, "a brace is open or closed by itself.", "Write {praktijk}, with both braces.") from reason


def _join_blank(name: str, spec: str | None, conversion: str | None) -> str:
    """What stands between the braces. Python's formats mean nothing in a message: they make the name a wrong one."""
    return name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
