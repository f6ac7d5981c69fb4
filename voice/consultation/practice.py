"""Fill in what a practice calls itself: names, numbers and words that stand between braces in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

from voice.base.inheritance import read_layered
from voice.base.messages import find_blanks
from voice.base.yamlfile import Place


@dataclass(frozen=True, slots=True)
class Details:
    """The practice's own words. What is empty is taken from practice.yaml of the locale.

    praktijk: name of the practice. kinesitherapeut: what its physiotherapist is called.
    medewerker: whom a patient must speak to. wachtdienst: whom to call out of hours. noodnummer: whom in an emergency.
    scherm: a sentence that says how to answer without speaking; stilte: the same on a kiosk with a screen.
    openingsuren, telefoon: sentences too.
    """

    praktijk: str = ""
    kinesitherapeut: str = ""
    medewerker: str = ""
    wachtdienst: str = ""
    noodnummer: str = ""
    scherm: str = ""
    stilte: str = ""
    openingsuren: str = ""
    telefoon: str = ""

    def read_text(self, place: Place, key: str, default: str | None = None) -> str:
        """Read the text under `key` and fill it in. Raises ScriptError as `fill` does."""
        return self.fill(place, key, place.text(key, default))

    def fill(self, place: Place, key: str, text: str) -> str:
        """Return the text with the details filled in. Raises ScriptError if braces or a name in them are wrong."""
        for name in find_blanks(place, key, text):
            if name not in NAMES:
                choices = ", ".join(f"{{{known}}}" for known in NAMES)
                raise place.complain(key, f"{{{name}}} is not a detail of the practice.", f"Use one of {choices}.")
        return text.format(**{name: getattr(self, name) for name in NAMES})


NAMES = tuple(item.name for item in fields(Details))

AS_WRITTEN = Details(**{name: f"{{{name}}}" for name in NAMES})
"""Leaves the braces as they stand. A reviewer signs this script, whatever the practice is called."""

_EMERGENCY = re.compile(r"[0-9]{3}|\+?[0-9]{9,15}")


def is_emergency_number(text: str) -> bool:
    """Whether it can be the number of an ambulance: three digits, or a whole telephone number; 1733 and 1122 are neither."""
    return bool(_EMERGENCY.fullmatch(text.replace(" ", "")))


def is_callable(text: str) -> bool:
    """Whether a number stands in it that can be dialled: 3 to 15 digits in all, with or without words around them."""
    return 3 <= sum(letter.isdecimal() for letter in text) <= 15


def complete_details(details: Details, folder: Path) -> Details:
    """Fill in what is empty from practice.yaml of the locale's folder. Raises ScriptError if that lacks a detail, or if its
    emergency number cannot be one."""
    place = read_layered(folder / "practice.yaml")
    place.allow_only(NAMES)
    usual = {name: place.text(name) for name in NAMES}
    if not is_emergency_number(usual["noodnummer"]):
        raise place.complain("noodnummer", f"'{usual['noodnummer']}' is no emergency number.", "Write 112.")
    return Details(**{name: getattr(details, name) or text for name, text in usual.items()})
