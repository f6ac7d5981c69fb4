"""Decide whether a no is earned: so plain that it counts without being read back. Pure.

A wrong no costs a patient, a read-back costs one turn. A no is earned only if all of this holds:

1. It says no in so many words: a "nee", a denial, or a phrase of the question itself. "Dat gaat", "ge moogt gerust zijn"
   and "ontkennend" are read back.
2. It says what is denied. "Niets", "nul" and "ik heb er geen" leave open whether nothing is wrong or nothing is felt.
   Where a yes may hold "niets" ("ik voel niets"), no answer with "niets" is earned.
3. Nothing limits it (`limits` in prompts/<locale>/answers/nee.yaml): neither a time ("nu niet"), an exception ("alleen ..."),
   what the patient is aware of ("niet bewust") nor what is usual ("zoals altijd").

What follows a "nee" and is not known never makes the no stronger: `tells_more` says when it makes it no answer at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from voice.understand.chunks import ASIDE, Chunk
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import Meaning

EXCLAMATION = "maar"
"""Before a "nee" it limits nothing: "ma neen!"."""
NOTHING, NONE = "niets", "geen"
"""Denials that may say what is left ("ik voel niets", "ik heb er geen"), in the usual spelling."""


def is_earned(heard: Sequence[Chunk], grammar: Grammar) -> bool:
    """Whether a no of these known phrases is plain (rules 1 to 3)."""
    words = tuple(word for chunk in _drop_exclamation(heard) for word in chunk.words)
    if grammar.limits.occurs_in(words) or (NOTHING in words and NOTHING in grammar.own_yes):
        return False
    noes = [chunk for chunk in heard if chunk.phrase.role not in ASIDE and chunk.phrase.meaning is Meaning.NO]
    if any(chunk.phrase.role in (Role.PARTICLE, Role.OWN) for chunk in noes):
        return True
    return any(_names_what_it_denies(chunk, grammar) for chunk in noes)


def _drop_exclamation(heard: Sequence[Chunk]) -> Sequence[Chunk]:
    exclaims = len(heard) > 1 and heard[0].words == (EXCLAMATION,) and heard[1].phrase.role is Role.PARTICLE
    return heard[1:] if exclaims else heard


def _names_what_it_denies(chunk: Chunk, grammar: Grammar) -> bool:
    """Whether it is a "niet" or "nooit", or a "geen" before the word for a complaint."""
    if (grammar.denials - {NOTHING, NONE}).intersection(chunk.words):
        return True
    return any(one == NONE and other in grammar.complaints for one, other in pairwise(chunk.words))


def tells_more(rest: Sequence[Chunk], grammar: Grammar) -> bool:
    """Whether what follows a "nee" may tell a symptom: it limits the no, or holds a word of a yes to the question."""
    words = tuple(word for chunk in rest for word in chunk.words)
    telling = {word for chunk in rest if chunk.phrase.role not in ASIDE for word in chunk.words}
    small = grammar.empty | grammar.ordinary | grammar.denials
    return grammar.limits.occurs_in(words) or not (grammar.own_yes - small).isdisjoint(telling)
