"""Yes, no or neither: what the known phrases of an answer, and the words in no phrase, decide together.

The rules are those of docs/grounds.md, "Rules of understanding":

- Polarity comes from the leading particle or from a phrase that is known as a whole; never from a
  word somewhere in the answer, never from counting "niet".
- Where no word is left over, the phrases decide together: asking, not knowing and not hearing go
  before yes and no; yes and no together are neither.
- Where words are left over, a simpler reading may decide (`simpler.py`). Else a yes is believed from a
  whole symptom of the question, and a particle as far as the words after it bear it out (`tail.py`).
- Everything else is UNCLEAR, and is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from voice.understand.chunks import ASIDE, UNKNOWN, Chunk, cut_chunks
from voice.understand.expected import Care, Expected, Kind
from voice.understand.grammar.automaton import EMPTY_AUTOMATON
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Answer, Meaning
from voice.understand.particles import WHOLE, Backed, is_denied, is_well, weighed
from voice.understand.simplify import loosen, soften

DENIAL = 3
"""Words at most of what denies what went before: "ook niet", "echt niet meer"."""

ASKING = (Meaning.ALARM, Meaning.HELP, Meaning.STOP, Meaning.BACK, Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER,
          Meaning.REPEAT, Meaning.EXPLAIN, Meaning.DECLINE, Meaning.WAIT, Meaning.UNSURE)  # fmt: skip
"""What goes before yes and no, the most pressing first; who asks for it louder is not merely told it again."""

HARMLESS = (Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER, Meaning.REPEAT, Meaning.EXPLAIN, Meaning.WAIT)
"""What costs nothing but the question once more, should it have been said to somebody else."""

_COMPLETION = Phrase(Meaning.YES, Role.AFTER, certain=False)

Words = tuple[str, ...]


def cut_phrases(words: Words, expected: Expected) -> tuple[Chunk, ...]:
    """The words cut into the phrases that are known to the question."""
    return _completing(_cut(words, expected))


def _cut(words: Words, expected: Expected) -> tuple[Chunk, ...]:
    grammar = expected.grammar
    special = {Kind.READBACK: grammar.readback, Kind.TOPICS: grammar.offer}.get(expected.kind, EMPTY_AUTOMATON)
    return cut_chunks(words, (grammar.own, special, grammar.common), grammar.alone)


def _completing(heard: tuple[Chunk, ...]) -> tuple[Chunk, ...]:
    """ "Ja, ik kan niet meer stappen" answers the question: what was not to do, or is not so bad, completes the yes."""
    first = next((chunk for chunk in heard if chunk.phrase.role not in ASIDE), None)
    if first is None or first.phrase.role is not Role.PARTICLE or first.phrase.meaning is not Meaning.YES:
        return heard
    return tuple(replace(chunk, phrase=_COMPLETION) if _completes(chunk.phrase) else chunk for chunk in heard)


def _completes(phrase: Phrase) -> bool:
    return phrase.role is Role.UNLESS_YES or phrase.played_down


def decide_flag(words: Words, heard: Sequence[Chunk], expected: Expected, backed: Backed = frozenset()) -> Answer:
    """Yes, no, neither or something asked, for words already cut into pieces."""
    if _is_known(heard):
        return _decided(heard, expected)
    grammar = expected.grammar
    simpler = cut_phrases(soften(words, grammar), expected)
    if simpler and _is_known(simpler):
        return replace(_decided(simpler, expected), certain=False)
    loose = (cut_phrases(plain, expected) for plain in loosen(words, grammar))
    answers = [_decided(plain, expected) for plain in loose if plain and _is_known(plain)]
    for meaning in (Meaning.ALARM, Meaning.YES):
        found = next((answer for answer in answers if answer.meaning is meaning), None)
        if found:
            return replace(found, certain=False)
    return _with_unknown_words(heard, words, grammar, backed)


def _is_known(heard: Sequence[Chunk]) -> bool:
    return not any(chunk.phrase is UNKNOWN for chunk in heard)


def _decided(heard: Sequence[Chunk], expected: Expected) -> Answer:
    """Every word is known; the phrases decide together."""
    deciding = [chunk for chunk in heard if chunk.phrase.role not in ASIDE]
    if not deciding:
        return _unclear("nothing that decides", heard)
    if len(deciding) == 1 and deciding[0].phrase.role is Role.ALONE:
        return _answer(deciding[0])
    asked = _asked(deciding)
    if asked and (is_alarming(asked) or not _own_yes(deciding)):
        return _taken_back(deciding) if asked.phrase.meaning is Meaning.WAIT else _answer(asked)
    if any(chunk.phrase.role is Role.CORRECTION for chunk in heard):
        return _corrected(heard)
    answer = _polarity(deciding, expected)
    if answer.meaning is Meaning.UNCLEAR and _is_all_well(heard, deciding, expected.grammar):
        return Answer(Meaning.NO, matched=_text(heard), certain=False)
    return answer


def _is_all_well(heard: Sequence[Chunk], deciding: Sequence[Chunk], grammar: Grammar) -> bool:
    """ "Nee, ik voel alles nog normaal" is; "nee, dat is goed" may be mere politeness."""
    polite = any(chunk.phrase.meaning is Meaning.UNCLEAR and len(chunk.words) > 1 for chunk in deciding)
    return not polite and is_well(heard, grammar)


def is_alarming(chunk: Chunk) -> bool:
    """What may complete a yes is no alarm beside a symptom of the question: "mijn been is slap, ik kan niet meer opstaan"."""
    return chunk.phrase.meaning is Meaning.ALARM and chunk.phrase.role is not Role.UNLESS_YES


def _polarity(deciding: Sequence[Chunk], expected: Expected) -> Answer:
    yes, no = _with_meaning(deciding, Meaning.YES), _with_meaning(deciding, Meaning.NO)
    if len(yes) + len(no) < len(deciding) or bool(yes) == bool(no):
        return _own_or_unclear(deciding, expected.grammar)
    if deciding[0].phrase.role is Role.AFTER and not any(chunk.phrase.role is Role.PARTICLE for chunk in yes):
        return _unclear("completes nothing", deciding)
    if any(_taken_away(*pair, expected.grammar) for pair in pairwise(deciding)):
        return _unclear("says one thing and its opposite", deciding)
    if any(chunk.phrase.little for chunk in no) and expected.care is not Care.LOW:
        return _unclear("a little is not nothing", no)
    return replace(_answer(deciding[0]), matched=_text(deciding), certain=all(chunk.phrase.certain for chunk in deciding))


def _taken_away(one: Chunk, other: Chunk, grammar: Grammar) -> bool:
    """ "Liggen helpt, ook niet", "niet, genoeg kracht": what would be a no by itself is denied beside it, so it is none."""
    if Role.PARTICLE in (one.phrase.role, other.phrase.role) or one.phrase.meaning is not Meaning.NO:
        return False
    denied, denies = bool(grammar.denials & set(one.words)), bool(grammar.denials & set(other.words))
    if denied == denies or len(other.words) > DENIAL:
        return False
    return one.phrase.role is Role.OWN if denies else len(one.words) < DENIAL and grammar.negations.closes(one.words)


def _own_or_unclear(deciding: Sequence[Chunk], grammar: Grammar) -> Answer:
    """A symptom of the question beside mere doubt is a yes to be confirmed; beside a no it is neither.

    "Nee, dat heb ik niet gemerkt" is a no, though "dat heb ik" alone is a yes.
    """
    own = _own_yes(deciding)
    if own and not _with_meaning(deciding, Meaning.NO):
        return Answer(Meaning.YES, matched=_text(own), certain=False)
    if not own and is_denied(deciding, grammar):
        return Answer(Meaning.NO, matched=_text(deciding), certain=False)
    return _unclear("neither yes nor no", deciding)


def _corrected(heard: Sequence[Chunk]) -> Answer:
    """Only a yes may win after a correction, and only where something was taken back."""
    last = max(i for i, chunk in enumerate(heard) if chunk.phrase.role is Role.CORRECTION)
    before, after = _meanings(heard[:last]), _meanings(heard[last:])
    if before and after == {Meaning.YES}:
        return Answer(Meaning.YES, matched=f"corrected: {_text(heard[last:])}", certain=False)
    return _unclear("corrected", heard)


def _taken_back(deciding: Sequence[Chunk]) -> Answer:
    """ "Nee wacht ja": what comes after the waiting counts, and only as a yes."""
    last = max(i for i, chunk in enumerate(deciding) if chunk.phrase.meaning is Meaning.WAIT)
    after = _meanings(deciding[last + 1 :])
    if after == {Meaning.YES}:
        return Answer(Meaning.YES, matched=_text(deciding), certain=False)
    return _unclear("corrected", deciding) if after else _answer(deciding[last])


# --- with words that are in no phrase -----------------------------------------------------------


def _with_unknown_words(heard: Sequence[Chunk], words: Words, grammar: Grammar, backed: Backed) -> Answer:
    spoilt = grammar.spoilers.occurs_in(words)
    deciding = [chunk for chunk in heard if chunk.phrase.role not in ASIDE]
    whole = [chunk for chunk in deciding if _is_whole(chunk) and not _is_negated_alarm(chunk, heard, grammar)]
    alarms = _with_meaning(whole, Meaning.ALARM)
    if alarms:
        return _answer(alarms[0])
    told = [] if spoilt and deciding[0] not in whole else _own_yes(whole)  # who begins with it speaks of himself
    if told and not _with_meaning(deciding, Meaning.NO):
        return Answer(Meaning.YES, matched=_text(told), certain=False)
    asked = _asked_among(whole, deciding, spoilt)
    if asked:
        return _answer(asked)
    meaning = weighed(heard, spoilt, backed, grammar)
    if meaning is Meaning.UNCLEAR:
        return _unclear("unknown words", deciding)
    return Answer(meaning, matched=f"{deciding[0].text} ...", certain=False)


def _asked_among(whole: Sequence[Chunk], deciding: Sequence[Chunk], spoilt: bool) -> Chunk | None:
    """What is asked in a whole phrase or at the beginning; where others may be meant, only what is harmless."""
    if spoilt:
        return _asked(chunk for chunk in whole if chunk.phrase.meaning in HARMLESS)
    return _asked(whole) or _asked(chunk for chunk in deciding[:1] if len(chunk.words) > 1)


def _is_whole(chunk: Chunk) -> bool:
    return chunk.phrase is not UNKNOWN and len(chunk.words) >= WHOLE


def _is_negated_alarm(chunk: Chunk, heard: Sequence[Chunk], grammar: Grammar) -> bool:
    """ "Ik heb geen druk op mijn borst": what stands straight after a denial is not there."""
    before = heard[max(0, heard.index(chunk) - 1)]
    return chunk.phrase.meaning is Meaning.ALARM and before is not chunk and before.words[-1] in grammar.denials


# --- small words --------------------------------------------------------------------------------


def _with_meaning(heard: Sequence[Chunk], meaning: Meaning) -> list[Chunk]:
    return [chunk for chunk in heard if chunk.phrase is not UNKNOWN and chunk.phrase.meaning is meaning]


def _meanings(heard: Sequence[Chunk]) -> set[Meaning]:
    return {chunk.phrase.meaning for chunk in heard if chunk.phrase.role not in ASIDE}


def _own_yes(heard: Sequence[Chunk]) -> list[Chunk]:
    return [chunk for chunk in _with_meaning(heard, Meaning.YES) if chunk.phrase.role is Role.OWN]


def _asked(chunks: Iterable[Chunk]) -> Chunk | None:
    heard = [chunk for chunk in chunks if chunk.phrase.role is not Role.ALONE]
    return next((chunk for meaning in ASKING for chunk in heard if chunk.phrase.meaning is meaning), None)


def _answer(chunk: Chunk) -> Answer:
    return Answer(chunk.phrase.meaning, matched=chunk.text, certain=chunk.phrase.certain)


def _unclear(why: str, heard: Sequence[Chunk]) -> Answer:
    return Answer(Meaning.UNCLEAR, matched=f"{why}: {_text(heard)}")


def _text(heard: Sequence[Chunk]) -> str:
    return " ".join(chunk.text for chunk in heard)
