"""Define a chapter: a part of the visit that comes before or after the outcome, with questions of its own. Types only.

A chapter decides nothing about the back: no answer in it is a finding. The dialogue takes alarms, calls for help, requests, a
stop and whatever is told of a flag before the chapter sees the answer (`dialogue.py`, rules 1 to 5, 18 and 22).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from voice.consultation.script import Question
from voice.consultation.visit import Visit
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

LONGEST = 20
"""Answers that a chapter takes, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a chapter does next.

    say: all that is said, with the wording of the question at its end.
    question: what it asks; None if the chapter is over, and what it says leads to what follows.
    """

    visit: Visit
    say: tuple[Utterance, ...] = ()
    question: Question | None = None


def _nothing(visit: Visit) -> tuple[Utterance, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the visit before or after the outcome. Its functions are pure.

    begin: the first move, which asks something; None if the chapter does not fit this visit.
    advance: the move after an answer to its question.
    remind: what is said again before its question, to a patient who asks for it.
    questions: the ids of its questions, each with its kind; they stand in questions.yaml under `chapters`.
    lines: the ids of the lines that it speaks by name; they stand in lines.yaml.
    takes: requests that the chapter grants itself, and a stop if that only ends the chapter.
    longest: answers after which it is over. again: whether it comes again when another outcome is told in the same visit.
    """

    begin: Callable[[Visit], Move | None]
    advance: Callable[[Visit, Answer], Move]
    remind: Callable[[Visit], tuple[Utterance, ...]] = _nothing
    questions: Mapping[str, Kind] = field(default_factory=dict)
    lines: frozenset[str] = frozenset()
    takes: frozenset[Meaning] = frozenset()
    longest: int = LONGEST
    again: bool = False
