"""Change single values in a settings file. What else stands there, and every comment, stays as it was typed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from voice.base.errors import SettingsError
from voice.setup.settings import load_settings

_VALUE = r"(?P<head>{indent}{name}\s*:)(?P<gap>[ \t]*)(?P<value>\"[^\"]*\"|'[^']*'|[^#\n]*?)(?P<rest>[ \t]+#.*|[ \t]*)$"


def change_settings(path: Path, changes: Mapping[str, str]) -> None:
    """Set values, each by its name or as section.name. The file is replaced whole, and only if it can then be read.

    Raises SettingsError if it cannot be, OSError if it cannot be written.
    """
    text = path.read_text(encoding="utf-8-sig")
    for name, value in changes.items():
        text = set_value(text, name, value)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        load_settings(Path(beside))
        shutil.copymode(path, beside)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def set_value(text: str, place: str, value: str) -> str:
    """Return the text of a settings file with another value at that place: `rate`, or `patience.settling`.

    Raises SettingsError if a section is written on one line, between braces.
    """
    section, _, name = place.rpartition(".")
    lines = text.splitlines()
    if not section:
        return _join(_set_among(lines, 0, len(lines), "", name, value))
    begin = next((at for at, line in enumerate(lines) if re.match(rf"{re.escape(section)}\s*:", line)), None)
    if begin is None:
        return _join([*lines, f"{section}:", f"  {name}: {value}"])
    if not re.fullmatch(rf"{re.escape(section)}\s*:\s*(#.*)?", lines[begin]):
        raise SettingsError(f"'{section}' stands on one line.", f"Write {name}: {value} under {section}: yourself.")
    end = next((at for at in range(begin + 1, len(lines)) if re.match(r"[^\s#]", lines[at])), len(lines))
    indent = next((found[0] for line in lines[begin + 1 : end] if (found := re.match(r"[ \t]+(?=[^\s#])", line))), "  ")
    return _join(_set_among(lines, begin + 1, end, indent, name, value))


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
