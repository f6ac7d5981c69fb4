"""Let the learned reader propose what the rules do not understand, and doubt a no that they do. Pure.

1. Only an answer to a question about a flag is read. Nothing is proposed unless more than half of its words are known.
2. What the rules leave UNCLEAR becomes a yes or a no if the reader finds that probable enough. It is proposed: the dialogue
   reads it back, and it counts only once it is confirmed.
3. Nothing is proposed of words that are all known and listed as neither yes nor no. No no is proposed of a denial that says
   a lot ("dat is niet niks").
   A no is not proposed if the words hold one of the question's own phrases for yes, unless it is a single word that was typed:
   one word is as often denied ("koorts heb ik niet gehad") as affirmed, and the reader knows the difference.
4. A certain no that reads as a yes is not certain. The reader never makes a no certain, and never takes away a yes.
"""

from __future__ import annotations

from dataclasses import replace

from voice.understand.chunks import ASIDE, UNKNOWN
from voice.understand.expected import Expected, Kind
from voice.understand.meaning import Answer, Meaning
from voice.understand.polarity import cut_phrases, find_own_yes
from voice.understand.reader import Reader
from voice.understand.traits import describe

YES_FROM, NO_FROM = 0.7, 0.8
"""Probability from which on a yes or a no is proposed: models/reader-nl-ruggespraak/README.md says what it buys."""
SPOKEN_YES_FROM, SPOKEN_NO_FROM = 0.9, 0.85
"""The same for words that an engine wrote: it may have made them up."""
DOUBT_FROM = 0.8
"""Probability of a yes from which on a no is doubted."""


def apply_reader(answer: Answer, words: tuple[str, ...], expected: Expected, reader: Reader, spoken: bool = False) -> Answer:
    """Return the answer of the rules with what the reader adds to it. spoken: an engine wrote the words."""
    if expected.kind is not Kind.FLAG or answer.meaning not in (Meaning.UNCLEAR, Meaning.NO):
        return answer
    reading = reader.read(expected.question, words, describe(words, expected))
    if answer.meaning is Meaning.NO:
        return replace(answer, certain=answer.certain and reading.yes < DOUBT_FROM)
    if not is_open(words, expected):
        return answer
    yes_from, no_from = (SPOKEN_YES_FROM, SPOKEN_NO_FROM) if spoken else (YES_FROM, NO_FROM)
    if reading.yes >= yes_from:
        return _propose(Meaning.YES, answer)
    denied_much = expected.grammar.understatements.occurs_in(words)
    if reading.no >= no_from and not (denied_much or _holds_own_yes(words, expected, 1 if spoken else 2)):
        return _propose(Meaning.NO, answer)
    return answer


def _holds_own_yes(words: tuple[str, ...], expected: Expected, least: int) -> bool:
    """Whether one of the question's own phrases for yes, of so many words or more, is among the words (rule 3)."""
    found = find_own_yes(words, expected)
    return found is not None and found[1] - found[0] >= least


def is_open(words: tuple[str, ...], expected: Expected) -> bool:
    """Whether anything may be proposed of words that the rules do not understand (rules 1 and 3)."""
    return _is_mostly_known(words, expected) and not _is_known_as_neither(words, expected)


def _is_mostly_known(words: tuple[str, ...], expected: Expected) -> bool:
    """Whether more than half of the words are known to the grammar: what is mumbled is not read (rule 1)."""
    return 2 * sum(word in expected.grammar.known for word in words) > len(words)


def _is_known_as_neither(words: tuple[str, ...], expected: Expected) -> bool:
    """Whether every word is known, and a phrase among them is listed as neither yes nor no (rule 3)."""
    heard = [chunk.phrase for chunk in cut_phrases(words, expected) if chunk.phrase.role not in ASIDE]
    return UNKNOWN not in heard and any(phrase.meaning is Meaning.UNCLEAR for phrase in heard)


def _propose(meaning: Meaning, answer: Answer) -> Answer:
    return Answer(meaning, matched=f"read as {meaning}: {answer.matched}", certain=False, proposed=True)
