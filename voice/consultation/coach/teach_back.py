"""Teach-back: what will the patient do today? It tests the explanation, not the patient (AHRQ and NHS; docs/grounds.md, coach).

1. One round. What fits the advice is affirmed; lying down all day is gently put right.
2. Anything else is honestly not understood, and the messages are said once more.
3. A no, a refusal or silence passes it over. What he will do is kept for the hand-over.
"""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapter import Chapter, Move
from voice.consultation.coach.messages import say_messages
from voice.consultation.visit import Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning
from voice.understand.plans import NOTHING, PLANS

_PLAN = "navertellen"
_UNCLEAR = "unclear"
_PASSED = frozenset({Meaning.NO, Meaning.DECLINE, Meaning.SILENCE})


def _begin(visit: Visit) -> Move:
    question = visit.script.question(_PLAN)
    return Move(visit, (visit.script.line("uitleggen"), question.ask), question)


def _advance(visit: Visit, answer: Answer) -> Move:
    if answer.meaning in _PASSED:
        return Move(visit)
    is_plan = answer.meaning is Meaning.TOPIC and answer.topic in PLANS and answer.certain
    plan = answer.topic if is_plan else NOTHING if answer.meaning is Meaning.UNSURE else _UNCLEAR
    visit = replace(visit, progress=visit.progress.keep("plan", plan))
    again = say_messages(visit) if plan in (NOTHING, _UNCLEAR) else ()
    return Move(visit, (visit.script.line(f"plan_{plan}"), *again))


TEACH_BACK = Chapter(
    _begin,
    _advance,
    say_messages,
    questions={_PLAN: Kind.PLAN},
    lines=frozenset(("uitleggen", *(f"plan_{plan}" for plan in (*PLANS, _UNCLEAR)))),
)
