"""`make mutants`: change the program at one place after the other, and see whether its proofs notice.

Writes docs/mutation.md. Exit code 1 if a mutant survives that survivors.yaml does not explain, or if a named one does.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Collection, Iterator, Sequence

from tests.mutation import JUDGES, TESTS, reports, runner
from tests.mutation.mutants import Mutant, list_mutants
from tests.mutation.named import list_named

SLOW = ("walk", "campaign")
SHARE = 50
LEFT_OUT = frozenset({"voice/understand/mentions.py", "voice/understand/polarity.py"})
"""What a whole run leaves out but for mutants with a name, so that it stays bounded. `--file` judges one."""


def main() -> int:
    options = _options()
    begun = time.monotonic()
    named = [] if options.file else list_named()
    told = runner.judge([one.mutant for one in named], [one.judges for one in named], {}, _tell)
    if options.write:
        reports.write(named, told, [], {})
    if options.named:
        return _report(list(reports.find_wrong_named(named, told)))
    files = [file for file in TESTS if (options.file in file if options.file else file not in LEFT_OUT)]
    measured = runner.measure(files)
    print(f"{time.monotonic() - begun:.0f} s: measured what {len(measured)} judges and tests call", flush=True)
    mutants = [mutant for file in files for mutant in list_mutants(file, runner.read_source(file))]
    if options.sample:
        mutants = _draw(mutants, options.sample, options.seed)
    explained = reports.load_survivors()
    same = {mutant for mutant in mutants if reports.is_equivalent(mutant, explained)}
    print(f"{len(mutants)} mutants", flush=True)
    verdicts = list(_judge_in_turn(mutants, same, options.judges, measured))
    minutes = (time.monotonic() - begun) / 60
    print(f"{len(verdicts)} mutants, {sum(one.lived for one in verdicts)} lived; {minutes:.1f} minutes")
    whole = not options.sample and not options.file and options.judges == JUDGES
    if whole:
        reports.write(named, told, verdicts, explained)
    wrong = [*reports.find_wrong_named(named, told), *reports.find_unexplained(verdicts, explained)]
    return _report([*wrong, *(reports.find_needless(verdicts, explained) if whole else ())])


def _judge_in_turn(
    mutants: Sequence[Mutant], same: Collection[Mutant], judges: Sequence[str], measured: dict[str, runner.Calls]
) -> Iterator[runner.Verdict]:
    """Let the tests judge all; then the slow judges what the tests left alive, and of the others each SHAREth.

    same: mutants with which nothing can differ, as survivors.yaml says; only the tests are asked whether that is true.
    """
    seconds = {name: calls.seconds for name, calls in measured.items()}

    def judge(some: Sequence[Mutant], by: Sequence[str]) -> list[runner.Verdict]:
        return runner.judge(some, [runner.plan(mutant, measured, by) for mutant in some], seconds, _tell)

    quick = [name for name in judges if name not in SLOW]
    first = judge(mutants, quick)
    asked = [one for number, one in enumerate(first) if number % SHARE == 0 or one.lived or not quick]
    slow = [one.mutant for one in asked if one.mutant not in same]
    print(f"{len(slow)} mutants for the slow judges", flush=True)
    then = {one.mutant: one for one in judge(slow, judges)}
    return (then.get(one.mutant, one) for one in first)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--named", action="store_true", help="only the mutants of named.yaml")
    parser.add_argument("--write", action="store_true", help="with --named: write docs/mutation.md of these alone")
    parser.add_argument("--file", default="", help="only of files whose path holds this")
    parser.add_argument("--judges", nargs="+", choices=JUDGES, default=JUDGES, help="only these judges")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only N mutants, drawn by chance")
    parser.add_argument("--seed", type=int, default=1, help="others with another number")
    return parser.parse_args()


def _draw(mutants: list[Mutant], count: int, seed: int) -> list[Mutant]:
    return random.Random(seed).sample(mutants, min(count, len(mutants)))


def _tell(verdict: runner.Verdict) -> None:
    """Print the name of a survivor, and a dot for one that was found."""
    if not verdict.lived:
        print(".", end="", flush=True)
    else:
        print(f"\nLIVED {verdict.seconds:5.1f} s  {verdict.mutant.file}  {verdict.mutant.key}", flush=True)


def _report(wrong: list[str]) -> int:
    print("\n".join(wrong) or "No mutant lives without a reason.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
