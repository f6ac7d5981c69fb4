"""Parse phrase templates, as a clinician writes them, into a small tree.

    ja [dat is] (waar|juist)     [a] may be left out; (a|b) one of these
    ik heb <geen> pijn           <name> one of the phrases of the rule `name`

Own code rather than hassil: importing hassil alone takes 0.18 s of the 0.3 s that loading may take,
and all that is needed of it is this notation. Raises ValueError in plain words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, product
from math import prod

Words = tuple[str, ...]
Rules = Mapping[str, "Group"]

MOST_PHRASES = 2000
"""Most phrases that a template may be written out to; more are a slip of the pen, and take too long."""
DEEPEST = 20
"""Most brackets inside each other; nobody can read more."""

_TOKEN = re.compile(r"[()\[\]|]|<[^<>]*>|[^()\[\]|<>\s]+|[<>]")
_NOTATION = re.compile(r"[()\[\]|<>]")
_CLOSING = {"(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Group:
    """One of the choices or, if `optional`, nothing. A choice is a sequence of words and groups."""

    choices: tuple[Sequence, ...]
    optional: bool = False


Sequence = tuple["str | Group", ...]


def parse(template: str, rules: Rules) -> Group:
    """Parse a template. Raises ValueError if a bracket is open or a rule unknown."""
    if _NOTATION.search(template) is None and template.strip():
        return Group((tuple(template.split()),))
    return _Parser(template, rules).parse()


def expand(template: str, rules: Rules, spell: Callable[[str], Words]) -> list[Words]:
    """Write out every phrase of a small template as words. spell: turns one written word into its words.

    Raises ValueError as `parse` does, if a phrase would be empty, and if there would be more than MOST_PHRASES.
    """
    tree = parse(template, rules)
    if _count(tree) > MOST_PHRASES:
        raise ValueError(f"'{template[:60]}' stands for more than {MOST_PHRASES} phrases")
    phrases = [tuple(form for word in words for form in spell(word)) for words in write_out(tree)]
    if not all(phrases):
        raise ValueError(f"the phrase '{template}' can be empty")
    return phrases


def _count(group: Group) -> int:
    """Count the phrases of a tree."""
    choices = (prod(_count(item) for item in choice if isinstance(item, Group)) for choice in group.choices)
    return sum(choices) + group.optional


def write_out(group: Group) -> Iterator[Words]:
    """Write out every phrase of the tree, the fullest first."""
    for choice in group.choices:
        parts = [list(write_out(item)) if isinstance(item, Group) else [(item,)] for item in choice]
        yield from (tuple(word for part in parts for word in part) for parts in product(*parts))
    if group.optional:
        yield ()


def list_written(group: Group) -> Iterator[str]:
    """List every written word of the tree, some more than once."""
    for item in chain.from_iterable(group.choices):
        if isinstance(item, Group):
            yield from list_written(item)
        else:
            yield item


def write_out_briefly(group: Group) -> Iterator[Words]:
    """Write out some phrases of the tree, the shortest first: each choice once, each optional part once."""
    for choice in group.choices:
        yield from _write_briefly(choice)


def _write_briefly(items: Sequence) -> Iterator[Words]:
    """Write out each choice of each group once, beside the first choices of the others."""
    least = [_write_shortest(item) for item in items]
    yield tuple(word for part in least for word in part)
    for i, item in enumerate(items):
        if isinstance(item, Group):
            others = islice(write_out_briefly(item), 0 if item.optional else 1, None)
            yield from (tuple(word for part in (*least[:i], one, *least[i + 1 :]) for word in part) for one in others)


def _write_shortest(item: str | Group) -> Words:
    if isinstance(item, str):
        return (item,)
    return () if item.optional else next(write_out_briefly(item))


class _Parser:
    """Reads one template from left to right."""

    def __init__(self, template: str, rules: Rules) -> None:
        self._short = template if len(template) <= 60 else f"{template[:60]}..."
        self._tokens = _TOKEN.findall(template)[::-1]
        self._rules = rules
        self._depth = 0

    def parse(self) -> Group:
        choices = self._parse_choices()
        if self._tokens:
            raise ValueError(f"'{self._tokens[-1]}' closes a bracket that was never opened in '{self._short}'")
        return Group(choices)

    def _parse_choices(self) -> tuple[Sequence, ...]:
        choices = [self._parse_sequence()]
        while self._tokens and self._tokens[-1] == "|":
            self._tokens.pop()
            choices.append(self._parse_sequence())
        if not all(choices):
            raise ValueError(f"a choice is empty in '{self._short}'; write [ ] around what may be left out")
        return tuple(choices)

    def _parse_sequence(self) -> Sequence:
        items = []
        while self._tokens and self._tokens[-1] not in ")]|":
            items.append(self._parse_item(self._tokens.pop()))
        return tuple(items)

    def _parse_item(self, token: str) -> str | Group:
        if token in _CLOSING:
            return self._parse_group(token)
        if token.startswith("<") or token == ">":
            return self._look_up_rule(token.strip("<>"))
        return token

    def _parse_group(self, opening: str) -> Group:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError(f"more than {DEEPEST} brackets stand inside each other in '{self._short}'")
        choices = self._parse_choices()
        self._depth -= 1
        if not self._tokens or self._tokens.pop() != _CLOSING[opening]:
            raise ValueError(f"'{opening}' is not closed by '{_CLOSING[opening]}' in '{self._short}'")
        return Group(choices, optional=opening == "[")

    def _look_up_rule(self, name: str) -> Group:
        if name not in self._rules:
            raise ValueError(f"the rule <{name}> in '{self._short}' does not stand above it among the rules")
        return self._rules[name]
