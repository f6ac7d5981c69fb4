"""Combine what two engines heard if none of them aligns phrases with the sound. Pure.

`weighing.py` combines engines if one of them aligns phrases. Its weights were chosen beside aligned phrases. Without these (Vosk
alone, Whisper without its phone head, another program's Wyoming server, which sends a text and no confidence) there is no
evidence for "something else" to weigh a text against. So both ways stand, and this one rests on agreement only. Engines fail in
different ways: what one invents in noise, the other hardly ever invents too (docs/grounds.md, engines 3). The rules:

1. A call for help counts from either engine.
2. The same meaning from both is the answer; if neither is trusted and both texts mean the same, it is to be confirmed. So is a
   length of time, an age, a score or a side on which they differ.
3. If only one engine is understood, its answer counts, to be confirmed.
4. A yes or a no against another meaning is UNCLEAR; so is one that an engine contradicts, even in a reading that would not be
   trusted alone.

The figures were chosen on the development recordings; models/README.md says what they buy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voice.recognize.transcript import Transcript
from voice.understand.expected import Care, Expected
from voice.understand.meaning import CALLS, FIRST_WORD, NOTHING, OPPOSITE, Answer, Meaning

AGAINST = 0.05
"""Highest probability (0..1) of the opposite as the first word that does not contradict a yes or a no."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one engine makes of an answer.

    answer: the meaning as far as it is trusted. reading: the meaning of the text, trusted or not.
    """

    answer: Answer
    reading: Answer
    transcript: Transcript


def needs_second(expected: Expected, first: Answer) -> bool:
    """Whether a further engine should listen: if a mistake could do harm, or if the first answer is doubtful."""
    return expected.care is Care.HIGH or not first.certain or first.meaning in NOTHING


def agree(first: Opinion, second: Opinion) -> Answer:
    """Combine what two engines heard into one answer. A no is certain only if both heard it."""
    both = (first, second)
    answer = _combine(first.answer, second.answer)
    if answer.meaning in NOTHING and first.reading.meaning is second.reading.meaning:
        answer = replace(first.reading, certain=False)
    if answer.meaning in OPPOSITE and _is_contradicted(answer, both):
        return Answer(Meaning.UNCLEAR, matched=f"one engine heard {answer.meaning}, the other the opposite")
    if answer.meaning is Meaning.YES:  # what one text tells beside it is told, trusted or not
        return replace(answer, more=any(one.reading.more for one in both))
    return answer


def _combine(first: Answer, second: Answer) -> Answer:
    for call in (first, second):
        if call.meaning in CALLS:
            return call
    if first.meaning is second.meaning:
        if _list_amounts(first) != _list_amounts(second):
            return replace(first, certain=False)
        return first if first.certain else replace(second, matched=first.matched)
    if second.meaning in NOTHING:
        return replace(first, certain=False)
    if first.meaning in NOTHING:
        return replace(second, certain=False)
    if first.meaning in OPPOSITE or second.meaning in OPPOSITE:
        return Answer(Meaning.UNCLEAR, matched=f"heard as {first.meaning} and as {second.meaning}")
    return first


def _list_amounts(answer: Answer) -> tuple[object, ...]:
    return (answer.days, answer.years, answer.score, answer.sides)


def _is_contradicted(answer: Answer, both: tuple[Opinion, Opinion]) -> bool:
    opposite = OPPOSITE[answer.meaning]
    return any(one.reading.meaning is opposite or one.transcript.opening(FIRST_WORD[opposite]) > AGAINST for one in both)
