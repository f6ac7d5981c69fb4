"""Take the answers to questions that are no flags: how much, where, yes or no, a sentence. Pure.

1. An answer that is doubtful is asked for once more. The same again is taken; another is kept as not certain.
2. What is not known, not said and not heard is kept as that, each apart.
3. What the patient said in a sentence is never in the visit, only that there is one (`voice/kiosk/turns/notes.py`).
"""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapter import Move
from voice.consultation.script import Question
from voice.consultation.visit import Reply, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

_SETTLING = {
    Kind.FLAG: (Meaning.YES, Meaning.NO),
    Kind.OFFER: (Meaning.YES, Meaning.NO),
    Kind.SCALE: (Meaning.SCORE,),
    Kind.SIDE: (Meaning.SIDE,),
    Kind.SENTENCE: (Meaning.SENTENCE, Meaning.NO),
}
_SAID = {Meaning.UNSURE: "dat_geeft_niet", Meaning.DECLINE: "weigeren_mag", Meaning.SENTENCE: "dat_geef_ik_door"}
"""What is said to a reply before the next question."""

LINES = frozenset(("dat_geef_ik_door",))
"""Lines that only these questions need; the others are those of the dialogue."""

_NOTHING = Reply(Meaning.UNCLEAR, certain=False)


def ask(visit: Visit, question: Question) -> Move:
    """Put a question for the first time."""
    return Move(replace(visit, misses=0), (question.ask,), question)


def take(visit: Visit, question: Question, answer: Answer) -> Move:
    """Keep what is replied, or put the question once more (rule 1). Without a question in the move it is settled."""
    reply, before = _to_reply(question.kind, answer), find_reply(visit, question.id)
    if reply.certain or (before == reply and reply.meaning is not Meaning.UNCLEAR):
        said = (visit.script.line(_SAID[reply.meaning]),) if reply.meaning in _SAID else ()
        return Move(_keep(visit, question, replace(reply, certain=True)), said)
    if reply.meaning is not Meaning.UNCLEAR or before is None:
        visit = _keep(visit, question, reply)
    if visit.misses:
        return Move(visit, (visit.script.line("we_gaan_verder"),))
    why = "niet_begrepen_1" if reply.meaning is Meaning.UNCLEAR else "dat_wil_ik_zeker_weten"
    why = "stilte_1" if answer.meaning is Meaning.SILENCE else why
    return Move(replace(visit, misses=1), (visit.script.line(why), question.ask_clearer), question)


def find_reply(visit: Visit, question: str) -> Reply | None:
    """Find what is kept of the question of that id; None if it has not been answered."""
    return dict(visit.progress.replies).get(question)


def _to_reply(kind: Kind, answer: Answer) -> Reply:
    """Return what an answer replies; nothing but UNCLEAR and a doubtful answer is asked for again."""
    if answer.meaning in (Meaning.UNSURE, Meaning.DECLINE, Meaning.SENTENCE):
        fits = answer.meaning is not Meaning.SENTENCE or kind is Kind.SENTENCE
        return Reply(answer.meaning) if fits else _NOTHING
    if answer.meaning not in _SETTLING[kind]:
        return _NOTHING
    return Reply(answer.meaning, answer.score, answer.sides, answer.certain and not answer.proposed)


def _keep(visit: Visit, question: Question, reply: Reply) -> Visit:
    return replace(visit, progress=visit.progress.keep_reply(question.id, reply))
