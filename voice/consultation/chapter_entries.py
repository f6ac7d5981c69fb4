"""Read which chapters a script has before and after each outcome, and the questions that they put."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from voice.base.fields import read_distinct, read_known
from voice.base.inheritance import Layered
from voice.consultation.coach.chapters import ALWAYS, CHAPTERS, list_lines
from voice.consultation.question_entries import QuestionReader
from voice.consultation.script import CALM, Level, Offer, Question
from voice.understand.grammar.grammar import Grammar

EVERY_CHAPTER = frozenset(CHAPTERS)
"""The ids of all chapters."""

_TOPICS = "topics"


def read_chapters(script: Layered, key: str, chosen: Collection[str]) -> dict[Level, tuple[str, ...]]:
    """Read the chapters under `before` or `after` of the script, by level, without those that are switched off.

    chosen: ids of those that are switched on. Raises ScriptError if one is unknown, or stands at an outcome that is not calm.
    """
    place = script.inside(key)
    place.allow_only(map(str, CALM))
    on = ALWAYS.union(chosen)
    named = {level: read_known(place, str(level), CHAPTERS) for level in CALM if str(level) in place.names()}
    return {level: tuple(name for name in names if name in on) for level, names in named.items()}


def read_coached(
    bank: Layered, reader: QuestionReader, named: Iterable[Collection[str]], topics: Callable[[Grammar], Grammar]
) -> Iterator[Question]:
    """Read the questions of the chapters of those names. topics: adds to a grammar what asks for a topic.

    Raises ScriptError if one is missing under `chapters` of questions.yaml, or belongs to no chapter.
    """
    entries = {entry.text("id"): entry for entry in read_distinct(bank, "chapters")}
    known = {name for chapter in CHAPTERS.values() for name in chapter.questions}
    for name in entries:
        if name not in known:
            raise entries[name].complain("id", f"no chapter asks '{name}'.", "Remove it.")
    chapters = dict.fromkeys(chapter for names in named for chapter in names)
    flags = [entry.text("id") for entry in read_distinct(bank, "questions")]
    asked = {name: (kind, chapter) for chapter in chapters for name, kind in CHAPTERS[chapter].questions.items()}
    for name, (kind, chapter) in asked.items():
        if name not in entries:
            raise bank.complain("chapters", f"the question '{name}' is missing.", f"The chapter {chapter} asks it; add it.")
        yield reader.read_coached(entries[name], kind, topics, flags)


def check_offers(script: Layered, offers: Mapping[Level, Offer], after: Mapping[Level, Collection[str]]) -> None:
    """Raises ScriptError if topics come after an outcome beside reassurance that is not under `offers`, or the reverse."""
    named = {level for level, names in after.items() if _TOPICS in names and level is not Level.REASSURE}
    for level in sorted(named.symmetric_difference(offers)):
        raise script.complain("after", f"{level}: '{_TOPICS}' stands under one of after and offers.", "Write it under both.")


def keep_spoken(lines: Mapping[str, str], named: Iterable[Collection[str]]) -> dict[str, str]:
    """Return the lines without those that only chapters speak which are switched off."""
    on = list_lines({name for names in named for name in names} | ALWAYS)
    off = list_lines(EVERY_CHAPTER) - on
    return {name: text for name, text in lines.items() if name not in off}
