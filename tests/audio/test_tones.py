"""The tone that says: now I listen."""

import numpy as np
import pytest

from voice.audio.loudness import LOUDNESS, measure_gated_loudness
from voice.audio.microphone import SETTLING_SECONDS
from voice.audio.pcm import Audio, blocks, from_floats, resample
from voice.audio.tones import CUE, PROBE, PROBE_SECONDS, hears_probe
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


def hear(level: float, noise: float, tones: tuple[float, ...] = ()) -> tuple[Audio, Audio]:
    """What a microphone hears before the probe and during it; levels as shares of full scale; tones: always there, Hz."""
    length = round(PROBE_SECONDS * 16_000)
    probe = resample(PROBE, 16_000).floats[:length]
    room = [noise * np.random.default_rng(seed).standard_normal(length) for seed in (1, 2)]
    always = sum((0.1 * np.sin(2 * np.pi * tone * np.arange(length) / 16_000) for tone in tones), np.zeros(length))
    late = np.roll(np.pad(probe, (0, length - len(probe))), 2000)
    return from_floats(room[0] + always, 16_000), from_floats(room[1] + always + level * late, 16_000)


@pytest.mark.parametrize(("level", "noise"), [(1.0, 0.001), (0.05, 0.001), (0.05, 0.01)])
def test_a_kiosk_that_hears_its_probe_knows_it(level: float, noise: float) -> None:
    assert hears_probe(*hear(level, noise))


@pytest.mark.parametrize(("noise", "tones"), [(0.0, ()), (0.001, ()), (0.1, ()), (0.001, (50.0,)), (0.001, (587.33, 880.0))])
def test_a_room_without_the_probe_is_not_taken_for_it(noise: float, tones: tuple[float, ...]) -> None:
    assert not hears_probe(*hear(0.0, noise, tones))


def test_it_is_not_speech():
    activity = SileroActivity()
    assert max(map(activity.probability, blocks(resample(CUE, 16_000), BLOCK))) == pytest.approx(0, abs=0.3)
