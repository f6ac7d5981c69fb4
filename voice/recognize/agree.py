"""Two recognizers listen to the same answer; what only one of them hears is not believed.

They fail in different ways: what one invents in noise, the other hardly ever invents too. Where
they agree on yes or no the answer is as certain as the more confident of them; where they do not,
its confidence is 0, and the patient is asked again.
"""

from __future__ import annotations

import re

from voice.audio import Audio
from voice.recognize import Recognizer, Transcript, Vocabulary

YES = frozenset(["ja", "jaja", "jawel", "jazeker", "zeker", "natuurlijk", "absoluut", "inderdaad", "klopt"])
NO = frozenset(["nee", "neen", "neenee", "nooit", "geen", "niet"])
UNSURE = frozenset(["weet", "weten", "idee", "misschien", "zeggen", "twijfel", "twijfels"])
ALWAYS_YES = frozenset(["ja", "jaja", "jawel", "jazeker"])
"""Not turned round by a "niet" that follows: "ja, ik kan niet plassen"."""


class Agreeing:
    """A Recognizer made of two, both open; closes both."""

    name = "both"

    def __init__(self, first: Recognizer, second: Recognizer) -> None:
        self._first, self._second = first, second

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """The text of the more confident one; the other's text is the alternative."""
        heard = [ear.transcribe(audio, vocabulary) for ear in (self._first, self._second)]
        best, other = sorted(heard, key=lambda transcript: transcript.confidence, reverse=True)
        confidence = best.confidence if agree(best.text, other.text) else 0.0
        openings = best.openings or other.openings
        return Transcript(best.text, confidence, self.name, openings, (other.text,))

    def close(self) -> None:
        self._first.close()
        self._second.close()


def agree(one: str, other: str) -> bool:
    """Whether two texts take the same side, or, where neither takes one, share a word."""
    if _side(one) or _side(other):
        return _side(one) == _side(other)
    return one == other or bool(set(_words(one)) & set(_words(other)))


def _side(text: str) -> str:
    """ "unsure", "yes", "no", or "" where there is no word of any; "zeker niet" and "natuurlijk niet" are no."""
    found = [word for word in _words(text) if word in YES | NO]
    if UNSURE.intersection(_words(text)):
        return "unsure"
    if not found:
        return ""
    turned = found[0] not in ALWAYS_YES and NO.intersection(found)
    return "no" if turned else "yes"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
