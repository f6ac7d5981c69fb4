"""Two engines heard the same answer: what that means together. Pure.

Engines fail in different ways: what one invents in noise, the other hardly ever invents too (ears.md, C3). So
a yes or a no that only one of them heard is to be confirmed, and yes against no is asked again.
"""

from __future__ import annotations

from dataclasses import replace

from voice.meaning import Answer, Meaning
from voice.script import Level, Question

_DECISIVE = (Meaning.YES, Meaning.NO)
_NOTHING = (Meaning.UNCLEAR, Meaning.SILENCE)
_CALLS = (Meaning.ALARM, Meaning.HELP)


def wants_second(question: Question, first: Answer) -> bool:
    """Whether a second engine should listen too: where a mistake could do harm, and where the first is not sure."""
    return question.level in (Level.E, Level.T) or not first.certain or first.meaning in _NOTHING


def agreed(first: Answer, second: Answer) -> Answer:
    """What two engines heard, as one answer; neither is believed alone without a confirmation."""
    for call in (first, second):
        if call.meaning in _CALLS:
            return call
    if first.meaning is second.meaning:
        return first if first.certain else replace(second, matched=first.matched)
    if second.meaning in _NOTHING:
        return replace(first, certain=False)
    if first.meaning in _NOTHING:
        return replace(second, certain=False)
    if first.meaning in _DECISIVE or second.meaning in _DECISIVE:
        return Answer(Meaning.UNCLEAR, matched=f"heard as {first.meaning} and as {second.meaning}")
    return first
