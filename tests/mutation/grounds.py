"""Tell what the word of a judge rests on, so that it is kept until something of that changes.

1. A judge rests on its own module and on all that this imports from `voice/` and `tests/`, however deep, inside functions too. A
   module that is only named in a text is not followed. No judge loads a command or a real engine so, and the simulated engine of
   the campaign is imported as well.
2. A test rests on what it uses of its own file, however deep, and on the fixtures of its folders. So a file can grow, and what its
   other tests said still holds.
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
OTHERS = ("claims.yaml",)
"""Data in `tests/` that no judge reads."""


@cache
def digest(judge: str) -> str:
    """Tell the state of everything that a judge rests on. judge: "walk", "campaign", a file of tests, or a test in it."""
    name, _, test = judge.partition("::")
    file = MODULES.get(name, name)
    folders = [*Path(file).parents][:-1]
    conftests = [name for name in (f"{folder}/conftest.py" for folder in folders) if (ROOT / name).exists()]
    used = _select_used(file, test) if test else ()
    named = [path for node in used for path in _list_named(node)]
    sources = {*find_sources((*(named if test else [file]), *conftests, *FIXTURES)), *ASKED_BY}
    found = hashlib.sha256(_digest_data(("prompts", "voice", WEIGHTS, *(() if name in MODULES else ("tests",)))).encode())
    found.update("".join(map(ast.unparse, used)).encode())
    for source in sorted(sources):
        found.update(f"{source} ".encode() + _read(source))
    return found.hexdigest()


@cache
def _select_used(file: str, test: str) -> tuple[ast.stmt, ...]:
    """Select the statements of a file that a test needs: its own, those that make the names in it, and theirs. Fixtures are named
    by arguments; one that nobody names, and marks for all tests, count always.
    """
    statements = ast.parse(_read(file)).body
    makes = {id(one): _list_made(one) for one in statements}
    waiting = [
        test.partition("::")[0],
        "pytestmark",
        *(name for one in statements if "autouse" in ast.dump(one) for name in makes[id(one)]),
    ]
    known: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            waiting += [used for one in statements if name in makes[id(one)] for used in _list_used(one)]
    return tuple(one for one in statements if not makes[id(one)].isdisjoint(known))


def _list_made(statement: ast.stmt) -> frozenset[str]:
    """List the names that a statement makes at the top of a file."""
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            return frozenset({statement.name})
        case ast.Import() | ast.ImportFrom():
            return frozenset((alias.asname or alias.name).partition(".")[0] for alias in statement.names)
    stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return frozenset(node.id for node in stored)


def _list_used(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):  # the name of a fixture
            yield node.value


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
    return tuple(_list_named(ast.parse(_read(file))))


def _list_named(tree: ast.AST) -> Iterator[str]:
    """List the files that are imported anywhere in it."""
    names = (name for node in ast.walk(tree) for name in _list_names(node))
    yield from (path for name in names if name.partition(".")[0] in ("voice", "tests") for path in _list_paths(name))


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
            if path.suffix in DATA and HERE not in path.parents and path.name not in OTHERS:
                found.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return found.hexdigest()


@cache
def _read(file: str) -> bytes:
    return (ROOT / file).read_bytes()
