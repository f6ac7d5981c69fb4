"""Find what an answer tells outside its question: mentions of urgent flags. Pure.

A patient who is asked about fever may say "nee, maar ik kan niet meer plassen". The rules:

1. Each clause is laid beside what would be a yes to every urgent flag; the open question is left out, for it has its answer.
2. A clause mentions a flag if it affirms one of the flag's own phrases. The same rules decide that as decide an answer
   (`polarity.py`), so "geen koorts" mentions nothing.
3. A phrase that also answers something else needs a word beside it that belongs to this flag only (`anchors`), and so does
   a phrase of one word: "het is daar doof" may be the leg.
4. Somebody else's complaint, one of long ago, one that is only supposed, and a question are no mentions.
5. The learned reader proposes mentions of clauses in which the rules find none; these are not certain.

A mention decides nothing. The dialogue puts the flag's question next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from voice.understand.chunks import ASIDE, Chunk
from voice.understand.expected import Expected, Flag, Listening
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import Meaning, Mention
from voice.understand.polarity import cut_phrases, decide_flag, find_own_yes
from voice.understand.reader import Reader

Words = tuple[str, ...]

PROPOSED = 0.9
"""Probability from which on the reader's mention is heeded: models/reader-nl-ruggespraak/README.md says what it buys."""
FIRST_PERSON = frozenset(("ik", "mij", "mijn"))
"""In the normal spelling of prompts/nl: with one of these in it, a complaint is the speaker's own, whoever is named beside it."""
_PAUSE = re.compile(r"[.;:!?]|,(?!\d)")


def find_mentions(text: str, expected: Expected) -> tuple[Mention, ...]:
    """Find the urgent flags that an answer mentions as present, but for that of the open question, each once."""
    listening, found = expected.listening, dict[str, Mention]()
    if listening is None:
        return ()
    for clause in split_clauses(text, expected, listening):
        for mention in _mentions_in(clause, expected, listening):
            known = found.get(mention.question)
            if known is None or mention.certain:
                found[mention.question] = mention
    return tuple(found.values())


def split_clauses(text: str, expected: Expected, listening: Listening) -> Iterator[Words]:
    """Cut the text at its pauses, and again before the words that begin a clause. Particles that open one are left out.

    What stands between two pauses is tried whole, too: "er komen maar een paar druppels" is one clause.
    """
    for part in _PAUSE.split(text):
        words = expected.grammar.split(part)
        cuts = [0, *(place for place in range(1, len(words)) if words[place] in listening.clauses), len(words)]
        spans = {(0, len(words)), *pairwise(cuts)}
        for start, end in sorted(spans):
            yield from _without_particles(words[start:end], listening)


def _without_particles(clause: Words, listening: Listening) -> Iterator[Words]:
    """The clause from its first word on that tells something: not "nee", "ja", "maar"."""
    chunks = cut_phrases(clause, listening.common)
    start = 0
    for chunk in chunks:
        if chunk.phrase.role not in (*ASIDE, Role.PARTICLE) and not set(chunk.words) <= listening.clauses:
            break
        start += len(chunk.words)
    if clause[start:]:
        yield clause[start:]


def _mentions_in(clause: Words, expected: Expected, listening: Listening) -> Iterator[Mention]:
    if listening.asked.occurs_in(clause[:3]):
        return
    told = [flag for flag in listening.flags if flag.id != expected.question and _tells(clause, flag, expected, listening)]
    yield from (Mention(flag.id) for flag in told)
    if not told and listening.reader and not _is_elsewhere(clause, 0, len(clause), listening):
        yield from _proposed(clause, expected, listening, listening.reader)


def _proposed(clause: Words, expected: Expected, listening: Listening, reader: Reader) -> Iterator[Mention]:
    for flag, probability in reader.find_mentions(clause).items():
        if probability >= PROPOSED and flag != expected.question and not _is_answer(clause, 1, expected, listening):
            yield Mention(flag, certain=False)


def _tells(clause: Words, flag: Flag, expected: Expected, listening: Listening) -> bool:
    """Whether the clause says that the flag is present (rules 2 to 4)."""
    span = find_own_yes(clause, flag.expected)
    if span is None or _is_elsewhere(clause, *span, listening):
        return False
    if span[0] and clause[span[0] - 1] in flag.expected.grammar.denials:
        return False
    heard = cut_phrases(clause, flag.expected)
    if decide_flag(clause, heard, flag.expected).meaning is not Meaning.YES or not any(map(_is_own_yes, heard)):
        return False
    length = span[1] - span[0]
    return flag.is_anchored(clause) or (length > 1 and not _is_answer(clause, length, expected, listening))


def _is_own_yes(chunk: Chunk) -> bool:
    return chunk.phrase.role is Role.OWN and chunk.phrase.meaning is Meaning.YES


def _is_elsewhere(clause: Words, start: int, end: int, listening: Listening) -> bool:
    """Whether the phrase at clause[start:end] is somebody else's, of long ago, or only supposed (rule 4)."""
    own = FIRST_PERSON.intersection(clause[start:end])
    return (
        (not own and listening.others.occurs_in(clause))
        or listening.earlier.occurs_in(clause)
        or listening.supposed.closes(clause[:start])
    )


def _is_answer(clause: Words, length: int, expected: Expected, listening: Listening) -> bool:
    """Whether the clause also answers something else (rule 3): any question; or, by as long a phrase, this or a milder one."""
    common = decide_flag(clause, cut_phrases(clause, listening.common), listening.common)
    if common.meaning not in (Meaning.UNCLEAR, Meaning.ALARM):
        return True
    spans = (find_own_yes(clause, other) for other in (expected, *listening.milder))
    return any(end - start >= length for start, end in filter(None, spans))
