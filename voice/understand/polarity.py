"""Decide yes, no or neither from the known phrases of an answer and the words that are in no phrase.

The rules (docs/grounds.md, "Rules of understanding"):

1. Polarity comes from the leading particle or from a phrase that is known as a whole: never from a word somewhere
   in the answer, never from counting "niet".
2. If every word is known, the phrases decide together (`_decide_known`):
   a. A phrase that counts only alone decides if no other phrase does.
   b. A request (ASKING) goes before yes and no, the most pressing first; after "wacht" only a yes counts.
      A symptom of the question goes before all requests but an alarm and a whole sentence that calls for somebody
      ("ik heb koorts, roep de dokter"). A stop with other words beside it is not certain,
      and one that goes on is none ("ophouden gaat niet").
   c. After a correction ("nee, ik bedoel") only a yes counts, and only if something was taken back.
   d. Yes and no together are neither. A symptom of the question beside mere doubt is a yes to be confirmed.
   e. A no is certain only if it is earned (`earned.py`).
3. If words are left over, a simpler reading may decide (`simplify.py`), to be confirmed.
4. Else, in this order: an alarm as a whole phrase; a whole symptom of the question, which is a yes to be confirmed;
   a request; the particle, as far as the words after it support it (`particles.py`).
5. Everything else is UNCLEAR, and is asked again.
6. A yes to "klopt dat?" says more than that unless all of it agrees: "ja, dat klopt", and neither "jawel" nor "ja, erger dan
   vroeger". It may be a no that was read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from voice.understand.chunks import ASIDE, COMMANDS, UNKNOWN, Chunk, cut_chunks
from voice.understand.earned import is_earned
from voice.understand.expected import Care, Expected, Kind
from voice.understand.grammar.automaton import EMPTY_AUTOMATON
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Answer, Meaning
from voice.understand.particles import WHOLE, Backed, decide_particle, is_denied, is_well
from voice.understand.simplify import loosen, soften
from voice.understand.templates import Words

DENIAL = 3
"""Most words of a phrase that denies the one before it: "ook niet", "echt niet meer"."""

ASKING = (Meaning.ALARM, Meaning.HELP, Meaning.STOP, Meaning.WORSE, Meaning.TOO_MUCH, Meaning.BACK, Meaning.LOUDER,
          Meaning.SOFTER, Meaning.SLOWER, Meaning.REPEAT, Meaning.EXPLAIN, Meaning.DECLINE, Meaning.WAIT,
          Meaning.UNSURE)  # fmt: skip
"""Requests go before yes and no, the most pressing first: LOUDER before REPEAT, because louder repeats too."""

HARMLESS = (Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER, Meaning.REPEAT, Meaning.EXPLAIN, Meaning.WAIT)
"""Requests that cost only a repeated question if they were said to somebody else."""

OFFERING = frozenset({Kind.TOPICS, Kind.OFFER})
"""Kinds of question that offer something."""

SPEAKER, STOPPING = "ik", ("stoppen", "ophouden")
"""Words of a stop that may also be told of a complaint, in the usual spelling."""

_COMPLETION = Phrase(Meaning.YES, Role.AFTER, certain=False)


def cut_phrases(words: Words, expected: Expected) -> tuple[Chunk, ...]:
    """Cut the words into the phrases that the question knows."""
    return _complete_yes(_drop_completed_stops(_cut(words, expected), expected.grammar))


def _cut(words: Words, expected: Expected) -> tuple[Chunk, ...]:
    grammar = expected.grammar
    tables = dict.fromkeys(OFFERING, grammar.offer) | {Kind.READBACK: grammar.readback, Kind.MOVING: grammar.moving}
    special = tables.get(expected.kind, EMPTY_AUTOMATON)
    # After "klopt dat?" a brief "fout" answers, whatever else is said.
    commands = COMMANDS - {Meaning.BACK} if expected.kind is Kind.READBACK else COMMANDS
    return cut_chunks(words, (grammar.own, special, grammar.common), grammar.alone, commands)


def _complete_yes(heard: tuple[Chunk, ...]) -> tuple[Chunk, ...]:
    """Make what follows a "ja" part of that yes: "ja, ik kan niet meer stappen" is no alarm, "ja, valt mee" no denial."""
    first = next((chunk for chunk in heard if chunk.phrase.role not in ASIDE), None)
    if first is None or first.phrase.role is not Role.PARTICLE or first.phrase.meaning is not Meaning.YES:
        return heard
    completes = (chunk.phrase.role is Role.UNLESS_YES or chunk.phrase.played_down for chunk in heard)
    return tuple(replace(chunk, phrase=_COMPLETION) if part else chunk for chunk, part in zip(heard, completes, strict=True))


def find_own_yes(words: Words, expected: Expected) -> tuple[int, int] | None:
    """Return where the longest of the question's own phrases for yes stands, as (start, end); None if none was said."""
    spans = (
        (start, end)
        for start in range(len(words))
        for end, phrase in expected.grammar.own.match_from(words, start)
        if phrase.meaning is Meaning.YES
    )
    return max(spans, key=lambda span: span[1] - span[0], default=None)


