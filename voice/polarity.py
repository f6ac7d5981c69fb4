"""Yes, no or neither: what the known phrases of an answer, and the words in no phrase, decide together.

The rules are those of docs/grounds.md, "Rules of understanding":

- Polarity comes from the leading particle or from a phrase that is known as a whole; never from a
  word somewhere in the answer, never from counting "niet".
- Where no word is left over, the phrases decide together: asking, not knowing and not hearing go
  before yes and no; yes and no together are neither.
- Where words are left over, a simpler reading may decide (`simpler.py`). Else a no is believed only
  where the rest says it once more in small words. A yes is believed after "ja" and a short tail that
  holds nothing suspicious, or from a whole symptom of the question: missing a yes is the worst error.
- Everything else is UNCLEAR, and is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from voice.cover import ASIDE, UNKNOWN, Piece, pieces
from voice.grammar import Grammar
from voice.meaning import Answer, Meaning
from voice.net import EMPTY_NET
from voice.script import Kind, Level, Question
from voice.simpler import loosened, softened
from voice.sorts import Role, Sort

DENIAL = 3
"""Words at most of what denies what went before: "ook niet", "echt niet meer"."""
LONGEST_TAIL = 9
"""So many unknown words may follow "ja"; longer is a story (docs/grounds.md, rule 8)."""

WHOLE_SYMPTOM = 3
"""A phrase of fewer words is not trusted in the middle of unknown words."""

ASKING = (Meaning.ALARM, Meaning.HELP, Meaning.STOP, Meaning.BACK, Meaning.REPEAT, Meaning.EXPLAIN, Meaning.LOUDER,
          Meaning.SOFTER, Meaning.SLOWER, Meaning.DECLINE, Meaning.WAIT, Meaning.UNSURE)  # fmt: skip
"""What goes before yes and no, the most pressing first."""

_COMPLETION = Sort(Meaning.YES, Role.AFTER, certain=False)

Words = tuple[str, ...]

Backed = frozenset[Meaning]
"""Which of yes and no the engine heard beyond doubt as the first word."""


def heard_as(words: Words, question: Question) -> tuple[Piece, ...]:
    """The words cut into the phrases that are known to the question."""
    return _completing(_cut(words, question))


def _cut(words: Words, question: Question) -> tuple[Piece, ...]:
    grammar = question.grammar
    special = {Kind.READBACK: grammar.readback, Kind.TOPICS: grammar.offer}.get(question.kind, EMPTY_NET)
    return pieces(words, (grammar.own, special, grammar.common), grammar.alone)


def _completing(heard: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """ "Ja, ik kan niet meer stappen" answers the question: what was not to do, or is not so bad, completes the yes."""
    first = next((piece for piece in heard if piece.sort.role not in ASIDE), None)
    if first is None or first.sort.role is not Role.PARTICLE or first.sort.meaning is not Meaning.YES:
        return heard
    return tuple(replace(piece, sort=_COMPLETION) if _completes(piece.sort) else piece for piece in heard)


def _completes(sort: Sort) -> bool:
    return sort.role is Role.UNLESS_YES or sort.played_down


def about_flag(words: Words, heard: Sequence[Piece], question: Question, backed: Backed = frozenset()) -> Answer:
    """Yes, no, neither or something asked, for words already cut into pieces."""
    if _is_known(heard):
        return _decided(heard, question)
    grammar = question.grammar
    simpler = heard_as(softened(words, grammar), question)
    if simpler and _is_known(simpler):
        return replace(_decided(simpler, question), certain=False)
    loose = (heard_as(plain, question) for plain in loosened(words, grammar))
    answers = (_decided(plain, question) for plain in loose if plain and _is_known(plain))
    yes = next((answer for answer in answers if answer.meaning is Meaning.YES), None)
    if yes:
        return replace(yes, certain=False)
    return _with_unknown_words(heard, words, grammar, backed)


def _is_known(heard: Sequence[Piece]) -> bool:
    return not any(piece.sort is UNKNOWN for piece in heard)


def _decided(heard: Sequence[Piece], question: Question) -> Answer:
    """Every word is known; the phrases decide together."""
    deciding = [piece for piece in heard if piece.sort.role not in ASIDE]
    if not deciding:
        return _unclear("nothing that decides", heard)
    if len(deciding) == 1 and deciding[0].sort.role is Role.ALONE:
        return _answer(deciding[0])
    asked = _asked(deciding)
    if asked and not _own_yes(deciding):
        return _taken_back(deciding) if asked.sort.meaning is Meaning.WAIT else _answer(asked)
    if any(piece.sort.role is Role.CORRECTION for piece in heard):
        return _corrected(heard)
    return _polarity(deciding, question)


def _polarity(deciding: Sequence[Piece], question: Question) -> Answer:
    yes, no = _with_meaning(deciding, Meaning.YES), _with_meaning(deciding, Meaning.NO)
    if len(yes) + len(no) < len(deciding) or bool(yes) == bool(no):
        return _own_or_unclear(deciding, question.grammar)
    if deciding[0].sort.role is Role.AFTER:
        return _unclear("completes nothing", deciding)
    if any(_taken_away(*pair, question.grammar) for pair in pairwise(deciding)):
        return _unclear("says one thing and its opposite", deciding)
    if any(piece.sort.little for piece in no) and question.level not in (Level.W, Level.S):
        return _unclear("a little is not nothing", no)
    return replace(_answer(deciding[0]), matched=_text(deciding), certain=all(piece.sort.certain for piece in deciding))


def _taken_away(one: Piece, other: Piece, grammar: Grammar) -> bool:
    """ "Liggen helpt, ook niet": what would be a no by itself is denied by what follows, so it is none."""
    if one.sort.meaning is not Meaning.NO or one.sort.role is not Role.OWN or grammar.denials & set(one.words):
        return False
    return other.sort.role is not Role.PARTICLE and len(other.words) <= DENIAL and bool(grammar.denials & set(other.words))


def _own_or_unclear(deciding: Sequence[Piece], grammar: Grammar) -> Answer:
    """A symptom of the question beside mere doubt is a yes to be confirmed; beside a no it is neither.

    "Nee, dat heb ik niet gemerkt" is a no, though "dat heb ik" alone is a yes.
    """
    own = _own_yes(deciding)
    if own and not _with_meaning(deciding, Meaning.NO):
        return Answer(Meaning.YES, matched=_text(own), certain=False)
    if not own and _is_denied(deciding, grammar):
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
    whole = [piece for piece in deciding if piece.sort is not UNKNOWN and len(piece.words) >= WHOLE_SYMPTOM]
    alarms = _with_meaning(whole, Meaning.ALARM)
    if alarms:
        return _answer(alarms[0])
    if _own_yes(whole) and not spoilt and not _with_meaning(deciding, Meaning.NO):
        return Answer(Meaning.YES, matched=_text(_own_yes(whole)), certain=False)
    asked = _asked(whole) or _asked(piece for piece in deciding[:1] if len(piece.words) > 1)
    if asked and not spoilt:
        return _answer(asked)
    return _after_particle(deciding, spoilt, backed, grammar)


def _after_particle(deciding: Sequence[Piece], spoilt: bool, backed: Backed, grammar: Grammar) -> Answer:
    """ "Ja" or "nee" and words in no phrase.

    A yes counts; a no only where the rest says no more than the no itself, or the engine is sure of the particle.
    """
    first, tail = deciding[0], deciding[1:]
    if first.sort.role is not Role.PARTICLE:
        return _unclear("unknown words", deciding)
    if _is_denied(deciding, grammar):
        return Answer(Meaning.NO, matched=_text(deciding), certain=False)
    if any(_casts_doubt(piece, first.sort.meaning) for piece in tail):
        return _unclear("unknown words", deciding)
    short = sum(len(piece.words) for piece in tail) <= LONGEST_TAIL
    if first.sort.meaning in backed or (first.sort.meaning is Meaning.YES and short and not spoilt):
        return Answer(first.sort.meaning, matched=f"{first.text} ...", certain=False)
    return _unclear("unknown words", deciding)


def _is_denied(deciding: Sequence[Piece], grammar: Grammar) -> bool:
    """ "Nee, dat heb ik van mijn leven nog nooit gehad": after the particle small words only, and one denial among them."""
    first, tail = deciding[0], deciding[1:]
    if any(piece.sort.meaning not in (Meaning.YES, Meaning.NO) for piece in tail if piece.sort is not UNKNOWN):
        return False
    words = [word for piece in tail for word in piece.words]
    denials = [word for word in words if word in grammar.denials]
    particle = first.sort.role is Role.PARTICLE and first.sort.meaning is Meaning.NO
    return particle and len(denials) == 1 and grammar.empty.issuperset(set(words).difference(denials))


# --- small words --------------------------------------------------------------------------------


def _casts_doubt(piece: Piece, side: Meaning) -> bool:
    """The other side, or a whole phrase that asks something: fragments of other phrases say nothing here.

    "Niet" among unknown words is no other side: "ja, dat is niet normaal meer".
    """
    if piece.sort is UNKNOWN or piece.sort.meaning is side:
        return False
    if piece.sort.meaning is Meaning.NO and piece.sort.role is Role.AFTER:
        return len(piece.words) >= WHOLE_SYMPTOM
    return piece.sort.meaning in (Meaning.YES, Meaning.NO) or len(piece.words) >= WHOLE_SYMPTOM


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
