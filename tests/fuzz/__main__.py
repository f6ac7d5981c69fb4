"""Fuzz one target, or all, guided by coverage (atheris). Stops by itself; exit code 1 if something was found."""

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

from tests.fuzz import NAMES, UNGUIDED

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

RUNS = 100_000
SLOWEST = 10
"""Seconds of processor time that one input may take."""


def main() -> int:
    options = _options()
    if not options.target:
        return max(_fuzz_in_process(name, options.runs) for name in NAMES)
    with tempfile.TemporaryDirectory(dir=_find_memory_folder()) as scratch:
        fuzz(_load_guided(options.target, Path(scratch)), options.runs, Path(scratch) / "corpus")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", choices=NAMES)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how many inputs a target (default {RUNS})")
    return parser.parse_args()


def _load_guided(name: str, scratch: Path) -> Target:
    """Load a target, with its code instrumented so that the fuzzer sees which branches ran."""
    with atheris.instrument_imports(include=["voice"], exclude=UNGUIDED.get(name, ())):
        from tests.fuzz.targets import make_targets
    return make_targets(scratch)[name]


def _fuzz_in_process(name: str, runs: int) -> int:
    """Fuzz one target in a process of its own, because the fuzzer ends the process that it runs in."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "tests.fuzz", name, "--runs", str(runs)], check=False, capture_output=True)
    print(
        f"{name:12} {runs} inputs in {time.perf_counter() - begun:4.0f} s: {'nothing found' if not done.returncode else 'FOUND'}"
    )
    if done.returncode:
        print(f"exit code {done.returncode}", done.stderr.decode("utf-8", "replace")[-3000:])
    return int(done.returncode != 0)


def fuzz(target: Target, runs: int, corpus: Path) -> None:
    """Fuzz the target. Write a case that is found under found/ and end the process."""
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    place = Path(__file__).parent / "found" / target.name
    place.mkdir(parents=True, exist_ok=True)

    def break_input(data: bytes, most: int, seed: int) -> bytes:
        """Break the input: in seven of ten cases as its format calls for, else as libFuzzer does with any bytes."""
        rng = random.Random(seed)
        done = target.mutate(data, rng) if rng.random() < 0.7 else atheris.Mutate(data, len(data) + 16)
        return done[:most]

    arguments = [
        sys.argv[0],
        str(corpus),
        f"-runs={runs}",
        "-timeout=600",
        f"-max_len={target.longest}",
        f"-artifact_prefix={place}/",
    ]
    atheris.Setup([*arguments, "-rss_limit_mb=3000"], _limit_time(target.check), custom_mutator=break_input)
    atheris.Fuzz()


def _limit_time(check: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Make the check raise TimeoutError after SLOWEST seconds of processor time."""

    def give_up(number: int, frame: object) -> None:
        raise TimeoutError(f"not done after {SLOWEST} s")

    def check_in_time(data: bytes) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, SLOWEST)
        check(data)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    signal.signal(signal.SIGVTALRM, give_up)
    return check_in_time


def _find_memory_folder() -> str | None:
    """Find a folder in memory, so that a hundred thousand files need no disk; None if there is none."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


if __name__ == "__main__":
    sys.exit(main())
