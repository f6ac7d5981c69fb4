"""A count that somebody can move to: each word is felt on its beat, whatever consonants it begins with."""

from __future__ import annotations

import numpy as np
import pytest

from voice.audio.beats import find_beat, lay_on_beats
from voice.audio.pcm import Audio, from_floats, silence

RATE = 16_000


def speak(hiss: float, vowel: float = 0.3) -> Audio:
    """Return a word of a soft fricative and a loud vowel, of so many seconds each."""
    random = np.random.default_rng(1)
    soft = 0.03 * random.standard_normal(round(hiss * RATE))
    loud = 0.4 * np.sin(np.arange(round(vowel * RATE)) * 2 * np.pi * 220 / RATE)
    return from_floats(np.concatenate((soft, loud)).astype(np.float32), RATE)


def find_vowels(audio: Audio, count: int, beat: float) -> list[float]:
    """Return when the vowel of each word begins: the first sample beyond the fricative, beat by beat."""
    loud = np.abs(audio.floats) > 0.2
    first = int(np.argmax(loud)) / RATE - beat / 4
    starts = [max(0, round((first + number * beat) * RATE)) for number in range(count)]
    return [(start + int(np.argmax(loud[start:]))) / RATE for start in starts]


@pytest.mark.parametrize("hiss", [0.0, 0.05, 0.15, 0.25])
def test_a_word_is_felt_to_begin_at_its_vowel(hiss: float) -> None:
    assert find_beat(speak(hiss)) == pytest.approx(hiss, abs=0.02)


@pytest.mark.parametrize("beat", [2.0, 3.0, 4.5])
def test_the_vowels_are_a_beat_apart_though_the_words_begin_differently(beat: float) -> None:
    words = [speak(hiss) for hiss in (0.0, 0.25, 0.1, 0.2)]
    vowels = find_vowels(lay_on_beats(words, beat), len(words), beat)
    assert np.diff(vowels) == pytest.approx([beat] * 3, abs=0.02)


def test_the_last_count_gets_its_whole_beat_and_the_first_word_all_of_its_sound() -> None:
    counted = lay_on_beats([speak(0.2), speak(0.0)], 2.0)
    assert counted.seconds == pytest.approx(4.2, abs=0.03)
    assert np.array_equal(counted.samples[: len(speak(0.2).samples)][-100:], speak(0.2).samples[-100:])


def test_a_word_that_is_longer_than_its_beat_is_cut_where_the_next_begins() -> None:
    counted = lay_on_beats([speak(0.0, vowel=3.0), speak(0.0)], 2.0)
    assert counted.seconds == pytest.approx(4.0, abs=0.03)
    assert not counted.samples[round(2.4 * RATE) :].any()


def test_words_of_two_rates_are_laid_in_the_first_one_and_silence_harms_nothing() -> None:
    other = from_floats(np.repeat(speak(0.0).floats, 2), 2 * RATE)
    counted = lay_on_beats([speak(0.0), other, silence(0.2)], 2.0)
    assert counted.rate == RATE
    assert counted.seconds == pytest.approx(6.0, abs=0.03)
