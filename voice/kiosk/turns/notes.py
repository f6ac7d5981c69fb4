"""Notes what only the hand-over needs beside the visit. It is nowhere else, and gone when the visit is."""

from __future__ import annotations

from dataclasses import dataclass, field

from voice.consultation.script import Question
from voice.kiosk.turns.observer import Observer, Turn
from voice.understand.expected import Kind
from voice.understand.meaning import NO_DAYS, Days, Meaning

MOST_CHARACTERS = 160
"""Longest sentence that is passed on; a code on the screen holds no more."""


@dataclass
class HandoverNotes(Observer):
    """What the answers told beyond the findings.

    sentences: what was said in answer to a question that asks for own words, as it was heard, by the id of that question. It is
        only put to a patient who agreed to passing it on (`voice/consultation/coach/briefing.py`).
    topics: ids of the topics that were asked about, in that order. days: how long the pain has lasted.
    """

    sentences: dict[str, str] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    days: Days = NO_DAYS

    def on_turn(self, turn: Turn) -> None:
        answer = turn.answer
        if answer.meaning is Meaning.SENTENCE:
            self.sentences[turn.question.id] = _shorten(answer.sentence)
        elif answer.meaning is Meaning.TOPIC and turn.question.kind is not Kind.PLAN:
            self.topics += [answer.topic] if answer.topic and answer.topic not in self.topics else []
        elif answer.meaning is Meaning.DURATION and turn.question.limit_days:
            self.days = answer.days

    def on_resume(self, question: Question) -> None:
        self.sentences.pop(question.id, None)

    def forget(self) -> None:
        """Forget everything: the visit is over, or another begins."""
        self.sentences.clear()
        self.topics.clear()
        self.days = NO_DAYS


def _shorten(sentence: str) -> str:
    return sentence if len(sentence) <= MOST_CHARACTERS else f"{sentence[:MOST_CHARACTERS].rstrip()}…"
