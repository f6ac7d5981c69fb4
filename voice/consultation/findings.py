"""Write down what an answer makes known: a finding, a mention, a doubt. Pure: from one visit to the next, nothing is said here.

The rules are those of `dialogue.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from voice.consultation.script import Finding, Level, Question
from voice.consultation.triage import find_level, is_new, is_old
from voice.consultation.visit import Visit
from voice.understand.meaning import Answer

DETOURS = 2
"""How often one question is put because its flag was mentioned."""


def note_mentions(visit: Visit, answer: Answer) -> Visit:
    """Keep what the answer tells outside its question (rule 18). What is present is not put again, nor anything beside an E."""
    if not answer.mentions:
        return visit
    asked = {question.id for question in visit.script.questions}
    told = [one for one in answer.mentions if one.question in asked]
    sure = {one.question for one in told if one.certain}
    present = tuple(name for name in visit.having(Finding.PRESENT) if is_new(visit, visit.script.question(name)))
    ended = any(find_level(visit, name) is Level.E for name in present)
    new = [one.question for one in told if one.question not in (*visit.pending, *present) and not ended]
    spent = {name for name in new if visit.detours.count(name) >= DETOURS}
    for name in sorted(spent):
        visit = set_finding(visit, choose_mentioned(visit, name).id, Finding.UNKNOWN)
    pending = (*visit.pending, *(name for name in new if name not in spent))
    return replace(visit, mentioned=tuple(sorted({*visit.mentioned, *sure})), pending=pending)


def close_mentions(visit: Visit) -> Visit:
    """Leave unknown what was mentioned and is not settled at the end (rule 19)."""
    told = {*visit.mentioned, *visit.pending}
    for name in sorted({*told, *visit.detours, *visit.proposed}):
        finding = visit.finding(name)
        if finding is None or (finding is Finding.ABSENT and name in told):
            visit = set_finding(visit, name, Finding.UNKNOWN)
    for flag in map(visit.script.question, visit.pending):
        if is_old(visit, flag):
            visit = set_finding(visit, choose_mentioned(visit, flag.id).id, Finding.UNKNOWN)
    return replace(visit, pending=()) if visit.pending else visit


def choose_mentioned(visit: Visit, name: str) -> Question:
    """Return what must be asked of a flag that was mentioned: its own question, or its follow-up if it is present already."""
    flag = visit.script.question(name)
    is_known = flag.recent is not None and visit.finding(name) is Finding.PRESENT
    return visit.script.question(flag.recent.question) if flag.recent and is_known else flag


def note_proposed(visit: Visit, names: Collection[str]) -> Visit:
    """Keep that a yes to these flags is proposed: not certain, told by an age, or perhaps told beside another yes (8 and 9b)."""
    return replace(visit, proposed=tuple(sorted({*visit.proposed, *names})))


def drop_proposed(visit: Visit) -> Visit:
    """Forget the yes that was read back: the patient has denied it."""
    settled = {question.id for question in visit.script.questions if question.settled_by == visit.open.id}
    return replace(visit, proposed=tuple(name for name in visit.proposed if name not in {visit.open.settles, *settled}))


def has_proposed(visit: Visit) -> bool:
    """Whether a yes was proposed and not denied since."""
    return any(visit.finding(name) is not Finding.ABSENT for name in visit.proposed)


def note_finding(visit: Visit, finding: Finding, name: str = "") -> Visit:
    """Add a finding of the flag, by default the open one; a yes or a sure mention that is denied later is unknown (7, 19)."""
    name = name or visit.open.settles
    if finding is Finding.ABSENT and name in (*visit.affirmed, *visit.mentioned):
        finding = Finding.UNKNOWN
    return set_finding(visit, name, finding)


def set_finding(visit: Visit, name: str, finding: Finding) -> Visit:
    others = tuple(pair for pair in visit.findings if pair[0] != name)
    affirmed = {*visit.affirmed, *([name] if finding is Finding.PRESENT else [])}
    return replace(visit, findings=(*others, (name, finding)), affirmed=tuple(sorted(affirmed)))


def doubt(visit: Visit, names: tuple[str, ...]) -> tuple[tuple[str, Finding], ...]:
    """Return the findings for while those are put again: a yes is unknown, any other answer is forgotten."""
    kept = ((name, Finding.UNKNOWN if name in names else finding) for name, finding in visit.findings)
    return tuple(pair for pair in kept if pair[0] not in names or pair[0] in visit.affirmed)
