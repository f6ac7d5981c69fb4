"""Decides how long a silence ends an answer: that depends on what was heard. Pure.

People who answer "nee" expect the next question; people who say "ja, maar" or "euh" are not done. So what has been
said is understood at its first pause. The first rule that fits decides; `Limits` gives the seconds:

1. `unfinished` after nothing that was recognised, an opening, a hesitation, or a text that breaks off;
2. `unfinished` also after a text that trails off ("..."), unless it means yes or no;
3. `decided` after a certain answer that does not trail off, unless people often say more after one like it; a share of that
   (AGREED) if it is a plain yes or no, without another word, and two engines understood it alike;
4. `pause` after anything else.
"""

from __future__ import annotations

import re

from voice.audio.segment import Limits
from voice.recognize.transcript import FIRST_WORDS
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Heard
from voice.understand.grammar.grammar import Grammar
from voice.understand.meaning import OPPOSITE, Meaning

_CUT_SHORT = (",", "-")
"""Recognizers end a sentence with these if they heard it break off."""
_TRAILING_OFF = ("...", "…")
"""These too; but Whisper also writes them after a "nee" that was complete."""
_OFTEN_CONTINUED = (
    Meaning.UNCLEAR,
    Meaning.UNSURE,
    Meaning.DURATION,
    Meaning.AGE,
    Meaning.SCORE,
    Meaning.SENTENCE,
    Meaning.TOPIC,
)
"""After these people often say more: an explanation, "een week ... of drie", a second topic."""

AGREED = 0.6
"""Share of `decided` that ends a plain yes or no on which two engines agree: 0.3 s, unless a practice is more patient."""
SHORTEST = 0.3
"""Seconds that end an answer at the soonest. Digital silence counts as a fault sooner (`LOST_SECONDS` in `microphone.py`), so
that an answer that a pulled plug cuts off is not taken for a whole one."""


def choose_pause(heard: Heard, expected: Expected, limits: Limits) -> float:
    """Return the seconds of silence after which this is the whole answer."""
    text, answer = heard.transcript.text, heard.answer
    trails_off, answers = text.rstrip().endswith(_TRAILING_OFF), answer.meaning in OPPOSITE and not answer.proposed
    if is_unfinished(text, expected.grammar) or (trails_off and not answers):
        return limits.unfinished
    if answer.certain and not trails_off and answer.meaning not in _OFTEN_CONTINUED:
        agreed = heard.agreed and _is_plain(text)
        return min(limits.decided, max(SHORTEST, AGREED * limits.decided)) if agreed else limits.decided
    return limits.pause


def _is_plain(text: str) -> bool:
    """Whether nothing was said but yes or no, and no hesitation before it."""
    return all(word in FIRST_WORDS for word in re.findall(r"\w+", text.lower()))


def is_unfinished(text: str, grammar: Grammar) -> bool:
    """Whether a speaker who pauses here will go on: an opening, a hesitation, or nothing that was recognised."""
    spelling = grammar.spelling
    words = spelling.split(text)
    if not words or text.rstrip().endswith(_CUT_SHORT):
        return True
    return spelling.hesitates(text) or grammar.unfinished.closes(words)
