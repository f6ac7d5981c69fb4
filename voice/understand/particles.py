"""Decide what a "ja" or a "nee" is worth if not all words after it are known.

1. A yes counts unless the rest denies something, asks something, is talk in the room or is too long.
2. An affirmation ("natuurlijk") counts as a "ja" while nothing beside it is denied or well.
3. A no counts only if the rest repeats it in small words ("van mijn leven nog nooit") or says that all is well
   ("mijn gewicht is hetzelfde").
4. A particle that the engine heard beyond doubt counts in any case, unless the rest contradicts it. A "nee" does not if
   the rest limits it or may tell a symptom (`earned.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from voice.understand.chunks import ASIDE, UNKNOWN, Chunk
from voice.understand.earned import tells_more
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import Meaning
from voice.understand.simplify import remove_phrases

LONGEST_TAIL = 9
"""Most words that may follow a "ja"; more are a story (docs/grounds.md, rule 8)."""

WHOLE = 3
"""Fewest words of a phrase that is trusted amid unknown words."""

Backed = frozenset[Meaning]
"""The sides (yes, no) that the engine heard beyond doubt as the first word."""


def decide_particle(heard: Sequence[Chunk], spoilt: bool, backed: Backed, grammar: Grammar) -> Meaning:
    """Decide on YES, NO or UNCLEAR. spoilt: whether a word shows that the rest is not an answer."""
    deciding = [chunk for chunk in heard if chunk.phrase.role not in ASIDE]
    first, tail = deciding[0], deciding[1:]
    if first.phrase.role is not Role.PARTICLE and not _is_affirmed(first, heard, grammar):
        return Meaning.UNCLEAR
    if is_denied(deciding, grammar) or is_well(heard, grammar):
        return Meaning.NO
    if any(_casts_doubt(chunk, after, first.phrase.meaning) for chunk, after in zip_longest(tail, tail[1:])):
        return Meaning.UNCLEAR
    if _says_no(first) and tells_more(heard[heard.index(first) + 1 :], grammar):
        return Meaning.UNCLEAR
    short = sum(len(chunk.words) for chunk in tail) <= LONGEST_TAIL
    if first.phrase.meaning in backed or (first.phrase.meaning is Meaning.YES and short and not spoilt):
        return first.phrase.meaning
    return Meaning.UNCLEAR


def _is_affirmed(first: Chunk, heard: Sequence[Chunk], grammar: Grammar) -> bool:
    """Whether it is as good as "ja" (rule 2): "natuurlijk, als ik te lang zit"."""
    words = tuple(word for chunk in heard for word in chunk.words)
    is_plain = grammar.denials.isdisjoint(words) and not grammar.well.occurs_in(words)
    return first.phrase.meaning is Meaning.YES and first.words[0] in grammar.affirming and is_plain


def is_denied(deciding: Sequence[Chunk], grammar: Grammar) -> bool:
    """Whether only small words and one denial follow a "nee": "nee, dat heb ik van mijn leven nog nooit gehad"."""
    first, tail = deciding[0], deciding[1:]
    if any(chunk.phrase.meaning not in (Meaning.YES, Meaning.NO) for chunk in tail if chunk.phrase is not UNKNOWN):
        return False
    words = [word for chunk in tail for word in chunk.words]
    denials = [word for word in words if word in grammar.denials]
    return _says_no(first) and len(denials) == 1 and grammar.empty.issuperset(set(words).difference(denials))


def is_well(heard: Sequence[Chunk], grammar: Grammar) -> bool:
    """Whether a "nee" is followed by what is well, and beside it only by what may be well: "nee, dat slapen gaat goed"."""
    start = next(i for i, chunk in enumerate(heard) if chunk.phrase.role not in ASIDE)
    first, tail = heard[start], heard[start + 1 :]
    words = tuple(word for chunk in tail for word in chunk.words)
    rest = remove_phrases(words, grammar.well)
    symptom = any(chunk.phrase.role is Role.OWN and chunk.phrase.meaning is Meaning.YES for chunk in tail)
    return _says_no(first) and not symptom and len(rest) < len(words) and grammar.ordinary.issuperset(rest)


def _says_no(first: Chunk) -> bool:
    return first.phrase.role is Role.PARTICLE and first.phrase.meaning is Meaning.NO


def _casts_doubt(chunk: Chunk, after: Chunk | None, side: Meaning) -> bool:
    """Whether a chunk is the other side, or a whole phrase of another meaning. Fragments of other phrases do not count:
    "niet" among unknown words is no other side ("ja, dat is niet normaal meer", "ja, daar ben ik niet gerust in").
    """
    if chunk.phrase is UNKNOWN or chunk.phrase.meaning is side:
        return False
    decides = chunk.phrase.meaning in (Meaning.YES, Meaning.NO) and not _is_fragment(chunk, after)
    return decides or len(chunk.words) >= WHOLE


def _is_fragment(chunk: Chunk, after: Chunk | None) -> bool:
    """Whether a no is part of a denial of something else: it completes a no, or the sentence goes on after it ("ik niet ...")."""
    if chunk.phrase.meaning is not Meaning.NO:
        return False
    goes_on = after is not None and after.phrase is UNKNOWN
    return chunk.phrase.role is Role.AFTER or (chunk.phrase.role is Role.PHRASE and goes_on)
