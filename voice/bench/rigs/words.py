"""`ruggespraak bench words`: hold thousands of visits with simulated patients, by words alone, and judge them by the truth.

Patients, their manners of speaking and the judge: `patients.py`, `manners.py`, `told_visits.py`. No sound is made or heard, so
what engines mishear is only imitated. `sound` is false if a flag that was told as the sentences have it, or an alarm in
such words, was lost.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from typing import Any

from voice.base.errors import UsageError
from voice.base.paths import find_shipped
from voice.bench.options import Report, add_number
from voice.bench.rigs.manners import AS_WRITTEN
from voice.bench.rigs.patients import KINDS
from voice.bench.rigs.sayings import gather_sayings
from voice.bench.rigs.told_visits import FAULTS, LOST_ALARM, WRONG_REASSURANCE, Held, Practice, hold_visit, make_practice
from voice.bench.score import percentile
from voice.consultation.script import URGENT
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import ScriptChoice, Settings

EXAMPLES = 5
"""How many visits with each fault are named in the table."""
PART = 50
"""Visits that a process holds before it reports."""
LOST = (WRONG_REASSURANCE, LOST_ALARM)
"""Faults that may not occur if the patient speaks as the sentences have it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_number(parser, "--visits", 10000, "how many visits are held (default 10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="other visits with another number (default 1)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=tuple(KINDS), metavar="KIND", help=f"of: {', '.join(KINDS)}")
    parser.add_argument("--visit", type=int, metavar="N", help="show the visit of that number instead")
    add_number(parser, "--processes", os.cpu_count() or 1, "how many processes share the visits (default: one for each core)")


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Hold the visits and count what is at fault."""
    kinds = tuple(options.kinds)
    if options.visit is not None:
        held = hold_visit(open_practice(settings, kinds, options.seed), options.visit)
        return Report(format_visit(held), asdict(held))
    visits = list(hold_visits(settings, kinds, options.seed, options.visits, options.processes))
    return Report(format_visits(visits), make_value(visits, options.seed), is_sound(visits))


def open_practice(choice: ScriptChoice, kinds: tuple[str, ...], seed: int) -> Practice:
    """Load the script and what can be said. Raises UsageError if the script listens for no flag."""
    script = load_chosen_script(choice)
    if not any(question.level in URGENT for question in script.questions):
        raise UsageError("This script has no urgent flag.", "Choose another with --script.")
    return make_practice(script, gather_sayings(script, find_shipped("prompts").parent / "tests"), kinds, seed)


def is_sound(visits: Iterable[Held]) -> bool:
    """Whether nothing was lost that was told as the sentences have it."""
    written = {manner.value for manner in AS_WRITTEN}
    return not any(fault in LOST for visit in visits if visit.manner in written for fault in visit.faults)


# --- several processes ----------------------------------------------------------------------------

_practice: Practice
"""Of a worker process."""


def hold_visits(choice: ScriptChoice, kinds: tuple[str, ...], seed: int, count: int, processes: int) -> Iterator[Held]:
    """Hold visits 0 to `count`, in order. What was said is kept only of visits at fault."""
    if processes == 1:
        practice = open_practice(choice, kinds, seed)
        yield from (hold_visit(practice, number) for number in range(count))
        return
    chosen = ScriptChoice(choice.locale, choice.script, choice.prompts, choice.practice, choice.chapters, choice.unreviewed)
    with ProcessPoolExecutor(processes, initializer=_open, initargs=(chosen, kinds, seed)) as pool:
        yield from pool.map(_hold, range(count), chunksize=PART)


def _open(choice: ScriptChoice, kinds: tuple[str, ...], seed: int) -> None:
    global _practice
    _practice = open_practice(choice, kinds, seed)


def _hold(number: int) -> Held:
    return hold_visit(_practice, number)


# --- the report -----------------------------------------------------------------------------------


def format_visits(visits: Sequence[Held]) -> Iterator[str]:
    """Write a table by kind of patient, one by manner, and the numbers of visits at fault."""
    short = "".join(
        f"{name:>12}" for name in ("wrong", "too", "lost", "ended by", "needless", "too", "mentions", "turns", "read", "again")
    )
    names = ("reassurance", "low", "alarm", "mistake", "emergency", "high", "heeded", "50/95 %", "back", "asked")
    yield f"{'':16}{'visits':>8}{short}"
    yield f"{'':24}" + "".join(f"{name:>12}" for name in names)
    for group, pick in _GROUPS.items():
        yield f"by {group}"
        for name in dict.fromkeys(map(pick, visits)) if group != "kind" else KINDS:
            some = [visit for visit in visits if pick(visit) == name]
            if some:
                yield _format_line(f"  {name}", some)
    yield _format_line("all", visits)
    yield f"questions put because of a mention that nobody made: {sum(visit.unfounded for visit in visits)}"
    for fault in FAULTS:
        found = [visit for visit in visits if fault in visit.faults]
        if found:
            shown = ", ".join(f"{visit.number} ({visit.kind}, {visit.manner})" for visit in found[:EXAMPLES])
            yield f"{fault}: {len(found)}, so visits {shown}"


_GROUPS: dict[str, Callable[[Held], str]] = {"kind": lambda visit: visit.kind, "manner": lambda visit: visit.manner}


def _format_line(name: str, visits: Sequence[Held]) -> str:
    faults = "".join(f"{sum(fault in visit.faults for visit in visits):>12}" for fault in FAULTS)
    turns = [float(visit.turns) for visit in visits]
    told, heeded = sum(visit.told for visit in visits), sum(visit.heeded for visit in visits)
    spread = f"{percentile(turns, 0.5):.0f}/{percentile(turns, 0.95):.0f}"
    read, again = (sum(getattr(visit, key) for visit in visits) / max(1, len(visits)) for key in ("readbacks", "again"))
    return f"{name:16}{len(visits):>8}{faults}{f'{heeded}/{told}' if told else '-':>12}{spread:>12}{read:>12.2f}{again:>12.2f}"


def format_visit(visit: Held) -> Iterator[str]:
    """Write what was said in one visit."""
    yield f"visit {visit.number}: {visit.kind}, {visit.manner}; true: {', '.join(visit.truth) or 'nothing'}"
    yield from (f"  {turn.question:16}{turn.taken:24}{turn.text or '(silence)'}" for turn in visit.talk)
    yield f"  ends at {visit.level}; at fault: {', '.join(visit.faults) or 'nothing'}"


def make_value(visits: Sequence[Held], seed: int) -> dict[str, Any]:
    """Make the JSON value: counts by kind and by manner, and every visit at fault with what was said in it."""
    groups = {
        group: {name: _count([visit for visit in visits if pick(visit) == name]) for name in sorted(set(map(pick, visits)))}
        for group, pick in _GROUPS.items()
    }
    return {"seed": seed, "all": _count(visits), **groups, "at_fault": [asdict(visit) for visit in visits if visit.faults]}


def _count(visits: Sequence[Held]) -> dict[str, Any]:
    turns = [float(visit.turns) for visit in visits]
    sums = {key: sum(getattr(visit, key) for visit in visits) for key in ("readbacks", "again", "told", "heeded", "unfounded")}
    return {
        "visits": len(visits),
        **{fault: sum(fault in visit.faults for visit in visits) for fault in FAULTS},
        "turns": {"median": percentile(turns, 0.5), "p95": percentile(turns, 0.95)},
        **sums,
    }
