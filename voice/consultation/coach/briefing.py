"""The briefing: what the physiotherapist wants to know beforehand. Each block is a chapter that a practice switches on.

1. No block decides anything: none of these answers is a finding (docs/grounds.md, coach).
2. A question that a flag has answered is not put (`unless` in questions.yaml): whether pain goes into the leg, of a patient who
   has told that it goes into both.
3. The patient's own sentences are asked only after a certain yes to passing them on, which is asked once.
"""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapter import Chapter, Move
from voice.consultation.coach.replies import LINES, ask, find_reply, take
from voice.consultation.script import Finding, Question
from voice.consultation.visit import Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

CONSENT = "doorgeven"
"""The question whether the patient's own words may be passed on."""

OPENING = "voor_uw_kinesitherapeut"
"""The line before the first of these questions."""


def begin_block(visit: Visit, question: Question) -> Move:
    """Put a question, with the opening before it if it is the first of the briefing."""
    move = ask(visit, question)
    is_first = not BLOCKS.keys() & set(visit.progress.begun[:-1])
    return replace(move, say=(visit.script.line(OPENING), *move.say)) if is_first else move


def is_answered(visit: Visit, question: Question) -> bool:
    """Whether a flag that is present has answered the question (rule 2)."""
    return any(visit.finding(name) is Finding.PRESENT for name in question.unless)


def _make_block(name: str, kind: Kind) -> Chapter:
    """Make a chapter of one question."""

    def begin(visit: Visit) -> Move | None:
        question = visit.script.question(name)
        return None if is_answered(visit, question) else begin_block(visit, question)

    def advance(visit: Visit, answer: Answer) -> Move:
        return take(visit, visit.script.question(name), answer)

    return Chapter(begin, advance, questions={name: kind}, lines=LINES | {OPENING})


def _make_sentence(name: str) -> Chapter:
    """Make a chapter that asks for a sentence, once the patient agrees to passing it on (rule 3)."""

    def begin(visit: Visit) -> Move | None:
        if _has_agreed(visit):
            return begin_block(visit, visit.script.question(name))
        return begin_block(visit, visit.script.question(CONSENT)) if find_reply(visit, CONSENT) is None else None

    def advance(visit: Visit, answer: Answer) -> Move:
        move = take(visit, visit.asked, answer)
        if visit.asked.id == CONSENT and not move.question and _has_agreed(move.visit):
            return ask(move.visit, visit.script.question(name))
        return move

    return Chapter(begin, advance, questions={CONSENT: Kind.OFFER, name: Kind.SENTENCE}, lines=LINES | {OPENING})


def _has_agreed(visit: Visit) -> bool:
    reply = find_reply(visit, CONSENT)
    return reply is not None and reply.certain and reply.meaning is Meaning.YES


BLOCKS = {
    "pain": _make_block("pijn", Kind.SCALE),
    "side": _make_block("kant", Kind.SIDE),
    "leg": _make_block("been", Kind.FLAG),
    "fear": _make_block("bang", Kind.FLAG),
    "hardest": _make_sentence("lastigst"),
    "hope": _make_sentence("hoop"),
}
"""The blocks by their names, in the order in which they are put."""

OWN_WORDS = frozenset(("hardest", "hope"))
"""Those that ask for a sentence, which only a hand-over can use."""
