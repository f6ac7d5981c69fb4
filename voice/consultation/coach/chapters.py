"""The chapters by their names, and which comes next. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from voice.consultation.coach.briefing import BLOCKS
from voice.consultation.coach.chapter import Chapter, Move
from voice.consultation.coach.messages import MESSAGES
from voice.consultation.coach.movement import MOVEMENT
from voice.consultation.coach.questionnaire import QUESTIONNAIRE
from voice.consultation.coach.teach_back import TEACH_BACK
from voice.consultation.coach.topics import TOPICS
from voice.consultation.coach.worry import WORRY
from voice.consultation.visit import Visit

CHAPTERS: Mapping[str, Chapter] = MappingProxyType(
    {
        "worry": WORRY,
        "messages": MESSAGES,
        "teach_back": TEACH_BACK,
        "topics": TOPICS,
        "movement": MOVEMENT,
        **BLOCKS,
        "questionnaire": QUESTIONNAIRE,
    }
)
"""Every chapter that a script can name under `before` or `after`."""

SIGNED = frozenset(("movement",))
"""Chapters that no patient meets before a clinician has signed the script."""

ALWAYS = frozenset(("topics",))
"""Chapters that no setting switches off: a visit has them wherever its script does."""


def begin_next(visit: Visit, names: Iterable[str]) -> Move:
    """Begin the first of these chapters that has not begun yet and fits; without a question if there is none."""
    for name in names:
        if name in visit.progress.begun:
            continue
        progress = replace(visit.progress, chapter=name, begun=(*visit.progress.begun, name))
        move = CHAPTERS[name].begin(replace(visit, progress=progress, rounds=0, misses=0, silences=0, asides=0))
        if move:
            return move
    return Move(visit)


def forget_told(visit: Visit) -> Visit:
    """Let those chapters come again that follow each outcome that is told."""
    begun = tuple(name for name in visit.progress.begun if not CHAPTERS[name].again)
    chapter = visit.progress.chapter if visit.progress.chapter in begun else ""
    return replace(visit, progress=replace(visit.progress, chapter=chapter, begun=begun))


def reopen(visit: Visit) -> Visit:
    """Let the chapter that is open come again."""
    begun = tuple(name for name in visit.progress.begun if name != visit.progress.chapter)
    return replace(visit, progress=replace(visit.progress, begun=begun, chapter=""))


def list_lines(names: Collection[str]) -> frozenset[str]:
    """List the ids of the lines that these chapters speak by name."""
    return frozenset(line for name in names for line in CHAPTERS[name].lines)
