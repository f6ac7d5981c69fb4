"""Score how well each expected phrase fits a network's phone probabilities. Pure, numpy only.

1. A phrase is a chain of phones with CTC's blanks between them (Graves 2006).
2. It may come after a hesitation or after other speech, and other speech may follow it. Each of these costs something.
3. It is compared with "this was something else": the path through the likeliest phone of every frame. So noise and chatter fit
   no phrase.
4. A rival (a word that sounds like a phrase and is none) only counts if nothing else is said: "jas" may not explain "ja, soms".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

IMPOSSIBLE = -1e30
PHONE = 0.3
"""Bonus for each phone of a phrase, because the path of rule 3 may differ from the phrase in each of them. This and the
following are natural logarithms, chosen on the development recordings (models/README.md)."""
HESITATION = 1.0
"""Cost of a hesitation before the phrase, made of the phones of "hm" and "euh" alone."""
BEFORE, AFTER = 4.0, 1.0
"""Costs of other speech before and after the phrase."""


@dataclass(frozen=True, slots=True)
class CompiledPhrases:
    """Phrases as CTC states, padded to the longest: shape (phrases, states).

    units: the network output of each state; 0 is the blank.
    skips: whether a state can be reached from two states before it.
    last: the state of each phrase's last phone, shape (phrases,).
    alone: whether each phrase only counts if nothing but a hesitation is said beside it, shape (phrases,).
    """

    units: np.ndarray
    skips: np.ndarray
    last: np.ndarray
    alone: np.ndarray


@dataclass(frozen=True, slots=True)
class Fits:
    """How well each phrase fits, shape (phrases,).

    scores: natural logarithm of how much likelier the phrase is than other speech.
    before, after: whether other speech goes before or follows the phrase.
    """

    scores: np.ndarray
    before: np.ndarray
    after: np.ndarray


def compile_phrases(phones: Sequence[Sequence[int]], rivals: Sequence[Sequence[int]] = ()) -> CompiledPhrases:
    """Compile phrases, and after them rivals, that are given as network outputs (1 and up). None of them may be empty."""
    alone, phones = np.arange(len(phones) + len(rivals)) >= len(phones), [*phones, *rivals]
    width = 2 * max(map(len, phones)) + 1
    units = np.zeros((len(phones), width), np.intp)
    for row, chain in enumerate(phones):
        units[row, 1 : 2 * len(chain) : 2] = chain
    skips = np.zeros(units.shape, bool)
    skips[:, 3::2] = (units[:, 3::2] != units[:, 1:-2:2]) & (units[:, 3::2] != 0)
    return CompiledPhrases(units, skips, np.array([2 * len(chain) - 1 for chain in phones]), alone)


def fit_phrases(scores: np.ndarray, known: CompiledPhrases, hesitation: Sequence[int] = ()) -> Fits:
    """Score every phrase on `scores`, logarithms of probabilities of shape (frames, outputs).

    hesitation: the outputs that hesitations consist of.
    """
    if not len(scores):
        neither = np.zeros(len(known.last), bool)
        return Fits(np.full(len(known.last), IMPOSSIBLE), neither, neither)
    free, blank = scores.max(axis=1), scores[:, 0]
    humming = np.maximum(blank, scores[:, list(hesitation)].max(axis=1)) if hesitation else blank
    quietly = _walk_phrases(np.maximum(_sum_before(blank), _sum_before(humming) - HESITATION), scores, known)
    after_speech = _walk_phrases(_sum_before(free) - BEFORE, scores, known)
    ends = (_sum_after(blank)[:, None], _sum_after(free)[:, None] - AFTER)
    ways = np.stack([(walk + end).max(axis=0) for walk in (quietly, after_speech) for end in ends])
    ways[1:, known.alone] = IMPOSSIBLE
    phones, way = (known.last + 1) // 2, ways.argmax(axis=0)
    return Fits(ways.max(axis=0) - free.sum() + PHONE * phones, way >= 2, way % 2 == 1)


def _sum_before(frames: np.ndarray) -> np.ndarray:
    """Sum all frames before each frame."""
    return np.concatenate(([0.0], np.cumsum(frames)[:-1]))


def _sum_after(frames: np.ndarray) -> np.ndarray:
    """Sum all frames after each frame."""
    return np.concatenate((np.cumsum(frames[::-1])[::-1][1:], [0.0]))


def _walk_phrases(entry: np.ndarray, scores: np.ndarray, known: CompiledPhrases) -> np.ndarray:
    """Score the best path on which each phrase ends at each frame: shape (frames, phrases).

    entry: score of all that comes before a phrase that begins at each frame, shape (frames,).
    """
    rows = np.arange(len(known.last))
    states = np.full((len(rows), known.units.shape[1] + 2), IMPOSSIBLE, np.float32)  # two more in front, which no path leaves
    barred = np.where(known.skips, 0.0, IMPOSSIBLE).astype(np.float32)
    ended = np.empty((len(scores), len(rows)), np.float32)
    for frame, heard in enumerate(scores.astype(np.float32)):
        best = np.maximum(states[:, 2:], states[:, 1:-1])
        np.maximum(best, states[:, :-2] + barred, out=best)
        best[:, 1] = np.maximum(best[:, 1], entry[frame])
        states[:, 2:] = best + heard[known.units]
        states[:, 2] = IMPOSSIBLE
        ended[frame] = states[rows, known.last + 2]
    return ended
