"""End the questions: tell the outcome with the chapters around it, call the staff, or stop. Pure.

The rules are those of `dialogue.py`.
"""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapter import Move
from voice.consultation.coach.chapters import begin_next, forget_told
from voice.consultation.findings import close_mentions, has_proposed
from voice.consultation.script import Level, most_urgent
from voice.consultation.triage import has_chapters, judge, say_ending, say_goodbye, say_outcome
from voice.consultation.visit import Outcome, Phase, Step, Visit
from voice.speak.utterance import Utterance


def conclude(visit: Visit, lead: tuple[Utterance, ...] = (), may_ask: bool = True) -> Step:
    """End with the outcome of the findings, with the chapters around it (rule 22). may_ask: the patient did not stop."""
    visit = close_mentions(visit)
    outcome, script = judge(visit), visit.script
    if not (may_ask and has_chapters(script, outcome.level)):
        return _end(visit, outcome, lead)
    before = begin_next(replace(visit, phase=Phase.BEFORE, outcome=outcome), script.before.get(outcome.level, ()))
    if before.question:
        return follow(before, lead)
    told = replace(forget_told(before.visit), phase=Phase.ADVISE)
    return _begin_next(told, (*lead, *say_outcome(told, outcome.level)))


def _begin_next(visit: Visit, lead: tuple[Utterance, ...]) -> Step:
    """Begin the next chapter after the outcome; close if there is none."""
    move = begin_next(visit, visit.script.after.get(visit.outcome.level, ()))
    return follow(move, lead) if move.question else _close(visit, lead)


def follow(move: Move, lead: tuple[Utterance, ...] = ()) -> Step:
    """Do what a chapter does next (rule 22)."""
    visit, said = move.visit, (*lead, *move.say)
    if move.question:
        return Step(replace(visit, progress=replace(visit.progress, asks=move.question.id)), said, move.question)
    return conclude(visit, said) if visit.phase is Phase.BEFORE else _begin_next(visit, said)


def call_staff(visit: Visit, reason: str, lead: tuple[Utterance, ...]) -> Step:
    """End now and bring in the staff, or end at a more urgent level if the findings call for one."""
    visit = close_mentions(visit)
    known = judge(visit)
    level = most_urgent((Level.STAFF, known.level))
    return _end(visit, replace(known, level=level, reasons=(*known.reasons, reason)), lead)


def stop(visit: Visit) -> Step:
    """Stop, but still tell what was found or proposed (rule 5): leaving without it could do harm."""
    if visit.phase is Phase.ADVISE:
        return _close(visit)
    lead = (visit.script.line("gestopt"),)
    known = judge(close_mentions(visit))
    if known.flags or known.level is Level.STAFF or visit.mentioned or has_proposed(visit):
        return conclude(visit, lead, may_ask=False)
    return _end(visit, replace(known, level=Level.STOPPED, reasons=("gestopt",)), lead)


def _end(visit: Visit, outcome: Outcome, lead: tuple[Utterance, ...]) -> Step:
    visit = replace(visit, phase=Phase.ENDED, outcome=outcome)
    return Step(visit, (*lead, *say_ending(visit, outcome.level)), outcome)


def _close(visit: Visit, lead: tuple[Utterance, ...] = ()) -> Step:
    """Say what the script has after the chapters: the safety net and goodbye."""
    visit = replace(visit, phase=Phase.ENDED)
    return Step(visit, (*lead, *say_goodbye(visit, visit.outcome.level)), visit.outcome)
