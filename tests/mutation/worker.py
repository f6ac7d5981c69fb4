"""A process that judges mutants: `python -m tests.mutation.worker`, a task as JSON on standard input, results as JSON lines.

Nothing is written to the tree. A change in the body of a function is made in a fork of this process, in the module that is
loaded. Any other change is made while the module is loaded, in a process that judges this mutant alone.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import Any, TextIO

from tests.mutation import ROOT, TOO_LONG
from tests.mutation.mutants import FUNCTIONS, Mutant, to_module


def main() -> None:
    task = json.load(sys.stdin)
    output = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    mutants = [Mutant(**{**one, "lines": tuple(one["lines"])}) for one in task.get("mutants", ())]
    if mutants and not mutants[0].in_body:
        sys.meta_path.insert(0, _Changer({mutants[0].module: mutants[0].apply}))
    files = tuple(task.get("measured", ()))
    if files:
        vars(builtins)["noted_calls"] = set()
        sys.meta_path.insert(0, _Changer({to_module(file): partial(note_calls, file) for file in files}))
    from tests.mutation import judges  # loads the program, changed or not

    then = (
        partial(judge_all, mutants, task["plans"], task["limits"], output)
        if mutants
        else partial(measure_all, task["judges"], output)
    )
    judges.collect_tests(tuple(task["tests"]), then)


# --- making a change -------------------------------------------------------------------------------


Change = Callable[[bytes], "bytes | ast.Module"]


class _Changer(importlib.abc.MetaPathFinder):
    """Loads some modules with a change."""

    def __init__(self, changes: dict[str, Change]) -> None:
        self.changes = changes

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if name not in self.changes:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec and spec.origin:
            spec.loader = _Loader(name, spec.origin, self.changes[name])
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, change: Change) -> None:
        super().__init__(name, path)
        self.change = change

    def get_code(self, fullname: str) -> CodeType:
        changed = self.change(self.get_data(self.path))
        return compile(changed, self.path, "exec", dont_inherit=True)  # type: ignore[no-any-return,call-overload]


def note_calls(file: str, source: bytes) -> ast.Module:
    """Let each function of the file note its first line in `noted_calls` when it is called."""
    top = ast.parse(source)
    for node in ast.walk(top):
        if isinstance(node, FUNCTIONS):
            node.body.insert(0, ast.parse(f"noted_calls.add(({file!r}, {node.lineno}))").body[0])
    return ast.fix_missing_locations(top)


def change_function(mutant: Mutant) -> None:
    """Give the function the code of the mutant. Everything that refers to the function then runs it."""
    module = importlib.import_module(mutant.module)
    path = ROOT / mutant.file
    whole = compile(mutant.apply(path.read_bytes()), str(path), "exec", dont_inherit=True)
    function = _find_function(module, mutant.place)
    function.__code__ = _find_code(whole, function.__code__)


def _find_function(module: ModuleType, place: str) -> FunctionType:
    holder: Any = module
    for name in place.split("."):
        holder = vars(holder)[name]
    found = getattr(holder, "fget", None) or getattr(holder, "__func__", None) or getattr(holder, "__wrapped__", holder)
    assert isinstance(found, FunctionType), f"{place} is no function"
    return found


def _find_code(whole: CodeType, old: CodeType) -> CodeType:
    inner = [one for one in whole.co_consts if isinstance(one, CodeType)]
    for one in inner:
        if (one.co_name, one.co_firstlineno) == (old.co_name, old.co_firstlineno):
            return one
    return next(_find_code(one, old) for one in inner if one.co_firstlineno <= old.co_firstlineno and _is_class(one))


def _is_class(code: CodeType) -> bool:
    return "__module__" in code.co_names and "__qualname__" in code.co_names


# --- judging ---------------------------------------------------------------------------------------


def measure_all(names: list[str], output: TextIO, tests: Any) -> None:
    """Write what each of these judges, and each test that is not too long, calls without a change. names: "walk", "campaign"."""
    from tests.mutation import judges

    scripts = {"walk": _load_whole(), "campaign": _load_script()}
    actions: dict[str, Callable[[], str]] = {
        **{name: partial({"walk": judges.walk, "campaign": judges.campaign}[name], scripts[name]) for name in names},
        **{name: partial(tests.run, [name]) for name in tests.items if name not in TOO_LONG},
    }
    for name, action in actions.items():
        ended = judges.run_in_fork(partial(judges.measure, action), 600)
        _write(output, {"judge": name, **(ended.result or {"wrong": "crashed"})})


def judge_all(mutants: list[Mutant], plans: list[list[str]], limits: dict[str, float], output: TextIO, tests: Any) -> None:
    """Let the judges of each plan judge each mutant. A plan: "walk", "campaign", and the names of tests."""
    for mutant, plan in zip(mutants, plans, strict=True):
        _write(output, {"key": mutant.key, "file": mutant.file, **_judge(mutant, plan, limits, tests)})


def _judge(mutant: Mutant, plan: list[str], limits: dict[str, float], tests: Any) -> dict[str, object]:
    from tests.mutation import judges

    script = _load_script()
    chosen = [name for name in plan if name in tests.items]
    actions: dict[str, Callable[[], str]] = {
        **({"walk": partial(judges.walk, _load_whole())} if "walk" in plan else {}),
        **({"campaign": partial(judges.campaign, script)} if "campaign" in plan else {}),
        **({"tests": partial(tests.run, chosen, limits)} if chosen else {}),
    }
    said, seconds = {}, {}
    for name, action in actions.items():
        usual = sum(limits[one] for one in (chosen if name == "tests" else [name]))
        ended = judges.run_in_fork(partial(_change_and, mutant, action), judges.SECONDS + judges.TIMES * usual)
        said[name] = "crashed or did not end" if ended.result is None else ended.result
        seconds[name] = round(ended.seconds, 2)
    return {"said": said, "seconds": seconds}


def _change_and(mutant: Mutant, action: Callable[[], str]) -> str:
    if mutant.in_body:
        change_function(mutant)
    return action()


def _load_script() -> Any:
    from tests.conftest import EVERY_SCRIPT, load_shipped

    for locale, name in EVERY_SCRIPT:
        load_shipped(locale, name)
    return load_shipped("nl-BE", "kort")


def _load_whole() -> Any:
    """Load the short script with the short chapters; a walk through those of many questions takes too long here."""
    from tests.conftest import PROMPTS
    from voice.consultation.loader import load_script

    return load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=("worry", "messages", "teach_back"))


def _write(output: TextIO, value: object) -> None:
    output.write(json.dumps(value) + "\n")
    output.flush()


if __name__ == "__main__":
    main()