def decide_flag(words: Words, heard: Sequence[Chunk], expected: Expected, backed: Backed = frozenset()) -> Answer:
    """Decide on yes, no, neither or a request. heard: the words, cut into chunks. backed: see `particles.py`."""
    answer = _decide(words, heard, expected, backed)
    if answer.meaning is Meaning.YES and expected.kind is Kind.READBACK:
        return replace(answer, more=not _agrees(heard, expected.grammar))
    return answer


def _decide(words: Words, heard: Sequence[Chunk], expected: Expected, backed: Backed) -> Answer:
    grammar = expected.grammar
    if _is_known(heard):
        answer = _decide_known(heard, expected)
        if answer.meaning is Meaning.NO and expected.kind is Kind.FLAG:
            return replace(answer, certain=answer.certain and is_earned(heard, grammar))
        return answer
    simpler = cut_phrases(soften(words, grammar), expected)
    if simpler and _is_known(simpler):
        return replace(_decide_known(simpler, expected), certain=False)
    loose = (cut_phrases(plain, expected) for plain in loosen(words, grammar))
    answers = [_decide_known(plain, expected) for plain in loose if plain and _is_known(plain)]
    for meaning in (Meaning.ALARM, Meaning.YES):
        found = next((answer for answer in answers if answer.meaning is meaning), None)
        if found:
            return replace(found, certain=False)
    return _decide_with_unknown_words(heard, words, grammar, backed)


def _agrees(heard: Sequence[Chunk], grammar: Grammar) -> bool:
    """Whether all that decides is a "ja" or one of the phrases that agree with what was read back."""
    return all(
        chunk.phrase.role in (*ASIDE, Role.PARTICLE)
        or any(end == len(chunk.words) and agreed.certain for end, agreed in grammar.readback.match_from(chunk.words, 0))
        for chunk in heard
    )


def _is_known(heard: Sequence[Chunk]) -> bool:
    return not any(chunk.phrase is UNKNOWN for chunk in heard)


def _decide_known(heard: Sequence[Chunk], expected: Expected) -> Answer:
    """Decide if every word is known (rule 2)."""
    deciding = [chunk for chunk in heard if chunk.phrase.role not in ASIDE]
    if not deciding:
        return _to_unclear("nothing that decides", heard)
    if len(deciding) == 1 and deciding[0].phrase.role is Role.ALONE:
        return _to_answer(deciding[0])
    asked = _find_request(chunk for chunk in deciding if not _is_negated_alarm(chunk, heard, expected.grammar))
    if asked and (is_alarming(asked) or _is_cry(asked) or not _select_own_yes(deciding)):
        return _decide_after_wait(deciding) if asked.phrase.meaning is Meaning.WAIT else _to_request(asked, deciding)
    if any(chunk.phrase.role is Role.CORRECTION for chunk in heard):
        return _decide_correction(heard)
    answer = _decide_polarity(deciding, expected)
    if answer.meaning is Meaning.UNCLEAR and _is_all_well(heard, deciding, expected.grammar):
        return Answer(Meaning.NO, matched=_join(heard), certain=False)
    return answer


def _is_all_well(heard: Sequence[Chunk], deciding: Sequence[Chunk], grammar: Grammar) -> bool:
    """Tell "nee, ik voel alles nog normaal" from "nee, dat is goed", which may be mere politeness."""
    polite = any(chunk.phrase.meaning is Meaning.UNCLEAR and len(chunk.words) > 1 for chunk in deciding)
    return not polite and is_well(heard, grammar)


def is_alarming(chunk: Chunk) -> bool:
    """Whether this is an alarm even beside a symptom of the question. What can complete a yes is not:
    "mijn been is slap, ik kan niet meer opstaan".
    """
    return chunk.phrase.meaning is Meaning.ALARM and chunk.phrase.role is not Role.UNLESS_YES


