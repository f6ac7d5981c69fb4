"""Hold the visits of a population, and count how they end.

A visit of a patient who answers truly depends only on which questions get a yes. So each such set is held once in a script.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from voice.bench.population.rates import Disease, Estimate, Rates
from voice.bench.population.truth import Truth, answer, draw_band, draw_truth
from voice.consultation.dialogue import advance, begin
from voice.consultation.script import Level, Question, Script

Z = 1.96
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many. interval: of the share, with 95 % confidence (Wilson)."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """The share (0..1); 0 of nothing."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        spread = Z * Z / self.total
        middle = (self.value + spread / 2) / (1 + spread)
        half = Z * math.sqrt(self.value * (1 - self.value) / self.total + spread / self.total / 4) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class End:
    """How a visit ended.

    reasons: ids of the flags of that level that were found, or of the rules if these raised the level.
    old: the reasons that are an old complaint, to which the patient said yes all the same.
    is_long: the pain was too old for the script.
    """

    level: Level
    reasons: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Ends:
    """How the visits of one group ended."""

    counted: Counter[End] = field(default_factory=Counter)

    def __add__(self, other: Ends) -> Ends:
        return Ends(self.counted + other.counted)

    def leave_long(self) -> Ends:
        """Only the visits of patients whose pain was not too old for the script."""
        return Ends(Counter({end: count for end, count in self.counted.items() if not end.is_long}))

    def share(self, levels: Collection[Level]) -> Share:
        """The share of visits that ended at one of these levels."""
        return Share(sum(count for end, count in self.counted.items() if end.level in levels), self.counted.total())

    def count_reasons(self, level: Level) -> tuple[Counter[str], Counter[str]]:
        """How many visits ended at this level, by what raised them to it, and how many of these by an old complaint.

        A visit counts for each of its reasons.
        """
        found: Counter[str] = Counter()
        old: Counter[str] = Counter()
        for end, count in self.counted.items():
            if end.level is level:
                found.update(dict.fromkeys(end.reasons, count))
                old.update(dict.fromkeys(end.old, count))
        return found, old


class Holder:
    """Holds visits with one script. Keeps how each set of yeses ended."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._asked = frozenset(question.id for question in script.questions)
        self._known: dict[frozenset[str], End] = {}

    def hold(self, truth: Truth) -> End:
        long = {question.id for question in self.script.questions if question.limit_days and truth.days >= question.limit_days}
        key = self._asked.intersection(truth.says_yes).union(long)
        if key not in self._known:
            self._known[key] = self._hold(truth, bool(long))
        end = self._known[key]
        old = tuple(name for name in end.reasons if name in truth.says_yes and name not in truth.present)
        return replace(end, old=old) if old else end

    def _hold(self, truth: Truth, is_long: bool) -> End:
        step = begin(self.script)
        while isinstance(step.then, Question):
            step = advance(step.visit, answer(truth, step.then))
        outcome = step.then
        own = tuple(name for name in outcome.flags if self.script.question(name).level is outcome.level)
        return End(outcome.level, own or outcome.reasons, is_long=is_long)


@dataclass(frozen=True, slots=True)
class Population:
    """How the visits with one script ended, at each estimate: of ordinary patients by band, of others by disease."""

    script: Script
    ordinary: Mapping[tuple[str, Estimate], Ends]
    planted: Mapping[tuple[str, Estimate], Ends]


def hold_visits(rates: Rates, scripts: Collection[Script], visits: int, seed: int) -> tuple[Population, ...]:
    """Hold so many visits of each band and of each disease, at each estimate. Every script meets the same patients."""
    holders = [Holder(script) for script in scripts]
    ordinary: list[dict[tuple[str, Estimate], Ends]] = [{} for _ in holders]
    planted: list[dict[tuple[str, Estimate], Ends]] = [{} for _ in holders]
    for estimate in Estimate:
        for band in range(len(rates.bands)):
            truths = [_draw(rates, estimate, None, band, seed, number) for number in range(visits)]
            for holder, ends in zip(holders, ordinary, strict=True):
                ends[rates.bands[band].id, estimate] = Ends(Counter(map(holder.hold, truths)))
        for disease in rates.diseases:
            truths = [_draw(rates, estimate, disease, 0, seed, number) for number in range(visits)]
            for holder, ends in zip(holders, planted, strict=True):
                ends[disease.id, estimate] = Ends(Counter(map(holder.hold, truths)))
    return tuple(Population(holder.script, healthy, ill) for holder, healthy, ill in zip(holders, ordinary, planted, strict=True))


def _draw(rates: Rates, estimate: Estimate, disease: Disease | None, band: int, seed: int, number: int) -> Truth:
    """Draw the patient of that number. A disease draws the band itself."""
    random = Random(f"{seed} {disease.id if disease else rates.bands[band].id} {number}")
    return draw_truth(rates, draw_band(disease, random) if disease else band, random, estimate, disease)
