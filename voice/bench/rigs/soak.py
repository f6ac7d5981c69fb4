"""`ruggespraak bench soak`: hold hundreds of visits, faster than real time, while one thing after the other breaks.

1. Every visit must end in an outcome, with the staff, or wiped.
2. No visit may end in silence, or in a reassurance that the truth does not allow. No call for help may be lost.
3. Memory and handles must stay level.
4. Most faults are aimed at a question to which the truth is yes, and strike the engines that hear in that visit. The others
   strike at any turn.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from voice.base.console import tell
from voice.base.errors import UsageError
from voice.base.process_memory import OVERWRITING
from voice.bench.confusions import Confusions, read_confusions
from voice.bench.options import Report, add_number
from voice.bench.processes import add_shares, find_children, measure_memory
from voice.bench.rigs import disk, restarts
from voice.bench.rigs.sabotage import DISK_FULL, FAULTS, FOR_GOOD, Fault, plan_faults
from voice.bench.rigs.simulated import (
    CONFUSIONS,
    PlaybackPatient,
    SimulatedEngine,
    SimulatedPatient,
    make_ill_patient,
    make_patient,
)
from voice.bench.rigs.trial import Saboteur, Trial, VisitResult, open_trial
from voice.bench.score import percentile
from voice.consultation.script import Script
from voice.kiosk.turns.recorded_patient import RecordedPatient as Clips
from voice.kiosk.turns.recorded_patient import load_patient
from voice.setup.engines import load_ears
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings
from voice.understand.fusion.hearing import Ears

WARM = 50
"""Number of visits after which memory should no longer grow."""
GROWTH = 0.05
"""Share by which memory may grow all the same, measured over the last visits."""
SOON = 5.0
"""Seconds within which the kiosk must speak again after a fault from which it can recover."""
STUCK = 300.0
"""Seconds after which a visit counts as stuck. A visit whose microphone stays away for good takes about 120."""


AIMED = 0.7
"""Share of the faults that are aimed at a question to which the truth is yes."""
LAST_TURN = 15
"""The others strike from a turn before this one."""
DISK_MEGABYTES = 128
"""Size of the disk that a soak may fill, beside the rendered lines that it holds, too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--patient", type=Path, metavar="FILE.yaml", help="a recorded patient who comes now and then")
    add_number(parser, "--visits", 500, "how many visits (default 500)")
    add_number(parser, "--faults", 200, "in how many something breaks (default 200)", least=0)
    parser.add_argument("--seconds", type=float, default=3600, metavar="S", help="no new visit after so long (default 3600)")
    add_number(parser, "--real", 25, "--patient comes every Nth visit (default 25)")
    add_number(parser, "--restarts", 10, "process ends and new starts (default 10)", least=0)
    parser.add_argument("--only", metavar="FAULT", default="", help="no other fault than this; its name as in the table")
    add_number(parser, "--seed", 1, "another one, another course of events", least=0)
    parser.add_argument("--disk", action="store_true", help=argparse.SUPPRESS)  # temporary files lie on a disk that may be filled


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Hold the visits and end the process now and then. The report is not sound if anything was stuck, wrong or lost."""
    if not options.disk and disk.can_be_mounted():
        sys.exit(_run_again_on_a_small_disk(size_disk(settings.speech)))
    script = load_chosen_script(settings)
    kinds = _choose_kinds((*([DISK_FULL] if options.disk else []), *FAULTS, FOR_GOOD), options.only)
    plan = CampaignPlan(options.visits, options.faults, options.seconds, options.real, options.seed)
    with ExitStack() as parts:
        real = parts.enter_context(closing(load_ears(settings))) if options.patient else None
        clips = load_patient(options.patient, script) if options.patient else None
        found = hold_campaign(plan, settings, script, real, clips, tell, kinds)
    ended = restarts.measure(options.restarts) if options.restarts else []
    taken = restarts.is_taken_port_reported() if options.restarts else True
    wrong = [*found.wrong(), *restarts.list_faults(ended), *([] if taken else ["a port that is taken is not told"])]
    value = {**asdict(found), "restarts": [asdict(one) for one in ended], "growth": found.growth, "wrong": wrong}
    return Report(table(found, wrong, restarts.format_restarts(ended)), value, sound=not wrong)


def _choose_kinds(kinds: tuple[Fault, ...], only: str) -> tuple[Fault, ...]:
    """Return the fault of that name, or all if it is empty. Raises UsageError if there is none."""
    chosen = tuple(fault for fault in kinds if only in ("", fault.name))
    if not chosen:
        raise UsageError(f"There is no fault {only!r}.", f"Choose one of: {', '.join(fault.name for fault in kinds)}.")
    return chosen


def size_disk(speech: Path) -> int:
    """Return the size (MB) of a disk that has room for a copy of the rendered lines in that folder, if there is one."""
    lines = sum(file.stat().st_size for file in speech.rglob("*") if file.is_file())
    return DISK_MEGABYTES + math.ceil(lines / 2**20)


def _run_again_on_a_small_disk(megabytes: int) -> int:
    """Run the same command in a process whose temporary files lie on a disk that may be filled. It prints the report."""
    with TemporaryDirectory(prefix="soak-") as folder:
        again = (sys.executable, "-m", "voice", *sys.argv[1:], "--disk")
        alone = {**os.environ, **OVERWRITING, "TMPDIR": folder}
        return subprocess.run(disk.with_small_disk(Path(folder), megabytes, *again), env=alone, check=False).returncode


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """visits, faults: how many. seconds: no new visit begins after them. real: every Nth visit has the real engines."""

    visits: int = 500
    faults: int = 200
    seconds: float = 3600.0
    real: int = 25
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Visitor:
    """A patient to come.

    truth: the level that is right, if the patient does not know it. flags: ids of the questions with a true yes that a fault
    is aimed at. real: the real engines; None for the simulated one.
    """

    make: Callable[[], SimulatedPatient | PlaybackPatient]
    truth: str = ""
    flags: tuple[str, ...] = ()
    real: Ears | None = None


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
            if visit.is_wrongly_reassured:
                yield f"visit {number}: reassured, the truth is {visit.truth} ({visit.fault or 'no fault'}; {visit.about})"
            elif visit.is_milder:
                yield f"visit {number}: {visit.ending}, the truth is {visit.truth} ({visit.fault or 'no fault'}; {visit.about})"
            if visit.is_call_lost:
                yield f"visit {number}: {visit.ending}, the patient called for help ({visit.fault or 'no fault'})"
            if visit.ending.startswith("crashed"):
                yield f"visit {number}: {visit.ending} ({visit.fault})"
            if visit.seconds > STUCK:
                yield f"visit {number}: took {visit.seconds:.0f} s ({visit.fault})"
            if not visit.told and visit.ending not in ("wiped", "stopped") and not visit.ending.startswith("crashed"):
                yield f"visit {number}: ended in silence ({visit.fault})"
            if visit.recovery > SOON and visit.fault != FOR_GOOD.name:
                yield f"visit {number}: spoke again only after {visit.recovery:.1f} s ({visit.fault})"
        if len(self.visits) > 2 * WARM and self.growth > GROWTH:
            yield f"memory grew by {100 * self.growth:.1f} %"


def hold_campaign(
    plan: CampaignPlan, settings: Settings, script: Script, real: Ears | None = None, clips: Clips | None = None,
    tell: Callable[[str], None] = lambda _: None, kinds: tuple[Fault, ...] = FAULTS,
    engine: str = SimulatedEngine.__name__,
) -> Campaign:  # fmt: skip
    """Hold the campaign.

    real, clips: the real engines, and the recorded patient whom they hear now and then. engine: class of the simulated one.
    """
    found, chance, begun = Campaign(), random.Random(plan.seed), time.monotonic()
    ahead, confusions = plan_faults(plan.faults, chance, kinds), read_confusions(CONFUSIONS)
    with open_trial(settings, script, SimulatedPatient(script), engine) as trial:
        recorded = _hold_undisturbed(trial, real, clips) if real and clips else None
        for number in range(plan.visits):
            if time.monotonic() - begun > plan.seconds:
                break
            played = recorded if number % plan.real == 0 else None
            fault = _choose_fault(ahead, plan.visits - number, chance, played is not None)
            aimed = fault is not None and chance.random() < AIMED
            visitor = played or _receive_visitor(trial, aimed, chance, confusions)
            found.visits.append(_hold_visit(trial, visitor, fault, ahead, chance))
            found.samples.append(take_sample())
            if (number + 1) % 50 == 0:
                tell(_describe_progress(found))
    return found


def _describe_progress(found: Campaign) -> str:
    faults = sum(bool(visit.fault) for visit in found.visits)
    return f"{len(found.visits)} visits, {faults} faults, {found.samples[-1].megabytes:.0f} MB"


def _choose_fault(ahead: list[Fault], left: int, chance: random.Random, real: bool) -> Fault | None:
    """Choose the next fault, by chance or because only as many visits are left as faults. None if this visit has none.

    real: the visit has the real engines and a recorded patient, so what needs simulated ones has to wait.
    """
    fitting = [fault for fault in ahead if not (real and fault.staged)]
    if not fitting or chance.random() >= 1.3 * len(ahead) / left:
        return None
    ahead.remove(fitting[-1])
    return fitting[-1]


def _receive_visitor(trial: Trial, aimed: bool, chance: random.Random, confusions: Confusions) -> Visitor:
    """Let a simulated patient come. aimed: a fault will be aimed at one of the patient's flags."""
    if aimed:
        patient = make_ill_patient(trial.script, chance, confusions)
        return Visitor(lambda: patient, flags=tuple(sorted(patient.flags)))
    patient = make_patient(trial.script, chance, trial.controls.touches, confusions)
    return Visitor(lambda: patient)


