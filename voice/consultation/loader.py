"""Read a script from prompts/<locale>/ and refuse, in plain words, what is not right.

A locale's folder holds banks that its scripts choose from: questions.yaml, advice.yaml and lines.yaml (what is said),
sources.yaml (what it rests on), practice.yaml (what a practice may fill in), answers.yaml or the folder answers/ (what
is understood). Each script is one more file, with the order of the questions, the rules and the endings. `inherits:`
takes over from another locale what is not written (`voice/base/inheritance.py`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from voice.base.choices import name_choices
from voice.base.errors import ScriptError
from voice.base.fields import read_choice, read_distinct, read_known
from voice.base.inheritance import Layered, read_layered
from voice.consultation import dialogue, unattended
from voice.consultation.chapter_entries import EVERY_CHAPTER, check_offers, keep_spoken, read_chapters, read_coached
from voice.consultation.coach.chapters import list_lines
from voice.consultation.movement import NO_MOVEMENT, MovingTogether
from voice.consultation.movement_entries import read_movements
from voice.consultation.practice import AS_WRITTEN, Details, complete_details
from voice.consultation.question_entries import QuestionReader, load_language
from voice.consultation.questionnaire_entries import read_questionnaire
from voice.consultation.review.signature import Review, judge_signature
from voice.consultation.script import (
    AMBULANCE,
    CHAPTERS,
    ENDINGS,
    FLAG_LEVELS,
    TOPICS_AFTER,
    URGENT,
    Caution,
    Level,
    Offer,
    Question,
    Rule,
    Script,
)
from voice.consultation.topic_entries import add_topics, read_topics
from voice.understand.expected import Expected, Kind
from voice.understand.grammar.grammar import EMPTY, Grammar
from voice.understand.listening import load_listening

__all__ = ["Details", "load_script", "locales", "read_review", "scripts"]

NAMED = ("questions.yaml", "advice.yaml", "lines.yaml", "sources.yaml", "practice.yaml",
         "answers.yaml", "pronunciation.yaml", "symptoms.yaml", "vocabulary.yaml", "screen.yaml",
         "service.yaml", "document.yaml", "mentions.yaml", "rehearse.yaml", "numbers.yaml", "setup.yaml", "record.yaml",
         "movements.yaml", "reception.yaml")  # fmt: skip
"""Files of a locale that are not scripts."""

_FIELDS = ("id", "title", "version", "reviewed_by", "reviewed_on", "reviewed_hash", "ask", "if_mentioned", "gates", "rules",
           "unknown", "told_and_denied", "core", "choices", "safety_nets", "offers", "before", "after", "endings")  # fmt: skip


def locales(root: Path) -> tuple[str, ...]:
    """Return the names of the locales that have at least one script."""
    return tuple(sorted(folder.name for folder in root.iterdir() if folder.is_dir() and scripts(folder)))


def scripts(folder: Path) -> tuple[str, ...]:
    """Return the names of the scripts in a locale's folder."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml") if path.name not in NAMED))


def load_script(
    folder: Path,
    name: str,
    details: Details = Details(),
    language: bool = True,
    chapters: Collection[str] = (),
    questionnaire: Path | None = None,
) -> Script:
    """Read the script `name` of a locale's folder.

    language: False leaves out what patients may answer and ask, which takes the longest to read.
    chapters: ids of the chapters around the outcome that the practice has switched on, beside those that a visit always has.
    questionnaire: a file of the practice with questions of its own; None without.
    Raises ScriptError naming the file, the line and the remedy.
    """
    _find_script(folder, name)
    with _without_collector():
        script = _read_script(folder, name, complete_details(details, folder), language, chapters, questionnaire)
        return replace(script, reviewed=read_review(folder, name).sound)


def read_review(folder: Path, name: str) -> Review:
    """Read whether a clinician stands behind the script `name` of a locale's folder. Raises ScriptError as loading does."""
    _find_script(folder, name)
    return judge_signature(_read_script(folder, name, complete_details(AS_WRITTEN, folder), False, EVERY_CHAPTER))


def find_locale(folder: Path) -> None:
    """Raises ScriptError if there is no such locale."""
    if not folder.is_dir():
        problem = f"There is no locale {folder.name} in {folder.parent}."
        raise ScriptError(problem, name_choices(folder.name, locales(folder.parent)))


