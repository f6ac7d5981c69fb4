"""The messages: what was just told, once more for those who want it (docs/grounds.md, coach)."""

from __future__ import annotations

from voice.consultation.coach.chapter import Chapter, Move
from voice.consultation.visit import Visit
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

_AGAIN = "nog_eens"


def say_messages(visit: Visit) -> tuple[Utterance, ...]:
    """Return what everybody hears after reassurance."""
    return tuple(line for name in visit.script.core for line in visit.script.topic(name).lines)


def _begin(visit: Visit) -> Move:
    question = visit.script.question(_AGAIN)
    return Move(visit, (question.ask,), question)


def _advance(visit: Visit, answer: Answer) -> Move:
    """Say them once more after a yes; whatever else is answered, the visit goes on."""
    return Move(visit, say_messages(visit) if answer.meaning is Meaning.YES else ())


MESSAGES = Chapter(_begin, _advance, say_messages, questions={_AGAIN: Kind.OFFER})
