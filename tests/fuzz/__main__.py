"""Fuzz one target, or all, guided by coverage (atheris). Stops by itself; exit code 1 where something was found."""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import atheris

from tests.fuzz import NAMES

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

RUNS = 100_000
SLOWEST = 10
"""Seconds of processor time that one input may take."""
TABLES = (
    "voice.understand.grammar.automaton",
    "voice.understand.chunks",
    "voice.understand.grammar.compile",
    "voice.understand.templates",
    "voice.understand.grammar.loader",
    "voice.understand.normalise",
    "voice.understand.sounds",
)
UNGUIDED = {"understand": TABLES, "duration": TABLES}
"""Modules whose branches do not guide a target. Words are looked up in tables that were woven from data: that code runs in
the same few branches whatever is said, and takes most of the time."""


def main() -> int:
    options = _options()
    if not options.target:
        return max(_alone(name, options.runs) for name in NAMES)
    with tempfile.TemporaryDirectory(dir=_memory()) as scratch:
        fuzz(_guided(options.target, Path(scratch)), options.runs, Path(scratch) / "corpus")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", choices=NAMES)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how many inputs a target (default {RUNS})")
    return parser.parse_args()


def _guided(name: str, scratch: Path) -> Target:
    """The target, whose code tells the fuzzer where it has been."""
    with atheris.instrument_imports(include=["voice"], exclude=UNGUIDED.get(name, ())):
        from tests.fuzz.targets import targets
    return targets(scratch)[name]


def _alone(name: str, runs: int) -> int:
    """One target in a process of its own, since the fuzzer ends the process that it runs in."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "tests.fuzz", name, "--runs", str(runs)], check=False, capture_output=True)
    print(
        f"{name:12} {runs} inputs in {time.perf_counter() - begun:4.0f} s: {'nothing found' if not done.returncode else 'FOUND'}"
    )
    if done.returncode:
        print(f"exit code {done.returncode}", done.stderr.decode("utf-8", "replace")[-3000:])
    return int(done.returncode != 0)


def fuzz(target: Target, runs: int, corpus: Path) -> None:
    """Run the target; a found case is written under found/ and ends the process."""
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    place = Path(__file__).parent / "found" / target.name
    place.mkdir(parents=True, exist_ok=True)

    def broken(data: bytes, most: int, seed: int) -> bytes:
        """Half of the time what the format calls for, half what libFuzzer does to bytes."""
        chance = random.Random(seed)
        done = target.mutate(data, chance) if chance.random() < 0.7 else atheris.Mutate(data, len(data) + 16)
        return done[:most]

    arguments = [
        sys.argv[0],
        str(corpus),
        f"-runs={runs}",
        "-timeout=600",
        f"-max_len={target.longest}",
        f"-artifact_prefix={place}/",
    ]
    atheris.Setup([*arguments, "-rss_limit_mb=3000"], _within_time(target.check), custom_mutator=broken)
    atheris.Fuzz()


def _within_time(check: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """The check, given up with TimeoutError after SLOWEST seconds of processor time."""

    def late(number: int, frame: object) -> None:
        raise TimeoutError(f"not done after {SLOWEST} s")

    def checked(data: bytes) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, SLOWEST)
        check(data)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    signal.signal(signal.SIGVTALRM, late)
    return checked


def _memory() -> str | None:
    """A folder in memory where there is one: a hundred thousand files need no disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


if __name__ == "__main__":
    sys.exit(main())
