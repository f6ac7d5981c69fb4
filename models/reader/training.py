"""Training of the reader: multinomial logistic regression by AdaGrad, one example at a time, in numpy. Seeds are fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EPOCHS = 5
RATE = 0.1
"""AdaGrad's step; divided by the root of the sum of squared gradients of each weight."""
DECAY = 1e-6
"""Share of a weight that is taken off at each of its updates."""
HELD_OUT = 10
"""Every tenth example is kept out of training, to find the temperature that calibrates the probabilities."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """weights: shape (rows, classes). bias: shape (classes,). Both divided by the temperature already."""

    weights: np.ndarray
    bias: np.ndarray


def fit(rows: Sequence[np.ndarray], labels: Sequence[int], size: int, classes: int, seed: int) -> Fitted:
    """Fit the weights to examples. rows: for each example the indices of its features, below `size`."""
    kept = [place for place in range(len(rows)) if place % HELD_OUT]
    weights, bias = np.zeros((size, classes), np.float32), np.zeros(classes, np.float32)
    squares, bias_squares = np.full((size, classes), 1e-3, np.float32), np.full(classes, 1e-3, np.float32)
    random = np.random.default_rng(seed)
    for epoch in range(EPOCHS):
        rate = RATE * (1 - epoch / EPOCHS)
        for place in random.permutation(kept):
            found, scale = rows[place], 1 / np.sqrt(len(rows[place]))
            gradient = _softmax(weights[found].sum(axis=0) * scale + bias)
            gradient[labels[place]] -= 1
            step = gradient * scale
            squares[found] += step**2
            weights[found] = weights[found] * (1 - DECAY) - rate * step / np.sqrt(squares[found])
            bias_squares += gradient**2
            bias -= 0.1 * rate * gradient / np.sqrt(bias_squares)
    held_out = range(0, len(rows), HELD_OUT)
    temperature = _calibrate([_scores(weights, bias, rows[place]) for place in held_out], [labels[place] for place in held_out])
    return Fitted(weights / temperature, bias / temperature)


def _scores(weights: np.ndarray, bias: np.ndarray, found: np.ndarray) -> np.ndarray:
    return weights[found].sum(axis=0) / np.sqrt(len(found)) + bias


def _softmax(scores: np.ndarray) -> np.ndarray:
    odds = np.exp(scores - scores.max())
    return odds / odds.sum()


def _calibrate(scores: Sequence[np.ndarray], labels: Sequence[int]) -> float:
    """The temperature (0.5 to 4) at which the labels are most probable."""
    table, wanted = np.array(scores), np.arange(len(labels))

    def loss(temperature: float) -> float:
        scaled = table / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[wanted, labels]))

    return min(np.linspace(0.5, 4.0, 36), key=loss)
