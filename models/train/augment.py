"""What a waiting room does to speech, drawn anew each time a clip is heard in training.

Each effect takes float samples in the range of int16 and a random generator; how often and how
strongly it is applied stands in `Effects`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import soxr

from models.train.features import RATE

Rng = np.random.Generator
Source = Callable[[Rng], np.ndarray]
"""Gives some training clip's samples."""


@dataclass(frozen=True, slots=True)
class Effects:
    """How likely each effect is (0..1), and its range."""

    speed: tuple[float, float] = (0.8, 1.2)
    warp: tuple[float, float] = (0.84, 1.14)
    silence: tuple[float, float] = (0.03, 0.6)
    """Seconds before and after."""
    room: float = 0.3
    noise: float = 0.25
    babble: float = 0.2
    telephone: float = 0.1
    clipping: float = 0.08
    digital_silence: float = 0.15


PLAIN = Effects(speed=(1.0, 1.0), warp=(1.0, 1.0), room=0.0, noise=0.0, babble=0.0, telephone=0.0, clipping=0.0)
"""Only the silence around a clip, and its level, are drawn."""


def disturb(samples: np.ndarray, other: Source, rng: Rng, effects: Effects = Effects()) -> np.ndarray:
    """One rendering of a clip as the microphone might have heard it."""
    heard = _surround(_speed_up(samples, rng.uniform(*effects.speed)), effects.silence, rng)
    loudness = np.sqrt(np.mean(heard**2)) + 1.0
    if rng.random() < effects.room:
        heard = _add_reverberation(heard, rng)
    kind = rng.random()
    if kind < effects.noise:
        heard = heard + _noise(len(heard), rng) * loudness * _below(4, 30, rng)
    elif kind < effects.noise + effects.babble:
        heard = heard + _babble(len(heard), other, rng) * loudness * _below(4, 25, rng)
    if rng.random() < effects.telephone:
        heard = _filter_telephone(heard, rng)
    return _set_level(heard, rng, effects)


def warp(rng: Rng, effects: Effects = Effects()) -> float:
    """A vocal tract; in steps, because each has its own mel triangles."""
    return round(rng.uniform(*effects.warp) / 0.03) * 0.03


def _speed_up(samples: np.ndarray, factor: float) -> np.ndarray:
    """Faster and higher, as a tape is."""
    return soxr.resample(samples, factor * RATE, RATE, quality="LQ") if abs(factor - 1) > 0.02 else samples


def _surround(samples: np.ndarray, seconds: tuple[float, float], rng: Rng) -> np.ndarray:
    before, after = (int(rng.uniform(*seconds) * RATE) for _ in range(2))
    return np.pad(samples, (before, after)).astype(np.float32)


def _add_reverberation(samples: np.ndarray, rng: Rng) -> np.ndarray:
    """A synthetic impulse response: the direct sound, then noise that dies away in the reverberation time."""
    length = int(rng.uniform(0.12, 0.7) * RATE)
    tail = rng.standard_normal(length, np.float32) * np.exp(-6.9 * np.arange(length, dtype=np.float32) / length)
    tail[: int(rng.uniform(0.001, 0.006) * RATE)] = 0.0
    tail *= rng.uniform(0.15, 1.1) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return _convolve(samples, tail)


def _convolve(samples: np.ndarray, response: np.ndarray) -> np.ndarray:
    size = 1 << (len(samples) + len(response)).bit_length()
    product = np.fft.rfft(samples, size) * np.fft.rfft(response, size)
    return np.fft.irfft(product, size)[: len(samples)].astype(np.float32)


def _noise(length: int, rng: Rng) -> np.ndarray:
    """Between white and brown, of loudness 1, sometimes in bursts."""
    spectrum = np.fft.rfft(rng.standard_normal(length, np.float32))
    spectrum /= np.arange(1, len(spectrum) + 1) ** rng.uniform(0.0, 0.9)
    noise = np.fft.irfft(spectrum, length).astype(np.float32)
    if rng.random() < 0.2:
        noise *= 0.1 + np.repeat(rng.random(length // 1600 + 1) ** 3, 1600)[:length]
    return noise / (noise.std() + 1e-9)


def _babble(length: int, other: Source, rng: Rng) -> np.ndarray:
    """Several people speaking at once, of loudness 1."""
    voices = np.zeros(length, np.float32)
    for _ in range(rng.integers(2, 7)):
        voice = other(rng)
        voice = np.tile(voice, length // len(voice) + 2)
        start = rng.integers(0, len(voice) - length)
        voices += voice[start : start + length]
    return voices / (voices.std() + 1.0)


def _filter_telephone(samples: np.ndarray, rng: Rng) -> np.ndarray:
    spectrum, hertz = np.fft.rfft(samples), np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(hertz < rng.uniform(80, 350)) | (hertz > rng.uniform(3300, 4000))] *= 0.01
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


def _set_level(samples: np.ndarray, rng: Rng, effects: Effects) -> np.ndarray:
    """Near or far from the microphone, at times too near; and the last bit of the converter."""
    peak = np.abs(samples).max() + 1.0
    heard = samples * (10 ** rng.uniform(2.7, 4.5) / peak)
    if rng.random() < effects.clipping:
        heard = np.clip(heard * rng.uniform(1.5, 5.0), -peak, peak)
    if rng.random() >= effects.digital_silence:
        heard = heard + rng.standard_normal(len(heard), np.float32) * rng.uniform(0.5, 4.0)
    return np.round(np.clip(heard, -32768, 32767)).astype(np.float32)


def _below(least: float, most: float, rng: Rng) -> float:
    """A factor for something that many dB quieter."""
    return float(10 ** (-rng.uniform(least, most) / 20))
