"""Simplify an answer that no phrase covers whole: drop what says nothing about yes or no.

1. `soften` drops small words; its result may decide either way.
2. `loosen` also drops when, where and how much, and undoes the word order that follows these ("vannacht had ik koorts").
   Its result is only believed if it says yes, because "vannacht niet" is no "niet".
"""

from __future__ import annotations

from collections.abc import Iterator

from voice.understand.grammar.automaton import Automaton
from voice.understand.grammar.grammar import Grammar
from voice.understand.templates import Words

LONGEST_SUBJECT = 3
"""Most words of a subject behind its verb: "tintelt mijn rechter voet"."""


def soften(words: Words, grammar: Grammar) -> Words:
    """Drop the words that say nothing, except directly after a denial ("niet echt", "nooit zo")."""
    return tuple(
        word
        for before, word in zip(("", *words), words, strict=False)
        if not grammar.soft.occurs_in((word,)) or before in grammar.denials
    )


def loosen(words: Words, grammar: Grammar) -> Iterator[Words]:
    """Drop loose phrases. If the answer begins with one, also put the verb behind its subject."""
    plain = remove_phrases(words, grammar.loose)
    if plain == words or not plain:
        return
    yield plain
    yield soften(plain, grammar)
    if plain[0] != words[0]:
        yield from _put_subject_first(soften(plain, grammar))


def remove_phrases(words: Words, loose: Automaton[bool]) -> Words:
    """Drop the words of every loose phrase, the longest phrase first at each place."""
    kept: list[str] = []
    start = 0
    while start < len(words):
        end = max((end for end, _ in loose.match_from(words, start)), default=start)
        if end == start:
            end += 1
            kept.append(words[start])
        start = end
    return tuple(kept)


def _put_subject_first(words: Words) -> Iterator[Words]:
    for end in range(2, min(len(words), 2 + LONGEST_SUBJECT)):
        yield (*words[1:end], words[0], *words[end:])
