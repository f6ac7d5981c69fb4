"""Walk every path through a script, and say which of them would be unsafe.

What must never happen:

1. A patient is reassured although a flag is not absent.
2. A visit ends calmer than a flag that is present demands,
3. or calmer than flags together demand (a rule of the script).
4. An emergency flag is unknown and the staff are not brought in.
5. An emergency was affirmed at any time and the staff are not brought in.
6. The outcome does not name a flag that is present.
7. A flag in the outcome is not spoken back.
8. An answer loses the yes to another question. Going back may.

What is walked: every combination of plain yes and no, and every way to answer unusually (silence, not knowing, going
back, asking again ...) at up to `unusual` points of one consultation, at all points. An answer to whether the patient
wants to stop is not counted, because an unusual one has led there.

Two situations are walked once, and their paths added up, if they can only continue alike:

9. The order in which the findings were made does not matter, because nothing reads it.
10. Once no unusual answer is left, only yes and no follow. Nobody goes back then, so neither the order of the questions
    put nor how often the patient went back matters, and at a yes/no question no count does.
11. The five requests (repeat, louder, explain ...) differ in what is said, not in the visit that follows (a test
    compares them). One stands for all.

A long script has too many combinations. There `flags` bounds how many of its questions are answered yes in one
consultation. That loses nothing: a rule joins two flags, the most urgent level wins, and another flag can only add a
level (tests judge every set of findings, and that more is never calmer). More unusual answers add nothing new either:
each is a request, which changes a bounded count, or a missing answer, which is treated alike wherever it comes. Random
walks of any length are left to the tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from voice.consultation.dialogue import advance, begin
from voice.consultation.script import Finding, Level, Question, Script
from voice.consultation.visit import Outcome, Step, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning

USUAL = (Answer(Meaning.YES), Answer(Meaning.NO))

REQUESTS = (Meaning.REPEAT, Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER, Meaning.EXPLAIN)
"""They change nothing about the answers; the first stands for all (11)."""

_SPECIAL = (Meaning.YES, Meaning.NO, Meaning.DURATION, Meaning.TOPIC, *REQUESTS[1:])

UNUSUAL = (
    *(Answer(meaning) for meaning in Meaning if meaning not in _SPECIAL),
    Answer(Meaning.NO, certain=False),
    Answer(Meaning.STOP, certain=False),
    Answer(Meaning.DURATION, days=Days(3, 3)),
    Answer(Meaning.DURATION, days=Days(35, 50)),
    Answer(Meaning.DURATION, days=Days(90, 120)),
    Answer(Meaning.TOPIC),
)

FEW = 14
"""A script with more yes/no questions than this is walked with at most MOST_FLAGS of them answered yes."""

MOST_FLAGS = 2


@dataclass(frozen=True, slots=True)
class WalkResult:
    """What was found on the way.

    states: different situations met. paths: consultations that they stand for. turns: answers on the longest path.
    endings: paths by level. violations: what must never happen, in words; empty if the script is safe.
    asked: ids of the questions that were reached. flags: the most questions answered yes in one consultation.
    """

    states: int
    paths: int
    turns: int
    endings: Counter[Level]
    violations: tuple[str, ...]
    asked: frozenset[str]
    flags: int


@dataclass(frozen=True, slots=True)
class _Beyond:
    """The paths that lie beyond one state."""

    turns: int = 0
    endings: Counter[Level] = field(default_factory=Counter)

    def add(self, other: _Beyond, times: int = 1) -> _Beyond:
        """Add the paths beyond one more answer, or beyond so many answers that continue alike."""
        more = Counter({level: paths * times for level, paths in other.endings.items()})
        return _Beyond(max(self.turns, other.turns + 1), self.endings + more)


def walk(script: Script, unusual: int = 1, flags: int = 0) -> WalkResult:
    """Walk all paths with at most `unusual` unusual answers and `flags` yeses each.

    flags: 0 lets the size of the script decide.
    """
    flags = flags or (len(script.questions) if len(script.questions) <= FEW else MOST_FLAGS)
    walker = _Walker(flags)
    beyond = walker.walk(begin(script), unusual)
    return WalkResult(
        states=len(walker.seen),
        paths=sum(beyond.endings.values()),
        turns=beyond.turns,
        endings=beyond.endings,
        violations=tuple(sorted(walker.violations)),
        asked=frozenset(walker.asked),
        flags=flags,
    )


def list_usual_answers(visit: Visit) -> tuple[Answer, ...]:
    """Return the answers that are usual at this point."""
    if visit.puts_open and visit.open.limit_days:
        return (*USUAL, Answer(Meaning.DURATION, days=Days(7, 7)), Answer(Meaning.DURATION, days=Days(60, 60)))
    return USUAL


_Key = tuple[object, ...]


class _Walker:
    def __init__(self, flags: int) -> None:
        self.flags = flags
        self.seen: dict[_Key, _Beyond] = {}
        self.violations: set[str] = set()
        self.asked: set[str] = set()

    def walk(self, step: Step, budget: int) -> _Beyond:
        if isinstance(step.then, Outcome):
            self.violations.update(find_violations(step))
            return _Beyond(0, Counter({step.then.level: 1}))
        self.asked.add(step.then.id)
        key = _make_key(step.visit, budget)
        if key not in self.seen:
            self.seen[key] = self._add_up(step.visit, budget)
        return self.seen[key]

    def _add_up(self, visit: Visit, budget: int) -> _Beyond:
        beyond = _Beyond()
        for answer in list_usual_answers(visit):
            if not self._too_many(visit, answer):
                beyond = beyond.add(self._take(visit, answer, budget))
        for answer in UNUSUAL if budget or visit.stopping else ():
            times = len(REQUESTS) if answer.meaning in REQUESTS else 1
            beyond = beyond.add(self._take(visit, answer, budget if visit.stopping else budget - 1), times)
        return beyond

    def _too_many(self, visit: Visit, answer: Answer) -> bool:
        """Whether one more yes would be one flag too many."""
        is_yes = visit.puts_open and answer.meaning in (Meaning.YES, Meaning.DURATION)
        return is_yes and len({*visit.affirmed, visit.open.settles}) > self.flags

    def _take(self, visit: Visit, answer: Answer, budget: int) -> _Beyond:
        step = advance(visit, answer)
        self.violations.update(_find_lost(visit, answer, step))
        return self.walk(step, budget)


def _make_key(visit: Visit, budget: int) -> _Key:
    """Return all that the visit can still depend on (9, 10), as texts and numbers: they are quick to compare."""
    findings = tuple(sorted([f"{name} {finding.value}" for name, finding in visit.findings]))
    counts = (visit.misses, visit.silences, visit.asides) if budget or not _is_plain_question(visit) else ()
    past = (visit.path, visit.returns, visit.heard) if budget else (visit.path[-1], *sorted(visit.path))
    kept = (visit.rounds, visit.read_back, visit.topic, visit.waiting, visit.stopping)
    return (visit.phase.value, findings, visit.affirmed, counts, past, *kept, budget)


def _is_plain_question(visit: Visit) -> bool:
    return visit.puts_open and visit.open.kind is Kind.FLAG


def find_violations(step: Step) -> Iterator[str]:
    """Return what this ending does that must never happen, in words."""
    visit, outcome = step.visit, step.then
    assert isinstance(outcome, Outcome)
    for rule, broken in _ENDING_RULES.items():
        if broken(visit, outcome):
            after = ", ".join(f"{name} {finding}" for name, finding in visit.findings)
            yield f"{rule}: {outcome.level} after {after}"
    said = {utterance.id for utterance in step.say}
    for name in outcome.flags:
        if f"{name}.ja" not in said:
            yield f"a flag is not spoken back: {name} at {outcome.level}"


def _find_lost(visit: Visit, answer: Answer, step: Step) -> Iterator[str]:
    """Find a yes that an answer to another question has lost (rule 8)."""
    if not visit.puts_open or answer.meaning is Meaning.BACK:
        return
    kept, settled = dict(step.visit.findings), visit.open.settles
    for name, finding in visit.findings:
        if finding is Finding.PRESENT and name != settled and kept.get(name) is not Finding.PRESENT:
            yield f"an answer to {visit.open.id} lost the yes to {name}"


def _is_absent(visit: Visit, question: Question) -> bool:
    """Whether the flag was denied, or rightly never asked for."""
    found, gate = visit.finding(question.id), question.gate
    closed = gate is not None and not any(visit.finding(name) in gate.findings for name in gate.questions)
    return found is Finding.ABSENT or (found is None and closed)


def _reassures_wrongly(visit: Visit, outcome: Outcome) -> bool:
    flags = [q for q in visit.script.questions if q.settles == q.id and q.level is not Level.NONE]
    affirmed = any(question.id in visit.affirmed for question in flags)
    return outcome.level is Level.REASSURE and (affirmed or not all(_is_absent(visit, q) for q in flags))


def _is_too_calm(visit: Visit, outcome: Outcome) -> bool:
    present = [visit.script.question(name).level for name in visit.having(Finding.PRESENT)]
    return any(outcome.level.urgency > level.urgency for level in present)


def _leaves_emergency_unknown(visit: Visit, outcome: Outcome) -> bool:
    unknown = [visit.script.question(name).level for name in visit.having(Finding.UNKNOWN)]
    return Level.E in unknown and outcome.level not in (Level.E, Level.STAFF)


def _ignores_rule(visit: Visit, outcome: Outcome) -> bool:
    held = [rule for rule in visit.script.rules if all(visit.finding(name) is Finding.PRESENT for name in rule.when)]
    return any(outcome.level.urgency > rule.level.urgency for rule in held)


def _leaves_in_danger(visit: Visit, outcome: Outcome) -> bool:
    emergencies = [name for name in visit.affirmed if visit.script.question(name).level is Level.E]
    return bool(emergencies) and outcome.level not in (Level.E, Level.STAFF)


def _omits_flags(visit: Visit, outcome: Outcome) -> bool:
    return set(visit.having(Finding.PRESENT)) != set(outcome.flags)


_ENDING_RULES: dict[str, Callable[[Visit, Outcome], bool]] = {
    "reassured without every flag absent": _reassures_wrongly,
    "ended calmer than a flag demands": _is_too_calm,
    "ended calmer than flags together demand": _ignores_rule,
    "an unknown emergency flag did not bring in the staff": _leaves_emergency_unknown,
    "an emergency that was once affirmed did not bring in the staff": _leaves_in_danger,
    "a flag is not named": _omits_flags,
}
"""Rules 1 to 6, in their order."""
