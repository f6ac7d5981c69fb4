"""Fill in what a practice calls itself: names, numbers and words that stand between braces in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from voice.base.messages import find_blanks
from voice.base.yamlfile import Place


@dataclass(frozen=True, slots=True)
class Details:
    """The practice's own words. What is empty is taken from practice.yaml of the locale.

    praktijk: name of the practice. kinesitherapeut: what its physiotherapist is called.
    medewerker: whom a patient must speak to. wachtdienst: whom to call out of hours. noodnummer: whom in an emergency.
    scherm: a sentence that says how to answer without speaking. openingsuren, telefoon: sentences too.
    """

    praktijk: str = ""
    kinesitherapeut: str = ""
    medewerker: str = ""
    wachtdienst: str = ""
    noodnummer: str = ""
    scherm: str = ""
    openingsuren: str = ""
    telefoon: str = ""

    def over(self, usual: Details) -> Details:
        """Return these details; the usual ones replace those that are empty."""
        return replace(usual, **{name: getattr(self, name) for name in NAMES if getattr(self, name)})

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


def read_details(place: Place) -> Details:
    """Return the details in practice.yaml of a locale. Raises ScriptError if one is missing."""
    place.allow_only(NAMES)
    return Details(**{name: place.text(name) for name in NAMES})
