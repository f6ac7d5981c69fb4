"""Measure how much of a spoken line a listener understood: compare words, whatever their spelling. Pure."""

from __future__ import annotations

import re
from collections.abc import Set

import jiwer
import numpy as np

from voice.audio.loudness import measure_gated_loudness
from voice.audio.pcm import Audio, from_floats, resample
from voice.speak.numbers import NumberWords
from voice.understand.normalise import normalise

_NUMBER = re.compile(r"\d+")
_LONGEST_COMPOUND = 3
"""Maximum number of words that a listener may write as one, or the reverse."""
BABBLERS = 6
"""Number of voices at once that make babble, in which no voice can be followed."""


def word_error_rate(said: str, heard: str, numbers: NumberWords | None = None) -> float:
    """Share of the words of `said` (as people say them) that are wrong, missing or too many in `heard`.

    Capitals, accents and punctuation do not count, 3 is "drie" by `numbers`, and a compound may be one word or several.
    """
    reference, hypothesis = split_words(said, numbers), split_words(heard, numbers)
    reference, hypothesis = _fuse_compounds(reference, set(hypothesis)), _fuse_compounds(hypothesis, set(reference))
    return jiwer.wer(" ".join(reference), " ".join(hypothesis)) if reference else float(bool(hypothesis))


def split_words(text: str, numbers: NumberWords | None = None) -> tuple[str, ...]:
    """Split a text into words in the form in which they are compared."""
    spelt = _NUMBER.sub(lambda found: f" {_spell_digits(found.group(), numbers)} ", text) if numbers else text
    return tuple(normalise(spelt).split())


def _spell_digits(digits: str, numbers: NumberWords) -> str:
    if len(digits) <= 2:
        return numbers.spell_number(int(digits))
    return " ".join(numbers.spell_number(int(digit)) for digit in digits)


def _fuse_compounds(found: tuple[str, ...], compounds: Set[str]) -> tuple[str, ...]:
    """Join neighbouring words that make up one of the compounds."""
    fused, at = [], 0
    while at < len(found):
        sizes = range(_LONGEST_COMPOUND, 1, -1)
        size = next((size for size in sizes if "".join(found[at : at + size]) in compounds), 1)
        fused.append("".join(found[at : at + size]))
        at += size
    return tuple(fused)


def mix_babble(lines: list[Audio], rate: int) -> Audio:
    """Mix a few of these lines into voices that talk all at once, at `rate` Hz."""
    voices = [resample(line, rate).floats for line in lines[:: max(1, len(lines) // BABBLERS)][:BABBLERS]]
    longest = max(map(len, voices))
    mixed = np.mean([np.resize(voice, longest) for voice in voices], axis=0)
    return from_floats(mixed, rate)


def add_noise(line: Audio, noise: Audio, clearance: float) -> Audio:
    """Add noise of the same rate to a line, `clearance` dB softer than the line, and repeated as long as it lasts."""
    gain = 10 ** ((measure_gated_loudness(line) - clearance - measure_gated_loudness(noise)) / 20)
    return from_floats(line.floats + np.float32(gain) * np.resize(noise.floats, len(line.samples)), line.rate)
