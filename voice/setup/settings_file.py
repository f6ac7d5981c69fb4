"""Change single values in a settings file. What else stands there, and every comment, stays as it was typed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from voice.base.errors import SettingsError
from voice.base.whole_files import write_whole
from voice.setup.settings_reader import parse_settings

_VALUE = (
    r"(?P<head>{indent}[\"']?{name}[\"']?\s*:)(?P<gap>[ \t]*)"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^#\n]*?)(?P<rest>[ \t]+#.*|[ \t]*)$"
)
_PLAIN = re.compile(r"\w[\w.-]*", re.ASCII)


def change_settings(path: Path, changes: Mapping[str, str]) -> None:
    """Set values, each by its name or as section.name.

    Raises SettingsError if the file could not be read then, OSError if it cannot be written.
    """
    text = path.read_text(encoding="utf-8-sig")
    for name, value in changes.items():
        text = set_value(text, name, value)
    write_settings(path, text)


def write_settings(path: Path, text: str) -> None:
    """Write a settings file whole, or leave it as it was. It stays whose it was; a new one is for its owner only.

    Raises SettingsError if it could not be read then, OSError if it cannot be written.
    """
    parse_settings(text, path)
    write_whole(path, text.encode(), keep_owner=True)


def quote_value(value: str) -> str:
    """Write any text as a value that the file gives back as it is."""
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def set_value(text: str, place: str, value: str) -> str:
    """Return the text of a settings file with another value at that place: `rate`, or `patience.settling`.

    A section between braces is opened first. Raises SettingsError as `_open_section` does.
    """
    section, _, name = place.rpartition(".")
    lines = text.splitlines()
    if not section:
        return _join(_set_among(lines, 0, len(lines), "", name, value))
    key = rf"[\"']?{re.escape(section)}[\"']?\s*:"
    begin = next((at for at, line in enumerate(lines) if re.match(key, line)), None)
    if begin is None:
        return _join([*lines, f"{section}:", f"  {name}: {value}"])
    if not re.fullmatch(rf"{key}\s*(#.*)?", lines[begin]):
        return set_value(_open_section(text, section, name, value), place, value)
    end = next((at for at in range(begin + 1, len(lines)) if re.match(r"[^\s#]", lines[at])), len(lines))
    indent = next((found[0] for line in lines[begin + 1 : end] if (found := re.match(r"[ \t]+(?=[^\s#])", line))), "  ")
    return _join(_set_among(lines, begin + 1, end, indent, name, value))


def _open_section(text: str, section: str, name: str, value: str) -> str:
    """Write a section that stands between braces with each of its entries on a line of its own, exactly as it was typed.

    Raises SettingsError if a comment stands between the braces, or if there are none.
    """
    top = yaml.compose(text, Loader=yaml.SafeLoader)
    node = next(node for key, node in top.value if key.value == section) if isinstance(top, yaml.MappingNode) else None
    begin, end = (node.start_mark.index, node.end_mark.index) if node else (0, 0)
    if not isinstance(node, yaml.MappingNode) or "#" in text[begin:end]:
        raise SettingsError(f"'{section}' cannot be changed here.", f"Write {name}: {value} under {section}: yourself.")
    entries = "".join(f"\n  {_cut_out(text, key)}: {' '.join(_cut_out(text, entry).split())}" for key, entry in node.value)
    rest, line_end, below = text[end:].partition("\n")
    return f"{text[:begin].rstrip()}{rest}{entries}{line_end}{below}"


def _cut_out(text: str, node: yaml.Node) -> str:
    return text[node.start_mark.index : node.end_mark.index]


def _set_among(lines: list[str], begin: int, end: int, indent: str, name: str, value: str) -> list[str]:
    """Set the value among those lines; put it before the others if it is not there (after them at the top of the file)."""
    pattern = re.compile(_VALUE.format(indent=indent, name=re.escape(name)))
    for at in range(begin, end):
        if found := pattern.match(lines[at]):
            width = len(found["gap"] + found["value"])
            new = f"{found['gap'] or ' '}{value}".ljust(width if found["rest"].strip() else 0)
            return [*lines[:at], f"{found['head']}{new}{found['rest']}".rstrip(), *lines[at + 1 :]]
    at = begin if indent else end
    return [*lines[:at], f"{indent}{name}: {value}", *lines[at:]]


def _join(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
