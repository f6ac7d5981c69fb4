"""What an answer means: understand(transcript, question) -> Answer.

The rules are those of dialogue.md, "Rules that follow":

- Polarity comes from the leading particle or from a phrase that is known as a whole; never from a
  word somewhere in the answer, never from counting "niet".
- The answer is cut into known phrases. Where no word is left over, the phrases decide together:
  asking, not knowing and not hearing go before yes and no; yes and no together are neither.
- Where words are left over, a no is never believed. A yes is, after "ja" and a short tail that
  holds nothing suspicious, or from a whole symptom of the question: missing a yes is the worst error.
- Everything else is UNCLEAR, and is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from voice.cover import ASIDE, UNKNOWN, Piece, pieces
from voice.duration import find_days
from voice.grammar import Grammar, Role, Sort
from voice.meaning import SILENCE, Answer, Meaning
from voice.net import EMPTY_NET
from voice.recognize import NEUTRAL, Transcript, Trust
from voice.script import Kind, Level, Question

MOST_WORDS = 60
"""Longer answers are stories or the room; they are not weighed."""

LONGEST_TAIL = 9
"""So many unknown words may follow "ja"; longer is a story (dialogue.md, rule 8)."""

WHOLE_SYMPTOM = 3
"""A phrase of fewer words is not trusted in the middle of unknown words."""

_ASKING = (Meaning.ALARM, Meaning.HELP, Meaning.STOP, Meaning.BACK, Meaning.REPEAT, Meaning.EXPLAIN, Meaning.LOUDER,
           Meaning.SOFTER, Meaning.SLOWER, Meaning.DECLINE, Meaning.WAIT, Meaning.UNSURE)  # fmt: skip
"""What goes before yes and no, the most pressing first."""


_COMPLETION = Sort(Meaning.YES, Role.AFTER, certain=False)

Backed = frozenset[Meaning]
"""Which of yes and no the engine heard beyond doubt as the first word."""


def understand(transcript: Transcript, question: Question, trust: Trust = NEUTRAL, today: date | None = None) -> Answer:
    """What the transcript means as an answer to the question.

    today: for "sinds maandag"; without it a calendar day gives a wide range or UNCLEAR.
    """
    if not transcript.text.strip():
        return SILENCE
    words = question.grammar.spelling.words(transcript.text)
    if not words:
        return Answer(Meaning.UNCLEAR, matched="hesitation only")
    negated = question.grammar.negations.occurs_in(words[1 : 1 + trust.negation_within])
    backed = _backed(transcript, trust)
    answer = _meaning(words, question, backed, today)
    if not _is_trusted(answer, backed, transcript, trust):
        return Answer(Meaning.UNCLEAR, matched=f"not trusted: {answer.matched}")
    return replace(answer, certain=answer.certain and _is_sure(answer, negated, transcript, trust))


def _meaning(words: tuple[str, ...], question: Question, backed: Backed, today: date | None) -> Answer:
    if len(words) > MOST_WORDS:
        return Answer(Meaning.UNCLEAR, matched="a story")
    heard = _completing(_cut(words, question))
    if question.kind is Kind.TOPICS:
        return _about_topics(words, heard, question)
    answer = _about_flag(words, heard, question, backed)
    if question.kind is Kind.DURATION or question.limit_days:
        return _about_time(_without_doubt(heard), answer, question, today)
    return answer


def _cut(words: tuple[str, ...], question: Question) -> tuple[Piece, ...]:
    grammar = question.grammar
    special = {Kind.READBACK: grammar.readback, Kind.TOPICS: grammar.offer}.get(question.kind, EMPTY_NET)
    return pieces(words, (grammar.own, special, grammar.common), grammar.alone)


def _completing(heard: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """ "Ja, ik kan niet meer stappen" answers the question: what was not to do completes the yes."""
    first = next((piece for piece in heard if piece.sort.role not in ASIDE), None)
    if first is None or first.sort.role is not Role.PARTICLE or first.sort.meaning is not Meaning.YES:
        return heard
    return tuple(replace(piece, sort=_COMPLETION) if piece.sort.role is Role.UNLESS_YES else piece for piece in heard)


# --- yes and no ---------------------------------------------------------------------------------


def _about_flag(words: tuple[str, ...], heard: Sequence[Piece], question: Question, backed: Backed = frozenset()) -> Answer:
    if any(piece.sort is UNKNOWN for piece in heard):
        softened = _cut(_softened(words, question.grammar), question)
        if softened and not any(piece.sort is UNKNOWN for piece in softened):
            return replace(_decided(_completing(softened), question), certain=False)
        return _with_unknown_words(heard, question.grammar.spoilers.occurs_in(words), backed)
    return _decided(heard, question)


def _softened(words: tuple[str, ...], grammar: Grammar) -> tuple[str, ...]:
    """The words without those that say nothing; straight after a negation they do ("niet echt")."""
    soft, negations = grammar.soft, grammar.negations
    return tuple(
        word
        for before, word in zip(("", *words), words, strict=False)
        if not soft.occurs_in((word,)) or negations.occurs_in((before,))
    )


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
        return _own_or_unclear(deciding)
    if all(piece.sort.role is Role.AFTER for piece in deciding):
        return _unclear("completes nothing", deciding)
    if deciding[0].sort.role is Role.AFTER:
        return _unclear("completes nothing", deciding)
    if any(piece.sort.played_down for piece in no) and question.level not in (Level.W, Level.S):
        return _unclear("played down", no)
    return replace(_answer(deciding[0]), matched=_text(deciding), certain=all(piece.sort.certain for piece in deciding))


def _own_or_unclear(deciding: Sequence[Piece]) -> Answer:
    """A symptom of the question beside mere doubt is a yes to be confirmed; beside a no it is neither."""
    if _own_yes(deciding) and not _with_meaning(deciding, Meaning.NO):
        return Answer(Meaning.YES, matched=_text(_own_yes(deciding)), certain=False)
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


def _with_unknown_words(heard: Sequence[Piece], spoilt: bool, backed: Backed) -> Answer:
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
    return _after_particle(deciding, spoilt, backed)


def _after_particle(deciding: Sequence[Piece], spoilt: bool, backed: Backed) -> Answer:
    """ "Ja" or "nee" and words in no phrase: a yes counts, a no only where the engine is sure of the particle."""
    first, tail = deciding[0], deciding[1:]
    if first.sort.role is not Role.PARTICLE or any(_casts_doubt(piece, first.sort.meaning) for piece in tail):
        return _unclear("unknown words", deciding)
    short = sum(len(piece.words) for piece in tail) <= LONGEST_TAIL
    if first.sort.meaning in backed or (first.sort.meaning is Meaning.YES and short and not spoilt):
        return Answer(first.sort.meaning, matched=f"{first.text} ...", certain=False)
    return _unclear("unknown words", deciding)


# --- other kinds of question --------------------------------------------------------------------


def _without_doubt(heard: Sequence[Piece]) -> tuple[str, ...]:
    """The words that may name a time: not the "meer" of "dat weet ik niet meer"."""
    return tuple(word for piece in heard if piece.sort.meaning is not Meaning.UNSURE for word in piece.words)


def _about_time(words: tuple[str, ...], answer: Answer, question: Question, today: date | None) -> Answer:
    """A length of time where one is found, unless the patient asked something or contradicts it."""
    if answer.meaning in _ASKING and answer.meaning not in (Meaning.UNSURE, Meaning.WAIT, Meaning.ALARM):
        return answer
    found = find_days(words, question.grammar.durations, today)
    if found.reason:
        return Answer(Meaning.UNCLEAR, matched=found.reason) if question.kind is Kind.DURATION else answer
    if not found.known:
        return answer
    if answer.meaning is Meaning.ALARM:
        return answer
    return Answer(Meaning.DURATION, matched=found.matched, certain=found.certain, days=found.days)


def _about_topics(words: tuple[str, ...], heard: Sequence[Piece], question: Question) -> Answer:
    """Topics only choose advice, so they are found anywhere in the question."""
    answer = _about_flag(words, heard, question)
    topic = _topic(words, question.grammar)
    if answer.meaning is Meaning.NO or (answer.meaning in _ASKING and not topic):
        return answer
    if topic:
        return Answer(Meaning.TOPIC, matched=topic[0], topic=topic[1])
    if answer.meaning is Meaning.UNCLEAR and question.grammar.openers.occurs_in(words):
        return Answer(Meaning.TOPIC, matched="a question that is not known")
    return answer


def _topic(words: tuple[str, ...], grammar: Grammar) -> tuple[str, str] | None:
    """The longest phrase of a topic in the words, and its topic."""
    found = [(" ".join(words[i:end]), topic) for i in range(len(words)) for end, topic in grammar.topics.ends(words, i)]
    return max(found, key=lambda one: len(one[0]), default=None)


# --- what the engine knows ----------------------------------------------------------------------


def _backed(transcript: Transcript, trust: Trust) -> Backed:
    """Which of yes and no the engine heard so well as the first word that an unknown rest does not undo it."""
    yes, no = transcript.opening("ja"), transcript.opening("nee")
    sides = ((Meaning.YES, yes, no), (Meaning.NO, no, yes))
    return frozenset(side for side, mine, other in sides if mine >= trust.believe and other <= trust.against)


def _is_trusted(answer: Answer, backed: Backed, transcript: Transcript, trust: Trust) -> bool:
    """An alarm or a call for help is never rejected, nor a particle that was heard clearly before a mumbled rest."""
    if answer.meaning in (Meaning.ALARM, Meaning.HELP):
        return True
    return transcript.confidence >= trust.reject or answer.meaning in backed


def _is_sure(answer: Answer, negated: bool, transcript: Transcript, trust: Trust) -> bool:
    doubtful = answer.meaning is Meaning.YES and negated and _heard(transcript)
    return not doubtful and transcript.confidence >= trust.sure


def _heard(transcript: Transcript) -> bool:
    return bool(transcript.openings) or transcript.confidence < 1.0


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


def _asked(heard) -> Piece | None:  # type: ignore[no-untyped-def]
    heard = [piece for piece in heard if piece.sort.role is not Role.ALONE]
    return next((piece for meaning in _ASKING for piece in heard if piece.sort.meaning is meaning), None)


def _answer(piece: Piece) -> Answer:
    return Answer(piece.sort.meaning, matched=piece.text, certain=piece.sort.certain)


def _unclear(why: str, heard: Sequence[Piece]) -> Answer:
    return Answer(Meaning.UNCLEAR, matched=f"{why}: {_text(heard)}")


def _text(heard: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in heard)
