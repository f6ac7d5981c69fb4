"""`ruggespraak bench consult`: measure how soon a consultation speaks and answers, and how much memory it takes."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from voice.base.errors import RuggespraakError
from voice.bench.options import Report, add_number
from voice.bench.processes import ProcessMemory, add_shares, watch_memory
from voice.bench.score import percentile
from voice.setup.settings import Settings


@dataclass(frozen=True, slots=True)
class Consultation:
    """One measured consultation, in processes of its own.

    first_word: seconds from the start of the program until its first line goes to the loudspeaker.
    answers: seconds of computing from the end of each answer to the next line.
    memory: what its processes held when together they held most.
    """

    level: str
    first_word: float
    answers: tuple[float, ...]
    memory: tuple[ProcessMemory, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--patient", type=Path, metavar="FILE.yaml", required=True, help="the recorded patient who answers")
    add_number(parser, "--times", 3, "how often (default 3)")


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Hold the same consultation so many times."""
    chosen = ["--engine", settings.engine, "--locale", settings.locale, "--script", settings.script]
    runs = [measure(options.patient, chosen) for _ in range(options.times)]
    return Report(table(runs), [asdict(one) for one in runs])


def measure(patient: Path, options: list[str]) -> Consultation:
    """Hold a consultation with a recorded patient and measure it. Raises RuggespraakError if it fails."""
    program = [sys.executable, "-m", "voice", "consult", "--patient", str(patient), *options]
    first_word, memory = _watch(program)
    records = [json.loads(line) for line in _read_output([*program, "--json"]).splitlines()]
    answers = tuple(record["seconds"] for record in records if record["event"] == "turn" and record["text"])
    return Consultation(records[-1]["level"], first_word, answers, memory)


def _watch(program: list[str]) -> tuple[float, tuple[ProcessMemory, ...]]:
    """Run the program: the seconds until its first line of output, and the most that its processes held."""
    begun = time.perf_counter()
    with (
        subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process,
        watch_memory(process.pid) as highest,
    ):
        assert process.stdout
        process.stdout.readline()
        first_word = time.perf_counter() - begun
        process.stdout.read()
        process.wait()
    if process.returncode:
        raise RuggespraakError(f"The consultation ended with exit code {process.returncode}.", f"Run {' '.join(program[1:])}.")
    return first_word, tuple(highest.memory)


def _read_output(program: list[str]) -> str:
    return subprocess.run(program, capture_output=True, text=True, encoding="utf-8", check=True).stdout


def table(runs: list[Consultation]) -> tuple[str, ...]:
    answers = [seconds for run in runs for seconds in run.answers]
    first = [run.first_word for run in runs]
    most = max((list(run.memory) for run in runs), key=add_shares)
    return (
        f"{len(runs)} consultations, {len(answers)} answers; outcomes: {', '.join(run.level for run in runs)}",
        f"start to first word    median {percentile(first, 0.5):5.2f} s                        most {max(first):5.2f} s",
        f"answer to next word    median {percentile(answers, 0.5):5.2f} s   "
        f"95th percentile {percentile(answers, 0.95):5.2f} s   most {max(answers, default=0.0):5.2f} s",
        f"peak memory            {add_shares(most):5.0f} MB: " + ", ".join(f"{one.name} {one.share:.0f}" for one in most),
    )
