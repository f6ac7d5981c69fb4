"""Tell what the word of a judge rests on, so that it is kept until something of that changes.

1. A judge rests on its own module and on all that this imports from `voice/` and `tests/`, however deep, inside functions too. A
   module that is only named in a text is not followed. No judge loads a command or a real engine so, and the simulated engine of
   the campaign is imported as well.
2. A test rests on the fixtures of its folders, too.
3. Each judge rests on the way in which it is asked (this folder), on `prompts/`, on the data in `voice/` and on the weights of
   the reader; a test also on the data in `tests/`.
4. That a test found a mutant rests on this test alone. That none did rests on all that were asked.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.mutation import HERE, ROOT

MODULES = {"walk": "voice/consultation/review/walk.py", "campaign": "voice/bench/rigs/soak.py"}
ASKED_BY = tuple(f"tests/mutation/{name}.py" for name in ("__init__", "judges", "mutants", "worker"))
FIXTURES = ("tests/conftest.py", "tests/helpers/quick_tests.py")
DATA = (".yaml", ".tsv", ".npz")
WEIGHTS = "models/reader-nl-ruggespraak"


def digest(judge: str) -> str:
    """Tell the state of everything that a judge rests on. judge: "walk", "campaign", a file of tests, or a test in it."""
    return _digest_file(judge.partition("::")[0])


@cache
def _digest_file(judge: str) -> str:
    file = MODULES.get(judge, judge)
    folders = [*Path(file).parents][:-1]
    conftests = [name for name in (f"{folder}/conftest.py" for folder in folders) if (ROOT / name).exists()]
    sources = {*find_sources((file, *conftests, *FIXTURES)), *ASKED_BY}
    found = hashlib.sha256(_digest_data(("prompts", "voice", WEIGHTS, *(() if judge in MODULES else ("tests",)))).encode())
    for source in sorted(sources):
        found.update(f"{source} ".encode() + _read(source))
    return found.hexdigest()


def digest_all(judges: Iterable[str]) -> str:
    """Tell the state of everything that these judges together rest on."""
    return hashlib.sha256(repr([(judge, digest(judge)) for judge in sorted(judges)]).encode()).hexdigest()


def find_sources(files: Iterable[str]) -> set[str]:
    """Find these modules and all that they import of the program and of its tests, as paths in the checkout."""
    found: set[str] = set()
    waiting = list(files)
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += _list_imported(file)
    return found


@cache
def _list_imported(file: str) -> tuple[str, ...]:
    names = [name for node in ast.walk(ast.parse(_read(file))) for name in _list_names(node)]
    return tuple(path for name in names if name.partition(".")[0] in ("voice", "tests") for path in _list_paths(name))


def _list_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import():
            yield from (alias.name for alias in node.names)
        case ast.ImportFrom(module=str() as module):
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _list_paths(name: str) -> Iterator[str]:
    """List the files that are run when this is imported: its packages, and it itself if it is a module."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        path = "/".join(parts[:end])
        yield from (file for file in (f"{path}.py", f"{path}/__init__.py") if (ROOT / file).exists())


@cache
def _digest_data(folders: tuple[str, ...]) -> str:
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in DATA and HERE not in path.parents:
                found.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return found.hexdigest()


@cache
def _read(file: str) -> bytes:
    return (ROOT / file).read_bytes()
