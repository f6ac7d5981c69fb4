"""How long the kiosk waits after speech before it takes the answer for finished: it depends on what was heard. Pure.

People who answer "nee" expect the next question; people who say "ja, maar" or "euh" are not done. So what has been
said so far is understood at its first pause, and the silence that ends the answer is as long as that asks for.
"""

from __future__ import annotations

from voice.audio.segment import Limits
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Heard
from voice.understand.grammar.grammar import Grammar
from voice.understand.meaning import OPPOSITE, Meaning

_CUT_SHORT = (",", "-")
"""So recognizers write a sentence that they heard break off."""
_TRAILING_OFF = ("...", "…")
"""And so, too; but Whisper also writes it after a "nee" that was complete."""
_OFTEN_CONTINUED = (Meaning.UNCLEAR, Meaning.UNSURE, Meaning.DURATION, Meaning.TOPIC)
"""After these people often say more: an explanation, "een week ... of drie", a second topic."""


def patience(heard: Heard, expected: Expected, limits: Limits) -> float:
    """Seconds of quiet after which this is the whole answer."""
    text, answer = heard.transcript.text, heard.answer
    trails_off = text.rstrip().endswith(_TRAILING_OFF)
    if is_unfinished(text, expected.grammar) or (trails_off and answer.meaning not in OPPOSITE):
        return limits.unfinished
    if answer.certain and not trails_off and answer.meaning not in _OFTEN_CONTINUED:
        return limits.decided
    return limits.pause


def is_unfinished(text: str, grammar: Grammar) -> bool:
    """Whether a speaker who pauses here will go on: an opening, a hesitation, or nothing that was recognised."""
    spelling = grammar.spelling
    words = spelling.words(text)
    if not words or text.rstrip().endswith(_CUT_SHORT):
        return True
    return spelling.hesitates(text) or grammar.unfinished.closes(words)