def _is_cry(chunk: Chunk) -> bool:
    """Whether it calls for somebody even beside a symptom of the question: a whole phrase, and nothing that completes a yes."""
    return chunk.phrase.meaning is Meaning.HELP and chunk.phrase.role is Role.PHRASE and _is_whole(chunk)


def _decide_polarity(deciding: Sequence[Chunk], expected: Expected) -> Answer:
    yes, no = _select(deciding, Meaning.YES), _select(deciding, Meaning.NO)
    if len(yes) + len(no) < len(deciding) or bool(yes) == bool(no):
        return _decide_own(deciding, expected.grammar)
    if deciding[0].phrase.role is Role.AFTER and not any(chunk.phrase.role is Role.PARTICLE for chunk in yes):
        return _to_unclear("completes nothing", deciding)
    if any(_is_taken_away(*pair, expected.grammar) for pair in pairwise(deciding)):
        return _to_unclear("says one thing and its opposite", deciding)
    if any(chunk.phrase.little for chunk in no) and expected.care is not Care.LOW:
        return _to_unclear("a little is not nothing", no)
    return replace(_to_answer(deciding[0]), matched=_join(deciding), certain=all(chunk.phrase.certain for chunk in deciding))


def _is_taken_away(one: Chunk, other: Chunk, grammar: Grammar) -> bool:
    """Whether the phrase beside it denies a no, so that it is none: "liggen helpt, ook niet", "niet, genoeg kracht"."""
    if Role.PARTICLE in (one.phrase.role, other.phrase.role) or one.phrase.meaning is not Meaning.NO:
        return False
    denied, denies = bool(grammar.denials & set(one.words)), bool(grammar.denials & set(other.words))
    if denied == denies or len(other.words) > DENIAL:
        return False
    return one.phrase.role is Role.OWN if denies else len(one.words) < DENIAL and grammar.negations.closes(one.words)


def _decide_own(deciding: Sequence[Chunk], grammar: Grammar) -> Answer:
    """Decide by a symptom of the question: beside mere doubt a yes to be confirmed, beside a no neither.

    Without one, "nee, dat heb ik niet gemerkt" is a no, although "dat heb ik" alone is a yes.
    """
    own = _select_own_yes(deciding)
    if own and not _select(deciding, Meaning.NO):
        return Answer(Meaning.YES, matched=_join(own), certain=False)
    if not own and is_denied(deciding, grammar):
        return Answer(Meaning.NO, matched=_join(deciding), certain=False)
    return _to_unclear("neither yes nor no", deciding)


def _decide_correction(heard: Sequence[Chunk]) -> Answer:
    """Decide after a correction: only a yes counts, and only if something was taken back."""
    last = max(i for i, chunk in enumerate(heard) if chunk.phrase.role is Role.CORRECTION)
    before, after = _collect_meanings(heard[:last]), _collect_meanings(heard[last:])
    if before and after == {Meaning.YES}:
        return Answer(Meaning.YES, matched=f"corrected: {_join(heard[last:])}", certain=False)
    return _to_unclear("corrected", heard)


def _decide_after_wait(deciding: Sequence[Chunk]) -> Answer:
    """Decide after "wacht": what follows counts, and only as a yes ("nee wacht ja")."""
    last = max(i for i, chunk in enumerate(deciding) if chunk.phrase.meaning is Meaning.WAIT)
    after = _collect_meanings(deciding[last + 1 :])
    if after == {Meaning.YES}:
        return Answer(Meaning.YES, matched=_join(deciding), certain=False)
    return _to_unclear("corrected", deciding) if after else _to_answer(deciding[last])


# --- with words that are in no phrase -----------------------------------------------------------


def _decide_with_unknown_words(heard: Sequence[Chunk], words: Words, grammar: Grammar, backed: Backed) -> Answer:
    spoilt = grammar.spoilers.occurs_in(words)
    deciding = [chunk for chunk in heard if chunk.phrase.role not in ASIDE]
    whole = [chunk for chunk in deciding if _is_whole(chunk) and not _is_negated_alarm(chunk, heard, grammar)]
    alarms = _select(whole, Meaning.ALARM)
    if alarms:
        return _to_answer(alarms[0])
    cries = [chunk for chunk in whole if _is_cry(chunk)]
    if cries and not spoilt:
        return _to_answer(cries[0])
    # A spoiler makes it talk in the room, unless the answer begins with a whole phrase.
    symptoms = [] if spoilt and deciding[0] not in whole else _select_own_yes(whole)
    if symptoms and not _select(deciding, Meaning.NO):
        return Answer(Meaning.YES, matched=_join(symptoms), certain=False)
    asked = _find_request_among(whole, deciding, spoilt)
    if asked:
        return _to_request(asked, heard)
    meaning = decide_particle(heard, spoilt, backed, grammar)
    if meaning is Meaning.UNCLEAR:
        return _to_unclear("unknown words", deciding)
    return Answer(meaning, matched=f"{deciding[0].text} ...", certain=False)


