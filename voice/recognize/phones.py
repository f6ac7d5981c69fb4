"""Dutch phones heard in what Whisper's encoder makes of an answer: a small network of our own, in numpy.

Whisper's encoder has heard hundreds of thousands of hours; its decoder writes sentences where a patient says
"ja". So a few layers of our own (models/train/head.py) read phones from the encoder's output, which is there
anyway, and `spotting.py` tells which of the expected phrases they are. It costs a twentieth of what the encoder does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from voice.base.errors import ModelError
from voice.recognize.spotting import Fits, Phrases, fit, phrases
from voice.recognize.transcript import OTHER, Reading

WEIGHTS, LEXICON = "head.npz", "lexicon.tsv"
STRIDE = 2
"""Frames of the encoder (20 ms each) that are read at once."""
HESITATION = ("h", "m", "n", "ə", "ɵ", "ɛ", "ɔ")
"""Phones that "hm" and "euh" consist of."""
KEPT = 12
"""Readings that are handed on; those after them are a thousand times less likely."""
REMEDY = "Fetch the project's models/phones-nl-ruggespraak again."


@dataclass(frozen=True, slots=True)
class Layer:
    """An affine map of some frames side by side. weight: shape (span * inputs, outputs). bias: shape (outputs,)."""

    weight: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True, slots=True)
class Head:
    """From the encoder's output to the probabilities of phones.

    opening: reads STRIDE frames. middle: each reads its frame and its neighbours and adds to it. closing: outputs,
    the blank of CTC first, then `phones`.
    """

    opening: Layer
    middle: tuple[Layer, ...]
    closing: Layer
    phones: tuple[str, ...]

    def scores(self, encoded: np.ndarray) -> np.ndarray:
        """Encoder output of shape (frames, width) -> logarithms of probabilities, shape (frames / 2, 1 + phones)."""
        frames = _relu(_stacked(_normalised(encoded.astype(np.float32))), self.opening)
        for layer in self.middle:
            frames = frames + _relu(_with_neighbours(frames, len(layer.weight) // frames.shape[1]), layer)
        logits = frames @ self.closing.weight + self.closing.bias
        return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


class Spotter:
    """Tells which of the expected phrases was said. `folder` holds the network and its lexicon.

    Raises ModelError where they cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._head = _load(folder / WEIGHTS)
        self._lexicon = _lexicon(folder / LEXICON)
        self._number = {phone: place + 1 for place, phone in enumerate(self._head.phones)}
        self._hesitation = [self._number[phone] for phone in HESITATION if phone in self._number]
        self._compiled = lru_cache(maxsize=32)(self._compile)

    def readings(self, encoded: np.ndarray, expected: tuple[str, ...]) -> tuple[Reading, ...]:
        """The likeliest of the expected phrases, best first. encoded: shape (frames, width), frames of 20 ms."""
        known, compiled = self._compiled(expected)
        if not known or not len(encoded):
            return ()
        found = fit(self._head.scores(encoded), compiled, self._hesitation)
        best: dict[str, int] = {}
        for place in np.argsort(-found.scores).tolist():
            best.setdefault(known[place], place)
            if len(best) == KEPT:
                break
        return tuple(Reading(_text(phrase, found, place), float(found.scores[place])) for phrase, place in best.items())

    def find_unknown_words(self, expected: tuple[str, ...]) -> tuple[str, ...]:
        """Words of the phrases that the lexicon does not have; their phrases cannot be spotted."""
        return tuple(sorted({word for phrase in expected for word in phrase.split() if word not in self._lexicon}))

    def _compile(self, expected: tuple[str, ...]) -> tuple[tuple[str, ...], Phrases]:
        known, chains = [], []
        for phrase in expected:
            words = phrase.split()
            for chain in self._chains(words) if words and all(word in self._lexicon for word in words) else ():
                known.append(phrase)
                chains.append(chain)
        return tuple(known), phrases(chains or [[1]])

    def _chains(self, words: Sequence[str]) -> list[list[int]]:
        """The phrase in outputs: as it is spelt, and with one of its words said in another way."""
        spelt = [self._lexicon[word][0] for word in words]
        chains = [spelt]
        for place, word in enumerate(words):
            ways = (way for way in self._lexicon[word][1:] if len(words) > 1 or not _swallowed(way))
            chains += [[*spelt[:place], way, *spelt[place + 1 :]] for way in ways]
        return [[self._number[phone] for way in chain for phone in way] for chain in chains]


def _swallowed(way: Sequence[str]) -> bool:
    """Said so only in passing: a word that stands alone is more than "'n"."""
    return len(way) < 2 or (len(way) == 2 and "ə" in way)


def _text(phrase: str, found: Fits, place: int) -> str:
    parts = (OTHER if found.before[place] else "", phrase, OTHER if found.after[place] else "")
    return " ".join(part for part in parts if part)


def _normalised(frames: np.ndarray) -> np.ndarray:
    """Each frame with mean 0 and variance 1; the epsilon is PyTorch's."""
    return (frames - frames.mean(1, keepdims=True)) / np.sqrt(frames.var(1, keepdims=True) + 1e-5)


def _stacked(frames: np.ndarray) -> np.ndarray:
    padded = np.pad(frames, ((0, -len(frames) % STRIDE), (0, 0)))
    return padded.reshape(len(padded) // STRIDE, -1)


def _with_neighbours(frames: np.ndarray, span: int) -> np.ndarray:
    padded = np.pad(frames, ((span // 2, span // 2), (0, 0)))
    return np.concatenate([padded[place : place + len(frames)] for place in range(span)], axis=1)


def _relu(frames: np.ndarray, layer: Layer) -> np.ndarray:
    return np.maximum(frames @ layer.weight + layer.bias, 0.0)


def _load(path: Path) -> Head:
    try:
        with np.load(path) as arrays:
            layers = [
                Layer(*(arrays[f"{part}{n}"].astype(np.float32) for part in ("weight", "bias"))) for n in range(_count(arrays))
            ]
            return Head(layers[0], tuple(layers[1:-1]), layers[-1], tuple(str(phone) for phone in arrays["phones"]))
    except (OSError, ValueError, KeyError) as reason:
        raise ModelError(f"The phones in {path} cannot be read ({reason}).", REMEDY) from reason


def _layer(arrays: Mapping[str, np.ndarray], number: int) -> Layer:
    return Layer(arrays[f"weight{number}"].astype(np.float32), arrays[f"bias{number}"].astype(np.float32))


def _count(arrays: Mapping[str, np.ndarray]) -> int:
    return sum(name.startswith("weight") for name in arrays)


def _lexicon(path: Path) -> dict[str, list[list[str]]]:
    """Words and the ways to say each: `word<TAB>phones`, a line a way."""
    found: dict[str, list[list[str]]] = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            word, _, phones = line.partition("\t")
            found.setdefault(word, []).append(phones.split())
    except (OSError, ValueError) as reason:
        raise ModelError(f"The lexicon {path} cannot be read ({reason}).", REMEDY) from reason
    return found
