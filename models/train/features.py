"""Mel-frequency cepstra exactly as Kaldi computes them with conf/mfcc.conf, in numpy.

The recipe is Kaldi's feat/feature-mfcc.cc and feat/mel-computations.cc: 25 ms Povey windows every
10 ms, snipped edges, the mean removed, pre-emphasis 0.97, a 512-point spectrum, 40 mel triangles
from 20 to 7600 Hz, log, DCT, lifter 22, no energy. Tests compare it with kaldi-native-fbank.
"""

from __future__ import annotations

from functools import cache

import numpy as np

RATE = 16_000
"""Hz."""
HOP, WINDOW, SPECTRUM = 160, 400, 512
"""Samples."""
BANDS = 40
LOWEST, HIGHEST = 20.0, 7600.0
"""Hz."""

CONF = f"""--use-energy=false
--num-mel-bins={BANDS}
--num-ceps={BANDS}
--low-freq={LOWEST:.0f}
--high-freq={HIGHEST:.0f}
--dither=0
--allow-upsample=true
--allow-downsample=true
"""
"""What conf/mfcc.conf must say for libvosk to compute the same."""


def mfcc(samples: np.ndarray, warp: float = 1.0) -> np.ndarray:
    """Samples in the range of int16, shape (n,), at 16 kHz -> float32 features of shape (frames, 40).

    `warp` above 1 sounds like a longer vocal tract, below 1 like a shorter one.
    """
    count = (len(samples) - WINDOW) // HOP + 1
    if count <= 0:
        return np.zeros((0, BANDS), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP][:count].astype(np.float32)
    windows = windows - windows.mean(axis=1, keepdims=True)
    before = np.concatenate([windows[:, :1], windows[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft((windows - np.float32(0.97) * before) * _povey(), SPECTRUM)[:, : SPECTRUM // 2]) ** 2
    mel = np.log(np.maximum(power.astype(np.float32) @ _triangles(warp), np.finfo(np.float32).eps))
    return mel @ _cepstra()


def _mel(hertz: np.ndarray) -> np.ndarray:
    return 1127.0 * np.log(1.0 + hertz / 700.0)


@cache
def _povey() -> np.ndarray:
    return ((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))) ** 0.85).astype(np.float32)


@cache
def _triangles(warp: float) -> np.ndarray:
    """Shape (256, 40): triangles that overlap by half, equally spaced in mel."""
    bins = _mel(_warp(np.arange(SPECTRUM // 2) * RATE / SPECTRUM, warp))[:, None]
    edges = np.linspace(_mel(np.array(LOWEST)), _mel(np.array(HIGHEST)), BANDS + 2)
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)


def _warp(hertz: np.ndarray, warp: float) -> np.ndarray:
    """Frequencies times `warp` up to a knee, then straight on to the highest, which stays."""
    knee = 6000.0 / max(warp, 1.0)
    top = RATE / 2
    beyond = top - (top - hertz) * (top - warp * knee) / (top - knee)
    return np.where(hertz < knee, warp * hertz, beyond)


@cache
def _cepstra() -> np.ndarray:
    """Shape (40, 40): the orthonormal DCT, then the lifter."""
    order = np.arange(BANDS)
    dct = np.sqrt(2 / BANDS) * np.cos(np.pi / BANDS * (np.arange(BANDS)[:, None] + 0.5) * order)
    dct[:, 0] = np.sqrt(1 / BANDS)
    return (dct * (1 + 11 * np.sin(np.pi * order / 22))).astype(np.float32)
