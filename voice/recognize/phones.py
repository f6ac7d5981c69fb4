"""Read Dutch phones from the output of Whisper's encoder, with a small network of our own in numpy.

Whisper's encoder has heard hundreds of thousands of hours, but its decoder writes whole sentences when a patient says "ja".
So a few layers of our own (models/train/head.py) read phones from the encoder's output, which is there anyway, and
`spotting.py` scores the expected phrases on them. This costs a twentieth of what the encoder costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from voice.base.arrays import load_arrays
from voice.base.errors import ModelError
from voice.recognize.spotting import CompiledPhrases, Fits, compile_phrases, fit_phrases
from voice.recognize.transcript import OTHER, Reading

WEIGHTS, LEXICON, RIVALS = "head.npz", "lexicon.tsv", "rivals.tsv"
STRIDE = 2
"""Frames of the encoder (20 ms each) that are read at once."""
HESITATION = ("h", "m", "n", "ə", "ɵ", "ɛ", "ɔ")
"""Phones that "hm" and "euh" consist of."""
KEPT = 12
"""Readings that are returned; those after them are a thousand times less likely."""
REMEDY = "Fetch the project's models/phones-nl-ruggespraak again."


@dataclass(frozen=True, slots=True)
class Layer:
    """An affine map of some frames side by side. weight: shape (span * inputs, outputs). bias: shape (outputs,)."""

    weight: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True, slots=True)
class Head:
    """The network from the encoder's output to the probabilities of phones.

    opening: reads STRIDE frames.
    middle: each layer reads a frame with its neighbours and adds its result to the frame.
    closing: its outputs are the blank of CTC and then `phones`.
    """

    opening: Layer
    middle: tuple[Layer, ...]
    closing: Layer
    phones: tuple[str, ...]

    def score(self, encoded: np.ndarray) -> np.ndarray:
        """Turn encoder output of shape (frames, width) into log probabilities of shape (frames / 2, 1 + phones)."""
        frames = _relu(_stack(_normalise(encoded.astype(np.float32))), self.opening)
        for layer in self.middle:
            frames = frames + _relu(_add_neighbours(frames, len(layer.weight) // frames.shape[1]), layer)
        logits: np.ndarray = frames @ self.closing.weight + self.closing.bias
        scores: np.ndarray = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        return scores


class Spotter:
    """Finds which of the expected phrases was said. `folder` holds the network, its lexicon, and the rivals of the phrases.

    Raises ModelError if they cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._head = load_head(folder)
        self._lexicon = _read_lexicon(folder / LEXICON)
        self._rivals = [way for ways in _read_lexicon(folder / RIVALS).values() for way in ways]
        self._number = {phone: place + 1 for place, phone in enumerate(self._head.phones)}
        self._hesitation = [self._number[phone] for phone in HESITATION if phone in self._number]
        self._compiled = lru_cache(maxsize=32)(self._compile)

    def spot(self, encoded: np.ndarray, expected: tuple[str, ...]) -> tuple[Reading, ...]:
        """Return the likeliest of the expected phrases, best first; OTHER stands among them for the likeliest rival.

        encoded: shape (frames, width), frames of 20 ms.
        """
        known, compiled = self._compiled(expected)
        if not known or not len(encoded):
            return ()
        found = fit_phrases(self._head.score(encoded), compiled, self._hesitation)
        best: dict[str, int] = {}
        for place in np.argsort(-found.scores).tolist():
            best.setdefault(known[place], place)
            if len(best) == KEPT:
                break
        return tuple(Reading(_mark_other(phrase, found, place), float(found.scores[place])) for phrase, place in best.items())

    def find_unknown_words(self, expected: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words that the lexicon does not have; phrases with them cannot be spotted."""
        return tuple(sorted({word for phrase in expected for word in phrase.split() if word not in self._lexicon}))

    def _compile(self, expected: tuple[str, ...]) -> tuple[tuple[str, ...], CompiledPhrases]:
        """Compile every way to say each phrase that the lexicon knows, and the rivals that sound like none of them.

        What each says is returned beside them; nothing if no phrase is known.
        """
        ways = [(phrase, chain) for phrase in expected if phrase.split() for chain in self._spell(phrase.split())]
        said = [chain for _, chain in ways]
        rivals = [chain for chain in self._number_phones(self._rivals) if chain not in said]
        known = (*(phrase for phrase, _ in ways), *(OTHER for _ in rivals)) if ways else ()
        return known, compile_phrases(said or [[1]], rivals)

    def _spell(self, words: Sequence[str]) -> list[list[int]]:
        """Spell a phrase in network outputs: as written, and with one word said in another way; empty if a word is unknown."""
        if not all(word in self._lexicon for word in words):
            return []
        spelt = [self._lexicon[word][0] for word in words]
        chains = [spelt]
        for place, word in enumerate(words):
            ways = (way for way in self._lexicon[word][1:] if len(words) > 1 or not _is_swallowed(way))
            chains += [[*spelt[:place], way, *spelt[place + 1 :]] for way in ways]
        return self._number_phones([phone for way in chain for phone in way] for chain in chains)

    def _number_phones(self, chains: Iterable[Sequence[str]]) -> list[list[int]]:
        """Return the network's outputs for each chain of phones."""
        return [[self._number[phone] for phone in chain] for chain in chains]


def _is_swallowed(way: Sequence[str]) -> bool:
    """Whether a word is said like this only in passing: a word that stands alone is more than "'n"."""
    return len(way) < 2 or (len(way) == 2 and "ə" in way)


def _mark_other(phrase: str, found: Fits, place: int) -> str:
    parts = (OTHER if found.before[place] else "", phrase, OTHER if found.after[place] else "")
    return " ".join(part for part in parts if part)


def _normalise(frames: np.ndarray) -> np.ndarray:
    """Bring each frame to mean 0 and variance 1; the epsilon is PyTorch's."""
    normal: np.ndarray = (frames - frames.mean(1, keepdims=True)) / np.sqrt(frames.var(1, keepdims=True) + 1e-5)
    return normal


def _stack(frames: np.ndarray) -> np.ndarray:
    padded = np.pad(frames, ((0, -len(frames) % STRIDE), (0, 0)))
    return padded.reshape(len(padded) // STRIDE, -1)


def _add_neighbours(frames: np.ndarray, span: int) -> np.ndarray:
    padded = np.pad(frames, ((span // 2, span // 2), (0, 0)))
    return np.concatenate([padded[place : place + len(frames)] for place in range(span)], axis=1)


def _relu(frames: np.ndarray, layer: Layer) -> np.ndarray:
    positive: np.ndarray = np.maximum(frames @ layer.weight + layer.bias, 0.0)
    return positive


def load_head(folder: Path) -> Head:
    """Load the network of a folder. Raises ModelError if it cannot be read."""
    path = folder / WEIGHTS
    try:
        arrays = load_arrays(path)
        count = sum(name.startswith("weight") for name in arrays)
        opening, *middle, closing = (_load_layer(arrays, number) for number in range(count))
        head = Head(opening, tuple(middle), closing, tuple(str(phone) for phone in arrays["phones"]))
        _check_shapes(head)
        return head
    except (OSError, ValueError, KeyError) as reason:
        raise ModelError(f"The phones in {path} cannot be read ({reason}).", REMEDY) from reason


def _check_shapes(head: Head) -> None:
    """Raise ValueError if the layers do not fit each other, or hold what is no number."""
    layers, width = (head.opening, *head.middle, head.closing), head.opening.bias.size
    fits = width and all(layer.weight.ndim == 2 and layer.bias.shape == layer.weight.shape[1:] for layer in layers)
    fits = fits and all(layer.bias.size == width and len(layer.weight) % width == 0 for layer in head.middle)
    fits = fits and head.closing.weight.shape == (width, len(head.phones) + 1)
    if not fits or not all(np.isfinite(one).all() for layer in layers for one in (layer.weight, layer.bias)):
        raise ValueError("its layers do not fit each other")


def _load_layer(arrays: Mapping[str, np.ndarray], number: int) -> Layer:
    return Layer(arrays[f"weight{number}"].astype(np.float32), arrays[f"bias{number}"].astype(np.float32))


def _read_lexicon(path: Path) -> dict[str, list[list[str]]]:
    """Read words and the ways to say each; every line is `word<TAB>phones`."""
    found: dict[str, list[list[str]]] = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            word, _, phones = line.partition("\t")
            found.setdefault(word, []).append(phones.split())
    except (OSError, ValueError) as reason:
        raise ModelError(f"The lexicon {path} cannot be read ({reason}).", REMEDY) from reason
    return found
