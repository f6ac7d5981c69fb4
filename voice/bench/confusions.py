"""Keep how often answers of people were heard as what, so that simulated engines can mishear as the real ones do.

The table has the columns label, found, certain and count. Labels are those of `reference.py`. A synthetic recording does not
count.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from voice.base.errors import UsageError
from voice.bench.reference import LABELS
from voice.bench.score import Scored

COLUMNS = ("label", "found", "certain", "count")
SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class Confusion:
    """What an answer was heard as. found: a label. certain: it counts without a read-back."""

    found: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Confusions:
    """How often an answer of each label was heard as what."""

    counts: dict[str, dict[Confusion, int]]

    def draw(self, label: str, chance: random.Random) -> Confusion:
        """Draw what an answer of that label is heard as. A label without recordings is heard rightly."""
        known = self.counts.get(label)
        return chance.choices(list(known), list(known.values()))[0] if known else Confusion(label)


def count_confusions(answers: Iterable[Scored]) -> Confusions:
    """Count over the recordings of people. A second label that also counts as right is heard as the first one."""
    counts: dict[str, Counter[Confusion]] = {}
    for row in answers:
        if row.kind != SYNTHETIC:
            found = Confusion(row.label if row.right else row.found, row.certain)
            counts.setdefault(row.label, Counter())[found] += 1
    return Confusions({label: dict(counts[label]) for label in LABELS if label in counts})


def write_confusions(path: Path, confusions: Confusions) -> None:
    rows = ((label, one.found, one.certain, count) for label, some in confusions.counts.items() for one, count in some.items())
    lines = ("\t".join(map(str, row)) for row in (COLUMNS, *sorted(rows)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_confusions(path: Path) -> Confusions:
    """Read the table. Raises UsageError, with the line, if it cannot be used."""
    counts: dict[str, dict[Confusion, int]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t"), start=2):
            try:
                label, found, certain, count = (row[name] for name in COLUMNS)
                counts.setdefault(label, {})[Confusion(found, certain == "True")] = int(count)
            except (KeyError, TypeError, ValueError) as reason:
                raise UsageError(f"{path}:{number}: not a row of confusions.", f"Columns: {', '.join(COLUMNS)}.") from reason
    return Confusions(counts)
