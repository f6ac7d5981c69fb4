"""What a practice reads about its kiosk: service.yaml of its locale, refused in plain words where something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voice.base.errors import Symptom, Trouble
from voice.base.inheritance import read_layered
from voice.base.messages import Messages, read_messages
from voice.consultation.review.signature import Review, ReviewState

MARKS: dict[str, tuple[str, ...]] = {name: () for name in ("fine", "note", "wrong")}
PARTS: dict[str, tuple[str, ...]] = {
    name: ()
    for name in "script models ears voice disk microphone loudspeaker screen hand-over review privacy".split()
}  # fmt: skip
FINE: dict[str, tuple[str, ...]] = {
    "script": ("script", "questions", "lines"), "models": ("folder",), "ears": ("engine",),
    "strange": ("engine", "words"), "voice": ("voice", "seconds"),
    "disk": ("megabytes",), "microphone": ("device", "floor", "loudest"), "gaps": ("count",), "loudspeaker": ("device",),
    "served": ("address",), "can_be_served": ("address",), "buttons": ("inches",), "pin": (), "no_pin": (),
    "handover_off": (), "handover_code": (), "handover_paper": (), "handover_both": (),
}  # fmt: skip
VERDICT: dict[str, tuple[str, ...]] = {"fine": (), "note": (), "wrong": (), "technical": ("told", "english")}
SYMPTOMS = {str(symptom): ("subject",) for symptom in Symptom}
REVIEW: dict[str, tuple[str, ...]] = {"unreviewed": (), "changed": ("by", "on"), "reviewed": ("by", "on")}

_STATES = {ReviewState.UNREVIEWED: "unreviewed", ReviewState.CHANGED: "changed", ReviewState.REVIEWED: "reviewed"}


@dataclass(frozen=True, slots=True)
class StaffMessages:
    """The sentences, by the names above.

    marks, parts, verdict: of the self-test. fine: what it says of a part that works; symptoms: what is wrong.
    """

    marks: Messages
    parts: Messages
    fine: Messages
    verdict: Messages
    symptoms: Messages
    review: Messages

    def describe_trouble(self, trouble: Trouble) -> str:
        """What is wrong and what to do, for somebody who knows nothing of computers."""
        return self.symptoms.fill(str(trouble.symptom), subject=trouble.subject)

    def describe_review(self, review: Review) -> str:
        """Whether a clinician stands behind the script."""
        return self.review.fill(_STATES[review.state], by=review.by, on=review.on)


def load_staff_messages(folder: Path) -> StaffMessages:
    """Read service.yaml of a locale's folder. Raises ScriptError naming the file, the line and the remedy."""
    place = read_layered(folder / "service.yaml")
    expected: dict[str, Mapping[str, tuple[str, ...]]] = {
        "marks": MARKS, "parts": PARTS, "fine": FINE, "verdict": VERDICT, "symptoms": SYMPTOMS, "review": REVIEW,
    }  # fmt: skip
    place.allow_only(expected)
    return StaffMessages(**{name: read_messages(place.inside(name), blanks) for name, blanks in expected.items()})
