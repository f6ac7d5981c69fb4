"""Label what was said in a corpus by the rules of understanding, only where the words are a clear answer. Pure.

1. The rules (without the learned reader) must find one meaning that counts without a read-back.
2. Each word must belong to a phrase of that meaning, or to what is said around one ("hoor", "dank u").
3. A yes or no that is asked ("ja?") answers nothing.

The label follows from our own rules, so such a table measures how well answers are heard, not how well they are understood.
"""

from __future__ import annotations

from collections.abc import Callable

from voice.bench.score import DECISIVE, LABEL_OF
from voice.recognize.transcript import Transcript
from voice.understand.answer import apply_rules
from voice.understand.chunks import ASIDE
from voice.understand.expected import Expected
from voice.understand.polarity import cut_phrases

Labelling = Callable[[str], str]
"""Takes what was said and returns its label, or "" if it is no clear answer."""


def make_labelling(expected: Expected) -> Labelling:
    """Make what labels a transcript as an answer to a question that expects this."""

    def label_words(text: str) -> str:
        answer = apply_rules(Transcript(text, 1.0, "text"), expected)
        label = LABEL_OF.get(answer.meaning, "")
        if not label or not answer.certain or (label in DECISIVE and text.rstrip().endswith("?")):
            return ""
        chunks = cut_phrases(expected.grammar.split(text), expected)
        said = {LABEL_OF.get(chunk.phrase.meaning, "") for chunk in chunks if chunk.phrase.role not in ASIDE}
        return label if said == {label} else ""

    return label_words
