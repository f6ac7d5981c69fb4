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

from voice.understand.chunks import ASIDE, UNKNOWN, Piece, pieces
from voice.understand.expected import Care, Expected, Kind
from voice.understand.grammar.automaton import EMPTY_NET
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import Role, Sort
from voice.understand.meaning import Answer, Meaning
from voice.understand.particles import WHOLE, Backed, is_denied, is_well, weighed
from voice.understand.simplify import loosened, softened

DENIAL = 3
"""Words at most of what denies what went before: "ook niet", "echt niet meer"."""

ASKING = (Meaning.ALARM, Meaning.HELP, Meaning.STOP, Meaning.BACK, Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER,
          Meaning.REPEAT, Meaning.EXPLAIN, Meaning.DECLINE, Meaning.WAIT, Meaning.UNSURE)  # fmt: skip
"""What goes before yes and no, the most pressing first; who asks for it louder is not merely told it again."""

HARMLESS = (Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER, Meaning.REPEAT, Meaning.EXPLAIN, Meaning.WAIT)
"""What costs nothing but the question once more, should it have been said to somebody else."""

_COMPLETION = Sort(Meaning.YES, Role.AFTER, certain=False)

Words = tuple[str, ...]


def heard_as(words: Words, expected: Expected) -> tuple[Piece, ...]:
    """The words cut into the phrases that are known to the question."""
    return _completing(_cut(words, expected))


def _cut(words: Words, expected: Expected) -> tuple[Piece, ...]:
    grammar = expected.grammar
    special = {Kind.READBACK: grammar.readback, Kind.TOPICS: grammar.offer}.get(expected.kind, EMPTY_NET)
    return pieces(words, (grammar.own, special, grammar.common), grammar.alone)


