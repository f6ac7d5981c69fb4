"""Write the card that a patient takes home: the outcome, what to do, what to watch for, whom to call. Pure.

It says what the screen says at the end, in the same words. Nothing of it is kept once it is shown or printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from voice.base.clock import find_clock_trouble
from voice.consultation.triage import list_missing, list_warnings, name_ending, offers_topics, say_positives
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.texts import ScreenTexts
from voice.kiosk.staff_calls import ATTENDED


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the card: a title, which may be empty, and its rows."""

    title: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What a patient takes home. head: whose card it is, and the date. word, heading, action: the outcome, as on the screen.

    foot: what this is not.
    """

    head: str
    word: str
    heading: str
    action: str
    sections: tuple[Section, ...]
    foot: str

    @property
    def text(self) -> str:
        """The card as plain text, for a code that holds it."""
        return "\n".join((self.head, f"{self.word}: {self.heading}. {self.action}", *self._list_sections(), self.foot))

    def _list_sections(self) -> Iterator[str]:
        for section in self.sections:
            yield f"{section.title}: {' '.join(section.rows)}" if section.title else " ".join(section.rows)


def write_card(texts: ScreenTexts, outcome: Outcome, visit: Visit, practice: str, at: datetime) -> Card | None:
    """Write the card of a visit; None where somebody must come now, for there the patient waits and takes nothing home.

    practice: its name; empty if the settings do not tell it. at: the local time; a clock that cannot be right gives no date.
    """
    if outcome.level in ATTENDED:
        return None
    words, shown = texts.card, texts.outcomes[name_ending(visit.script, outcome)]
    date = "" if find_clock_trouble(at.date()) else f"{at:%d/%m/%Y}"
    lead, signs = list_warnings(visit, outcome.level)
    sections = (
        Section(words["found"], tuple(_list_found(texts, visit))),
        Section(words["advice"], _list_advice(outcome, visit)),
        Section(" ".join(line.text for line in lead) or words["signs"], tuple(line.text for line in signs)),
        Section("", (shown.phone,) if shown.phone else ()),
    )
    return Card(
        head=", ".join(part for part in (practice or texts.page["title"], date) if part),
        word=shown.word,
        heading=shown.heading,
        action=shown.action,
        sections=tuple(section for section in sections if section.rows),
        foot=words["signed" if visit.script.reviewed else "trial"],
    )


def _list_found(texts: ScreenTexts, visit: Visit) -> Iterator[str]:
    """Say what was found, in the words in which it is read back, and whether anything stayed open."""
    found = say_positives(visit)
    yield from (line.text for line in found)
    if not found:
        yield texts.card["none"]
    if list_missing(visit):
        yield texts.card["open"]


def _list_advice(outcome: Outcome, visit: Visit) -> tuple[str, ...]:
    """Return what every patient is told who may stay calm; nothing where the outcome allows no advice."""
    if not offers_topics(visit.script, outcome):
        return ()
    return tuple(line.text for name in visit.script.core for line in visit.script.topic(name).lines)
