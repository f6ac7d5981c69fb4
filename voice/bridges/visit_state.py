"""Pack a visit into plain data that fits in a message, and unpack it again. Pure.

    {"script": "nl-BE/kort 2026-11-23", "path": ["duur", "zes_weken"], "findings": [["duur", "unknown"]], "heard": true}

Only what differs from a visit that has just begun is written down. The data hold what a patient answered, so they are
health data. They hold no word that was said, and not who the patient is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any

from voice.consultation.coach.chapters import CHAPTERS
from voice.consultation.script import Finding, Level, Script
from voice.consultation.visit import Outcome, Phase, Progress, Reply, Visit
from voice.understand.meaning import NO_SCORE, Meaning, Score, Side, Years
from voice.understand.scale.scale import HIGHEST


def pack(visit: Visit) -> dict[str, Any]:
    """Return the visit as mappings, lists, texts, numbers and booleans only."""
    parts = {item.name: getattr(visit, item.name) for item in fields(visit) if getattr(visit, item.name) != item.default}
    return {**{name: _plain(part) for name, part in parts.items()}, "script": _name_script(visit.script)}


def unpack(script: Script, packed: Mapping[str, Any]) -> Visit:
    """Return the visit that was packed. Raises ValueError if this is none, or one of another script or version."""
    if not isinstance(packed, Mapping) or packed.get("script") != _name_script(script):
        raise ValueError("This is no visit of this script.")
    try:
        parts = {name: _read_part(script, name, part) for name, part in packed.items() if name != "script"}
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
    if isinstance(part, Years | Score):
        return [part.low, part.high]
    if isinstance(part, Outcome | Progress | Reply):
        return {item.name: _plain(getattr(part, item.name)) for item in fields(part)}
    return [_plain(item) for item in part] if isinstance(part, tuple) else part


def _read_part(script: Script, name: str, part: Any) -> Any:
    """Read a part of a visit by its name. Refuses what the script does not know."""
    match name:
        case "phase":
            return Phase(part)
        case "findings":
            return tuple((script.question(question).id, Finding(found)) for question, found in part)
        case "affirmed" | "declined" | "mentioned" | "pending" | "detours" | "proposed" | "path":
            return _read_ids(script, part)
        case "misses" | "silences" | "asides" | "returns" | "rounds" | "offered":
            return _read_count(part)
        case "heard" | "read_back" | "waiting" | "stopping" | "noise_told":
            return _read_flag(part)
        case "years":
            low, high = map(_read_count, part)
            return Years(low, high)
        case "topic":
            return script.topic(part).id
        case "outcome":
            flags, unknown = _read_ids(script, part["flags"]), _read_ids(script, part["unknown"])
            return Outcome(Level(part["level"]), flags, unknown, tuple(str(reason) for reason in part["reasons"]))
        case "progress":
            return _read_progress(script, part)
    raise KeyError(name)


def _read_progress(script: Script, part: Mapping[str, Any]) -> Progress:
    begun, chapter, asks = tuple(part["begun"]), part["chapter"], part["asks"]
    if not {*begun, chapter} <= {*CHAPTERS, ""} or chapter not in ("", *begun):
        raise ValueError(f"{chapter!r} is no chapter that has begun")
    kept = tuple((str(what), str(value)) for what, value in part["kept"])
    asks = script.question(asks).id if asks else ""
    replies = tuple((script.question(name).id, _read_reply(reply)) for name, reply in part["replies"])
    return Progress(chapter, begun, asks, str(part["place"]), _read_ids(script, part["unsettled"]), kept, replies)


def _read_reply(part: Mapping[str, Any]) -> Reply:
    low, high = map(_read_score, part["score"])
    return Reply(Meaning(part["meaning"]), Score(low, high), tuple(map(Side, part["sides"])), _read_flag(part["certain"]))


def _read_ids(script: Script, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(script.question(name).id for name in names)


def _read_count(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no count")
    return number


def _read_score(number: Any) -> float:
    if type(number) not in (int, float) or not NO_SCORE.low <= number <= HIGHEST:
        raise ValueError(f"{number!r} is no score")
    return float(number)


def _read_flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{value!r} is neither true nor false")
    return value
