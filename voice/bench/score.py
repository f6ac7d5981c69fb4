"""Score understood answers: right, flips, false accepts, by label and by kind of recording. Pure.

1. The labels are those of the reference files: yes, no, dont_know, repeat, stop, help, none.
2. A recording may have a second label that also counts as right.
3. A flip (yes taken for no, or no for yes) never counts as right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from voice.bench.reference import LABELS, Recording
from voice.understand.meaning import Meaning

DECISIVE = ("yes", "no")

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
    certain: whether it counts without a read-back.
    """

    label: str
    also: str
    kind: str
    found: str
    seconds: float = 0.0
    certain: bool = True

    @property
    def right(self) -> bool:
        return self.found in (self.label, self.also)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over one kind of answers. Each pair is (count, total)."""

    kind: str
    right: tuple[int, int]
    by_label: tuple[tuple[str, int, int], ...]
    yes_to_no: tuple[int, int]
    no_to_yes: tuple[int, int]
    other_as_yes: tuple[int, int]
    other_as_no: tuple[int, int]
    not_accepted: tuple[int, int]


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
    return Scored(row.label, row.also, row.kind, LABEL_OF.get(meaning, "none"), seconds, certain)


def score(answers: Iterable[Scored], kind: str) -> Score:
    """Count over the answers of one kind."""
    rows = [row for row in answers if kind in ("all", row.kind)]
    by_label = {label: [row for row in rows if row.label == label] for label in LABELS}
    other = [row for row in rows if row.label not in DECISIVE]
    return Score(
        kind,
        _count(rows, lambda row: row.right),
        tuple((label, *_count(some, lambda row: row.right)) for label, some in by_label.items() if some),
        _count(by_label["yes"], lambda row: row.found == "no"),
        _count(by_label["no"], lambda row: row.found == "yes"),
        _count(other, lambda row: row.found == "yes" and not row.right),
        _count(other, lambda row: row.found == "no" and not row.right),
        _count([*by_label["yes"], *by_label["no"]], lambda row: row.found not in DECISIVE),
    )


def _count(rows: list[Scored], counts: Callable[[Scored], bool]) -> tuple[int, int]:
    return sum(map(counts, rows)), len(rows)


def list_kinds(answers: Iterable[Scored]) -> list[str]:
    """List the kinds of these answers, and "all"."""
    return [*sorted({row.kind for row in answers}), "all"]


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie; 0 if there are none."""
    return float(np.percentile(values, 100 * share)) if values else 0.0
