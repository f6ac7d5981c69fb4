"""Find what a patient will do today, in words of his own. Nothing is graded: what is not found is not understood.

1. Known plans are found anywhere in the answer; whatever is said around them does not matter.
2. A plan that is denied in its part of the answer is the other way round: not lying down fits the advice, not walking does not.
3. Lying down goes before all else, because it must be put right; a short rest counts only alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from voice.understand.grammar.automaton import Automaton
from voice.understand.templates import Words

LYING, RESTING, NOTHING = "lying", "resting", "nothing"
FITTING = ("walking", "moving", "ordinary", "position", "warmth")
"""Plans that fit the advice."""
PLANS = (*FITTING, LYING, NOTHING)
"""Every plan that an answer can name."""

_CLAUSES, _DENIED = "clauses", "denied"
_OTHERWISE = {LYING: "position", RESTING: "position", NOTHING: NOTHING}
"""What a plan means that is denied; any other is lying down then."""


def find_plan(words: Words, phrases: Automaton[str]) -> str:
    """Return the plan among the words, or "" if there is none. phrases: by class, as in plans.yaml."""
    found = [plan for clause in _split(words, phrases) for plan in _read_clause(clause)]
    for certain in (LYING, *(plan for plan in found if plan in FITTING)):
        if certain in found:
            return certain
    if RESTING in found:
        return LYING
    return NOTHING if NOTHING in found else ""


def _split(words: Words, phrases: Automaton[str]) -> Iterator[list[str]]:
    """Split the answer into the classes of each of its parts, the longest phrase first."""
    clause: list[str] = []
    start = 0
    while start < len(words):
        end, name = max(phrases.match_from(words, start), default=(start + 1, ""))
        if name == _CLAUSES:
            yield clause
            clause = []
        elif name:
            clause.append(name)
        start = end
    yield clause


def _read_clause(clause: list[str]) -> Iterator[str]:
    denied = _DENIED in clause
    for name in clause:
        if name in (*PLANS, RESTING):
            yield _OTHERWISE.get(name, LYING) if denied else name
