"""The faults of a trial: what breaks, when in the visit, and how it is mended afterwards."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from voice.bench.processes import find_children
from voice.bench.rigs import disk
from voice.bench.rigs.simulated import SimulatedPatient
from voice.bench.rigs.trial import ENDED_BY_STAFF, Trial
from voice.recognize.supervised import Supervised

GONE = 10_000
"""Number of vain searches for a device that stays away for good."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    name: as the table shows it. moment: "opened" or "listening". share: how often it is chosen, compared with the others.
    tender: its harm shows at the patient's next word, not at once. staged: needs a patient or an engine that is simulated.
    """

    name: str
    act: Callable[[Trial], None]
    moment: str = "listening"
    share: int = 4
    tender: bool = False
    staged: bool = False
    mend: Callable[[Trial], None] = lambda trial: None

    def strike(self, trial: Trial) -> None:
        trial.room.breaks(self.tender)
        self.act(trial)


def _kill(trial: Trial) -> None:
    _signal(trial, signal.SIGKILL)


def _hang(trial: Trial) -> None:
    _signal(trial, signal.SIGSTOP)


def _signal(trial: Trial, number: signal.Signals) -> None:
    """Send a signal to the engines that hear in this visit. One that has ended is loaded again only when it is asked."""
    for engine in trial.running:
        if isinstance(engine, Supervised):
            with suppress(ProcessLookupError):
                os.kill(engine.process, number)


def _remove_model(trial: Trial) -> None:
    trial.model.rename(trial.model.with_name("away"))
    _kill(trial)


def _bring_model_back(trial: Trial) -> None:
    away = trial.model.with_name("away")
    if away.exists():
        away.rename(trial.model)


def _wish(trial: Trial, words: str) -> None:
    if isinstance(trial.room.patient, SimulatedPatient):
        trial.room.patient.wishes.append(words)


def _kill_voices(trial: Trial) -> None:
    """Kill all voices at the moment when the patient asks for the slower voice."""
    for process in find_children():
        if b"synthesize" in _command(process):
            os.kill(process, signal.SIGKILL)
    _wish(trial, "trager")


def _fill_disk(trial: Trial) -> None:
    """Fill the disk that keeps lines and to which voices write, when the patient asks for the slower voice."""
    disk.fill(trial.folder)
    _wish(trial, "trager")


def _unplug(*devices: str, times: int) -> Callable[[Trial], None]:
    return lambda trial: trial.room.away.update({device: times for device in devices})


def _slow_down(trial: Trial) -> None:
    if isinstance(trial.room.patient, SimulatedPatient):
        trial.room.patient.slowly = 2


def _set_clock_back(trial: Trial) -> None:
    trial.offset[0] -= 3 * 86_400


FAULTS = (
    Fault("recognizer killed", _kill, tender=True, share=6),
    Fault("recognizer hung", _hang, tender=True, share=4),
    Fault("model file removed, recognizer killed", _remove_model, tender=True, share=2, staged=True, mend=_bring_model_back),
    Fault("synthesizer killed", _kill_voices, share=3, staged=True),
    Fault("microphone gone, back at once", _unplug("microphone", times=0), share=5),
    Fault("microphone gone, back after 2 s", _unplug("microphone", times=2), share=2),
    Fault("loudspeaker gone, back at once", _unplug("loudspeaker", times=0), moment="opened", share=5),
    Fault("loudspeaker gone, back after 2 s", _unplug("loudspeaker", times=2), moment="opened", share=2),
    Fault("both gone, back after 1 s", _unplug("microphone", "loudspeaker", times=1), moment="opened", share=2),
    Fault("sound server hangs", lambda trial: trial.room.hang(), share=2),
    Fault("clock set back three days", _set_clock_back, share=4),
    Fault("page closed and opened again", lambda trial: trial.spectator.hang_up(), share=4),
    Fault("slow machine (2.5 s an answer)", _slow_down, tender=True, share=3, staged=True),
    Fault(ENDED_BY_STAFF, lambda trial: trial.controls.private_mode.abandon(), share=2),
)
DISK_FULL = Fault("disk full to its last byte", _fill_disk, share=2, staged=True, mend=lambda trial: disk.make_room(trial.folder))
"""Only for a trial that has a disk of its own (`disk.py`)."""
FOR_GOOD = Fault("microphone gone for good", _unplug("microphone", times=GONE), share=0)
"""A campaign has it once, because its visit takes two minutes."""


def plan_faults(count: int, chance: random.Random, kinds: tuple[Fault, ...] = FAULTS) -> list[Fault]:
    """Plan so many faults in random order, each kind at least once if possible, and more of a kind by its share."""
    shares = [fault.share for fault in kinds]
    once = list(kinds[:count])
    ahead = once + chance.choices(kinds, shares, k=max(0, count - len(once)))
    chance.shuffle(ahead)
    return ahead


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
