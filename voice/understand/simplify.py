"""Simpler readings of an answer that no phrase covers whole: without what says nothing about yes or no.

`softened` may decide either way. `loosen` drops when, where and how much as well, and undoes the
order of words that follows it ("vannacht had ik koorts"); such a reading is believed only where it
says yes, because "vannacht niet" is no "niet".
"""

from __future__ import annotations

from collections.abc import Iterator

from voice.understand.grammar.automaton import Automaton
from voice.understand.grammar.grammar import Grammar

Words = tuple[str, ...]

LONGEST_SUBJECT = 3
"""Words between the verb and the rest where the verb comes first: "tintelt mijn rechter voet"."""


def soften(words: Words, grammar: Grammar) -> Words:
    """The words without those that say nothing; straight after a denial they do ("niet echt", "nooit zo")."""
    return tuple(
        word
        for before, word in zip(("", *words), words, strict=False)
        if not grammar.soft.occurs_in((word,)) or before in grammar.denials
    )


def loosen(words: Words, grammar: Grammar) -> Iterator[Words]:
    """The answer without its loose phrases; where one opened it, also with the verb behind its subject."""
    plain = remove_phrases(words, grammar.loose)
    if plain == words or not plain:
        return
    yield plain
    yield soften(plain, grammar)
    if plain[0] != words[0]:
        yield from _subject_first(soften(plain, grammar))


def remove_phrases(words: Words, loose: Automaton[bool]) -> Words:
    """The words that are in no phrase of the net, the longest phrases taken first."""
    kept: list[str] = []
    start = 0
    while start < len(words):
        end = max((end for end, _ in loose.ends(words, start)), default=start)
        if end == start:
            end += 1
            kept.append(words[start])
        start = end
    return tuple(kept)


def _subject_first(words: Words) -> Iterator[Words]:
    for end in range(2, min(len(words), 2 + LONGEST_SUBJECT)):
        yield (*words[1:end], words[0], *words[end:])
