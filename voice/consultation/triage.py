"""The rules: what follows from the findings, and which question is due. Pure.

The most urgent of these decides (docs/grounds.md, urgency): the level of each flag that is
present, the level of each pair rule that holds, and what the script says of each missing answer.
Reassurance remains only where every flag is absent; nothing that is found later can make it calmer.
"""

from __future__ import annotations

from voice.consultation.script import Finding, Level, Question, Rule, most_urgent
from voice.consultation.visit import Outcome, Visit
from voice.speak.utterance import Utterance


def judge(visit: Visit) -> Outcome:
    """The outcome that follows from what is known now."""
    script = visit.script
    flags, unknown = visit.having(Finding.PRESENT), visit.having(Finding.UNKNOWN)
    rules = tuple(rule for rule in script.rules if _holds(rule, visit))
    levels = [script.question(name).level for name in flags] + [rule.level for rule in rules]
    levels += [script.unknown[script.question(name).level] for name in unknown]
    level = most_urgent(levels, otherwise=Level.REASSURE)
    return Outcome(level, flags, unknown, tuple(rule.id for rule in rules))


def _holds(rule: Rule, visit: Visit) -> bool:
    return all(visit.finding(name) is Finding.PRESENT for name in rule.when)


def is_due(visit: Visit, question: Question) -> bool:
    """Whether a question must still be put. Going back and asking again take it out of the path."""
    return question.id not in visit.path and _opened(visit, question)


def _opened(visit: Visit, question: Question) -> bool:
    gate = question.gate
    return gate is None or any(visit.finding(name) in gate.findings for name in gate.questions)


def say_ending(visit: Visit, level: Level) -> tuple[Utterance, ...]:
    """What is said at that level, with the findings and the missing answers spoken back in their places."""
    spoken: list[Utterance] = []
    for name in _ending(visit, level):
        if name == "positives":
            spoken += say_positives(visit)
        elif name == "unknowns":
            spoken += _say_unknowns(visit)
        else:
            spoken.append(visit.script.line(name))
    return tuple(spoken)


def _ending(visit: Visit, level: Level) -> tuple[str, ...]:
    """An emergency that cannot travel by itself has an ending of its own."""
    script = visit.script
    calls = any(script.question(name).ambulance for name in visit.having(Finding.PRESENT))
    return script.ambulance if level is Level.E and calls else script.endings[level]


def say_positives(visit: Visit) -> tuple[Utterance, ...]:
    return tuple(visit.script.question(name).spoken_back for name in visit.having(Finding.PRESENT))


def _say_unknowns(visit: Visit) -> tuple[Utterance, ...]:
    return tuple(visit.script.question(name).spoken_unknown for name in visit.having(Finding.UNKNOWN))
