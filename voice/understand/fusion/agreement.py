"""Two engines heard the same answer: what that means together. Pure.

Engines fail in different ways: what one invents in noise, the other hardly ever invents too (docs/grounds.md, engines 3). So
a yes or a no that only one of them heard is to be confirmed, and what one of them contradicts, even in a
reading that alone would not be trusted, is asked again. The figures were chosen on the development
recordings; models/README.md says what they buy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voice.recognize.transcript import Transcript
from voice.understand.expected import Care, Expected
from voice.understand.meaning import CALLS, FIRST_WORD, NOTHING, OPPOSITE, Answer, Meaning

AGAINST = 0.05
"""So probable may the opposite of a yes or a no be as the first word, for an engine that knows."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one engine makes of an answer: as far as it is trusted, and as it was written, trusted or not."""

    answer: Answer
    reading: Answer
    transcript: Transcript


def needs_second(expected: Expected, first: Answer) -> bool:
    """Whether a second engine should listen too: where a mistake could do harm, and where the first is not sure."""
    return expected.care is Care.HIGH or not first.certain or first.meaning in NOTHING


def agree(first: Opinion, second: Opinion) -> Answer:
    """What two engines heard, as one answer; a no is certain only where both heard it."""
    both = (first, second)
    answer = _together(first.answer, second.answer)
    if answer.meaning in NOTHING and first.reading.meaning is second.reading.meaning:
        answer = replace(first.reading, certain=False)
    if answer.meaning in OPPOSITE and _contradicted(answer, both):
        return Answer(Meaning.UNCLEAR, matched=f"one engine heard {answer.meaning}, the other the opposite")
    return answer


def _together(first: Answer, second: Answer) -> Answer:
    for call in (first, second):
        if call.meaning in CALLS:
            return call
    if first.meaning is second.meaning:
        return first if first.certain else replace(second, matched=first.matched)
    if second.meaning in NOTHING:
        return replace(first, certain=False)
    if first.meaning in NOTHING:
        return replace(second, certain=False)
    if first.meaning in OPPOSITE or second.meaning in OPPOSITE:
        return Answer(Meaning.UNCLEAR, matched=f"heard as {first.meaning} and as {second.meaning}")
    return first


def _contradicted(answer: Answer, both: tuple[Opinion, Opinion]) -> bool:
    opposite = OPPOSITE[answer.meaning]
    return any(one.reading.meaning is opposite or one.transcript.opening(FIRST_WORD[opposite]) > AGAINST for one in both)
