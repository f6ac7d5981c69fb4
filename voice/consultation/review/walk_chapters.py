"""Walk the chapters around the outcome from everywhere they can begin. Pure.

The walk of a script (`walk.py`) has only the topics after an outcome. With every chapter it would have too many situations: each
way to answer seven of them, for each way to answer the questions before. They are walked apart, because a chapter reads little
of what was found. Two visits in which a chapter begins can only continue alike if they have

1. the same outcome, at its level, and the same offer of topics;
2. the same movements that are not ruled out, and the same questions that a flag has answered already (`unless`);
3. the same chapters behind them, and the same of what a later chapter reads: the worry, the consent, how movement goes.

So one visit of each such class is walked, with every unusual answer that the walk has. The proof needs two things, and both are
checked, not assumed:

4. Nothing that is answered in a chapter changes what was found, but for a mention; the walk checks each of its answers.
5. No visit begins a chapter with a movement that something told rules out; that is checked in every visit of the walk that gets
   so far, not in one of each class.

After a mention its question follows, and what it leads to is walked as `walk.py` does; there only yes and no are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from voice.consultation.coach.briefing import CONSENT, is_answered
from voice.consultation.coach.movement import list_allowed
from voice.consultation.ending import conclude
from voice.consultation.review.moves import find_wrong_moves
from voice.consultation.review.testimony import Testimony
from voice.consultation.review.verdict import find_wrongs
from voice.consultation.review.wrong_chapters import find_wrong_chapters
from voice.consultation.script import Script
from voice.consultation.triage import has_chapters, offers_topics
from voice.consultation.visit import IN_CHAPTER, NO_PROGRESS, UNDECIDED, Phase, Progress, Step, Visit
from voice.understand.meaning import Answer

TOPICS = ("topics",)
"""The chapters that `walk.py` itself walks."""

STOPPED = "gestopt"
"""What is said to a patient who stops; nothing is asked after that."""

_LASTING = ("findings", "affirmed", "declined", "mentioned", "pending", "detours", "proposed", "path", "returns")
"""What a chapter must leave as it is."""


def leave_out_chapters(script: Script) -> Script:
    """Return the script with no chapter but the topics."""
    kept = {level: tuple(name for name in names if name in TOPICS) for level, names in script.after.items()}
    return replace(script, before=dict.fromkeys(script.before, ()), after=kept)


@dataclass(slots=True)
class Entries:
    """The visits in which a chapter begins, one of each class, with the testimony and the unusual answers that are left.

    whole: the script with its chapters. violations: what is wrong with any visit in which a chapter begins (5).
    """

    whole: Script
    found: dict[tuple[object, ...], tuple[Step, Testimony, int]] = field(default_factory=dict)
    violations: set[str] = field(default_factory=set)

    def add(self, after: Step, testimony: Testimony, budget: int) -> None:
        """Add a visit that has come to an outcome, if a chapter fits. budget: unusual answers that are left."""
        if not has_chapters(self.whole, after.visit.outcome.level):
            return
        before = replace(
            after.visit,
            script=self.whole,
            phase=Phase.ASK,
            outcome=UNDECIDED,
            progress=NO_PROGRESS,
            rounds=0,
            topic="",
            offered=0,
        )
        first = conclude(before)
        if first.visit.phase not in IN_CHAPTER:
            return
        if first.visit.phase is Phase.ADVISE:
            self.violations.update(find_wrongs(testimony, self.whole, first))
        self.violations.update(find_wrong_chapters(testimony, self.whole, first))
        movements = tuple(line for movement in list_allowed(first.visit) for line in movement.lines)
        told = replace(first, say=movements)
        self.violations.update(find_wrong_moves(replace(testimony, stands=True), self.whole, told))
        self.keep(first, testimony, budget)

    def keep(self, first: Step, testimony: Testimony, budget: int) -> None:
        """Keep the visit if it is the first of its class."""
        self.found.setdefault((make_class(first.visit), budget), (first, testimony, budget))


def has_come_to_chapters(after: Step) -> bool:
    """Whether a visit has come to an outcome that chapters may follow: the patient did not stop."""
    said = {utterance.id for utterance in after.say}
    has_come = after.visit.phase is Phase.ENDED or after.visit.phase in IN_CHAPTER
    return has_come and STOPPED not in said


def make_class(visit: Visit) -> tuple[object, ...]:
    """Return all that the chapters can still read of a visit (1 to 3)."""
    progress = visit.progress
    replies = {name: reply for name, reply in progress.replies if name in (CONSENT, progress.asks)}
    found = (
        visit.outcome.level,
        offers_topics(visit.script, visit.outcome),
        tuple(movement.id for movement in list_allowed(visit)),
        tuple(question.id for question in visit.script.coached if is_answered(visit, question)),
    )
    counts = (visit.misses, visit.silences, visit.asides, visit.rounds, visit.waiting, visit.stopping, visit.topic)
    return (visit.phase.value, *found, *counts, replace(progress, replies=()), tuple(replies.items()))


def find_lasting(progress: Progress) -> Progress:
    """Return what is still read of the chapters while a question is open that a mention has put in between."""
    if progress is NO_PROGRESS:
        return progress
    replies = tuple(pair for pair in progress.replies if pair[0] == CONSENT)
    return replace(progress, chapter="", asks="", place="", replies=replies)


def find_changed(before: Visit, answer: Answer, after: Visit) -> Iterator[str]:
    """Name what an answer in a chapter has changed that it must not (4)."""
    if before.phase in IN_CHAPTER and not answer.mentions and after.phase in IN_CHAPTER:
        changed = (name for name in _LASTING if getattr(before, name) != getattr(after, name))
        yield from (f"an answer in the chapter {before.progress.chapter} changed {name}" for name in changed)
