"""The mutants of named.yaml: each a change with a story, and the judges that must find it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import yaml

from tests.mutation import HERE
from tests.mutation.mutants import Mutant, find_place
from tests.mutation.runner import read_source


@dataclass(frozen=True, slots=True)
class Named:
    """judges: "walk", "campaign", and the names of tests."""

    name: str
    mutant: Mutant
    judges: list[str]

    @property
    def kinds(self) -> list[str]:
        """The judges that must find it; of several tests, one."""
        return list(dict.fromkeys("tests" if "::" in one else one for one in self.judges))


def list_named() -> list[Named]:
    return [_read(entry) for entry in yaml.safe_load((HERE / "named.yaml").read_text(encoding="utf-8"))]


def _read(entry: dict[str, str]) -> Named:
    """Raises AssertionError if the code has changed, so that the entry must, too."""
    file, before, after = entry["file"], entry["before"].rstrip("\n"), entry["after"].rstrip("\n")
    source = read_source(file)
    assert source.count(before.encode()) == 1, f"named.yaml, {entry['name']}: not once in {file}: {before}"
    start = source.index(before.encode())
    place, lines, in_body = find_place(ast.parse(source), source.count(b"\n", 0, start) + 1)
    mutant = Mutant(file, place, before, after, start, start + len(before.encode()), after, lines, in_body)
    return Named(entry["name"], mutant, entry["found_by"])
