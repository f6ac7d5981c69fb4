"""Read the messages to a practice about its kiosk: service.yaml of its locale."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voice.base.errors import Symptom, Trouble
from voice.base.inheritance import read_layered
from voice.base.messages import Messages, read_messages
from voice.consultation.loader import find_locale
from voice.consultation.review.signature import Review

_PARTS = (
    "clock", "settings", "script", "models", "ears", "voice", "disk", "microphone", "loudspeaker", "screen", "calls", "reception",
    "hand-over", "review", "privacy",
)  # fmt: skip
_BLANKS: dict[str, dict[str, tuple[str, ...]]] = {
    "marks": {"fine": (), "note": (), "wrong": ()},
    "parts": {part: () for part in _PARTS},
    "fine": {
        "clock": ("now",), "settings": (), "room": ("settling", "clear", "sure"), "itself": (), "broker": ("broker",),
        "chime": (), "no_chime": (),
        "script": ("script", "questions", "lines"), "models": ("folder",), "ears": ("engine",),
        "measured": ("engine", "recordings", "when"), "doubter": ("engine",),
        "strange": ("engine", "words"), "voice": ("voice", "seconds"),
        "disk": ("megabytes",), "microphone": ("device", "floor", "loudest"), "gaps": ("count",), "loudspeaker": ("device",),
        "served": ("address",), "can_be_served": ("address",), "buttons": ("inches",), "pin": (), "no_pin": (),
        "reception_off": (), "reception": ("address",),
        "handover_off": (), "handover_code": (), "handover_paper": (), "handover_both": (),
        "take_home_off": (), "take_home_code": (), "take_home_paper": (), "take_home_both": (),
    },
    "verdict": {
        "fine": (), "note": (), "hangs": ("devices",), "silent": (), "wrong": (), "technical": ("told", "english"),
        "elsewhere": ("part",),
    },
    "patient": {"all": (), "deaf": (), "mute": (), "touch": (), "nothing": ()},
    "symptoms": {str(symptom): ("subject",) for symptom in Symptom},
    "review": {"unreviewed": (), "changed": ("by", "on"), "reviewed": ("by", "on")},
}  # fmt: skip
"""Sections of service.yaml, their sentences, and the blanks that each sentence may have."""


@dataclass(frozen=True, slots=True)
class StaffMessages:
    """The sentences, by their names in service.yaml.

    marks, parts, verdict: of the self-test. patient: what a patient can do now. fine: about a part that works.
    symptoms: about a part that is wrong.
    review: whether a clinician has signed the script.
    """

    marks: Messages
    parts: Messages
    fine: Messages
    verdict: Messages
    patient: Messages
    symptoms: Messages
    review: Messages

    def describe_trouble(self, trouble: Trouble) -> str:
        """Say what is wrong and what to do, to a reader who knows nothing of computers."""
        return self.symptoms.fill(str(trouble.symptom), subject=trouble.subject)

    def describe_review(self, review: Review) -> str:
        """Say whether a clinician has signed the script."""
        return self.review.fill(review.state.name.lower(), by=review.by, on=review.on)


def load_staff_messages(folder: Path) -> StaffMessages:
    """Read service.yaml of a locale's folder. Raises ScriptError naming the file, the line and the remedy."""
    find_locale(folder)
    place = read_layered(folder / "service.yaml")
    place.allow_only(_BLANKS)
    return StaffMessages(**{name: read_messages(place.inside(name), blanks) for name, blanks in _BLANKS.items()})
