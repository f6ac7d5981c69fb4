"""The learned reader: how probably an answer that the rules do not understand means yes or no, and which flags it mentions.

A linear model over character n-grams, words, and what the rules make of them (`traits.py`). `models/reader` trains it, its card
is models/reader-nl-ruggespraak/README.md.
It may never decide a no. Its powers, all used in `answer.py` and `mentions.py`:

1. It turns an answer that would be asked again into a yes or a no that is read back before it counts.
2. It vetoes a no of the rules: what it reads as a yes is read back, or asked again.
3. It proposes mentions of urgent flags, whose questions are then put.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from voice.base.arrays import load_arrays
from voice.base.errors import ModelError, Symptom

SHARED, OWN, CONTENT = 1 << 15, 1 << 17, 1 << 15
"""Rows of the weights: features of every question, features of one question, features of a mention."""
NGRAMS = (2, 3, 4, 5)
"""Lengths of the character n-grams, in characters."""
MOST_WORDS = 60
"""Only so many words are read; a longer answer is a story."""


_ARRAYS = ("answers", "answers_bias", "mentions", "mentions_bias")


@dataclass(frozen=True, slots=True)
class Reading:
    """Calibrated probabilities (0..1) that an answer means yes, no, or something else; they add up to 1."""

    yes: float
    no: float

    @property
    def other(self) -> float:
        return 1.0 - self.yes - self.no


NOTHING_READ = Reading(0.0, 0.0)
"""What is read without a model."""


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """A trained reader.

    answers: weights of shape (SHARED + OWN, 3), columns yes, no, other; answers_bias: shape (3,).
    mentions: weights of shape (CONTENT, flags + 1), the last column none of them; mentions_bias likewise.
    flags: ids of the questions that can be mentioned.
    """

    answers: np.ndarray
    answers_bias: np.ndarray
    mentions: np.ndarray
    mentions_bias: np.ndarray
    flags: tuple[str, ...]

    def read(self, question: str, words: Sequence[str], traits: Sequence[str] = ()) -> Reading:
        """Read the words (spelt as `Grammar.split` spells them) as an answer to the question of that id.

        traits: what the rules make of their parts (`traits.py`).
        """
        if not words:
            return NOTHING_READ
        yes, no, _ = calculate(self.answers, self.answers_bias, hash_answer(question, words, traits))
        return Reading(float(yes), float(no))

    def find_mentions(self, words: Sequence[str]) -> dict[str, float]:
        """How probably the words mention each flag as present, by the id of its question."""
        if not words:
            return {}
        found = calculate(self.mentions, self.mentions_bias, hash_mention(words))
        return dict(zip(self.flags, map(float, found), strict=False))


def load_reader(path: Path) -> Reader | None:
    """Read the weights from `path` (.npz); None if there are none, as while they are trained.

    Raises ModelError if the file is damaged.
    """
    if not path.is_file():
        return None
    try:
        stored = load_arrays(path)
        weights = {name: stored[name].astype(np.float32) for name in _ARRAYS}
        _check_shapes(weights, len(stored["flags"]))
        return Reader(**weights, flags=tuple(str(flag) for flag in stored["flags"]))
    except (ValueError, KeyError, OSError) as reason:
        raise ModelError(
            f"{path} is damaged ({reason}).", "Fetch that file of the project again.", Symptom.INCOMPLETE
        ) from reason


def _check_shapes(weights: dict[str, np.ndarray], flags: int) -> None:
    expected = {
        "answers": (SHARED + OWN, 3),
        "answers_bias": (3,),
        "mentions": (CONTENT, flags + 1),
        "mentions_bias": (flags + 1,),
    }
    for name, shape in expected.items():
        if weights[name].shape != shape or not np.isfinite(weights[name]).all():
            raise ValueError(f"{name} has not the shape {shape}, or holds what is no number")


def hash_answer(question: str, words: Sequence[str], traits: Sequence[str] = ()) -> np.ndarray:
    """Rows of the features of an answer: those that all questions share, and those of this question."""
    features = [feature.encode() for feature in (*_features(words), *traits)]
    own = crc32(question.encode())
    rows = {crc32(feature) % SHARED for feature in features}
    return np.array([*sorted(rows), *sorted({SHARED + crc32(feature, own) % OWN for feature in features})])


def hash_mention(words: Sequence[str]) -> np.ndarray:
    """Rows of the features of a mention."""
    return np.array(sorted({crc32(feature.encode()) % CONTENT for feature in _features(words)}))


def _features(words: Sequence[str]) -> Iterator[str]:
    words = words[:MOST_WORDS]
    text = f"^{' '.join(words)}$"
    for length in NGRAMS:
        yield from (f"c{text[i : i + length]}" for i in range(len(text) - length + 1))
    yield from (f"w{word}" for word in words)
    yield from (f"b{one}_{other}" for one, other in zip(["^", *words], [*words, "$"], strict=True))
    yield from (f"k{one}_{other}" for one, other in zip(["^", *words], words[1:], strict=False))
    yield f"n{min(len(words), 12)}"


def calculate(weights: np.ndarray, bias: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Softmax of the summed weights; divided by the root of their number, so that long answers are not surer."""
    scores = weights[rows].sum(axis=0) / np.sqrt(len(rows)) + bias
    odds = np.exp(scores - scores.max())
    total: np.ndarray = odds / odds.sum()
    return total
