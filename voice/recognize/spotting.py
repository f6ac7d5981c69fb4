"""Which of the expected phrases was said: phrases laid over a network's phone probabilities. Pure, numpy only.

A phrase is a chain of phones with CTC's blanks between them (Graves 2006). It may come after a hesitation or
after other speech, and be followed by other speech; what other speech would have cost is the probability of the
freest path, the likeliest phone in every frame. So every phrase gets a figure by which it can be compared with
"this was something else", and noise and chatter fit no phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

IMPOSSIBLE = -1e30


@dataclass(frozen=True, slots=True)
class Costs:
    """In natural logarithms. Chosen on the development recordings (models/README.md).

    phone: what each phone of a phrase is given back, because the freest path may differ from it in every one.
    hesitation: before the phrase, of the phones of "hm" and "euh" alone.
    before, after: other speech around the phrase.
    """

    phone: float = 0.3
    hesitation: float = 1.0
    before: float = 4.0
    after: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases as CTC's states, all padded to the longest: shape (phrases, states).

    units: the output that each state stands for; 0 is the blank. skips: whether a state can be reached from the
    one but before it. last: each phrase's last phone's state.
    """

    units: np.ndarray
    skips: np.ndarray
    last: np.ndarray

    @property
    def phones(self) -> np.ndarray:
        """How many phones each phrase has."""
        return (self.last + 1) // 2


@dataclass(frozen=True, slots=True)
class Fits:
    """How well each phrase fits, shape (phrases,).

    scores: logarithm of how much likelier than other speech; above 0 it is the phrase.
    open: whether other speech follows (after) or goes before (before) in that reading.
    """

    scores: np.ndarray
    before: np.ndarray
    after: np.ndarray


def phrases(phones: Sequence[Sequence[int]]) -> Phrases:
    """Compile phrases given as network outputs (1 and up); none may be empty."""
    width = 2 * max(map(len, phones)) + 1
    units = np.zeros((len(phones), width), np.intp)
    for row, chain in enumerate(phones):
        units[row, 1 : 2 * len(chain) : 2] = chain
    skips = np.zeros(units.shape, bool)
    skips[:, 3::2] = (units[:, 3::2] != units[:, 1:-2:2]) & (units[:, 3::2] != 0)
    return Phrases(units, skips, np.array([2 * len(chain) - 1 for chain in phones]))


def fit(scores: np.ndarray, known: Phrases, hesitation: Sequence[int] = (), costs: Costs = Costs()) -> Fits:
    """Lay every phrase over `scores`, logarithms of probabilities of shape (frames, outputs).

    hesitation: the outputs that hesitations consist of.
    """
    if not len(scores):
        nothing = np.zeros(len(known.last), bool)
        return Fits(np.full(len(known.last), IMPOSSIBLE), nothing, nothing)
    free, blank = scores.max(axis=1), scores[:, 0]
    humming = np.maximum(blank, scores[:, list(hesitation)].max(axis=1)) if hesitation else blank
    quietly = _entering(np.maximum(_until(blank), _until(humming) - costs.hesitation), scores, known)
    after_speech = _entering(_until(free) - costs.before, scores, known)
    closing = _from(blank)
    going_on = _from(free) - costs.after
    ways = [(walk + rest).max(axis=0) for walk in (quietly, after_speech) for rest in (closing[:, None], going_on[:, None])]
    best = np.stack(ways)
    way = best.argmax(axis=0)
    return Fits(best.max(axis=0) - free.sum() + costs.phone * known.phones, way >= 2, way % 2 == 1)


def _until(frames: np.ndarray) -> np.ndarray:
    """The sum of all frames before each."""
    return np.concatenate(([0.0], np.cumsum(frames)[:-1]))


def _from(frames: np.ndarray) -> np.ndarray:
    """The sum of all frames after each."""
    return np.concatenate((np.cumsum(frames[::-1])[::-1][1:], [0.0]))


def _entering(entry: np.ndarray, scores: np.ndarray, known: Phrases) -> np.ndarray:
    """For each frame, the best path on which each phrase has just ended, begun where `entry` allows: (frames, phrases)."""
    rows = np.arange(len(known.last))
    states = np.full((len(rows), known.units.shape[1] + 2), IMPOSSIBLE, np.float32)  # two that nothing leaves, in front
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
