"""The tone that says: now I listen."""

import numpy as np
import pytest

from voice.audio.loudness import LOUDNESS, measure_gated_loudness
from voice.audio.microphone import SETTLING_SECONDS
from voice.audio.pcm import blocks, resample
from voice.audio.tones import CUE
from voice.audio.vad import BLOCK, SileroActivity


def test_it_is_over_before_the_microphone_is_heeded():
    assert CUE.seconds < SETTLING_SECONDS


def test_it_is_softer_than_speech_but_not_lost():
    assert LOUDNESS - 16 < measure_gated_loudness(CUE) < LOUDNESS - 6


def test_it_begins_and_ends_without_a_click():
    loudest = np.abs(CUE.samples).max()
    assert max(abs(CUE.samples[:20]).max(), abs(CUE.samples[-20:]).max()) < loudest / 100


def test_worn_ears_and_small_loudspeakers_reach_it():
    power = np.abs(np.fft.rfft(CUE.floats)) ** 2
    hertz = np.fft.rfftfreq(len(CUE.floats), 1 / CUE.rate)
    assert power[(hertz > 400) & (hertz < 2000)].sum() / power.sum() > 0.99


def test_it_is_not_speech():
    activity = SileroActivity()
    assert max(map(activity.probability, blocks(resample(CUE, 16_000), BLOCK))) == pytest.approx(0, abs=0.3)
