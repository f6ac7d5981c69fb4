"""Share the mutants out to worker processes, and gather what the judges say."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.mutation import CAMPAIGN, JUDGES, ROOT, TESTS, TOO_LONG
from tests.mutation.mutants import Mutant

WORKERS = 2
TOGETHER = 25
"""Mutants that one worker judges before it ends."""
MEASURED = ROOT / "build" / "mutants.json"
"""What each judge calls without a change, kept until the program or its tests change."""
JUDGED = ROOT / "build" / "mutants-judged.jsonl"
"""What was judged already, a row each, so that a run that was interrupted goes on; kept as long."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judges that ran said of a mutant; an empty text from one that found nothing."""

    mutant: Mutant
    said: dict[str, str]
    seconds: float = 0.0

    @property
    def lived(self) -> bool:
        return not any(self.said.values())


@dataclass(frozen=True, slots=True)
class Calls:
    """What one judge, or one test, calls: the first lines of functions, by file. seconds: processor time that it takes."""

    seconds: float
    lines: dict[str, list[int]]

    def reach(self, mutant: Mutant) -> bool:
        """Whether the changed code may run: a function that is called. What no function holds may be read by anybody."""
        first, last = mutant.lines
        return not mutant.in_body or any(first <= line <= last for line in self.lines.get(mutant.file, ()))


def measure(files: Iterable[str]) -> dict[str, Calls]:
    """Find what each judge and each test of these files calls. Raises AssertionError if one fails without a change."""
    tests = tuple(dict.fromkeys(test for file in files for test in TESTS[file]))
    state = digest(tests)
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    if known.get("state") != state:
        halves = [tests[::2], tests[1::2]]
        task = {"measured": list(TESTS)}
        with ThreadPoolExecutor(WORKERS) as pool:
            parts = pool.map(lambda half: list(_work({**task, "tests": half})), [half for half in halves if half])
        rows = [row for part in parts for row in part]
        wrong = [f"{row['judge']}: {row['wrong']}" for row in rows if "wrong" in row]
        assert not wrong, f"without any change: {wrong}"
        known = {"state": state, "rows": rows}
        MEASURED.parent.mkdir(exist_ok=True)
        MEASURED.write_text(json.dumps(known))
    return {row["judge"]: Calls(row["seconds"], row["lines"]) for row in known["rows"]}


def digest(tests: Sequence[str] = ()) -> str:
    """Tell the state of the program and of its tests from any other."""
    digest = hashlib.sha256(repr(tests).encode())
    for folder in ("voice", "prompts", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".yaml", ".tsv"):
                digest.update(f"{path} ".encode() + path.read_bytes())
    return digest.hexdigest()


def plan(mutant: Mutant, measured: dict[str, Calls], judges: Sequence[str] = JUDGES) -> list[str]:
    """Choose the judges of a mutant and its tests, the quickest first."""
    folders = TESTS[mutant.file] if "tests" in judges else ()
    others = [name for name in judges if name == "walk" or (name == "campaign" and mutant.file in CAMPAIGN)]
    names = [
        name
        for name, calls in measured.items()
        if name not in TOO_LONG and calls.reach(mutant) and (name in others or name.startswith(folders))
    ]
    return sorted(names, key=lambda name: measured[name].seconds)


def judge(
    mutants: Sequence[Mutant], plans: Sequence[list[str]], seconds: dict[str, float], tell: Callable[[Verdict], None]
) -> list[Verdict]:
    """Let the judges judge all mutants, in the order of the list. tell: is told of each as it comes."""
    state = digest()
    known = {(row["file"], row["key"], *row["plan"]): row for row in _read_judged() if row["state"] == state}
    found: dict[tuple[str, str], Verdict] = {}
    groups: dict[object, list[tuple[Mutant, list[str]]]] = defaultdict(list)
    for number, (mutant, plan) in enumerate(zip(mutants, plans, strict=True)):
        if row := known.get((mutant.file, mutant.key, *plan)):
            found[mutant.file, mutant.key] = Verdict(mutant, row["said"], row["seconds"])
        else:
            groups[(TESTS.get(mutant.file), number // TOGETHER) if mutant.in_body else number].append((mutant, plan))

    def work(group: list[tuple[Mutant, list[str]]]) -> None:
        by_key = {(mutant.file, mutant.key): (mutant, plan) for mutant, plan in group}
        names = [name for _, plan in group for name in plan]
        task = {
            "mutants": [asdict(mutant) for mutant, _ in group],
            "plans": [plan for _, plan in group],
            "limits": {name: seconds.get(name, 5.0) for name in names},
            "tests": sorted({name.partition("::")[0] for name in names if "::" in name}),
        }
        for row in _work(task):
            mutant, plan = by_key[row["file"], row["key"]]
            found[mutant.file, mutant.key] = Verdict(mutant, row["said"], row["seconds"])
            with JUDGED.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**row, "plan": plan, "state": state}) + "\n")
            tell(found[mutant.file, mutant.key])

    JUDGED.parent.mkdir(exist_ok=True)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, groups.values()))
    return [found.get((mutant.file, mutant.key)) or Verdict(mutant, {"loading": "crashed"}) for mutant in mutants]


def _read_judged() -> Iterator[Any]:
    return map(json.loads, JUDGED.read_text(encoding="utf-8").splitlines()) if JUDGED.exists() else iter(())


def _work(task: dict[str, Any]) -> Iterator[Any]:
    """Give a task to a worker and pass on its results. A change that keeps the program from loading has none."""
    command = (sys.executable, "-m", "tests.mutation.worker")
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # fmt: skip
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(task))
        process.stdin.close()
        yield from map(json.loads, process.stdout)


def read_source(file: str) -> bytes:
    return Path(ROOT / file).read_bytes()
