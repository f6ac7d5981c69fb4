"""Score a questionnaire of the practice: points of its items, sums of its scales, and the group that they lead to. Pure.

1. An item gives one point for a yes, or for a number from its limit on; or the number itself. `reversed` turns that round.
2. What was not answered, or not certainly, may be anything: every sum is a range, and the group is one of several.
3. The first group counts whose scales all reach what it asks. A score supports a clinician. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voice.speak.utterance import Utterance
from voice.understand.meaning import Meaning, Score

Range = tuple[float, float]

HIGHEST = 10.0
"""The upper end of an item that is a number."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question of it. question: its id in the script. points_from: the number that gives a point; None for the number itself.

    is_scale: it asks for a number, not for yes or no. reversed: a no, or a low number, is what counts.
    """

    question: str
    is_scale: bool = False
    points_from: float | None = None
    reversed: bool = False

    @property
    def most(self) -> float:
        """The most that it can give."""
        return HIGHEST if self.is_scale and self.points_from is None else 1.0


@dataclass(frozen=True, slots=True)
class Scale:
    """A sum of items. items: ids of their questions."""

    id: str
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What the sums lead to. least: what each scale named must reach; empty for the group that is left."""

    label: str
    least: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A questionnaire from a file of the practice. source: where it comes from, and by what right it is used."""

    id: str
    title: str
    source: str
    opening: Utterance
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered to an item. meaning: YES, NO or SCORE; anything else is no answer."""

    meaning: Meaning
    score: Score


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a scale: at least `low`, at most `high`, of `most`."""

    scale: Scale
    low: float
    high: float
    most: float


@dataclass(frozen=True, slots=True)
class Scores:
    """The sums of all scales, and the labels of the groups that they may lead to, the first one first; one if it is settled."""

    totals: tuple[Total, ...]
    groups: tuple[str, ...]


def compute_scores(questionnaire: Questionnaire, given: Mapping[str, Given]) -> Scores:
    """Compute the scores. given: what was certainly answered, by the id of the item's question."""
    items = {item.question: item for item in questionnaire.items}
    totals = tuple(_sum_up(scale, [items[name] for name in scale.items], given) for scale in questionnaire.scales)
    lowest = _find_group(questionnaire.groups, {total.scale.id: total.low for total in totals})
    highest = _find_group(questionnaire.groups, {total.scale.id: total.high for total in totals})
    return Scores(totals, tuple(group.label for group in questionnaire.groups[highest : lowest + 1]))


def _sum_up(scale: Scale, items: Iterable[Item], given: Mapping[str, Given]) -> Total:
    ranges = [(_count_points(item, given.get(item.question)), item.most) for item in items]
    low, high = (sum(points[end] for points, _ in ranges) for end in (0, 1))
    return Total(scale, low, high, sum(most for _, most in ranges))


def _count_points(item: Item, given: Given | None) -> Range:
    """Count the points of an item (rules 1 and 2)."""
    low, high = _count_forward(item, given)
    return (item.most - high, item.most - low) if item.reversed else (low, high)


def _count_forward(item: Item, given: Given | None) -> Range:
    if given and not item.is_scale and given.meaning in (Meaning.YES, Meaning.NO):
        points = float(given.meaning is Meaning.YES)
        return points, points
    if not given or not item.is_scale or given.meaning is not Meaning.SCORE:
        return 0.0, item.most
    if item.points_from is None:
        return given.score.low, given.score.high
    return float(given.score.low >= item.points_from), float(given.score.high >= item.points_from)


def _find_group(groups: tuple[Group, ...], sums: Mapping[str, float]) -> int:
    """The place of the first group whose scales all reach what it asks; the last one asks nothing."""
    fits = (place for place, group in enumerate(groups) if all(sums[name] >= least for name, least in group.least))
    return next(fits, len(groups) - 1)