def _find_script(folder: Path, name: str) -> None:
    """Raises ScriptError if there is no such script."""
    find_locale(folder)
    if name not in scripts(folder):
        raise ScriptError(f"There is no script {name} in {folder}.", name_choices(name, scripts(folder)))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Leave Python's garbage collector off for a while: what is loaded stays, and looking through it takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_script(
    folder: Path, name: str, details: Details, language: bool, chapters: Collection[str], own: Path | None = None
) -> Script:
    bank, advice = read_layered(folder / "questions.yaml"), read_layered(folder / "advice.yaml")
    answers = load_language(folder) if language else None
    grammar = answers.grammar if answers else EMPTY
    sources = _read_sources(folder)
    place = read_layered(folder / f"{name}.yaml")
    place.allow_only(_FIELDS)
    endings, lines = place.inside("endings"), _read_lines(folder, details)
    reader = QuestionReader(details, sources, answers)
    questions = reader.read_questions(bank, place)
    listen = _listen_to(folder, questions, grammar) if answers else _leave
    topics = read_topics(advice, details, sources)
    with_topics = partial(add_topics, topics=topics, advice=advice)
    before, after = (read_chapters(place, key, chapters) for key in ("before", "after"))
    questionnaire, items = read_questionnaire(own, reader, grammar) if own else (None, ())
    nets = _read_safety_nets(place.inside("safety_nets"), questions, lines)
    offers = _read_offers(place, questions, lines)
    check_offers(place, offers, after)
    return Script(
        id=place.text("id"),
        title=place.text("title"),
        version=place.text("version"),
        reviewed_by=place.text("reviewed_by", ""),
        reviewed_on=place.text("reviewed_on", ""),
        reviewed_hash=place.text("reviewed_hash", ""),
        locale=folder.name,
        sources=MappingProxyType(sources),
        questions=tuple(listen(question) for question in questions),
        readback=listen(reader.read_extra(bank.inside("readback"), Kind.READBACK, grammar)),
        menu=listen(reader.read_extra(bank.inside("menu"), Kind.TOPICS, with_topics(grammar) if answers else EMPTY)),
        rehearsal=listen(reader.read_extra(bank.inside("rehearsal"), Kind.READBACK, grammar)),
        presence=listen(reader.read_extra(bank.inside("presence"), Kind.READBACK, grammar)),
        rules=tuple(_read_rule(entry, questions, sources) for entry in read_distinct(place, "rules")),
        topics=topics,
        core=read_known(place, "core", [topic.id for topic in topics]),
        unknown=MappingProxyType(_read_unknown(place.inside("unknown"), FLAG_LEVELS)),
        told_and_denied=MappingProxyType(_read_unknown(place.inside("told_and_denied"), URGENT)),
        choices=read_known(place, "choices", lines),
        before=MappingProxyType(before),
        after=MappingProxyType(after),
        coached=tuple(map(listen, (*read_coached(bank, reader, (*before.values(), *after.values()), with_topics), *items))),
        questionnaire=questionnaire,
        moving=_read_moving(folder, details, bank, sources)
        if any("movement" in names for names in after.values())
        else NO_MOVEMENT,
        safety_nets=MappingProxyType(nets),
        offers=MappingProxyType(offers),
        endings=MappingProxyType(_read_endings(endings, (*lines, *nets), (*before, *after))),
        ambulance=_read_ending(endings, AMBULANCE, (*lines, *nets)),
        lines=MappingProxyType(keep_spoken(lines, (*before.values(), *after.values()))),
    )


def _leave(question: Question) -> Question:
    return question


def _listen_to(folder: Path, questions: Sequence[Question], grammar: Grammar) -> Callable[[Question], Question]:
    """Return what has every answer to a question listened to for those flags of `questions` that may be mentioned."""
    flags = {question.id: question.expected for question in questions if question.mention}
    urgent = [question.id for question in questions if question.level in URGENT]
    milder = [question.expected for question in questions if question.id not in urgent and not question.recent_of]
    listening = load_listening(folder, flags, urgent, milder, Expected(grammar=grammar))
    return lambda question: replace(question, expected=replace(question.expected, listening=listening))


def _read_sources(folder: Path) -> dict[str, str]:
    place = read_layered(folder / "sources.yaml")
    return {key: place.text(key) for key in place.names() if key != "inherits"}


def _read_lines(folder: Path, details: Details) -> dict[str, str]:
    place = read_layered(folder / "lines.yaml")
    needed = dialogue.SPOKEN_LINES | unattended.SPOKEN_LINES | list_lines(EVERY_CHAPTER)
    missing = sorted(needed - set(place.names()))
    if missing:
        raise place.complain("", f"the line '{missing[0]}' is missing.", "The conversation needs it; add it.")
    return {key: details.read_text(place, key) for key in place.names() if key != "inherits"}


