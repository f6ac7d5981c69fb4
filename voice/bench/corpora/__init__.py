"""`ruggespraak bench import`: turn a published corpus into the table of recordings that `bench answers` reads.

`common_voice.py` and `jasmin.py` read a layout each, `labels.py` labels what was said, and `table.py` writes the table.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from voice.base.errors import UsageError
from voice.bench.corpora.common_voice import read_common_voice
from voice.bench.corpora.jasmin import read_jasmin
from voice.bench.corpora.labels import Labelling, make_labelling
from voice.bench.corpora.table import Imported, write_imported
from voice.bench.options import Report
from voice.bench.reference import LABELS
from voice.setup.scripts import find_expected
from voice.setup.settings import Settings

Reader = Callable[[Path, Labelling], Imported]
"""Reads the folder of a corpus. Raises UsageError, with file and line, if it is not laid out as published."""

READERS: dict[str, Reader] = {"common-voice": read_common_voice, "jasmin": read_jasmin}
NO_AGE = "unknown"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", choices=READERS, help="which corpus; models/README.md says how to get them")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where it was unpacked")
    parser.add_argument(
        "--output", type=Path, metavar="FILE.tsv", required=True, help="the table to write; it must not exist yet"
    )


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Write the table. Raises UsageError if the folder is not laid out as published, or holds no clear answer."""
    imported = READERS[options.corpus](options.folder, make_labelling(find_expected(settings, None)))
    if not imported.answers:
        left_out = "; ".join(f"{count} {reason}" for reason, count in imported.left_out.most_common())
        problem = f"{options.folder} holds no clear answer, so no table was written (left out: {left_out or 'nothing'})."
        raise UsageError(problem, "Give the folder of the whole Dutch corpus.")
    write_imported(options.output, imported)
    return Report(format_imported(options.output, imported), make_value(imported))


def format_imported(path: Path, imported: Imported) -> Iterator[str]:
    """Say how many answers of each age band were written, and why the rest was left out."""
    counts = _count_by_age(imported)
    yield f"{len(imported.answers)} answers in {path}"
    yield ""
    yield "age".ljust(12) + "".join(f"{label:>10}" for label in LABELS[:-1])
    yield from (f"{age:12}" + "".join(f"{counts[age][label]:>10}" for label in LABELS[:-1]) for age in sorted(counts))
    yield ""
    yield from (f"left out: {count:>9}  {reason}" for reason, count in imported.left_out.most_common())


def make_value(imported: Imported) -> dict[str, object]:
    """Make the JSON value of the same."""
    return {"answers": len(imported.answers), "by_age": _count_by_age(imported), "left_out": dict(imported.left_out)}


def _count_by_age(imported: Imported) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for answer in imported.answers:
        counts.setdefault(answer.age or NO_AGE, Counter())[answer.label] += 1
    return counts
