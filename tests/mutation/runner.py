"""Share the mutants out to worker processes, and gather what the judges say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.mutation import CAMPAIGN, JUDGES, ROOT, TESTS, grounds
from tests.mutation.mutants import Mutant

WORKERS = 2
NOT_LOADED = "does not load"
"""What is said of a mutant that keeps the program from loading."""
TOGETHER = 25
"""Mutants that one worker judges before it ends."""
MEASURED = ROOT / "build" / "mutants.json"
"""What each judge calls without a change, kept until something changes that it rests on (`grounds.py`)."""
JUDGED = ROOT / "build" / "mutants-judged.jsonl"
"""What the judges said, a row for a judge and a mutant, the latest last; kept as long. So a run that was interrupted goes on."""
NO_TESTS = ["tests/mutation/named.py"]
"""Holds no test. A worker that is given no file of tests would collect all that there are."""


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
class Word:
    """What one judge said of a mutant, and the state of all on which that rests."""

    said: str
    seconds: float
    state: str

    def holds(self, judge: str, plan: Sequence[str]) -> bool:
        """Whether the judge would say the same again if it were asked with this plan."""
        names = _list_grounds(judge, self.said, plan)
        return bool(names) and grounds.digest_all(names) == self.state


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
    """Find what each judge, and each test of these files, calls. Raises AssertionError if one fails without a change."""
    units = {*grounds.MODULES, *_list_test_files(files)}
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    stale = sorted(unit for unit in units if known.get(unit, {}).get("state") != grounds.digest(unit))
    halves = [half for half in (stale[::2], stale[1::2]) if half]
    with ThreadPoolExecutor(WORKERS) as pool:
        rows = [row for part in pool.map(_measure_half, halves) for row in part]
    wrong = [f"{row['judge']}: {row['wrong']}" for row in rows if "wrong" in row]
    assert not wrong, f"without any change: {wrong}"
    for unit in stale:
        of_unit = [row for row in rows if row["judge"].partition("::")[0] == unit]
        known[unit] = {"state": grounds.digest(unit), "rows": of_unit}
    MEASURED.parent.mkdir(exist_ok=True)
    MEASURED.write_text(json.dumps(known))
    return {row["judge"]: Calls(row["seconds"], row["lines"]) for unit in units for row in known[unit]["rows"]}


def _list_test_files(files: Iterable[str]) -> set[str]:
    paths = {path for file in files for name in TESTS[file] for path in (ROOT / name, *(ROOT / name).rglob("test_*.py"))}
    return {str(path.relative_to(ROOT)) for path in paths if path.is_file()}


def _measure_half(units: list[str]) -> list[Any]:
    judges = [unit for unit in units if unit in grounds.MODULES]
    tests = [unit for unit in units if unit not in judges]
    return list(run_worker({"measured": list(TESTS), "judges": judges, "tests": tests})) if units else []


def plan(mutant: Mutant, measured: dict[str, Calls], judges: Sequence[str] = JUDGES) -> list[str]:
    """Choose the judges of a mutant and its tests, the quickest first."""
    folders = TESTS[mutant.file] if "tests" in judges else ()
    others = [name for name in judges if name == "walk" or (name == "campaign" and mutant.file in CAMPAIGN)]
    names = [name for name, calls in measured.items() if calls.reach(mutant) and (name in others or name.startswith(folders))]
    return sorted(names, key=lambda name: measured[name].seconds)


def judge(
    mutants: Sequence[Mutant], plans: Sequence[list[str]], seconds: dict[str, float], tell: Callable[[Verdict], None]
) -> list[Verdict]:
    """Let the judges judge all mutants, in the order of the list. tell: is told of each as it comes.

    A judge whose word still holds is not asked again. The test that found a mutant the last time is asked first, then those that
    found others of its file.
    """
    words = {(row["file"], row["key"], row["judge"]): Word(row["said"], row["seconds"], row["state"]) for row in _read_judged()}
    found: dict[tuple[str, str], Verdict] = {}
    finders: dict[str, set[str]] = defaultdict(set)
    groups: dict[object, list[tuple[Mutant, list[str]]]] = defaultdict(list)
    for number, (mutant, plan) in enumerate(zip(mutants, plans, strict=True)):
        earlier = {judge: words.get((mutant.file, mutant.key, judge)) for judge in JUDGES}
        first = _name_test(earlier["tests"].said) if earlier["tests"] else ""
        finders[mutant.file].add(first)
        kept = {judge: word for judge, word in earlier.items() if word and word.holds(judge, plan)}
        found[mutant.file, mutant.key] = Verdict(
            mutant, {judge: word.said for judge, word in kept.items()}, sum(word.seconds for word in kept.values())
        )
        asked = [name for name in plan if _name_kind(name) not in kept]
        if asked:
            key = (TESTS.get(mutant.file), number // TOGETHER) if mutant.in_body else number
            groups[key].append((mutant, sorted(asked, key=lambda name: name != first)))

    def work(group: list[tuple[Mutant, list[str]]]) -> None:
        group = [(mutant, _put_first(plan, finders[mutant.file])) for mutant, plan in group]
        by_key = {(mutant.file, mutant.key): (mutant, plan) for mutant, plan in group}
        names = [name for _, plan in group for name in plan]
        task = {
            "mutants": [asdict(mutant) for mutant, _ in group],
            "plans": [plan for _, plan in group],
            "limits": {name: seconds.get(name, 5.0) for name in names},
            "tests": sorted({name.partition("::")[0] for name in names if "::" in name}),
        }
        for row in run_worker(task):
            mutant, plan = by_key.pop((row["file"], row["key"]))
            take(mutant, plan, row["said"], row["seconds"])
        assert not any(mutant.in_body for mutant, _ in by_key.values()), "a worker ended before it had judged all mutants"
        for mutant, plan in by_key.values():
            take(mutant, plan, dict.fromkeys(map(_name_kind, plan), NOT_LOADED), {})

    def take(mutant: Mutant, plan: list[str], said: dict[str, str], seconds: dict[str, float]) -> None:
        known = found[mutant.file, mutant.key]
        found[mutant.file, mutant.key] = Verdict(mutant, {**known.said, **said}, known.seconds + sum(seconds.values()))
        finders[mutant.file].add(_name_test(said.get("tests", "")))
        with JUDGED.open("a", encoding="utf-8") as file:
            for judge, text in said.items():
                word = Word(text, seconds.get(judge, 0.0), grounds.digest_all(_list_grounds(judge, text, plan)))
                file.write(json.dumps({"file": mutant.file, "key": mutant.key, "judge": judge, **asdict(word)}) + "\n")
        tell(found[mutant.file, mutant.key])

    JUDGED.parent.mkdir(exist_ok=True)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, groups.values()))
    return [found[mutant.file, mutant.key] for mutant in mutants]


def _name_kind(name: str) -> str:
    return "tests" if "::" in name else name


def _list_grounds(judge: str, said: str, plan: Sequence[str]) -> list[str]:
    """List the judges on which the word of a judge rests: of the tests, only the one that failed if one did."""
    asked = [name for name in plan if _name_kind(name) == judge]
    failed = _name_test(said)
    return [failed] if failed in asked else asked


def _name_test(said: str) -> str:
    """Name the test that a word names, without its parameters."""
    return said.partition("[")[0]


def _put_first(plan: list[str], finders: Collection[str]) -> list[str]:
    """Keep the first of a plan, and put the tests next that found other mutants."""
    return [*plan[:1], *sorted(plan[1:], key=lambda name: name not in finders)]


def _read_judged() -> Iterator[Any]:
    """Read what was judged. Rows that an earlier form of this file left behind do not count."""
    rows = map(json.loads, JUDGED.read_text(encoding="utf-8").splitlines()) if JUDGED.exists() else iter(())
    return (row for row in rows if {"file", "key", "judge", "said", "seconds", "state"} <= row.keys())


def run_worker(task: dict[str, Any]) -> Iterator[Any]:
    """Give a task to a worker and pass on its results. A change that keeps the program from loading has none.

    Raises AssertionError if something else ended the worker.
    """
    command = (sys.executable, "-m", "tests.mutation.worker")
    task = {**task, "tests": task["tests"] or NO_TESTS}
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # fmt: skip
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(task))
        process.stdin.close()
        yield from map(json.loads, process.stdout)
    assert process.returncode >= 0, f"a worker was ended by signal {-process.returncode}"


def read_source(file: str) -> bytes:
    return Path(ROOT / file).read_bytes()
