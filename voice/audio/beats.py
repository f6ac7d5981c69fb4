"""Lay words on a beat, so that somebody can move to a count. Pure.

A word is not felt to begin with its first sound: the vowel carries the beat ("vier" has a fricative of 150 ms before it). A
sound is felt to begin where it comes within 6 to 15 dB of its maximum (Vos and Rasch, "The perceptual onset of musical tones",
Perception & Psychophysics 1981). At 6 dB our voices leave all consonants before the beat, also the "dr" of "drie".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voice.audio.pcm import Audio, resample

FELT = 6.0
"""Decibels below the loudest moment of a word at which it is felt to begin."""
WINDOW = 0.05
"""Seconds over which its loudness is measured."""


def lay_on_beats(words: Sequence[Audio], beat: float) -> Audio:
    """Return the words so that one is felt to begin every `beat` seconds, and a whole beat after the last.

    words: at least one; they take the rate of the first. One that is longer than a beat is cut where the next begins.
    """
    rate = words[0].rate
    sounds = [resample(word, rate) for word in words]
    leads = [round(find_beat(sound) * rate) for sound in sounds]
    first, step = max(leads), round(beat * rate)
    whole = np.zeros(first + step * len(sounds), np.int16)
    for number, (sound, lead) in enumerate(zip(sounds, leads, strict=True)):
        start = first + number * step - lead
        piece = sound.samples[: len(whole) - start]
        whole[start:] = 0
        whole[start : start + len(piece)] = piece
    return Audio(whole.astype("<i2").tobytes(), rate)


def find_beat(word: Audio) -> float:
    """Return when a word is felt to begin, in seconds from its start; 0 for silence."""
    window = np.hanning(max(3, round(WINDOW * word.rate)))
    power = np.convolve(word.floats.astype(np.float64) ** 2, window, "same")
    return float(np.argmax(power >= power.max() * 10 ** (-FELT / 10))) / word.rate
