"""The table at the head of `dialogue.py` says what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.consultation.review.test_walk import asked
from tests.consultation.test_dialogue import SIXTY, WEEK
from tests.helpers.plain_script import keep_plain
from voice.consultation import dialogue
from voice.consultation.dialogue import advance
from voice.consultation.review.walk_answers import REQUESTS, WHILE_MOVING
from voice.consultation.script import Finding, Level, Script
from voice.consultation.visit import Outcome, Phase, Step
from voice.understand.meaning import Answer, Meaning


@pytest.fixture
def script(script: Script) -> Script:
    return keep_plain(script)


BEWEGEN = Answer(Meaning.TOPIC, topic="bewegen")
PHASES = (Phase.ASK, Phase.CONFIRM_NO, Phase.CONFIRM_FINDINGS, Phase.ADVISE)
"""The columns. Phase.CONFIRM_YES is as Phase.CONFIRM_NO, but a yes is present, and a stop does not hide it."""
HEAD = "    answer             ASK                  CONFIRM_NO     CONFIRM_FINDINGS  ADVISE"
COLUMNS = [HEAD.index(word) for word in HEAD.split()] + [200]


def has_found(finding: Finding) -> Callable[[Step, Step], bool]:
    return lambda before, after: after.visit.finding(before.visit.open.settles) is finding


def has_ended(level: Level) -> Callable[[Step, Step], bool]:
    return lambda before, after: isinstance(after.then, Outcome) and after.then.level is level


CELLS: dict[str, Callable[[Step, Step], bool]] = {
    "staff": has_ended(Level.STAFF),
    "stop": has_ended(Level.STOPPED),
    "told": has_ended(Level.S),
    "close": has_ended(Level.REASSURE),
    "present": has_found(Finding.PRESENT),
    "absent": has_found(Finding.ABSENT),
    "unknown": has_found(Finding.UNKNOWN),
    "by the limit": lambda before, after: not has_found(Finding.UNKNOWN)(before, after) and after.then is not before.then,
    "by the figures": lambda before, after: dict(after.visit.findings).items() >= {"vijfenzeventig": Finding.ABSENT}.items(),
    "settled": lambda before, after: after.visit.finding("minderjarig") is Finding.ABSENT,
    "once more": lambda before, after: after.then is before.then and after.visit.asides == before.visit.asides + 1,
    "read again": lambda before, after: after.then is before.then and after.visit.misses == before.visit.misses + 1,
    "again": lambda before, after: after.then is before.visit.open and after.visit.findings == before.visit.findings,
    "question before": lambda before, after: after.then.id == before.visit.path[-2],
    "put again": lambda before, after: after.then.id in before.visit.affirmed and after.visit.phase is Phase.ASK,
    "outcome": lambda before, after: after.visit.outcome.flags == before.visit.having(Finding.PRESENT),
    "menu": lambda before, after: after.then is before.then and after.visit.misses == before.visit.misses + 1,
    "topic": lambda before, after: after.then is before.then and after.visit.topic == "bewegen",
}


def read_table() -> Iterator[tuple[Phase, Meaning, str]]:
    """Read the cells of the table, each up to its comma or rule number."""
    rows = dialogue.__doc__.partition(HEAD)[2].strip("\n").splitlines()
    for row in rows:
        name, *cells = (row[start:end].strip() for start, end in pairwise(COLUMNS))
        if not name:
            return
        if name == "with a mention":
            continue
        meanings = (*REQUESTS, Meaning.WAIT) if name == "a request" else [Meaning[part] for part in name.split(", ")]
        for meaning in meanings:
            for phase, cell in zip(PHASES, cells, strict=True):
                said = cell.partition(" (")[0].partition(",")[0]
                yield phase, meaning, said
                if phase is Phase.CONFIRM_NO:
                    yield Phase.CONFIRM_YES, meaning, {Meaning.YES: "present", Meaning.STOP: "told"}.get(meaning, said)
                    yield Phase.CONFIRM_AGE, meaning, "settled" if meaning is Meaning.YES else said


def reach(script: Script, phase: Phase, meaning: Meaning) -> Step:
    """Return a step in that phase; one that asks for a duration or an age, if that is answered to it."""
    if phase is Phase.ASK:
        return asked(script, {Meaning.DURATION: "duur", Meaning.AGE: "leeftijd"}.get(meaning, "koorts"))
    if phase is Phase.CONFIRM_NO:
        return advance(asked(script, "koorts").visit, Answer(Meaning.NO, certain=False))
    if phase is Phase.CONFIRM_YES:
        return advance(asked(script, "koorts").visit, Answer(Meaning.YES, proposed=True))
    if phase is Phase.CONFIRM_AGE:
        return advance(asked(script, "leeftijd").visit, replace(SIXTY, certain=False))
    if phase is Phase.CONFIRM_FINDINGS:
        return advance(asked(script, "nachtpijn").visit, Answer(Meaning.YES))
    return asked(script, script.menu.id)


@pytest.mark.parametrize(("phase", "meaning", "cell"), list(read_table()), ids=str)
def test_the_table_says_what_an_answer_leads_to(script: Script, phase: Phase, meaning: Meaning, cell: str) -> None:
    before = reach(script, phase, meaning)
    assert before.visit.phase is phase
    answer = {Meaning.DURATION: WEEK, Meaning.AGE: SIXTY, Meaning.TOPIC: BEWEGEN}.get(meaning, Answer(meaning))
    assert CELLS[cell](before, advance(before.visit, answer))


def test_the_table_has_every_answer_in_every_phase() -> None:
    said = {(phase, meaning) for phase, meaning, _ in read_table()}
    outside = (Phase.BEFORE, Phase.ENDED)
    assert said == {(phase, meaning) for phase in Phase if phase not in outside for meaning in set(Meaning) - set(WHILE_MOVING)}
