"""The questionnaire of the practice: its items, one after the other. None of its answers is a finding."""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapter import Chapter, Move
from voice.consultation.coach.replies import LINES, ask, find_reply, take
from voice.consultation.questionnaire import Given, Scores, compute_scores
from voice.consultation.questionnaire_entries import MOST_ITEMS
from voice.consultation.visit import Visit
from voice.understand.meaning import Answer


def _begin(visit: Visit) -> Move | None:
    questionnaire = visit.script.questionnaire
    if questionnaire is None:
        return None
    move = ask(visit, visit.script.question(questionnaire.items[0].question))
    return replace(move, say=(questionnaire.opening, *move.say))


def _advance(visit: Visit, answer: Answer) -> Move:
    move = take(visit, visit.asked, answer)
    left = _list_left(visit, visit.asked.id)
    if move.question or not left:
        return move
    after = ask(move.visit, visit.script.question(left[0]))
    return replace(after, say=(*move.say, *after.say))


def _list_left(visit: Visit, name: str) -> tuple[str, ...]:
    """List the ids of the questions after that one."""
    items = visit.script.questionnaire.items if visit.script.questionnaire else ()
    names = tuple(item.question for item in items)
    return names[names.index(name) + 1 :]


def find_scores(visit: Visit) -> Scores | None:
    """Score what was answered; None without a questionnaire, or if nothing of it was put."""
    if (questionnaire := visit.script.questionnaire) is None:
        return None
    replies = {item.question: find_reply(visit, item.question) for item in questionnaire.items}
    if not any(replies.values()):
        return None
    given = {name: Given(reply.meaning, reply.score) for name, reply in replies.items() if reply and reply.certain}
    return compute_scores(questionnaire, given)


QUESTIONNAIRE = Chapter(_begin, _advance, lines=LINES, longest=2 * MOST_ITEMS + 1)