def _find_request_among(whole: Sequence[Chunk], deciding: Sequence[Chunk], spoilt: bool) -> Chunk | None:
    """Find a request in a whole phrase or at the beginning; if somebody else may be meant, only a harmless one."""
    if spoilt:
        return _find_request(chunk for chunk in whole if chunk.phrase.meaning in HARMLESS)
    clear = (chunk for chunk in deciding[:1] if len(chunk.words) > 1 or chunk.phrase.meaning is Meaning.STOP)
    return _find_request(whole) or _find_request(clear)


def _is_whole(chunk: Chunk) -> bool:
    return chunk.phrase is not UNKNOWN and len(chunk.words) >= WHOLE


def _is_negated_alarm(chunk: Chunk, heard: Sequence[Chunk], grammar: Grammar) -> bool:
    """Whether a denial stands directly before an alarm: "ik heb geen druk op mijn borst", "geen last van mijn hart"."""
    at = next(i for i, one in enumerate(heard) if one is chunk)  # an equal one may stand elsewhere
    before = heard[max(0, at - 1)]
    denies = before.phrase.meaning is Meaning.NO and before.phrase.role is not Role.PARTICLE
    return chunk.phrase.meaning is Meaning.ALARM and before is not chunk and (denies or before.words[-1] in grammar.denials)


# --- small words --------------------------------------------------------------------------------


def _select(heard: Sequence[Chunk], meaning: Meaning) -> list[Chunk]:
    return [chunk for chunk in heard if chunk.phrase is not UNKNOWN and chunk.phrase.meaning is meaning]


def _collect_meanings(heard: Sequence[Chunk]) -> set[Meaning]:
    return {chunk.phrase.meaning for chunk in heard if chunk.phrase.role not in ASIDE}


def _select_own_yes(heard: Sequence[Chunk]) -> list[Chunk]:
    return [chunk for chunk in _select(heard, Meaning.YES) if chunk.phrase.role is Role.OWN]


def _find_request(chunks: Iterable[Chunk]) -> Chunk | None:
    heard = [chunk for chunk in chunks if chunk.phrase.role is not Role.ALONE]
    return next((chunk for meaning in ASKING for chunk in heard if chunk.phrase.meaning is meaning), None)


def _to_answer(chunk: Chunk) -> Answer:
    return Answer(chunk.phrase.meaning, matched=chunk.text, certain=chunk.phrase.certain)


def _to_request(asked: Chunk, heard: Sequence[Chunk]) -> Answer:
    """Grant a request. A stop with other words beside it is read back: it may be part of what they tell."""
    if asked.phrase.meaning is not Meaning.STOP:
        return _to_answer(asked)
    company = (chunk.phrase for chunk in heard if chunk.phrase.role not in (*ASIDE, Role.PARTICLE))
    return replace(_to_answer(asked), certain=asked.phrase.certain and all(one.meaning is Meaning.STOP for one in company))


def _drop_completed_stops(heard: tuple[Chunk, ...], grammar: Grammar) -> tuple[Chunk, ...]:
    """Take a stop that goes on for no stop: "ik moet stoppen met stappen", "ophouden gaat niet". "Stop met ..." is one."""
    if not any(chunk.phrase.meaning is Meaning.STOP for chunk in heard):
        return heard
    kept: list[Chunk] = []
    for i, chunk in enumerate(heard):
        rest = tuple(word for after in heard[i + 1 :] for word in after.words)
        is_told = chunk.words[0] == SPEAKER or chunk.words[-1] in STOPPING
        goes_on = chunk.phrase.meaning is Meaning.STOP and is_told and grammar.complements.begins(rest)
        kept.extend([Chunk((word,), UNKNOWN) for word in chunk.words] if goes_on else [chunk])
    return tuple(kept)


def _to_unclear(why: str, heard: Sequence[Chunk]) -> Answer:
    return Answer(Meaning.UNCLEAR, matched=f"{why}: {_join(heard)}")


def _join(heard: Sequence[Chunk]) -> str:
    return " ".join(chunk.text for chunk in heard)
