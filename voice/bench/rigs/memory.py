"""`ruggespraak bench memory`: measure what all processes of a real kiosk hold after each of many visits, and at their highest.

In each visit both engines hear one spoken answer; the other answers are touched.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from voice.bench.options import Report, add_number
from voice.bench.processes import Highest, ProcessMemory, add_shares, measure_memory, watch_memory
from voice.bench.rigs.spoken_kiosk import run_spoken_kiosk
from voice.setup.settings import Settings


@dataclass(frozen=True, slots=True)
class KioskMemory:
    """ready, first, last: what its processes held before a visit, after the first and after the last. highest: in between."""

    visits: int
    ready: list[ProcessMemory]
    first: list[ProcessMemory]
    last: list[ProcessMemory]
    highest: list[ProcessMemory]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--answer", type=Path, metavar="FILE", required=True, help="a recorded answer, spoken once in each visit")
    add_number(parser, "--visits", 50, "how many visits (default 50)")


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Hold the visits. The kiosk has the settings of a fresh installation, on a virtual sound card."""
    measured = measure(options.answer, options.visits)
    return Report(table(measured), asdict(measured))


def measure(answer: Path, visits: int) -> KioskMemory:
    """Hold the visits and measure the kiosk. Raises RuggespraakError if one of them does not end."""
    with TemporaryDirectory(prefix="memory-") as folder, run_spoken_kiosk(Path(folder)) as kiosk:
        ready, after = measure_memory(kiosk.process), []
        with watch_memory(kiosk.process) as highest:
            for _ in range(visits):
                kiosk.hold_visit(answer)
                after.append(measure_memory(kiosk.process))
        return KioskMemory(visits, ready, after[0], after[-1], _include(highest, after))


def _include(highest: Highest, after: list[list[ProcessMemory]]) -> list[ProcessMemory]:
    for memory in after:
        highest.add(memory)
    return highest.memory


def table(measured: KioskMemory) -> Iterator[str]:
    moments = {
        "before a visit": measured.ready,
        "after 1 visit": measured.first,
        f"after {measured.visits} visits": measured.last,
        "at the highest": measured.highest,
    }
    yield "MB in RAM; what processes share is divided among them"
    for name, memory in moments.items():
        each = ", ".join(f"{one.name} {one.share:.0f}" for one in memory)
        yield f"{name:20}{add_shares(memory):6.0f}   {each}"