def _hold_visit(trial: Trial, visitor: Visitor, fault: Fault | None, ahead: list[Fault], chance: random.Random) -> VisitResult:
    """Hold one visit. A fault that found no moment in it, because the patient left before, is tried again later."""
    if fault is None:
        return trial.hold(visitor.make(), visitor.truth, real=visitor.real)
    at = chance.choice(visitor.flags) if visitor.flags else chance.randrange(1, LAST_TURN)
    saboteur = Saboteur(at, fault.moment, lambda: fault.strike(trial))
    visit = trial.hold(visitor.make(), visitor.truth, saboteur, fault.name, visitor.real)
    fault.mend(trial)
    if not saboteur.done:
        ahead.insert(0, fault)
    return visit


def _hold_undisturbed(trial: Trial, real: Ears, clips: Clips) -> Visitor:
    """Hold the visit of the recorded patient while nothing breaks. How it ends, and its flags, stand for the truth."""
    patient = PlaybackPatient(clips)
    truth = trial.hold(patient, "E", real=real).ending
    return Visitor(lambda: PlaybackPatient(clips), truth, tuple(patient.affirmed), real)


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
    real, spoiled = sum(visit.real for visit in found.visits), sum(faults.values())
    first, last = found.samples[min(WARM, len(found.samples) - 1)], found.samples[-1]
    lines = [
        f"{len(found.visits)} visits ({real} with the real engines), {spoiled} of them with a fault",
        f"endings: {', '.join(f'{ending} {count}' for ending, count in endings.most_common())}",
        f"memory {first.megabytes:.1f} MB after {WARM} visits, {last.megabytes:.1f} MB at the end ({100 * found.growth:+.1f} %); "
        f"handles {first.handles}, {last.handles}; child processes {first.children}, {last.children}; "
        f"all processes together {first.together:.0f} MB, {last.together:.0f} MB",
        "",
        f"{'fault':42}{'times':>6}{'speaks again after (median, most)':>36}   endings",
    ]
    lines += [_format_line(name, [visit for visit in found.visits if visit.fault == name]) for name in sorted(faults)]
    return [*lines, *more, "", *(wrong or ["Nothing stuck, nothing wrong, nothing lost."])]


def _format_line(name: str, visits: list[VisitResult]) -> str:
    seconds = [visit.recovery for visit in visits if visit.recovery >= 0]
    spoke = f"{percentile(seconds, 0.5):.2f} s, {max(seconds):.2f} s" if seconds else "-"
    endings = Counter(visit.ending.split(":")[0] for visit in visits)
    return f"{name:42}{len(visits):6}{spoke:>36}   {', '.join(f'{ending} {count}' for ending, count in endings.most_common())}"
