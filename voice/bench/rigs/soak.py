"""`ruggespraak bench soak`: hold hundreds of visits, faster than real time, while one thing after the other breaks.

1. Every visit must end in an outcome or with the staff. Wiped it is only if the staff end it, stopped only if the patient does.
2. No visit may end in silence, or in a reassurance that the truth does not allow. No call for help may be lost, and no touch of
   HELP refused.
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
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from voice.base.console import tell
from voice.base.errors import UsageError
from voice.base.process_memory import OVERWRITING
from voice.bench.confusions import Confusions, read_confusions
from voice.bench.options import Report, add_number
from voice.bench.rigs import disk, restarts
from voice.bench.rigs.campaign import Campaign, table, take_sample
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
from voice.consultation.script import Script
from voice.kiosk.turns.recorded_patient import RecordedPatient as Clips
from voice.kiosk.turns.recorded_patient import load_patient
from voice.setup.engines import load_ears
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings
from voice.understand.fusion.hearing import Ears

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

    flags: ids of the questions with a true yes that a fault is aimed at. real: the real engines; None for the simulated one.
    """

    patient: SimulatedPatient | PlaybackPatient
    flags: tuple[str, ...] = ()
    real: Ears | None = None


def hold_campaign(
    plan: CampaignPlan, settings: Settings, script: Script, real: Ears | None = None, clips: Clips | None = None,
    tell: Callable[[str], None] = lambda _: None, kinds: tuple[Fault, ...] = FAULTS,
    engine: str = SimulatedEngine.__name__,
) -> Campaign:  # fmt: skip
    """Hold the campaign.

    real, clips: the real engines, and the recorded patient whom they hear now and then. engine: class of the simulated one.
    """
    flags = _find_flags(clips, script) if clips else frozenset()
    found, chance, begun = Campaign(), random.Random(plan.seed), time.monotonic()
    ahead, confusions = plan_faults(plan.faults, chance, kinds), read_confusions(CONFUSIONS)
    with open_trial(settings, script, SimulatedPatient(script), engine) as trial:
        for number in range(plan.visits):
            if time.monotonic() - begun > plan.seconds:
                break
            recorded = real is not None and clips is not None and number % plan.real == 0
            fault = _choose_fault(ahead, plan.visits - number, chance, recorded)
            if recorded and clips:
                visitor = Visitor(PlaybackPatient(script, clips, flags), tuple(sorted(flags)), real)
            else:
                visitor = _receive_visitor(trial, fault is not None and chance.random() < AIMED, chance, confusions)
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


def _find_flags(clips: Clips, script: Script) -> frozenset[str]:
    """Return the flags of a recorded patient that the script asks for. Raises UsageError if his file does not say any."""
    if clips.flags is None:
        raise UsageError("The file of the patient does not say what is true of him.", "Write for instance: flags: [koorts]")
    return clips.flags.intersection(question.id for question in script.questions)


def _receive_visitor(trial: Trial, aimed: bool, chance: random.Random, confusions: Confusions) -> Visitor:
    """Let a simulated patient come. aimed: a fault will be aimed at one of the patient's flags."""
    if aimed:
        patient = make_ill_patient(trial.script, chance, confusions)
        return Visitor(patient, tuple(sorted(patient.flags)))
    return Visitor(make_patient(trial.script, chance, trial.hand, confusions))


def _hold_visit(trial: Trial, visitor: Visitor, fault: Fault | None, ahead: list[Fault], chance: random.Random) -> VisitResult:
    """Hold one visit. A fault that found no moment in it, because the patient left before, is tried again later."""
    if fault is None:
        return trial.hold(visitor.patient, real=visitor.real)
    at = chance.choice(visitor.flags) if visitor.flags else chance.randrange(1, LAST_TURN)
    saboteur = Saboteur(at, fault.moment, lambda: fault.strike(trial))
    visit = trial.hold(visitor.patient, saboteur=saboteur, fault=fault.name, real=visitor.real)
    fault.mend(trial)
    if not saboteur.done:
        ahead.insert(0, fault)
    return visit
