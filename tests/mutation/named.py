"""The mutants of named.yaml: each a change with a story, and the judges that must find it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from tests.mutation import HERE, JUDGES
from tests.mutation.mutants import Mutant, find_place
from tests.mutation.runner import name_kind, read_source


@dataclass(frozen=True, slots=True)
class Named:
    """judges: "walk", "campaign", and the names of tests."""

    name: str
    mutant: Mutant
    judges: list[str]

    @property
    def kinds(self) -> list[str]:
        """The judges that must find it; of several tests, one."""
        return list(dict.fromkeys(map(name_kind, self.judges)))


def list_named(asked: Sequence[str] = JUDGES) -> list[Named]:
    """List the mutants with a name that one of these judges must find, each with those judges alone."""
    named = [_read(entry) for entry in yaml.safe_load((HERE / "named.yaml").read_text(encoding="utf-8"))]
    chosen = (replace(one, judges=[name for name in one.judges if name_kind(name) in asked]) for one in named)
    return [one for one in chosen if one.judges]


def _read(entry: dict[str, Any]) -> Named:
    """Raises AssertionError if the code has changed, so that the entry must, too."""
    file, before, after = entry["file"], entry["before"].rstrip("\n"), entry["after"].rstrip("\n")
    source = read_source(file)
    assert source.count(before.encode()) == 1, f"named.yaml, {entry['name']}: not once in {file}: {before}"
    start = source.index(before.encode())
    place, lines, in_body = find_place(ast.parse(source), source.count(b"\n", 0, start) + 1)
    mutant = Mutant(file, place, before, after, start, start + len(before.encode()), after, lines, in_body)
    return Named(entry["name"], mutant, entry["found_by"])
