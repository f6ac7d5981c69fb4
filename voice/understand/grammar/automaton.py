"""Many templates as one net of words, so that no template has to be written out phrase by phrase.

A net is a graph without loops: from each state, a word leads to other states, and some states end a
phrase with a value (what the phrase means). Common beginnings share their states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from itertools import chain
from operator import or_
from types import MappingProxyType
from typing import Generic, TypeVar

from voice.understand.templates import Group, Words

Value = TypeVar("Value")
States = frozenset[int]

START: States = frozenset((0,))

ANY = "*"
"""In a template: one word, whichever it is, unless it is guarded."""


NOTHING_ALIKE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Automaton(Generic[Value]):
    """A net, ready to match.

    steps: per state, a word to the states it leads to.
    values: per state that ends a phrase, its value. beside: other values given to the same phrase.
    guarded: words that ANY does not stand for. alike: words taken for another one ("mijn been", "dat been").
    wild: whether any template holds ANY.
    """

    steps: tuple[Mapping[str, tuple[int, ...]], ...] = ({},)
    values: Mapping[int, Value] = field(default_factory=dict)
    beside: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    guarded: frozenset[str] = frozenset()
    alike: Mapping[str, str] = field(default_factory=dict)
    wild: bool = False

    def ends(self, words: Words, start: int) -> Iterator[tuple[int, Value]]:
        """Every phrase that begins at words[start], as (the place where it ends, its value)."""
        states: Iterable[int] = (0,)
        for end in range(start, len(words)):
            states = self._after(states, self.alike.get(words[end], words[end]))
            if not states:
                return
            ending = min((state for state in states if state in self.values), default=0)
            if ending:
                yield end + 1, self.values[ending]

    def _after(self, states: Iterable[int], word: str) -> set[int]:
        """The states that a word leads to."""
        after = {to for state in states for to in self.steps[state].get(word, ())}
        if self.wild and word not in self.guarded:
            after.update(to for state in states for to in self.steps[state].get(ANY, ()))
        return after

    def occurs_in(self, words: Words) -> bool:
        return any(True for start in range(len(words)) for _ in self.ends(words, start))

    def closes(self, words: Words) -> bool:
        """Whether the words end in a phrase."""
        return any(end == len(words) for start in range(len(words)) for end, _ in self.ends(words, start))


EMPTY_AUTOMATON: Automaton = Automaton()


class AutomatonBuilder(Generic[Value]):
    """Weaves templates into a net."""

    def __init__(
        self, spell: Callable[[str], Words], guarded: frozenset[str] = frozenset(), alike: Mapping[str, str] = NOTHING_ALIKE
    ) -> None:
        self._spell = spell
        self._guarded = guarded
        self._alike = alike
        self._steps: list[dict[str, list[int]]] = [{}]
        self._values: dict[int, Value] = {}
        self._prefixes: set[int] = {0}
        self._beside: dict[int, list[Value]] = {}

    def add(self, template: Group, value: Value) -> None:
        """Add a template that cannot be empty. A phrase keeps its first value."""
        for state in self._choice(template, START, None):
            self._ending(state, value)

    def net(self) -> Automaton[Value]:
        steps = tuple({word: tuple(after) for word, after in step.items()} for step in self._steps)
        return Automaton(steps, self._values, self._beside, self._guarded, self._alike, any(ANY in step for step in steps))

    def _ending(self, state: int, value: Value) -> None:
        """A value of its own for the phrases that end here, beside another that ends here already."""
        if self._values.setdefault(state, value) != value:
            self._beside.setdefault(state, []).append(value)

    def _state(self) -> int:
        self._steps.append({})
        return len(self._steps) - 1

    def _choice(self, group: Group, states: States, target: int | None) -> States:
        if len(group.choices) == 1:
            ends = self._sequence(group.choices[0], states, target)
        else:
            target = self._state() if target is None else target
            ends = frozenset().union(*(self._sequence(choice, states, target) for choice in group.choices))
        return ends | states if group.optional else ends

    def _sequence(self, items: tuple[str | Group, ...], states: States, target: int | None) -> States:
        for i, item in enumerate(items):
            to = target if i == len(items) - 1 else None
            states = self._choice(item, states, to) if isinstance(item, Group) else self._written(item, states, to)
        return states

    def _written(self, item: str, states: States, target: int | None) -> States:
        words = (ANY,) if item == ANY else self._spell(item)
        for i, word in enumerate(self._alike.get(word, word) for word in words):
            states = frozenset((self._word(word, states, target if i == len(words) - 1 else None),))
        return states

    def _word(self, word: str, states: States, target: int | None) -> int:
        """A step from every state; a plain beginning that exists already is walked, not woven again."""
        prefix = len(states) == 1 and states <= self._prefixes and target is None
        if prefix:
            for known in self._steps[min(states)].get(word, ()):
                if known in self._prefixes:
                    return known
        target = self._state() if target is None else target
        for state in states:
            after = self._steps[state].setdefault(word, [])
            if target not in after:
                after.append(target)
        if prefix:
            self._prefixes.add(target)
        return target


def list_words(net: Automaton[Value]) -> Iterator[str]:
    """Every word of the net's phrases, some more than once."""
    return (word for step in net.steps for word in step)


