"""Read a questionnaire from a file of the practice (docs/questionnaires.md), and refuse in plain words what is not right."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from voice.base.errors import ScriptError
from voice.base.fields import read_distinct, read_flag, read_known, read_number
from voice.base.inheritance import Layered, read_layered
from voice.consultation.question_entries import QuestionReader
from voice.consultation.questionnaire import HIGHEST, Group, Item, Questionnaire, Scale
from voice.consultation.script import Question
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.grammar.grammar import Grammar

MOST_ITEMS = 40
"""Most questions of a questionnaire; a patient answers no more by voice."""
MOST_WORDS = 30
"""Most words of a question; more cannot be kept in mind."""

_KINDS = {"yes_no": Kind.FLAG, "scale": Kind.SCALE}


def read_questionnaire(path: Path, reader: QuestionReader, grammar: Grammar) -> tuple[Questionnaire, tuple[Question, ...]]:
    """Read a questionnaire, and the questions that it puts. Raises ScriptError with the file, the line and the remedy."""
    if not path.is_file():
        raise ScriptError(
            f"There is no questionnaire {path}.", "Correct the name under chapters: questionnaire: in the settings."
        )
    place = read_layered(path)
    place.allow_only(("id", "title", "source", "opening", "items", "scales", "groups"))
    name, entries = place.text("id"), read_distinct(place, "items")
    if not 0 < len(entries) <= MOST_ITEMS:
        raise place.complain("items", f"there are {len(entries)} items.", f"Write 1 to {MOST_ITEMS}.")
    scales = [entry.text("id") for entry in read_distinct(place, "scales")]
    items = tuple(_read_item(entry, name, scales) for entry in entries)
    questions = tuple(_read_question(entry, name, reader, grammar) for entry in entries)
    opening = Utterance(f"{name}.inleiding", reader.details.read_text(place, "opening"))
    return Questionnaire(
        id=name,
        title=place.text("title"),
        source=place.text("source"),
        opening=opening,
        items=items,
        scales=tuple(_read_scale(entry, name, entries) for entry in read_distinct(place, "scales")),
        groups=_read_groups(place, scales),
    ), questions


def _read_item(place: Layered, name: str, scales: Collection[str]) -> Item:
    place.allow_only(("id", "text", "clarify", "explain", "kind", "points_from", "reversed", "scales"))
    read_known(place, "scales", scales)
    kind = _read_kind(place)
    points_from = read_number(place, "points_from") if "points_from" in place.names() else None
    if points_from is not None and (kind is not Kind.SCALE or not 0 < points_from <= HIGHEST):
        remedy = f"Write a number up to {HIGHEST:g}, at an item of kind: scale."
        raise place.complain("points_from", f"{points_from:g} gives no point here.", remedy)
    return Item(f"{name}.{place.text('id')}", kind is Kind.SCALE, points_from, read_flag(place, "reversed"))


def _read_kind(place: Layered) -> Kind:
    text = place.text("kind")
    if text not in _KINDS:
        raise place.complain("kind", f"'{text}' is no kind of item.", f"Use one of: {', '.join(_KINDS)}.")
    return _KINDS[text]


def _read_question(place: Layered, name: str, reader: QuestionReader, grammar: Grammar) -> Question:
    text, clarify, explain = (reader.details.read_text(place, key, "") for key in ("text", "clarify", "explain"))
    if not text.endswith("?"):
        raise place.complain("text", "it is not a question.", "Write it so that it can be asked, with a question mark.")
    if len(text.split()) > MOST_WORDS:
        raise place.complain("text", f"it has more than {MOST_WORDS} words.", "Make it shorter; it is heard, not read.")
    asking = (text, clarify or text, explain or text)
    return reader.make_extra(f"{name}.{place.text('id')}", asking, _read_kind(place), grammar)


def _read_scale(place: Layered, name: str, items: Collection[Layered]) -> Scale:
    place.allow_only(("id", "title"))
    counted = tuple(f"{name}.{item.text('id')}" for item in items if place.text("id") in item.texts("scales"))
    if not counted:
        raise place.complain("id", f"no item counts for '{place.text('id')}'.", "Name it under scales of an item, or remove it.")
    return Scale(place.text("id"), place.text("title"), counted)


def _read_groups(place: Layered, scales: Collection[str]) -> tuple[Group, ...]:
    groups = tuple(_read_group(entry, scales) for entry in read_distinct(place, "groups"))
    if any(bool(group.least) == (group is groups[-1]) for group in groups):
        remedy = "Write from: at each but the last, which takes whoever is left."
        raise place.complain("groups", "not every group can be told from the next.", remedy)
    return groups


def _read_group(place: Layered, scales: Collection[str]) -> Group:
    place.allow_only(("id", "label", "from"))
    limits = place.inside("from")
    limits.allow_only(scales)
    return Group(place.text("label"), tuple((name, read_number(limits, name)) for name in limits.section))
