"""What a campaign of visits found: how each went, what the program held meanwhile, and everything that is wrong."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from voice.bench.processes import add_shares, find_children, measure_memory
from voice.bench.rigs.sabotage import FOR_GOOD
from voice.bench.rigs.simulated import HelpCalls
from voice.bench.rigs.trial import SOON, VisitResult
from voice.bench.score import percentile
from voice.consultation.script import Level

WARM = 50
"""Number of visits after which memory should no longer grow."""
GROWTH = 0.05
"""Share by which memory may grow all the same, measured over the last visits."""
STUCK = 300.0
"""Seconds after which a visit counts as stuck. A visit whose microphone stays away for good takes about 120."""


@dataclass(frozen=True, slots=True)
class ResourceSample:
    """What the program holds after a visit: memory of its own in MB, open handles, child processes.

    together: memory of all its processes in MB, with what they read from files.
    """

    megabytes: float
    handles: int
    children: int
    together: float = 0.0


@dataclass
class Campaign:
    visits: list[VisitResult] = field(default_factory=list)
    samples: list[ResourceSample] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """Growth of memory as a share: the median of the last tenth of the visits, compared with the first tenth after WARM.

        A median, because a sample that is taken while something is rendered or freed lies far off.
        """
        megabytes = [sample.megabytes for sample in self.samples[WARM:]]
        tenth = max(1, len(megabytes) // 10)
        return median(megabytes[-tenth:]) / median(megabytes[:tenth]) - 1 if megabytes else 0.0

    def wrong(self) -> Iterator[str]:
        """Everything that is wrong, one line each."""
        for number, visit in enumerate(self.visits, start=1):
            yield from (f"visit {number}: {fault} ({visit.fault or 'no fault'}; {visit.about})" for fault in _list_wrong(visit))
        if len(self.visits) > 2 * WARM and self.growth > GROWTH:
            yield f"memory grew by {100 * self.growth:.1f} %"


def _list_wrong(visit: VisitResult) -> Iterator[str]:
    """Everything that is wrong in one visit."""
    crashed = visit.ending.startswith("crashed")
    if visit.is_wrongly_reassured:
        yield f"reassured, the truth is {visit.truth}"
    elif visit.is_milder:
        yield f"{visit.ending}, the truth is {visit.truth}"
    if visit.ending in ("wiped", str(Level.STOPPED)) and not visit.is_excused:
        yield f"{visit.ending}, and nobody wanted that"
    if visit.help.refused:
        yield f"HELP was touched and called nobody, {visit.help.refused} times"
    if visit.untaken:
        yield f"an answer that the page shows was touched and did not count, {visit.untaken} times"
    if visit.is_call_lost:
        yield f"{visit.ending}, the patient called for help"
    if crashed:
        yield visit.ending
    if visit.seconds > STUCK:
        yield f"took {visit.seconds:.0f} s"
    if not (visit.told or visit.is_excused or visit.ending == "wiped" or crashed):
        yield "ended in silence"
    if visit.recovery > SOON and visit.fault != FOR_GOOD.name:
        yield f"spoke again only after {visit.recovery:.1f} s"


def take_sample() -> ResourceSample:
    """Measure what this process holds now, on Linux.

    Memory is what is its own, in RAM or swapped out: of what is read from files the system keeps more or less as it likes.
    """
    held = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    kilobytes = sum(int(held[name].split()[0]) for name in ("RssAnon", "VmSwap"))
    together = add_shares(measure_memory())
    return ResourceSample(kilobytes * 1024 / 1e6, len(os.listdir("/proc/self/fd")), len(find_children()), together)


def table(found: Campaign, wrong: list[str], more: list[str]) -> list[str]:
    """Show the campaign. more: lines about the other measurements."""
    faults = Counter(visit.fault for visit in found.visits if visit.fault)
    endings = Counter("crashed" if visit.ending.startswith("crashed") else visit.ending for visit in found.visits)
    real = [visit for visit in found.visits if visit.real]
    struck = sum(bool(visit.fault) for visit in real)
    first, last = found.samples[min(WARM, len(found.samples) - 1)], found.samples[-1]
    lines = [
        f"{len(found.visits)} visits, {sum(faults.values())} of them with a fault; "
        f"{len(real)} visits with the real engines, {struck} of them with a fault",
        f"endings: {', '.join(f'{ending} {count}' for ending, count in endings.most_common())}",
        _describe_calls([visit.help for visit in found.visits]),
        f"answers of 7 to 15 s: {sum(visit.long_answers for visit in found.visits)}",
        f"memory {first.megabytes:.1f} MB after {WARM} visits, {last.megabytes:.1f} MB at the end ({100 * found.growth:+.1f} %); "
        f"handles {first.handles}, {last.handles}; child processes {first.children}, {last.children}; "
        f"all processes together {first.together:.0f} MB, {last.together:.0f} MB",
        "",
        f"{'fault':42}{'times':>6}{'speaks again after':>22}{'next question after':>22}   endings (times: median, most)",
    ]
    lines += [_format_line(name, [visit for visit in found.visits if visit.fault == name]) for name in sorted(faults)]
    return [*lines, *more, "", *(wrong or ["Nothing stuck, nothing wrong, nothing lost."])]


def _describe_calls(calls: list[HelpCalls]) -> str:
    touched, refused = sum(one.touched for one in calls), sum(one.refused for one in calls)
    spoken, misheard = sum(one.spoken for one in calls), sum(one.misheard for one in calls)
    return (
        f"HELP touched {touched} times, the staff called by {touched - refused} of them; "
        f"said {spoken} times, misheard by the engine {misheard} times"
    )


def _format_line(name: str, visits: list[VisitResult]) -> str:
    spoke, went_on = (_format_seconds([getattr(visit, what) for visit in visits]) for what in ("recovery", "resumption"))
    endings = Counter(visit.ending.split(":")[0] for visit in visits)
    told = ", ".join(f"{ending} {count}" for ending, count in endings.most_common())
    return f"{name:42}{len(visits):6}{spoke:>22}{went_on:>22}   {told}"


def _format_seconds(measured: list[float]) -> str:
    seconds = [one for one in measured if one >= 0]
    return f"{percentile(seconds, 0.5):.2f} s, {max(seconds):.2f} s" if seconds else "-"
