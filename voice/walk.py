"""Walk every path through a script, and say which of them would be unsafe.

Every combination of plain yes and no is walked, and every way to answer unusually (silence, not
knowing, going back, asking again ...) at up to `unusual` points of one consultation, at all points.
More unusual answers add nothing new: each is either a request, which changes a bounded count, or a
missing answer, which the dialogue treats alike wherever it comes; random walks of any length are
left to the tests. States that can only continue alike are walked once and their paths added up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from voice.dialogue import Outcome, Phase, Step, Visit, advance, begin
from voice.meaning import Answer, Days, Meaning
from voice.script import Finding, Level, Question, Script

USUAL = (Answer(Meaning.YES), Answer(Meaning.NO))

UNUSUAL = (
    *(Answer(meaning) for meaning in Meaning if meaning not in (Meaning.YES, Meaning.NO, Meaning.DURATION, Meaning.TOPIC)),
    Answer(Meaning.NO, certain=False),
    Answer(Meaning.DURATION, days=Days(3, 3)),
    Answer(Meaning.DURATION, days=Days(35, 50)),
    Answer(Meaning.DURATION, days=Days(90, 120)),
    Answer(Meaning.TOPIC),
)


@dataclass(frozen=True, slots=True)
class Walked:
    """What was found on the way.

    states: different situations met. paths: consultations they stand for. turns: answers on the longest path.
    endings: paths by level. violations: what must never happen, in words; empty where the script is safe.
    asked: ids of the questions that were reached.
    """

    states: int
    paths: int
    turns: int
    endings: Counter[Level]
    violations: tuple[str, ...]
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Tally:
    """What lies beyond one state."""

    turns: int = 0
    endings: Counter[Level] = field(default_factory=Counter)

    def after(self, other: _Tally) -> _Tally:
        return _Tally(max(self.turns, other.turns + 1), self.endings + other.endings)


def walk(script: Script, unusual: int = 2) -> Walked:
    """Walk all paths with at most `unusual` unusual answers each."""
    walker = _Walker(unusual)
    tally = walker.beyond(begin(script), unusual)
    paths = sum(tally.endings.values())
    return Walked(len(walker.seen), paths, tally.turns, tally.endings, tuple(sorted(walker.violations)), frozenset(walker.asked))


def answers(visit: Visit) -> tuple[Answer, ...]:
    """The answers that are usual at this point."""
    if visit.phase is Phase.ASK and visit.open.limit_days:
        return (*USUAL, Answer(Meaning.DURATION, days=Days(7, 7)), Answer(Meaning.DURATION, days=Days(60, 60)))
    return USUAL


class _Walker:
    def __init__(self, unusual: int) -> None:
        self.seen: dict[tuple[Visit, int], _Tally] = {}
        self.violations: set[str] = set()
        self.asked: set[str] = set()

    def beyond(self, step: Step, budget: int) -> _Tally:
        if isinstance(step.then, Outcome):
            self.violations.update(violations(step))
            return _Tally(0, Counter({step.then.level: 1}))
        self.asked.add(step.then.id)
        key = (_alike(step.visit), budget)
        if key not in self.seen:
            self.seen[key] = self._tally(step.visit, budget)
        return self.seen[key]

    def _tally(self, visit: Visit, budget: int) -> _Tally:
        tally = _Tally()
        for answer in answers(visit):
            tally = tally.after(self._taken(visit, answer, budget))
        for answer in UNUSUAL if budget else ():
            tally = tally.after(self._taken(visit, answer, budget - 1))
        return tally

    def _taken(self, visit: Visit, answer: Answer, budget: int) -> _Tally:
        step = advance(visit, answer)
        self.violations.update(_lowered(visit, answer, step))
        return self.beyond(step, budget)


def _alike(visit: Visit) -> Visit:
    """The same visit with the order of its findings forgotten, as nothing depends on it."""
    return replace(visit, findings=tuple(sorted(visit.findings)), affirmed=tuple(sorted(visit.affirmed)))


def violations(step: Step) -> Iterator[str]:
    """What this ending does that must never happen."""
    visit, outcome = step.visit, step.then
    for name, broken in _ENDING_RULES.items():
        if broken(visit, outcome):
            yield f"{name}: {outcome.level} after {dict(visit.findings)}"


def _lowered(visit: Visit, answer: Answer, step: Step) -> Iterator[str]:
    """A finding must not be lost by an answer to another question, unless the patient goes back."""
    if visit.phase is not Phase.ASK or answer.meaning is Meaning.BACK:
        return
    for name in visit.having(Finding.PRESENT):
        if name != visit.open.settles and step.visit.finding(name) is not Finding.PRESENT:
            yield f"an answer to {visit.open.id} lost the yes to {name}"


def _flags(visit: Visit) -> tuple[Question, ...]:
    return tuple(q for q in visit.script.questions if q.settles == q.id and not q.gate)


def _reassures_wrongly(visit: Visit, outcome: Outcome) -> bool:
    every = all(visit.finding(q.id) is Finding.ABSENT for q in _flags(visit))
    return outcome.level is Level.REASSURE and (not every or bool(visit.affirmed))


def _too_calm(visit: Visit, outcome: Outcome) -> bool:
    present = [visit.script.question(name).level for name in visit.having(Finding.PRESENT)]
    return any(outcome.level.urgency > level.urgency for level in present)


def _emergency_unknown(visit: Visit, outcome: Outcome) -> bool:
    unknown = [visit.script.question(name).level for name in visit.having(Finding.UNKNOWN)]
    return Level.E in unknown and outcome.level not in (Level.E, Level.STAFF)


def _names_missing(visit: Visit, outcome: Outcome) -> bool:
    return set(visit.having(Finding.PRESENT)) != set(outcome.flags)


_ENDING_RULES: dict[str, Callable[[Visit, Outcome], bool]] = {
    "reassured without every flag absent": _reassures_wrongly,
    "ended calmer than a flag demands": _too_calm,
    "an unknown emergency flag did not bring in the staff": _emergency_unknown,
    "a flag is not named": _names_missing,
}
