"""Decide what follows from the findings: the outcome, whether a question is due, what is said at the end. Pure.

Rules (docs/grounds.md, urgency):

1. The most urgent of these decides: the level of each flag that is present, the level of each pair rule that holds,
   and the level that the script gives to each missing answer.
2. Reassurance remains only if every flag is absent.
3. A flag that was told outside its question beyond doubt, and then denied or not settled, is missing; the script says
   under `told_and_denied` what that brings. A question that is only put if its flag is mentioned is missing only then.
4. Nothing that is found later makes an outcome calmer. This follows from 1: a finding only adds a level.
5. An emergency that cannot travel by itself has an ending of its own.
"""

from __future__ import annotations

from voice.consultation.script import Finding, Level, Question, Rule, most_urgent
from voice.consultation.visit import Outcome, Visit
from voice.speak.utterance import Utterance


def judge(visit: Visit) -> Outcome:
    """Return the outcome that follows from what is known now (rules 1 to 3)."""
    script = visit.script
    flags, unknown = visit.having(Finding.PRESENT), visit.having(Finding.UNKNOWN)
    rules = tuple(rule for rule in script.rules if _holds(rule, visit))
    levels = [script.question(name).level for name in flags] + [rule.level for rule in rules]
    levels += [_level_of_missing(visit, name) for name in unknown]
    return Outcome(most_urgent((*levels, Level.REASSURE)), flags, unknown, tuple(rule.id for rule in rules))


def _level_of_missing(visit: Visit, name: str) -> Level:
    script, level = visit.script, visit.script.question(name).level
    usual = script.unknown[level]
    return most_urgent((usual, script.told_and_denied.get(level, usual))) if name in visit.mentioned else usual


def _holds(rule: Rule, visit: Visit) -> bool:
    return all(visit.finding(name) is Finding.PRESENT for name in rule.when)


def is_due(visit: Visit, question: Question) -> bool:
    """Whether a question must be put by itself: it is not on the path, the findings open its gate, and no mention is needed."""
    gate = question.gate
    if question.if_mentioned:
        return False
    is_open = gate is None or any(visit.finding(name) in gate.findings for name in gate.questions)
    return is_open and question.id not in visit.path


def say_ending(visit: Visit, level: Level) -> tuple[Utterance, ...]:
    """Return what is said at that level, with the findings and the missing answers spoken back in their places."""
    spoken: list[Utterance] = []
    for name in _choose_ending(visit, level):
        if name == "positives":
            spoken += say_positives(visit)
        elif name == "unknowns":
            spoken += (visit.script.question(name).spoken_unknown for name in visit.having(Finding.UNKNOWN))
        else:
            spoken.append(visit.script.line(name))
    return tuple(spoken)


def _choose_ending(visit: Visit, level: Level) -> tuple[str, ...]:
    """Return the names of the lines, by rule 5."""
    script = visit.script
    calls = any(script.question(name).ambulance for name in visit.having(Finding.PRESENT))
    return script.ambulance if level is Level.E and calls else script.endings[level]


def say_positives(visit: Visit) -> tuple[Utterance, ...]:
    """Return the sentences that speak the flags that are present back to the patient."""
    return tuple(visit.script.question(name).spoken_back for name in visit.having(Finding.PRESENT))
