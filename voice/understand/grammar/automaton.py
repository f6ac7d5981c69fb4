"""Match many templates at once with a finite automaton of words, so that no template is written out phrase by phrase.

The automaton has no loops. From each state, a word leads to other states; some states end a phrase with a value (what the
phrase means). Common beginnings share their states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from itertools import chain
from operator import or_
from typing import Any, Generic, TypeVar

from voice.understand.templates import Group, Words

Value = TypeVar("Value")
States = frozenset[int]

START: States = frozenset((0,))

ANY = "*"
"""In a template: any one word that is not guarded."""


@dataclass(frozen=True, slots=True, eq=False)
class Automaton(Generic[Value]):
    """A finite automaton, ready to match.

    steps: per state, the states that each word leads to.
    values: per state that ends a phrase, its value. beside: further values of the same phrase.
    guarded: words that ANY does not stand for. alike: words that count as another one ("mijn been", "dat been").
    wild: whether a template holds ANY.
    """

    steps: tuple[Mapping[str, Sequence[int]], ...] = ({},)
    values: Mapping[int, Value] = field(default_factory=dict)
    beside: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    guarded: frozenset[str] = frozenset()
    alike: Mapping[str, str] = field(default_factory=dict)
    wild: bool = False

    def match_from(self, words: Words, start: int) -> Iterator[tuple[int, Value]]:
        """Find every phrase that begins at words[start], as (index after its last word, its value)."""
        states: Iterable[int] = (0,)
        for end in range(start, len(words)):
            states = self.step(states, self.alike.get(words[end], words[end]))
            if not states:
                return
            ending = min((state for state in states if state in self.values), default=0)
            if ending:
                yield end + 1, self.values[ending]

    def step(self, states: Iterable[int], word: str) -> set[int]:
        """Find the states that a word leads to."""
        after = {to for state in states for to in self.steps[state].get(word, ())}
        if self.wild and word not in self.guarded:
            after.update(to for state in states for to in self.steps[state].get(ANY, ()))
        return after

    def occurs_in(self, words: Words) -> bool:
        return any(True for start in range(len(words)) for _ in self.match_from(words, start))

    def begins(self, words: Words) -> bool:
        """Whether the words begin with a phrase."""
        return any(True for _ in self.match_from(words, 0))

    def closes(self, words: Words) -> bool:
        """Whether the words end in a phrase."""
        return any(end == len(words) for start in range(len(words)) for end, _ in self.match_from(words, start))


EMPTY_AUTOMATON: Automaton[Any] = Automaton()


class AutomatonBuilder(Generic[Value]):
    """Builds an automaton of templates."""

    def __init__(self, spell: Callable[[str], Words], guarded: frozenset[str], alike: Mapping[str, str]) -> None:
        self._spell = spell
        self._guarded = guarded
        self._alike = alike
        self._steps: list[dict[str, list[int]]] = [{}]
        self._values: dict[int, Value] = {}
        self._prefixes: set[int] = {0}
        self._beside: dict[int, list[Value]] = {}
        self._written: dict[str, Words] = {}

    def add(self, template: Group, value: Value) -> None:
        """Add a template that cannot be empty. A phrase keeps its first value."""
        for state in self._add_choice(template, START, None):
            self._set_value(state, value)

    def build(self) -> Automaton[Value]:
        wild = any(ANY in step for step in self._steps)
        return Automaton(tuple(self._steps), self._values, self._beside, self._guarded, self._alike, wild)

    def _set_value(self, state: int, value: Value) -> None:
        """Give the phrases that end here a value, beside one that they have already."""
        if self._values.setdefault(state, value) != value:
            self._beside.setdefault(state, []).append(value)

    def _make_state(self) -> int:
        self._steps.append({})
        return len(self._steps) - 1

    def _add_choice(self, group: Group, states: States, target: int | None) -> States:
        if len(group.choices) == 1:
            only = self._add_sequence(group.choices[0], states, target)
            return only | states if group.optional else only
        target = self._make_state() if target is None else target
        ends = set(states if group.optional else ())
        for choice in group.choices:
            words = self._read(choice[0]) if len(choice) == 1 and isinstance(choice[0], str) else ()
            if len(words) == 1:  # most choices are one word
                self._link(words[0], states, target)
                ends.add(target)
            else:
                ends |= self._add_sequence(choice, states, target)
        return frozenset(ends)

    def _add_sequence(self, items: tuple[str | Group, ...], states: States, target: int | None) -> States:
        last = len(items) - 1
        for i, item in enumerate(items):
            to = target if i == last else None
            states = self._add_choice(item, states, to) if isinstance(item, Group) else self._add_written(item, states, to)
        return states

    def _add_written(self, item: str, states: States, target: int | None) -> States:
        words = self._read(item)
        last = len(words) - 1
        for i, word in enumerate(words):
            states = frozenset((self._add_word(word, states, target if i == last else None),))
        return states

    def _read(self, item: str) -> Words:
        """The words of a written one as they are matched; each is looked up once."""
        words = self._written.get(item)
        if words is None:
            words = (ANY,) if item == ANY else tuple(self._alike.get(word, word) for word in self._spell(item))
            self._written[item] = words
        return words

    def _add_word(self, word: str, states: States, target: int | None) -> int:
        """Add a step from every state; a plain beginning that exists already is reused."""
        prefix = len(states) == 1 and states <= self._prefixes and target is None
        if prefix:
            for known in self._steps[min(states)].get(word, ()):
                if known in self._prefixes:
                    return known
        target = self._make_state() if target is None else target
        self._link(word, states, target)
        if prefix:
            self._prefixes.add(target)
        return target

    def _link(self, word: str, states: States, target: int) -> None:
        for state in states:
            after = self._steps[state].setdefault(word, [])
            if target not in after:
                after.append(target)


def list_words(automaton: Automaton[Value]) -> Iterator[str]:
    """List every word of the phrases, some more than once."""
    return (word for step in automaton.steps for word in step)


def list_shared(one: Automaton[Value], other: Automaton[Value]) -> Iterator[tuple[Words, Value, Value]]:
    """List every phrase of one automaton that is also one of the other, with the values that it has in both."""
    todo: list[tuple[Words, int, Iterable[int]]] = [((), 0, START)]
    while todo:
        words, state, others = todo.pop()
        ending = min((to for to in others if to in other.values), default=0)
        if ending and state in one.values:
            yield words, one.values[state], other.values[ending]
        for word, after in one.steps[state].items():
            reached = other.step(others, other.alike.get(word, word))
            if reached:
                todo.extend(((*words, word), to, reached) for to in after)


def find_clash(automaton: Automaton[Value], clashes: Callable[[Value, Value], bool]) -> tuple[Words, Value, Value] | None:
    """Find the first phrase with two values that clash, with both; None if there is none."""
    for words, values in _walk_endings(automaton, _find_risky(automaton, clashes)):
        for value in values[1:]:
            if clashes(values[0], value):
                return words, values[0], value
    return None


def _walk_endings(automaton: Automaton[Value], risky: Callable[[Iterable[int]], bool]) -> Iterator[tuple[Words, list[Value]]]:
    """Walk along risky states; yield each beginning of a phrase with the values of the phrases that end there."""
    todo: list[tuple[Words, States]] = [((), START)]
    seen: set[States] = set()
    while todo:
        words, states = todo.pop()
        yield words, [value for state in states if state in automaton.values for value in _list_values(automaton, state)]
        for word, steps in _step_together(automaton, states):
            if risky(steps) and (after := frozenset(steps)) not in seen:
                seen.add(after)
                todo.append(((*words, word), after))


def _find_risky(automaton: Automaton[Value], clashes: Callable[[Value, Value], bool]) -> Callable[[Iterable[int]], bool]:
    """Make the test whether values that clash can still be reached from some states."""
    every = tuple(dict.fromkeys(chain(automaton.values.values(), *automaton.beside.values())))
    bits = {value: 1 << i for i, value in enumerate(every)}
    foes = [(bits[one], _join_bits(bits[other] for other in every if clashes(one, other))) for one in every]
    reach = _find_reachable(automaton, bits)

    @cache
    def clash_in(reached: int) -> bool:
        return any(reached & bit and reached & others for bit, others in foes)

    def is_risky(states: Iterable[int]) -> bool:
        reached = 0
        for state in states:
            reached |= reach[state]
        return clash_in(reached)

    return is_risky


def _join_bits(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)


def _list_values(automaton: Automaton[Value], state: int) -> tuple[Value, ...]:
    return (automaton.values[state], *automaton.beside.get(state, ()))


def _step_together(automaton: Automaton[Value], states: States) -> Iterable[tuple[str, Iterable[int]]]:
    """List every word after the states, with the states that it leads to from all of them."""
    if len(states) == 1 and not automaton.wild:
        return automaton.steps[min(states)].items()
    steps: dict[str, set[int]] = {}
    for state in states:
        for word, after in automaton.steps[state].items():
            steps.setdefault(word, set()).update(after)
    anything = steps.get(ANY, set())
    for word in steps.keys() - automaton.guarded - {ANY} if anything else ():
        steps[word] |= anything
    return steps.items()


def _find_reachable(automaton: Automaton[Value], bits: Mapping[Value, int]) -> list[int]:
    """Find per state the values of the phrases that pass through it, as bits."""
    reach = [-1] * len(automaton.steps)
    todo = [0]
    while todo:
        state = todo[-1]
        reached = 0
        missing = []
        for to in chain.from_iterable(automaton.steps[state].values()):
            if reach[to] < 0:
                missing.append(to)
            reached |= reach[to]
        if missing:
            todo.extend(missing)
            continue
        if state in automaton.values:
            reached |= _join_bits(bits[value] for value in _list_values(automaton, state))
        reach[state] = reached
        todo.pop()
    return reach
