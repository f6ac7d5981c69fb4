"""Judge the chapters by what was said before them. Pure; like `testimony.py` it reads nothing that the dialogue wrote down.

It is wrong if a chapter asks

1. for the patient's own words, and his last word on passing them on was not yes, certain or said twice;
2. what a flag that is affirmed has answered already;
3. about the three messages after any outcome but reassurance.
"""

from __future__ import annotations

from collections.abc import Iterator

from voice.consultation.review.testimony import AGREED, Testimony
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Step
from voice.understand.expected import Kind

_OF_MESSAGES = ("nog_eens", "navertellen")
"""Ids of the questions about the messages."""


def find_wrong_chapters(testimony: Testimony, script: Script, step: Step) -> Iterator[str]:
    """Name what is wrong with the question of a chapter that the step puts."""
    question = step.then
    if not isinstance(question, Question) or question not in script.coached:
        return
    if question.kind is Kind.SENTENCE and testimony.agrees < AGREED:
        yield f"{question.id} is asked, and the patient has not agreed to passing on his words"
    yield from (f"{question.id} is asked in spite of {name}" for name in question.unless if name in testimony.affirmed)
    if question.id in _OF_MESSAGES and step.visit.outcome.level is not Level.REASSURE:
        yield f"{question.id} is asked after {step.visit.outcome.level}"
