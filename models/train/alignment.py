"""Where each phone of a known utterance is said. Pure, numpy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def best_path(scores: np.ndarray, phones: Sequence[int]) -> list[float]:
    """Viterbi through CTC's states (blank, phone, blank, ...): the mean frame of each phone; empty where none fits."""
    states = [0] + [unit for phone in phones for unit in (phone, 0)]
    skips = np.array([k > 1 and state != 0 and state != states[k - 2] for k, state in enumerate(states)])
    best = np.full(len(states), -np.inf)
    best[:2] = scores[0, states[:2]]
    came = np.zeros((len(scores), len(states)), np.int8)
    for frame in range(1, len(scores)):
        one, two = np.pad(best, (1, 0), constant_values=-np.inf)[:-1], np.pad(best, (2, 0), constant_values=-np.inf)[:-2]
        ways = np.stack([best, one, np.where(skips, two, -np.inf)])
        came[frame] = ways.argmax(axis=0)
        best = ways.max(axis=0) + scores[frame, states]
    return _middles(came, best, len(phones))


def _middles(came: np.ndarray, best: np.ndarray, count: int) -> list[float]:
    state = len(best) - 1 if best[-1] > best[-2] else len(best) - 2
    if not np.isfinite(best[state]):
        return []
    frames: list[list[int]] = [[] for _ in range(count)]
    for frame in range(len(came) - 1, -1, -1):
        if state % 2:
            frames[state // 2].append(frame)
        state -= int(came[frame, state])
    return [float(np.mean(held)) for held in frames]
