"""Read one field of a content file's entry. Each function raises ScriptError, in plain words, if the field is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import TypeVar

from voice.base.choices import name_choices
from voice.base.inheritance import Layered
from voice.base.yamlfile import Place

Member = TypeVar("Member", bound=Enum)


def read_names(place: Place, key: str) -> tuple[str, ...]:
    """The texts under `key`, at least one."""
    found = place.texts(key)
    if not found:
        raise place.complain(key, f"'{key}' is empty.", "Write [first, second, ...].")
    return found


def read_known(place: Place, key: str, allowed: Iterable[str], may_be_empty: bool = False) -> tuple[str, ...]:
    """The texts under `key`, at least one unless it may be empty, each among those allowed."""
    found, allowed = place.texts(key) if may_be_empty else read_names(place, key), tuple(allowed)
    for name in found:
        if name not in allowed:
            raise place.complain(key, f"'{name}' is not known.", name_choices(name, allowed))
    return found


def read_distinct(place: Layered, key: str) -> tuple[Layered, ...]:
    """The entries under `key`, no two with the same id."""
    entries, seen = tuple(place.each(key)), set()
    for entry in entries:
        if entry.text("id") in seen:
            raise entry.complain("id", f"two {key} have the same id '{entry.text('id')}'.", "Give each its own id.")
        seen.add(entry.text("id"))
    return entries


def read_choice(place: Place, key: str, allowed: Iterable[Member], default: Member | None = None) -> Member:
    """The enum member under `key`, among those allowed; `default` if the key is absent."""
    by_name = {str(member): member for member in allowed}
    value = place.text(key, None if default is None else str(default))
    if value not in by_name:
        raise place.complain(key, f"'{value}' is not a {key}.", name_choices(value, by_name))
    return by_name[value]


def read_whole(place: Place, key: str) -> int:
    """The whole number under `key`; 0 if the key is absent."""
    value = place.text(key, "0")
    if not re.fullmatch("[0-9]{1,15}", value):
        raise place.complain(key, f"'{value}' is not a whole number.", "Write digits, for instance 42.")
    return int(value)


def read_number(place: Place, key: str) -> float:
    """The number under `key`, written with a point."""
    text = place.text(key)
    if not re.fullmatch(r"-?\d{1,6}(\.\d{1,6})?", text, re.ASCII):
        raise place.complain(key, f"'{text[:20]}' is not a number.", 'Write for instance "38.5".')
    return float(text)


def read_flag(place: Place, key: str) -> bool:
    """Whether `key` is "true"; False if the key is absent."""
    value = place.text(key, "false")
    if value not in ("true", "false"):
        raise place.complain(key, f"'{value}' is neither true nor false.", f'Write {key}: "true", or remove the line.')
    return value == "true"
