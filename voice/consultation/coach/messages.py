"""The messages: what was just told, once more for those who want it (chunk, and ask; docs/grounds.md, coach)."""

from __future__ import annotations

from voice.consultation.coach.chapter import Chapter, Move
from voice.consultation.visit import Visit
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

_AGAIN = "nog_eens"


def _begin(visit: Visit) -> Move:
    return _ask(visit)


def _advance(visit: Visit, answer: Answer) -> Move:
    """Tell them once more after a yes; whatever else is said, the visit goes on."""
    return Move(visit, _remind(visit)) if answer.meaning is Meaning.YES else Move(visit)


def _ask(visit: Visit) -> Move:
    question = visit.script.question(_AGAIN)
    return Move(visit, (question.ask,), question)


def _remind(visit: Visit) -> tuple[Utterance, ...]:
    return tuple(line for name in visit.script.core for line in visit.script.topic(name).lines)


MESSAGES = Chapter(_begin, _advance, _remind, questions={_AGAIN: Kind.OFFER})
