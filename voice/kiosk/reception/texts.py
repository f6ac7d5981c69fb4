"""Read the texts of the page at the desk from prompts/<locale>/reception.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voice.base.inheritance import read_layered
from voice.base.messages import read_messages
from voice.consultation.practice import Details, complete_details

PAGE = tuple(
    """title pin enter wrong closed seconds ended calm urgent quiet coming come put_away lost again interrupted
    sound unheard mute try_sound open opened leave""".split()
)


@dataclass(frozen=True, slots=True)
class DeskTexts:
    """page: the texts of the page, with the kiosk's name filled in. coming: tells the patient that somebody comes."""

    page: Mapping[str, str]
    coming: str


def load_desk_texts(folder: Path, details: Details, kiosk: str) -> DeskTexts:
    """Read reception.yaml of a locale's folder. Raises ScriptError with the file, the line and the remedy."""
    place = read_layered(folder / "reception.yaml")
    place.allow_only(("page", "patient"))
    page = read_messages(place.inside("page"), {name: ("kiosk",) for name in PAGE})
    patient = place.inside("patient")
    patient.allow_only(("coming",))
    coming = complete_details(details, folder).read_text(patient, "coming")
    return DeskTexts({name: page.fill(name, kiosk=kiosk) for name in PAGE}, coming)