def list_phrases(net: Automaton[Value]) -> Iterator[tuple[Words, Value]]:
    """Every phrase of a small net, with its value."""
    todo: list[tuple[Words, int]] = [((), 0)]
    while todo:
        words, state = todo.pop()
        if state in net.values:
            yield words, net.values[state]
        todo.extend(((*words, word), to) for word, after in net.steps[state].items() for to in after)


def find_clash(net: Automaton[Value], clashes: Callable[[Value, Value], bool]) -> tuple[Words, Value, Value] | None:
    """The first phrase with two values that clash, with both; None where every phrase has one meaning."""
    for words, values in _endings(net, _risk(net, clashes)):
        for value in values[1:]:
            if clashes(values[0], value):
                return words, values[0], value
    return None


def _endings(net: Automaton[Value], risky: Callable[[States], bool]) -> Iterator[tuple[Words, list[Value]]]:
    """Phrases and beginnings of phrases along risky states, with the values of those that end there."""
    todo: list[tuple[Words, States]] = [((), START)]
    seen: set[States] = set()
    while todo:
        words, states = todo.pop()
        yield words, [value for state in states if state in net.values for value in _ending_in(net, state)]
        fresh = {after: word for word, after in _together(net, states) if after not in seen}
        seen.update(fresh)
        todo.extend(((*words, word), after) for after, word in fresh.items() if risky(after))


def _risk(net: Automaton[Value], clashes: Callable[[Value, Value], bool]) -> Callable[[States], bool]:
    """Tells of states whether values that clash can still be reached along different ones, or along one that splits."""
    every = tuple(dict.fromkeys(chain(net.values.values(), *net.beside.values())))
    bits = {value: 1 << i for i, value in enumerate(every)}
    foes = [(bits[one], _sum(bits[other] for other in every if clashes(one, other))) for one in every]
    reach = _reachable(net, bits)

    @cache
    def clash_in(reached: int) -> bool:
        return any(reached & bit and reached & others for bit, others in foes)

    return lambda states: clash_in(_sum(reach[state] for state in states))


def _sum(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)


def _ending_in(net: Automaton[Value], state: int) -> tuple[Value, ...]:
    return (net.values[state], *net.beside.get(state, ()))


def _together(net: Automaton[Value], states: States) -> Iterator[tuple[str, States]]:
    """Every word after the states, and where it leads from all of them."""
    if len(states) == 1 and not net.wild:
        return ((word, frozenset(after)) for word, after in net.steps[min(states)].items())
    steps: dict[str, set[int]] = {}
    for state in states:
        for word, after in net.steps[state].items():
            steps.setdefault(word, set()).update(after)
    anything = steps.get(ANY)
    for word in steps.keys() - net.guarded - {ANY} if anything else ():
        steps[word] |= anything
    return ((word, frozenset(after)) for word, after in steps.items())


def _reachable(net: Automaton[Value], bits: Mapping[Value, int]) -> list[int]:
    """Per state, the values of the phrases that pass through it, as bits."""
    reach = [-1] * len(net.steps)
    todo = [0]
    while todo:
        state = todo[-1]
        after = [to for tos in net.steps[state].values() for to in tos]
        missing = [to for to in after if reach[to] < 0]
        if reach[state] < 0 and not missing:
            own = _ending_in(net, state) if state in net.values else ()
            reach[state] = _sum(chain((bits[value] for value in own), (reach[to] for to in after)))
        if reach[state] >= 0:
            todo.pop()
        todo.extend(missing)
    return reach
