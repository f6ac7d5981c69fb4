"""Compile templates to automata. Refuse a wrong template, or a phrase under two meanings, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from voice.base.errors import ScriptError
from voice.base.yamlfile import Place
from voice.understand.grammar.automaton import ANY, Automaton, AutomatonBuilder, find_clash
from voice.understand.grammar.phrase import Phrase, clashes, name_heading
from voice.understand.templates import Group, Rules, Words, parse

Value = TypeVar("Value")
Table = Automaton[Phrase]
Entry = tuple[Group, Phrase]
Spell = Callable[[str], Words]


@dataclass(frozen=True, slots=True)
class Openness:
    """What the words of a template may stand for besides themselves; see `Automaton`."""

    guarded: frozenset[str] = frozenset()
    alike: Mapping[str, str] = field(default_factory=dict)


CLOSED = Openness()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a template stands. Its line is only looked up for a complaint."""

    place: Place
    key: str
    template: str

    def __str__(self) -> str:
        start = self.place.section.lines[self.key]
        lines = self.place.path.read_text(encoding="utf-8").splitlines()[start - 1 :]
        line = next((start + i for i, text in enumerate(lines) if self.template and self.template in text), start)
        return f"{self.place.path}, line {line}"


def parse_rule(template: str, rules: Rules, where: str | Spot) -> Group:
    """Parse a template of a rule, which may be empty. Raises ScriptError that names `where`."""
    try:
        return parse(template, rules)
    except ValueError as reason:
        raise _complain(where, f"{reason}") from reason


def parse_phrases(template: str, rules: Rules, where: str | Spot, spell: Spell) -> Group:
    """Parse a template of phrases. Raises ScriptError that names `where` for a wrong template or an empty phrase."""
    group = parse_rule(template, rules, where)
    if _can_be_empty(group, spell):
        raise _complain(where, f"the phrase '{template}' can be empty")
    return group


def _can_be_empty(group: Group, spell: Spell) -> bool:
    return group.optional or not all(_says_something(choice, spell) for choice in group.choices)


def _says_something(choice: Sequence[str | Group], spell: Spell) -> bool:
    return any(not _can_be_empty(item, spell) if isinstance(item, Group) else item == ANY or spell(item) for item in choice)


def _complain(where: str | Spot, problem: str) -> ScriptError:
    return ScriptError(f"{where}: {problem}.", "See the notes on templates in prompts/nl/answers/README.md.")


def compile_phrases(entries: Iterable[tuple[Group, Value]], spell: Spell, open_to: Openness = CLOSED) -> Automaton[Value]:
    """Compile parsed templates, none of which can be empty; a phrase that stands there twice keeps its first value."""
    builder: AutomatonBuilder[Value] = AutomatonBuilder(spell, open_to.guarded, open_to.alike)
    for group, value in entries:
        builder.add(group, value)
    return builder.build()


def refuse_clash(table: Table, where: str) -> None:
    """Raises ScriptError that names `where` if a phrase has two meanings."""
    clash = find_clash(table, clashes)
    if clash:
        raise complain_twice(where, *clash)


def complain_twice(where: str, words: Words, one: Phrase | str, other: Phrase | str) -> ScriptError:
    """Make the complaint about a phrase that stands in two places."""
    phrase = " ".join(words)
    problem = f"{where}: '{phrase}' stands under '{name_heading(one)}' and under '{name_heading(other)}'."
    return ScriptError(problem, "Remove it from one of the two.")
