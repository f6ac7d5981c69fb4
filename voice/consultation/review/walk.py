"""Walk every path through a script, and say which of them would be unsafe.

Every outcome is judged by what was answered on the way, not by what the dialogue wrote down (`testimony.py`, `verdict.py`).
Besides, no answer may lose the yes to another question; going back may.

What is walked: every combination of plain yes and no, and every way to answer unusually (silence, not knowing, going
back, asking again, telling of another flag ...) at up to `unusual` points of one consultation, at all points. An answer
to whether the patient wants to stop is not counted, because an unusual one has led there; nor is one that settles nothing
when an answer is read back.

Two situations are walked once, and their paths added up, if they can only continue alike:

1. The order in which the findings were made does not matter, because nothing reads it.
2. Once no unusual answer is left, only yes and no follow. Nobody goes back then, so neither the order of the questions
    put nor how often the patient went back matters, and at a yes/no question no count does.
3. The five requests (repeat, louder, explain ...) differ in what is said, not in the visit that follows (a test
    compares them). One stands for all.
4. How often topics were named decides only which are named next.

A long script has too many combinations. There `flags` bounds how many flags are found in one consultation: yeses, and ages
that a rule names.

Usual answers are walked with two flags: a rule joins two, the most urgent level wins, and another flag can only add a level
(tests judge every set of findings, and that more is never calmer). An unusual answer is walked with one flag that comes before
it, or belongs to it: at its own question, at one that is put because of it, or at one that a gate opens. In the other order the
same findings are made (1). The flag before stands for all of its kind: of its level, with or without a follow-up, an ambulance,
a gate. An unusual answer is a request, which changes a bounded count, or a missing answer, which only adds a level, too. So
more of them add nothing new. Random walks of any length are left to the tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from voice.consultation.dialogue import advance, begin
from voice.consultation.review.moves import find_wrong_moves
from voice.consultation.review.testimony import Testimony, add_answer
from voice.consultation.review.verdict import find_wrongs
from voice.consultation.review.walk_answers import (
    READING_BACK,
    REQUESTS,
    SAYS_WHEN,
    SETTLING_NOTHING,
    UNUSUAL,
    WHILE_MOVING,
    list_every_mention,
    list_mentioning_answers,
    list_named,
    list_unusual_ages,
    list_usual_answers,
)
from voice.consultation.review.walk_chapters import (
    TOPICS,
    Entries,
    find_changed,
    find_lasting,
    has_come_to_chapters,
    leave_out_chapters,
    make_class,
)
from voice.consultation.review.wrong_chapters import find_wrong_chapters
from voice.consultation.script import Finding, Level, Question, Script
from voice.consultation.visit import IN_CHAPTER, Outcome, Phase, Step, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

FEW, FEW_PLAIN = 10, 14
"""A script with more questions than this is long, if answers may be unusual.
FEW_PLAIN: the same if every answer is a plain yes or no, which leaves far fewer situations.
"""

MOST_FLAGS = 2
"""Flags that are found in one consultation of a long script with usual answers; with unusual ones it is one less."""


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
    """Walk all paths with at most `unusual` unusual answers and `flags` yeses each, and then the chapters (`walk_chapters.py`).

    flags: 0 lets the size of the script decide.
    """
    plain = leave_out_chapters(script)
    if plain == script:
        return _walk_questions(script, unusual, flags, None)
    entries = Entries(script)
    questions = _walk_questions(plain, unusual, flags, entries.add)
    walker = _Walker(script, questions.flags, unusual)
    beyond = _Beyond()
    for first, testimony, budget in entries.found.values():
        beyond = beyond.add(walker.walk(first, testimony, budget))
    chapters = _summarize(walker, beyond, questions.flags)
    return _join(questions, replace(chapters, violations=(*chapters.violations, *entries.violations)))


_Enter = Callable[[Step, Testimony, int], None]
"""Takes a visit that has come to an outcome, what was said in it, and how many unusual answers are left."""


def _walk_questions(script: Script, unusual: int, flags: int, enter: _Enter | None) -> WalkResult:
    """Walk a script that has no chapters but the topics."""
    is_short = sum(not _is_about_age(question) for question in script.questions) <= (FEW if unusual else FEW_PLAIN)
    if unusual and not is_short and not flags:
        with_all = enter and (lambda after, testimony, _: enter(after, testimony, unusual))
        return _join(_walk_questions(script, 0, MOST_FLAGS, with_all), _walk_questions(script, unusual, MOST_FLAGS - 1, enter))
    flags = flags or (len(script.questions) if is_short else MOST_FLAGS)
    walker = _Walker(script, flags, unusual, enter)
    return _summarize(walker, walker.walk(begin(script), Testimony(), unusual), flags)


def _summarize(walker: _Walker, beyond: _Beyond, flags: int) -> WalkResult:
    return WalkResult(
        states=len(walker.seen),
        paths=sum(beyond.endings.values()),
        turns=beyond.turns,
        endings=beyond.endings,
        violations=tuple(sorted(walker.violations)),
        asked=frozenset(walker.asked),
        flags=flags,
    )


def _join(usual: WalkResult, unusual: WalkResult) -> WalkResult:
    """Add up two walks of one script. What both have walked is counted twice."""
    return WalkResult(
        states=usual.states + unusual.states,
        paths=usual.paths + unusual.paths,
        turns=max(usual.turns, unusual.turns),
        endings=usual.endings + unusual.endings,
        violations=tuple(sorted({*usual.violations, *unusual.violations})),
        asked=usual.asked | unusual.asked,
        flags=usual.flags,
    )


def _tell_kind(question: Question) -> tuple[object, ...]:
    """What the dialogue may treat differently about the flag of a question."""
    gated = question.gate is not None, question.if_mentioned
    return (question.kind, question.level, question.recent is not None, question.recent_level, question.ambulance, *gated)


def _is_about_age(question: Question) -> bool:
    return question.kind is Kind.AGE or bool(question.settled_by)


_Key = tuple[object, ...]


class _Walker:
    def __init__(self, script: Script, flags: int, budget: int, enter: _Enter | None = None) -> None:
        self.script = script
        self.enter = enter
        self.flags = flags
        self.budget = budget
        kinds = {_tell_kind(question): question.id for question in reversed(script.questions)}
        self.stand_ins = frozenset(kinds.values())
        self.follow_ups = frozenset(question.id for question in script.questions if question.recent_of)
        self.unusual = (*UNUSUAL, *list_mentioning_answers(script))
        self.mentions = tuple(one for one in list_every_mention(script) if one not in self.unusual)
        self.seen: dict[_Key, _Beyond] = {}
        self.violations: set[str] = set()
        self.asked: set[str] = set()

    def walk(self, step: Step, testimony: Testimony, budget: int) -> _Beyond:
        if isinstance(step.then, Outcome):
            self.violations.update(_explain(testimony, self.script, step))
            return _Beyond(0, Counter({step.then.level: 1}))
        self.asked.add(step.then.id)
        key = _make_key(step.visit, testimony, budget)
        if key not in self.seen:
            self.seen[key] = self._add_up(step, testimony, budget)
        return self.seen[key]

    def _add_up(self, step: Step, testimony: Testimony, budget: int) -> _Beyond:
        beyond, visit = _Beyond(), step.visit
        for answer in list_usual_answers(visit):
            if not self._too_many(visit, answer, budget):
                beyond = beyond.add(self._take(step, testimony, answer, budget))
        free = self.unusual if visit.stopping else SETTLING_NOTHING if visit.phase in READING_BACK else ()
        is_first = visit.phase is Phase.ASK and visit.path == (self.script.questions[0].id,)
        told = self.mentions if is_first else () if visit.phase is Phase.ASK else self.mentions[:1]
        says_when = SAYS_WHEN if visit.puts_open and visit.open.recent else ()
        moving = (Answer(one) for one in WHILE_MOVING if visit.asked.kind is Kind.MOVING)
        rare = (*self.unusual, *told, *list_unusual_ages(visit), *list_named(visit), *says_when, *moving)
        for answer in rare if budget else free:
            times = len(REQUESTS) if answer.meaning in REQUESTS else 1
            beyond = beyond.add(self._take(step, testimony, answer, budget if answer in free else budget - 1), times)
        return beyond

    def _too_many(self, visit: Visit, answer: Answer, budget: int) -> bool:
        """Whether the answer would make one flag too many. A follow-up belongs to the flag that it follows."""
        if not visit.puts_open or visit.open.recent_of or answer.meaning not in (Meaning.YES, Meaning.DURATION):
            return False
        if self._is_apart(visit) and (budget < self.budget or (budget and visit.open.id not in self.stand_ins)):
            return True
        return len({*visit.affirmed, visit.open.settles} - self.follow_ups) > self.flags

    def _is_apart(self, visit: Visit) -> bool:
        """Whether the open question has nothing to do with an unusual answer before it; asked only if flags are counted."""
        counted = bool(self.budget) and self.flags < len(self.script.questions)
        was_put = visit.misses or visit.silences or visit.asides or visit.open.id in visit.detours or visit.returns
        return counted and not was_put and visit.open.gate is None

    def _take(self, step: Step, testimony: Testimony, answer: Answer, budget: int) -> _Beyond:
        after = advance(step.visit, answer)
        self.violations.update((*_find_lost(step.visit, answer, after), *find_changed(step.visit, answer, after.visit)))
        testimony = add_answer(testimony, step, answer, self.script)
        if self.enter and step.visit.phase not in IN_CHAPTER and has_come_to_chapters(after):
            self.enter(after, testimony, budget)
        if asks_beyond(step.visit, after.visit):
            self.violations.update(_explain(testimony, self.script, after))
        self.violations.update(find_wrong_moves(testimony, self.script, after))
        self.violations.update(find_wrong_chapters(testimony, self.script, after))
        return self.walk(after, testimony, budget)


def _explain(testimony: Testimony, script: Script, step: Step) -> Iterator[str]:
    """Return what is wrong with this outcome, with the outcome and what was answered."""
    outcome = step.then if isinstance(step.then, Outcome) else step.visit.outcome
    for wrong in find_wrongs(testimony, script, step):
        said = {
            "yes": testimony.affirmed,
            "no": testimony.denied,
            "told": testimony.told,
            "hinted": testimony.hinted,
            "ever": testimony.ever,
            "given up": testimony.given_up,
        }
        after = "; ".join(f"{name}: {', '.join(sorted(flags))}" for name, flags in said.items() if flags)
        yield f"{wrong}: {outcome.level} after {after}"


def asks_beyond(before: Visit, after: Visit) -> bool:
    """Whether a chapter asks that did not ask before, after an outcome that has been told."""
    is_new = before.phase is not Phase.ADVISE or before.outcome != after.outcome
    return after.phase is Phase.ADVISE and (is_new or before.progress.chapter != after.progress.chapter)


def _make_key(visit: Visit, testimony: Testimony, budget: int) -> _Key:
    """Return all that the visit can still depend on (1, 2), as texts and numbers: they are quick to compare."""
    if visit.phase in IN_CHAPTER and visit.progress.begun != TOPICS:
        return (make_class(visit), testimony.open, testimony.stands, testimony.agrees, budget)
    findings = tuple(sorted([f"{name} {finding.value}" for name, finding in visit.findings]))
    counts = (visit.misses, visit.silences, visit.asides) if budget or not _is_plain_question(visit) else ()
    past = (visit.path, visit.returns, visit.heard) if budget else (visit.path[-1], *sorted(visit.path))
    kept = (
        visit.mentioned,
        visit.pending,
        visit.detours,
        visit.proposed,
        visit.rounds if visit.phase in IN_CHAPTER else 0,
        visit.read_back,
        visit.topic if visit.phase in IN_CHAPTER else "",
        visit.waiting,
        visit.stopping,
        visit.years if visit.phase is Phase.CONFIRM_AGE else None,
        visit.progress if visit.phase in IN_CHAPTER else find_lasting(visit.progress),
    )
    return (visit.phase.value, findings, visit.affirmed, counts, past, *kept, testimony, budget)


def _is_plain_question(visit: Visit) -> bool:
    return visit.puts_open and visit.open.kind is Kind.FLAG


def _find_lost(visit: Visit, answer: Answer, step: Step) -> Iterator[str]:
    """Find a yes that an answer to another question has lost."""
    if not visit.puts_open or answer.meaning is Meaning.BACK:
        return
    kept, settled = dict(step.visit.findings), visit.open.settles
    for name, finding in visit.findings:
        if finding is Finding.PRESENT and name != settled and kept.get(name) is not Finding.PRESENT:
            yield f"an answer to {visit.open.id} lost the yes to {name}"
