"""Read the fields of one entry of a content file: known names, whole numbers, choices; each is refused in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import TypeVar

from voice.base.inheritance import Layered
from voice.base.yamlfile import Place

Member = TypeVar("Member", bound=Enum)


def known(place: Place, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """The list under `key`, every item of which must be known."""
    found, allowed = place.texts(key), tuple(allowed)
    if not found:
        raise place.complain(key, f"'{key}' is empty.", "Write [first, second, ...].")
    for name in found:
        if name not in allowed:
            raise place.complain(key, f"'{name}' is not known.", f"Use one of: {', '.join(allowed)}.")
    return found


def distinct(place: Layered, key: str) -> tuple[Layered, ...]:
    """The entries under `key`. Raises ScriptError where two have the same id."""
    entries, seen = tuple(place.each(key)), set()
    for entry in entries:
        if entry.text("id") in seen:
            raise entry.complain("id", f"two {key} have the same id '{entry.text('id')}'.", "Give each its own id.")
        seen.add(entry.text("id"))
    return entries


def choice(place: Place, key: str, allowed: Iterable[Member], default: Member | None = None) -> Member:
    """The enum member under `key`. Raises ScriptError where it is none of those allowed."""
    by_name = {str(member): member for member in allowed}
    value = place.text(key, default and str(default))
    if value not in by_name:
        raise place.complain(key, f"'{value}' is not a {key}.", f"Use one of: {', '.join(by_name)}.")
    return by_name[value]


def whole(place: Place, key: str) -> int:
    value = place.text(key, "0")
    if not re.fullmatch("[0-9]{1,15}", value):
        raise place.complain(key, f"'{value}' is not a whole number.", "Write digits, for instance 42.")
    return int(value)


def true(place: Place, key: str) -> bool:
    value = place.text(key, "false")
    if value not in ("true", "false"):
        raise place.complain(key, f"'{value}' is neither true nor false.", f'Write {key}: "true", or remove the line.')
    return value == "true"


def names(place: Place, key: str) -> tuple[str, ...]:
    found = place.texts(key)
    if not found:
        raise place.complain(key, f"'{key}' is empty.", "Write [first, second, ...].")
    return found
