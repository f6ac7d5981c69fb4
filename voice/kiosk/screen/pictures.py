"""Read the drawings of prompts/<language>/pictures/, which stand beside what is said.

A drawing is an SVG file. Its <title> is the text for people who do not see it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree

from voice.base.inheritance import Layered

_TITLE = "{http://www.w3.org/2000/svg}title"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing. name: of its file, without the ending. text: what it shows, in a few words. drawing: the SVG file."""

    name: str
    text: str
    drawing: bytes

    @property
    def path(self) -> str:
        """Where the page finds it."""
        return f"/pictures/{self.name}.svg"


def read_pictures(place: Layered, locale: Path) -> Mapping[str, Picture]:
    """Read which drawing stands beside what is said, by the id of its question or topic.

    place: those ids, each with the name of a drawing. locale: the folder of the locale.
    Raises ScriptError with file, line and remedy if a drawing is missing, is no SVG, or has no title.
    """
    folder = locale.parent / locale.name.partition("-")[0] / "pictures"
    read = {place.text(key): _read_picture(place, key, folder) for key in place.names()}
    return MappingProxyType({key: read[place.text(key)] for key in place.names()})


def _list_names(place: Layered) -> list[tuple[str, str]]:
    return [(key, place.text(key)) for key in place.names()]


def _read_picture(place: Layered, key: str, folder: Path) -> Picture:
    name = place.text(key)
    path = folder / f"{name}.svg"
    if not re.fullmatch(r"\w+", name) or not path.is_file():
        raise place.complain(key, f"there is no drawing '{name}'.", f"Put {name}.svg into {folder}, or correct the name.")
    drawing = path.read_bytes()
    try:
        text = ElementTree.fromstring(drawing).findtext(_TITLE, "").strip()
    except ElementTree.ParseError as reason:
        raise place.complain(key, f"{path} is no SVG ({reason}).", "Save it again as SVG.") from reason
    if not text:
        raise place.complain(key, f"{path} does not say what it shows.", "Write that between <title> and </title> in it.")
    return Picture(name, text, drawing)
