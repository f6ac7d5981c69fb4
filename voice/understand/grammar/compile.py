"""Templates woven into nets; a template that is wrong, or a phrase under two meanings, is refused in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from voice.base.errors import ScriptError
from voice.base.yamlfile import Place
from voice.understand.grammar.automaton import Net, Weaver, find_clash
from voice.understand.grammar.phrase import Sort, clashes, named
from voice.understand.templates import Group, Rules, Words, parse, spoken_briefly

Value = TypeVar("Value")
Table = Net[Sort]
Entry = tuple[Group, Sort]
Spell = Callable[[str], Words]


@dataclass(frozen=True, slots=True)
class Openness:
    """What the words of a template may stand for beside themselves; see `Net`."""

    guarded: frozenset[str] = frozenset()
    alike: Mapping[str, str] = field(default_factory=dict)


CLOSED = Openness()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a template stands; looked up only when there is something to complain about."""

    place: Place
    key: str
    template: str

    def __str__(self) -> str:
        start = self.place.section.lines[self.key]
        lines = self.place.path.read_text(encoding="utf-8").splitlines()[start - 1 :]
        line = next((start + i for i, text in enumerate(lines) if self.template and self.template in text), start)
        return f"{self.place.path}, line {line}"


def parsed(template: str, rules: Rules, where: str | Spot) -> Group:
    """The tree of a template; `where` it stands is named in the ScriptError."""
    try:
        return parse(template, rules)
    except ValueError as reason:
        raise _bad(where, reason) from reason


def woven(entries: Iterable[tuple[Group, Value]], spell: Spell, where: str | Spot, open_to: Openness = CLOSED) -> Net[Value]:
    """A net of the templates.

    Raises ScriptError naming `where` for a template that can be empty.
    """
    weaver: Weaver[Value] = Weaver(spell, open_to.guarded, open_to.alike)
    for group, value in entries:
        try:
            weaver.add(group, value)
        except ValueError as reason:
            said = " ".join(next(spoken_briefly(group)))
            raise _bad(where, ValueError(f"{reason} ('{said}')")) from reason
    return weaver.net()


def _bad(where: str | Spot, reason: ValueError) -> ScriptError:
    return ScriptError(f"{where}: {reason}.", "See the notes on templates at the top of answers.yaml.")


def refuse_clash(table: Table, where: str) -> None:
    """Raises ScriptError naming `where` for a phrase with two meanings."""
    clash = find_clash(table, clashes)
    if clash:
        raise twice(where, *clash)


def twice(where: str, words: Words, one: Sort | str, other: Sort | str) -> ScriptError:
    """The complaint about a phrase that stands in two places."""
    phrase = " ".join(words)
    problem = f"{where}: '{phrase}' stands under '{named(one)}' and under '{named(other)}'."
    return ScriptError(problem, "Remove it from one of the two.")