def _completing(heard: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """ "Ja, ik kan niet meer stappen" answers the question: what was not to do, or is not so bad, completes the yes."""
    first = next((piece for piece in heard if piece.sort.role not in ASIDE), None)
    if first is None or first.sort.role is not Role.PARTICLE or first.sort.meaning is not Meaning.YES:
        return heard
    return tuple(replace(piece, sort=_COMPLETION) if _completes(piece.sort) else piece for piece in heard)


def _completes(sort: Sort) -> bool:
    return sort.role is Role.UNLESS_YES or sort.played_down


def about_flag(words: Words, heard: Sequence[Piece], expected: Expected, backed: Backed = frozenset()) -> Answer:
    """Yes, no, neither or something asked, for words already cut into pieces."""
    if _is_known(heard):
        return _decided(heard, expected)
    grammar = expected.grammar
    simpler = heard_as(softened(words, grammar), expected)
    if simpler and _is_known(simpler):
        return replace(_decided(simpler, expected), certain=False)
    loose = (heard_as(plain, expected) for plain in loosened(words, grammar))
    answers = [_decided(plain, expected) for plain in loose if plain and _is_known(plain)]
    for meaning in (Meaning.ALARM, Meaning.YES):
        found = next((answer for answer in answers if answer.meaning is meaning), None)
        if found:
            return replace(found, certain=False)
    return _with_unknown_words(heard, words, grammar, backed)


def _is_known(heard: Sequence[Piece]) -> bool:
    return not any(piece.sort is UNKNOWN for piece in heard)


def _decided(heard: Sequence[Piece], expected: Expected) -> Answer:
    """Every word is known; the phrases decide together."""
    deciding = [piece for piece in heard if piece.sort.role not in ASIDE]
    if not deciding:
        return _unclear("nothing that decides", heard)
    if len(deciding) == 1 and deciding[0].sort.role is Role.ALONE:
        return _answer(deciding[0])
    asked = _asked(deciding)
    if asked and (is_alarming(asked) or not _own_yes(deciding)):
        return _taken_back(deciding) if asked.sort.meaning is Meaning.WAIT else _answer(asked)
    if any(piece.sort.role is Role.CORRECTION for piece in heard):
        return _corrected(heard)
    answer = _polarity(deciding, expected)
    if answer.meaning is Meaning.UNCLEAR and _is_all_well(heard, deciding, expected.grammar):
        return Answer(Meaning.NO, matched=_text(heard), certain=False)
    return answer


def _is_all_well(heard: Sequence[Piece], deciding: Sequence[Piece], grammar: Grammar) -> bool:
    """ "Nee, ik voel alles nog normaal" is; "nee, dat is goed" may be mere politeness."""
    polite = any(piece.sort.meaning is Meaning.UNCLEAR and len(piece.words) > 1 for piece in deciding)
    return not polite and is_well(heard, grammar)


def is_alarming(piece: Piece) -> bool:
    """What may complete a yes is no alarm beside a symptom of the question: "mijn been is slap, ik kan niet meer opstaan"."""
    return piece.sort.meaning is Meaning.ALARM and piece.sort.role is not Role.UNLESS_YES


def _polarity(deciding: Sequence[Piece], expected: Expected) -> Answer:
    yes, no = _with_meaning(deciding, Meaning.YES), _with_meaning(deciding, Meaning.NO)
    if len(yes) + len(no) < len(deciding) or bool(yes) == bool(no):
        return _own_or_unclear(deciding, expected.grammar)
    if deciding[0].sort.role is Role.AFTER and not any(piece.sort.role is Role.PARTICLE for piece in yes):
        return _unclear("completes nothing", deciding)
    if any(_taken_away(*pair, expected.grammar) for pair in pairwise(deciding)):
        return _unclear("says one thing and its opposite", deciding)
    if any(piece.sort.little for piece in no) and expected.care is not Care.LOW:
        return _unclear("a little is not nothing", no)
    return replace(_answer(deciding[0]), matched=_text(deciding), certain=all(piece.sort.certain for piece in deciding))


def _taken_away(one: Piece, other: Piece, grammar: Grammar) -> bool:
    """ "Liggen helpt, ook niet", "niet, genoeg kracht": what would be a no by itself is denied beside it, so it is none."""
    if Role.PARTICLE in (one.sort.role, other.sort.role) or one.sort.meaning is not Meaning.NO:
        return False
    denied, denies = bool(grammar.denials & set(one.words)), bool(grammar.denials & set(other.words))
    if denied == denies or len(other.words) > DENIAL:
        return False
    return one.sort.role is Role.OWN if denies else len(one.words) < DENIAL and grammar.negations.closes(one.words)


def _own_or_unclear(deciding: Sequence[Piece], grammar: Grammar) -> Answer:
    """A symptom of the question beside mere doubt is a yes to be confirmed; beside a no it is neither.

    "Nee, dat heb ik niet gemerkt" is a no, though "dat heb ik" alone is a yes.
    """
    own = _own_yes(deciding)
    if own and not _with_meaning(deciding, Meaning.NO):
        return Answer(Meaning.YES, matched=_text(own), certain=False)
    if not own and is_denied(deciding, grammar):
        return Answer(Meaning.NO, matched=_text(deciding), certain=False)
    return _unclear("neither yes nor no", deciding)


def _corrected(heard: Sequence[Piece]) -> Answer:
    """Only a yes may win after a correction, and only where something was taken back."""
    last = max(i for i, piece in enumerate(heard) if piece.sort.role is Role.CORRECTION)
    before, after = _meanings(heard[:last]), _meanings(heard[last:])
    if before and after == {Meaning.YES}:
        return Answer(Meaning.YES, matched=f"corrected: {_text(heard[last:])}", certain=False)
    return _unclear("corrected", heard)


def _taken_back(deciding: Sequence[Piece]) -> Answer:
    """ "Nee wacht ja": what comes after the waiting counts, and only as a yes."""
    last = max(i for i, piece in enumerate(deciding) if piece.sort.meaning is Meaning.WAIT)
    after = _meanings(deciding[last + 1 :])
    if after == {Meaning.YES}:
        return Answer(Meaning.YES, matched=_text(deciding), certain=False)
    return _unclear("corrected", deciding) if after else _answer(deciding[last])


# --- with words that are in no phrase -----------------------------------------------------------


def _with_unknown_words(heard: Sequence[Piece], words: Words, grammar: Grammar, backed: Backed) -> Answer:
    spoilt = grammar.spoilers.occurs_in(words)
    deciding = [piece for piece in heard if piece.sort.role not in ASIDE]
    whole = [piece for piece in deciding if _is_whole(piece) and not _is_negated_alarm(piece, heard, grammar)]
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


def _asked_among(whole: Sequence[Piece], deciding: Sequence[Piece], spoilt: bool) -> Piece | None:
    """What is asked in a whole phrase or at the beginning; where others may be meant, only what is harmless."""
    if spoilt:
        return _asked(piece for piece in whole if piece.sort.meaning in HARMLESS)
    return _asked(whole) or _asked(piece for piece in deciding[:1] if len(piece.words) > 1)


def _is_whole(piece: Piece) -> bool:
    return piece.sort is not UNKNOWN and len(piece.words) >= WHOLE


def _is_negated_alarm(piece: Piece, heard: Sequence[Piece], grammar: Grammar) -> bool:
    """ "Ik heb geen druk op mijn borst": what stands straight after a denial is not there."""
    before = heard[max(0, heard.index(piece) - 1)]
    return piece.sort.meaning is Meaning.ALARM and before is not piece and before.words[-1] in grammar.denials


# --- small words --------------------------------------------------------------------------------


def _with_meaning(heard: Sequence[Piece], meaning: Meaning) -> list[Piece]:
    return [piece for piece in heard if piece.sort is not UNKNOWN and piece.sort.meaning is meaning]


def _meanings(heard: Sequence[Piece]) -> set[Meaning]:
    return {piece.sort.meaning for piece in heard if piece.sort.role not in ASIDE}


def _own_yes(heard: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in _with_meaning(heard, Meaning.YES) if piece.sort.role is Role.OWN]


def _asked(pieces_heard: Iterable[Piece]) -> Piece | None:
    heard = [piece for piece in pieces_heard if piece.sort.role is not Role.ALONE]
    return next((piece for meaning in ASKING for piece in heard if piece.sort.meaning is meaning), None)


def _answer(piece: Piece) -> Answer:
    return Answer(piece.sort.meaning, matched=piece.text, certain=piece.sort.certain)


def _unclear(why: str, heard: Sequence[Piece]) -> Answer:
    return Answer(Meaning.UNCLEAR, matched=f"{why}: {_text(heard)}")


def _text(heard: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in heard)
