"""Score understood answers: right, flips, false accepts, by label and by kind of recording. Pure.

1. The labels are those of the reference files: yes, no, dont_know, repeat, stop, help, none.
2. A recording may have a second label that also counts as right.
3. A flip (yes taken for no, or no for yes) never counts as right.
4. Copies of one recording are not independent. So shares are of source recordings: each has weight 1, and its clips share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from voice.bench.reference import LABELS, Recording
from voice.understand.meaning import Meaning

DECISIVE = ("yes", "no")
SAMPLES = 2000
"""How often the bootstrap draws the sources again."""
SEED = 23

Count = TypeVar("Count")

LABEL_OF = {
    Meaning.YES: "yes",
    Meaning.NO: "no",
    Meaning.UNSURE: "dont_know",
    Meaning.REPEAT: "repeat",
    Meaning.STOP: "stop",
    Meaning.HELP: "help",
    Meaning.ALARM: "help",
}
"""The label that a meaning counts as. A meaning after which the question is asked again counts as none."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One answer.

    label: the right one. also: a second one that counts too, or "". found: the label of what was understood.
    kind: real, synthetic or mixed, or another of the reference. seconds: time to understand it.
    certain: whether it counts without a read-back. source: the recording of which it is a clip.
    traits: what is known of the speaker, as (column, value).
    """

    label: str
    also: str
    kind: str
    found: str
    seconds: float = 0.0
    certain: bool = True
    source: str = ""
    traits: tuple[tuple[str, str], ...] = ()

    @property
    def right(self) -> bool:
        return self.found in (self.label, self.also)


@dataclass(frozen=True, slots=True)
class SourceShare:
    """A share (0..1) of so many source recordings, and the ends of its 95 % interval."""

    value: float
    low: float
    high: float
    sources: int


@dataclass(frozen=True, slots=True)
class Score(Generic[Count]):
    """What was made of one kind of answers, counted in clips as (count, total), or as a SourceShare of the sources."""

    kind: str
    right: Count
    by_label: tuple[tuple[str, Count], ...]
    yes_to_no: Count
    no_to_yes: Count
    other_as_yes: Count
    other_as_no: Count
    not_accepted: Count


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Counts over the recordings of a group.

    taken: neither yes nor no, but heard as one of them. as_no: those of them heard as no.
    mistaken: yes heard as no or the reverse, or something else heard as one of them, with certainty.
    """

    right: int = 0
    total: int = 0
    yes_to_no: int = 0
    no_to_yes: int = 0
    taken: int = 0
    as_no: int = 0
    mistaken: int = 0


def score_answer(row: Recording, meaning: Meaning, seconds: float = 0.0, certain: bool = True) -> Scored:
    """Compare what was understood of a recording with its labels. seconds: time to understand it."""
    return Scored(row.label, row.also, row.kind, LABEL_OF.get(meaning, "none"), seconds, certain, row.source, row.traits)


def score(answers: Iterable[Scored], kind: str) -> Score[tuple[int, int]]:
    """Count the clips of one kind."""
    return _score(answers, kind, _count)


def score_sources(answers: Iterable[Scored], kind: str) -> Score[SourceShare]:
    """Count the source recordings of one kind."""
    return _score(answers, kind, _measure_share)


def _score(
    answers: Iterable[Scored], kind: str, count: Callable[[list[Scored], Callable[[Scored], bool]], Count]
) -> Score[Count]:
    rows = [row for row in answers if kind in ("all", row.kind)]
    by_label = {label: [row for row in rows if row.label == label] for label in LABELS}
    other = [row for row in rows if row.label not in DECISIVE]
    return Score(
        kind,
        count(rows, lambda row: row.right),
        tuple((label, count(some, lambda row: row.right)) for label, some in by_label.items() if some),
        count(by_label["yes"], lambda row: row.found == "no"),
        count(by_label["no"], lambda row: row.found == "yes"),
        count(other, lambda row: row.found == "yes" and not row.right),
        count(other, lambda row: row.found == "no" and not row.right),
        count([*by_label["yes"], *by_label["no"]], lambda row: row.found not in DECISIVE),
    )


def _count(rows: list[Scored], counts: Callable[[Scored], bool]) -> tuple[int, int]:
    return sum(map(counts, rows)), len(rows)


def _measure_share(rows: list[Scored], counts: Callable[[Scored], bool]) -> SourceShare:
    by_source: dict[str, list[bool]] = {}
    for row in rows:
        by_source.setdefault(row.source, []).append(counts(row))
    return bootstrap([sum(clips) / len(clips) for clips in by_source.values()])


def bootstrap(shares: Sequence[float]) -> SourceShare:
    """Average the shares of sources, and find the interval by drawing the sources again, with the same seed each time.

    If all are alike, drawing again finds nothing. Then the interval holds what so many sources can miss (0 of n: rule of three).
    """
    if not shares:
        return SourceShare(0.0, 0.0, 1.0, 0)
    number, mean = len(shares), float(np.mean(shares))
    if min(shares) == max(shares):
        missed = 1 - 0.05 ** (1 / number)
        return SourceShare(mean, mean * (1 - missed), mean + (1 - mean) * missed, number)
    means = np.random.default_rng(SEED).choice(shares, (SAMPLES, number)).mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return SourceShare(mean, float(low), float(high), number)


def list_traits(answers: Iterable[Scored], name: str) -> list[str]:
    """List what the table says in that column of the speakers of these answers."""
    return sorted({value for row in answers for column, value in row.traits if column == name})


def list_kinds(answers: Iterable[Scored]) -> list[str]:
    """List the kinds of these answers, and "all"."""
    return [*sorted({row.kind for row in answers}), "all"]


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie; 0 if there are none."""
    return float(np.percentile(values, 100 * share)) if values else 0.0