def _read_moving(folder: Path, details: Details, bank: Layered, sources: Collection[str]) -> MovingTogether:
    known = [entry.text("id") for entry in bank.each("questions")]
    return read_movements(read_layered(folder / "movements.yaml"), details, known, sources)


def _read_rule(place: Layered, questions: tuple[Question, ...], sources: Collection[str]) -> Rule:
    place.allow_only(("id", "when", "level", "source"))
    when = read_known(place, "when", [question.id for question in questions if question.kind is not Kind.AGE])
    source = place.text("source")
    if source not in sources:
        raise place.complain("source", f"the source '{source}' is not listed.", "Add it to sources.yaml.")
    return Rule(place.text("id"), when, read_choice(place, "level", FLAG_LEVELS), source)


def _read_unknown(place: Layered, levels: Sequence[Level]) -> dict[Level, Level]:
    """Read what a missing answer brings, at each level: never reassurance, and a person for an emergency."""
    place.allow_only(str(level) for level in levels)
    calm = (Level.REASSURE, Level.STOPPED)
    allowed = {level: tuple(ending for ending in ENDINGS if ending not in calm) for level in levels}
    allowed[Level.E] = (Level.STAFF, Level.E)
    return {level: read_choice(place, str(level), allowed[level]) for level in levels}


def _read_safety_nets(place: Layered, questions: Sequence[Question], lines: Collection[str]) -> dict[str, tuple[Caution, ...]]:
    """Read the sentences of each net, and what is said instead of one that warns of what was found."""
    for name in place.names():
        if name in lines:
            raise place.complain(name, f"a line has the name '{name}' too.", "Give the safety net a name of its own.")
    flags = [question.id for question in questions]
    return {name: tuple(_read_caution(one, flags, lines) for one in read_distinct(place, name)) for name in place.names()}


def _read_caution(place: Layered, flags: Collection[str], lines: Collection[str]) -> Caution:
    place.allow_only(("id", "flags", "instead"))
    line, names = place.text("id"), place.names()
    if line not in lines:
        raise place.complain("id", f"there is no line '{line}'.", "Write it in lines.yaml.")
    if ("flags" in names) != ("instead" in names):
        remedy = "Write which flags it warns of, and what is said once one of them was found ([] for nothing)."
        raise place.complain("id", f"'{line}' has one of flags and instead without the other.", remedy)
    watched = read_known(place, "flags", flags) if "flags" in names else ()
    return Caution(line, watched, read_known(place, "instead", lines, may_be_empty=True))


def _read_offers(place: Layered, questions: Sequence[Question], lines: Collection[str]) -> dict[Level, Offer]:
    """Read after which outcomes beside reassurance topics are offered."""
    offers = {}
    for entry in read_distinct(place, "offers"):
        entry.allow_only(("id", "only", "say"))
        level = read_choice(entry, "id", TOPICS_AFTER)
        only = read_known(entry, "only", [question.id for question in questions]) if "only" in entry.names() else ()
        offers[level] = Offer(only, read_known(entry, "say", lines))
    return offers


def _read_endings(place: Layered, names: Collection[str], with_chapters: Collection[Level]) -> dict[Level, tuple[str, ...]]:
    known = (*(str(level) for level in ENDINGS), AMBULANCE)
    place.allow_only(known)
    for name in known:
        if name not in place.names():
            raise place.complain("", f"the ending '{name}' is missing.", "Say what is spoken at that outcome.")
    endings: dict[Level, tuple[str, ...]] = {level: _read_ending(place, str(level), names) for level in ENDINGS}
    for level, ending in endings.items():
        _check_chapters(place, level, ending, level in with_chapters)
    return endings


def _check_chapters(place: Layered, level: Level, ending: Sequence[str], has_chapters: bool) -> None:
    """Refuse an ending that has a place for chapters where there are none, and one that does not say where they come."""
    count = ending.count(CHAPTERS)
    if count != has_chapters:
        problem = f"'{CHAPTERS}' stands {count} times in the ending {level}."
        remedy = f"Write it once, where its chapters come; not at all at an outcome that is not under before or after: {level}."
        raise place.complain(str(level), problem, remedy)
    behind = ending[ending.index(CHAPTERS) :] if count else ()
    if {"positives", "unknowns"}.intersection(behind):
        raise place.complain(str(level), f"what was heard is spoken back after {CHAPTERS}.", "Put it before.")


def _read_ending(place: Layered, name: str, names: Collection[str]) -> tuple[str, ...]:
    special = ("positives", "unknowns") if name == AMBULANCE else ("positives", "unknowns", CHAPTERS)
    return read_known(place, name, (*names, *special))
