"""Expected: all that understanding needs to know of a question."""

from __future__ import annotations

from dataclasses import dataclass

from voice.base.text_enum import TextEnum
from voice.understand.grammar.grammar import EMPTY, Grammar


class Kind(TextEnum):
    """The kind of answer that a question asks for."""

    FLAG = "flag"  # yes or no; yes means that the flag is present
    DURATION = "duration"  # how long it has lasted
    READBACK = "readback"  # "klopt dat?": is what was heard right
    TOPICS = "topics"  # anything more the patient wants to know


class Care(TextEnum):
    """How carefully an answer is taken: it depends on what a missed yes would cost."""

    LOW = "low"  # a little of the symptom may pass for none
    USUAL = "usual"
    HIGH = "high"  # a missed yes is an emergency: every engine listens


@dataclass(frozen=True, slots=True)
class Expected:
    """What to expect in answer to one question.

    context: the question as it was put, for an engine that takes it into account.
    grammar: the locale's answers with the question's own phrases added.
    limit_days: a length of time means yes from here on; 0 if a length of time is no answer.
    vocabulary: what an engine with a list of words listens for.
    """

    context: str = ""
    kind: Kind = Kind.FLAG
    care: Care = Care.USUAL
    limit_days: int = 0
    grammar: Grammar = EMPTY
    vocabulary: tuple[str, ...] = ()


YES_OR_NO = Expected()
"""A plain yes or no of which nothing else is known."""
