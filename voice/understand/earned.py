"""Decide whether a no is earned: so plain that it counts without being read back. Pure.

A wrong no costs a patient, a read-back costs one turn. A no is earned only if all of this holds:

1. It says no in so many words: a "nee", a denial, or a phrase of the question itself. "Dat gaat", "ge moogt gerust zijn"
   and "ontkennend" are read back.
2. It says what is denied. "Niets", "nul" and "ik heb er geen" leave open whether nothing is wrong or nothing is felt.
   Where a yes may hold "niets" ("ik voel niets"), no answer with "niets" is earned.
3. Nothing limits it (`limits` in prompts/<locale>/answers/nee.yaml): neither a time ("nu niet"), an exception ("alleen ..."),
   what the patient is aware of ("niet bewust") nor what is usual ("zoals altijd").
4. After a "nee" that stands for itself, a phrase of the question for no says it a second time. An exception, what is usual and
   "niets" inside of that phrase limit nothing: "nee, ik plas zoals vroeger", "nee, er tintelt niets". Words in an open place of
   the phrase (*) are not inside of it.

What follows a "nee" and is not known never makes the no stronger: `tells_more` says when it makes it no answer at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from voice.understand.chunks import ASIDE, Chunk
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import Meaning
from voice.understand.templates import Words

EXCLAMATION = "maar"
"""Before a "nee" it limits nothing: "ma neen!"."""
NOTHING, NONE = "niets", "geen"
"""Denials that may say what is left ("ik voel niets", "ik heb er geen"), in the usual spelling."""

SENTENCE = 3
"""Fewest words of a phrase that says what is denied: "nee, normaal" does not."""
HARMLESS_WITHIN = ("exception", "usual")
"""Kinds of limits that limit nothing within a phrase of the question (rule 4)."""


def is_earned(heard: Sequence[Chunk], grammar: Grammar) -> bool:
    """Whether a no of these known phrases is plain (rules 1 to 4)."""
    heard = _drop_exclamation(heard)
    noes = [chunk for chunk in heard if chunk.phrase.role not in ASIDE and chunk.phrase.meaning is Meaning.NO]
    if _is_limited(heard, grammar):
        return False
    if any(chunk.phrase.role in (Role.PARTICLE, Role.OWN) or _says_nee(chunk, grammar) for chunk in noes):
        return True
    return any(_names_what_it_denies(chunk, grammar) for chunk in noes)


def _is_limited(heard: Sequence[Chunk], grammar: Grammar) -> bool:
    """Whether something limits the no, or it may say that nothing is felt (rules 2 to 4)."""
    words = tuple(word for chunk in heard for word in chunk.words)
    repeated = _find_repeated(heard, grammar)
    limits = ((start, end, kind) for start in range(len(words)) for end, kind in grammar.limits.match_from(words, start))
    if any(kind not in HARMLESS_WITHIN or not repeated.issuperset(range(start, end)) for start, end, kind in limits):
        return True
    return NOTHING in grammar.own_yes and any(word == NOTHING and i not in repeated for i, word in enumerate(words))


def _find_repeated(heard: Sequence[Chunk], grammar: Grammar) -> frozenset[int]:
    """The places of the words by which a phrase of the question repeats a "nee" before it."""
    places: set[int] = set()
    start, denied = 0, False
    for chunk in heard:
        end = start + len(chunk.words)
        denied = denied or (chunk.phrase.role is Role.PARTICLE and chunk.phrase.meaning is Meaning.NO)
        if denied and chunk.phrase.role is Role.OWN and chunk.phrase.meaning is Meaning.NO and _is_written(chunk.words, grammar):
            places.update(range(start, end))
        start = end
    return frozenset(places)


def _is_written(words: Words, grammar: Grammar) -> bool:
    """Whether a phrase of the question says all of the words, and they are long enough to say what is denied."""
    ends = (end for end, _ in replace(grammar.own, wild=False).match_from(words, 0))
    return len(words) >= SENTENCE and len(words) in ends


def _says_nee(chunk: Chunk, grammar: Grammar) -> bool:
    """Whether a "nee" stands within the phrase: "ach nee gij"."""
    openings = (found for place in range(len(chunk.words)) for end, found in grammar.common.match_from(chunk.words, place))
    return any(phrase.role is Role.PARTICLE and phrase.meaning is Meaning.NO for phrase in openings)


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
