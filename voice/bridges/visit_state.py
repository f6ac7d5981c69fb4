"""Pack a visit into plain data that fits in a message, and unpack it again. Pure.

    {"script": "nl-BE/kort 2026-11-23", "path": ["duur", "zes_weken"], "findings": [["duur", "unknown"]], "heard": true}

Only what differs from a visit that has just begun is written down. The data hold what a patient answered, so they are
health data. They hold no word that was said, and not who the patient is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any

from voice.consultation.script import Finding, Level, Script
from voice.consultation.visit import Outcome, Phase, Visit


def pack(visit: Visit) -> dict[str, Any]:
    """Return the visit as mappings, lists, texts, numbers and booleans only."""
    parts = {item.name: getattr(visit, item.name) for item in fields(visit) if getattr(visit, item.name) != item.default}
    return {**{name: _plain(part) for name, part in parts.items()}, "script": _name_script(visit.script)}


def unpack(script: Script, packed: Mapping[str, Any]) -> Visit:
    """Return the visit that was packed. Raises ValueError if this is none, or one of another script or version."""
    if not isinstance(packed, Mapping) or packed.get("script") != _name_script(script):
        raise ValueError("This is no visit of this script.")
    reader = _StateReader(script)
    try:
        parts = {name: reader.read(name, part) for name, part in packed.items() if name != "script"}
    except (KeyError, TypeError, ValueError) as reason:
        raise ValueError(f"This is no visit ({reason}).") from reason
    if not parts.get("path"):
        raise ValueError("This is no visit: no question has been put.")
    return Visit(script, **parts)


def _name_script(script: Script) -> str:
    return f"{script.locale}/{script.id} {script.version}"


def _plain(part: Any) -> Any:
    if isinstance(part, Enum):
        return part.value
    if isinstance(part, Outcome):
        return {item.name: _plain(getattr(part, item.name)) for item in fields(part)}
    return [_plain(item) for item in part] if isinstance(part, tuple) else part


class _StateReader:
    """Reads the parts of a visit, each by its name. Refuses what the script does not know."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._readers: dict[str, Callable[[Any], Any]] = {
            "phase": Phase,
            "findings": lambda pairs: tuple((script.question(name).id, Finding(found)) for name, found in pairs),
            **dict.fromkeys(("affirmed", "declined", "path"), self._read_ids),
            **dict.fromkeys(("misses", "silences", "asides", "returns", "rounds"), _read_count),
            **dict.fromkeys(("heard", "read_back", "waiting", "stopping", "noise_told"), _read_flag),
            "topic": lambda name: script.topic(name).id,
            "outcome": self._read_outcome,
        }

    def read(self, name: str, part: Any) -> Any:
        return self._readers[name](part)

    def _read_ids(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._script.question(name).id for name in names)

    def _read_outcome(self, packed: Mapping[str, Any]) -> Outcome:
        flags, unknown = self._read_ids(packed["flags"]), self._read_ids(packed["unknown"])
        return Outcome(Level(packed["level"]), flags, unknown, tuple(str(reason) for reason in packed["reasons"]))


def _read_count(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no count")
    return number


def _read_flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{value!r} is neither true nor false")
    return value
