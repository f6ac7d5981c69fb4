"""Score understood answers: right, flips, false accepts, by label and by kind of recording. Pure.

1. The labels are those of the reference files: yes, no, dont_know, repeat, stop, help, none.
2. A recording may have a second label that also counts as right.
3. A flip (yes taken for no, or no for yes) never counts as right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import quantiles

from voice.understand.meaning import Meaning

LABELS = ("yes", "no", "dont_know", "repeat", "stop", "help", "none")
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
    """

    label: str
    also: str
    kind: str
    found: str
    seconds: float = 0.0

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


def score(answers: Iterable[Scored], kind: str) -> Score:
    """Count over the answers of one kind."""
    rows = [row for row in answers if kind in ("all", row.kind)]
    other = [row for row in rows if row.label not in DECISIVE]
    decisive = [row for row in rows if row.label in DECISIVE]
    return Score(
        kind,
        (sum(row.right for row in rows), len(rows)),
        tuple(_count_label(rows, label) for label in LABELS if any(row.label == label for row in rows)),
        _count_taken(rows, "yes", "no"),
        _count_taken(rows, "no", "yes"),
        (sum(row.found == "yes" and not row.right for row in other), len(other)),
        (sum(row.found == "no" and not row.right for row in other), len(other)),
        (sum(row.found not in DECISIVE for row in decisive), len(decisive)),
    )


def _count_label(rows: list[Scored], label: str) -> tuple[str, int, int]:
    of_label = [row for row in rows if row.label == label]
    return label, sum(row.right for row in of_label), len(of_label)


def _count_taken(rows: list[Scored], label: str, found: str) -> tuple[int, int]:
    of_label = [row for row in rows if row.label == label]
    return sum(row.found == found for row in of_label), len(of_label)


def count_confusions(answers: Iterable[Scored]) -> Counter[tuple[str, str]]:
    """Count how often each label was understood as each other: (label, found) -> count."""
    return Counter((row.label, row.found) for row in answers)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie; 0 if there are none."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[min(98, max(0, round(100 * share) - 1))]
