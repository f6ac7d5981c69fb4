"""Decide what follows from the findings: the outcome, whether a question is due, what is said at the end. Pure.

Rules (docs/grounds.md, urgency):

1. The most urgent of these decides: the level of each flag that is present, the level of each pair rule that holds,
   and the level that the script gives to each missing answer.
   A flag with a follow-up ("is that new or worse?") is old after a no to that: it has the level that the script gives to an old
   one, and counts in no pair rule. Without an answer the follow-up is missing: that brings somebody for an emergency, which is
   none for sure, and leaves any other flag its level.
2. Reassurance remains only if every flag is absent.
3. A flag that was told outside its question beyond doubt, and then denied or not settled, is missing; the script says
   under `told_and_denied` what that brings. A question that is only put if its flag is mentioned is missing only then.
4. Nothing that is found later makes an outcome calmer, except that a flag is old. Otherwise a finding only adds a level.
5. An emergency that cannot travel by itself has an ending of its own. Its flag has no follow-up, so it is never old.
6. The safety net never warns of what was found: the script says what comes instead. It does warn of what is old.
7. Topics are offered after reassurance, and after the outcomes that the script names. Nothing there is calmer than the outcome.
8. An age settles a question if all of it lies on one side of the question's figure.
9. A question of a chapter (`coach/`) that stays without a usable answer is missing, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

from voice.consultation.script import AMBULANCE, CHAPTERS, Caution, Finding, Level, Question, Rule, Script, most_urgent
from voice.consultation.visit import Answers, Outcome, Visit
from voice.speak.utterance import Utterance
from voice.understand.age.age import OLDEST, YOUNGEST
from voice.understand.meaning import Meaning, Years


def judge(visit: Visit) -> Outcome:
    """Return the outcome that follows from what is known now (rules 1 to 3)."""
    script = visit.script
    flags, unknown = visit.having(Finding.PRESENT), list_missing(visit)
    rules = tuple(rule for rule in script.rules if _holds(rule, visit))
    levels = [find_level(visit, name) for name in flags] + [rule.level for rule in rules]
    levels += [_level_of_missing(visit, name) for name in unknown]
    return Outcome(most_urgent((*levels, Level.REASSURE)), flags, unknown, tuple(rule.id for rule in rules))


def find_level(visit: Visit, name: str) -> Level:
    """Return the level that a flag that is present has (rule 1)."""
    flag = visit.script.question(name)
    if flag.recent and (is_old(visit, flag) or (flag.is_emergency and not is_new(visit, flag))):
        return flag.recent.otherwise
    return flag.level


def is_new(visit: Visit, flag: Question) -> bool:
    """Whether a flag is present, and new or worse if that matters."""
    follow_up = visit.finding(flag.recent.question) if flag.recent else Finding.PRESENT
    return visit.finding(flag.id) is follow_up is Finding.PRESENT


def is_old(visit: Visit, flag: Question) -> bool:
    """Whether a flag is present, and surely neither new nor worse."""
    denied = flag.recent is not None and visit.finding(flag.recent.question) is Finding.ABSENT
    return denied and visit.finding(flag.id) is Finding.PRESENT


def list_missing(visit: Visit) -> tuple[str, ...]:
    """Return the ids of the flags, and of the follow-ups to those that are present, that have no usable answer."""
    unknown, present = visit.having(Finding.UNKNOWN), visit.having(Finding.PRESENT)
    answered = (Finding.PRESENT, Finding.ABSENT)
    missing = tuple(
        question.id
        for question in visit.script.questions
        if question.id in unknown or (question.recent_of in present and visit.finding(question.id) not in answered)
    )
    return (*missing, *visit.progress.unsettled)


def _level_of_missing(visit: Visit, name: str) -> Level:
    script, question = visit.script, visit.script.question(name)
    if question.recent_level:
        return script.unknown[question.recent_level]
    level = question.level
    usual = script.unknown[level]
    return most_urgent((usual, script.told_and_denied.get(level, usual))) if name in visit.mentioned else usual


def _holds(rule: Rule, visit: Visit) -> bool:
    questions = map(visit.script.question, rule.when)
    return all(visit.finding(one.id) is Finding.PRESENT and not is_old(visit, one) for one in questions)


def is_due(visit: Visit, question: Question) -> bool:
    """Whether a question must be put by itself: it is not on the path, the findings open its gate, and no mention is needed.

    A question that the age settles is put if the age left it open, also if it was put before the age was asked again.
    """
    gate = question.gate
    if question.if_mentioned:
        return False
    if question.settled_by and (finding := visit.finding(question.id)) is not Finding.UNKNOWN:
        return finding is None
    is_open = gate is None or any(visit.finding(name) in gate.findings for name in gate.questions)
    return is_open and question.id not in visit.path


def sort_answers(visit: Visit) -> Answers:
    """Sort the flags by what is known of them. One whose question was due and was not put is not put; one that another answer
    would have opened is left out. One that was told outside its question and not settled is unknown.
    """
    known = {question.id: visit.finding(question.id) for question in visit.script.flags}
    told = {*visit.pending, *visit.mentioned}
    due = [question.id for question in visit.script.flags if is_due(visit, question)]
    unknown = [name for name, found in known.items() if (name in told if found is None else found is Finding.UNKNOWN)]
    return Answers(
        affirmed=tuple(name for name, found in known.items() if found is Finding.PRESENT),
        denied=tuple(name for name, found in known.items() if found is Finding.ABSENT),
        unknown=tuple(name for name in unknown if name not in visit.declined),
        declined=tuple(name for name in unknown if name in visit.declined),
        not_put=tuple(name for name in due if known[name] is None and name not in told),
    )


def has_chapters(script: Script, level: Level) -> bool:
    """Whether chapters may come before and after that outcome (`coach/`)."""
    return CHAPTERS in script.endings[level]


def offers_topics(script: Script, outcome: Outcome) -> bool:
    """Whether the patient may ask about topics after that outcome (rule 7)."""
    if outcome.level is Level.REASSURE:
        return True
    offer = script.offers.get(outcome.level)
    coached = {question.id for question in script.coached}
    return offer is not None and not (offer.only and {*outcome.flags, *outcome.unknown}.difference(offer.only, coached))


def say_ending(visit: Visit, level: Level) -> tuple[Utterance, ...]:
    """Return all that is said at that level if no chapter follows."""
    return _speak(visit, _choose_ending(visit, level))


def say_outcome(visit: Visit, level: Level) -> tuple[Utterance, ...]:
    """Return what is said at that level before its chapters: after reassurance with the advice that all get."""
    script, names = visit.script, visit.script.endings[level]
    told = _speak(visit, names[: names.index(CHAPTERS)])
    core = (line for name in script.core for line in script.topic(name).lines)
    return (*told, *core) if level is Level.REASSURE else told


def say_goodbye(visit: Visit, level: Level) -> tuple[Utterance, ...]:
    """Return what is said after the chapters."""
    names = visit.script.endings[level]
    return _speak(visit, names[names.index(CHAPTERS) + 1 :])


def list_warnings(visit: Visit, level: Level) -> tuple[tuple[Utterance, ...], tuple[Utterance, ...]]:
    """Return what is said of safety at the end of that level: what leads to the warning signs, and the signs."""
    nets = [name for name in _choose_ending(visit, level) if name in visit.script.safety_nets]
    said = [(caution, line) for name in nets for caution, line in _choose_cautions(visit, name)]
    return tuple(line for caution, line in said if not caution.flags), tuple(line for caution, line in said if caution.flags)


def name_ending(script: Script, outcome: Outcome) -> str:
    """Return the name of what is shown at an outcome: that of its level, or of an emergency that cannot travel (rule 5)."""
    calls = any(script.question(name).ambulance for name in outcome.flags)
    return AMBULANCE if calls and outcome.level is Level.E else str(outcome.level)


def _speak(visit: Visit, names: Iterable[str]) -> tuple[Utterance, ...]:
    """Return the lines of those names, with the findings, the missing answers and the safety nets in their places. What the
    patient would rather not say is never read out: the staff read it in the hand-over.
    """
    script = visit.script
    spoken: list[Utterance] = []
    for name in names:
        if name == "positives":
            spoken += say_positives(visit)
        elif name == "unknowns":
            missing = (name for name in list_missing(visit) if name not in visit.declined)
            spoken += (script.question(name).spoken_unknown for name in missing)
        elif name in script.safety_nets:
            spoken += (line for _, line in _choose_cautions(visit, name))
        elif name != CHAPTERS:
            spoken.append(script.line(name))
    return tuple(spoken)


def _choose_cautions(visit: Visit, name: str) -> Iterator[tuple[Caution, Utterance]]:
    """Choose what is said of a safety net, without warning of what was found (rule 6)."""
    flags = map(visit.script.question, visit.having(Finding.PRESENT))
    present = {flag.id for flag in flags if not is_old(visit, flag)}
    for caution in visit.script.safety_nets[name]:
        lines = (caution.line,) if present.isdisjoint(caution.flags) else caution.instead
        yield from ((caution, visit.script.line(line)) for line in lines)


def _choose_ending(visit: Visit, level: Level) -> tuple[str, ...]:
    """Return the names of the lines that are said where `name_ending` is shown."""
    script, outcome = visit.script, Outcome(level, visit.having(Finding.PRESENT))
    return script.ambulance if name_ending(script, outcome) == AMBULANCE else script.endings[level]


def say_positives(visit: Visit) -> tuple[Utterance, ...]:
    """Return the sentences that speak the flags that are present back to the patient, and which are new and which are old."""
    spoken: list[Utterance] = []
    for flag in map(visit.script.question, visit.having(Finding.PRESENT)):
        spoken.append(flag.spoken_back)
        if flag.recent and is_new(visit, flag):
            spoken.append(visit.script.question(flag.recent.question).spoken_back)
        elif flag.recent and is_old(visit, flag):
            spoken.append(visit.script.question(flag.recent.question).spoken_denied)
    return tuple(spoken)


def settle_by_age(script: Script, question: Question, years: Years) -> tuple[tuple[Question, Finding], ...]:
    """Return every question that an age in answer to this one settles, with its finding (rule 8)."""
    asked = ((one, one.expected.figure) for one in script.questions if one.settled_by == question.id)
    decided = ((one, figure.decide_range(years.low, years.high)) for one, figure in asked if figure)
    return tuple((one, _FINDINGS[meaning]) for one, meaning in decided if meaning in _FINDINGS)


def list_age_bands(script: Script, question: Question) -> tuple[Years, ...]:
    """List the ages within which every age settles the same, youngest first."""
    figures = (one.expected.figure for one in script.questions if one.settled_by == question.id)
    limits = sorted({math.ceil(limit) for figure in figures if figure for limit in figure.limits})
    inside = [limit for limit in limits if YOUNGEST < limit <= OLDEST]
    return tuple(Years(low, high - 1) for low, high in pairwise((YOUNGEST, *inside, OLDEST + 1)))


_FINDINGS = {Meaning.YES: Finding.PRESENT, Meaning.NO: Finding.ABSENT}


def say_age(script: Script, question: Question, years: Years) -> tuple[Utterance, ...]:
    """Return the sentences that speak an age back: the highest limit that it is not below, and the lowest that it is below."""
    above: dict[float, Utterance] = {}
    below: dict[float, Utterance] = {}
    for one, finding in settle_by_age(script, question, years):
        spoken = one.spoken_back if finding is Finding.PRESENT else one.spoken_denied
        for limit in one.expected.figure.limits if one.expected.figure else ():
            (above if years.low >= limit else below).setdefault(limit, spoken)
    nearest = ([above[max(above)]] if above else []) + ([below[min(below)]] if below else [])
    return tuple(dict.fromkeys(nearest))
