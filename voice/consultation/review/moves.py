"""Judge moving together by what was said before it. Pure; like `testimony.py` it reads nothing that the dialogue wrote down.

A movement is wrong if it is told or counted

1. after an outcome that is neither reassurance nor S;
2. although a question that rules it out was not denied for good, and was due or told of;
3. on the feet, by a patient whose last word on that was not that he stands firmly.
"""

from __future__ import annotations

from collections.abc import Iterator

from voice.consultation.movement import Movement
from voice.consultation.review.testimony import Testimony
from voice.consultation.review.verdict import is_denied
from voice.consultation.script import Level, Script
from voice.consultation.visit import Step

CALM_ENOUGH = (Level.REASSURE, Level.S)


def find_wrong_moves(testimony: Testimony, script: Script, step: Step) -> Iterator[str]:
    """Name what is wrong with the movements that the step tells or counts."""
    said = {utterance.id.partition(".")[0] for utterance in step.say}
    for movement in (movement for movement in script.moving.movements if movement.id in said):
        yield from _judge(testimony, script, step, movement)


def _judge(testimony: Testimony, script: Script, step: Step, movement: Movement) -> Iterator[str]:
    if step.visit.outcome.level not in CALM_ENOUGH:
        yield f"{movement.id} after {step.visit.outcome.level}"
    put = {question.id for question in script.questions}
    for name in (*script.moving.never_with, *movement.not_with):
        if name not in put or not is_denied(testimony, script.question(name), script):
            yield f"{movement.id} in spite of {name}"
    if movement.standing and not testimony.stands:
        yield f"{movement.id} on the feet, and the patient has not said that he stands firmly"
