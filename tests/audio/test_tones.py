"""The tone that says: now I listen."""

import numpy as np
import pytest

from tests.helpers.speech import human
from voice.audio.loudness import LOUDNESS, measure_gated_loudness
from voice.audio.microphone import SETTLING_SECONDS
from voice.audio.pcm import Audio, blocks, from_floats, join, resample
from voice.audio.segment import Limits
from voice.audio.tones import CUE, NOD, PROBE, PROBE_SECONDS, hears_probe
from voice.audio.vad import BLOCK, SileroActivity, count_blocks


def test_it_is_over_before_the_microphone_is_heeded():
    assert CUE.seconds < SETTLING_SECONDS


def test_it_is_softer_than_speech_but_not_lost():
    assert LOUDNESS - 16 < measure_gated_loudness(CUE) < LOUDNESS - 6


def test_the_nod_is_softer_than_the_cue():
    assert LOUDNESS - 20 < measure_gated_loudness(NOD) < measure_gated_loudness(CUE) - 3


@pytest.mark.parametrize("tone", [CUE, NOD])
def test_it_begins_and_ends_without_a_click(tone: Audio):
    loudest = np.abs(tone.samples).max()
    assert max(abs(tone.samples[:20]).max(), abs(tone.samples[-20:]).max()) < loudest / 100


@pytest.mark.parametrize("tone", [CUE, NOD])
def test_worn_ears_and_small_loudspeakers_reach_it(tone: Audio):
    power = np.abs(np.fft.rfft(tone.floats)) ** 2
    hertz = np.fft.rfftfreq(len(tone.floats), 1 / tone.rate)
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


@pytest.mark.parametrize("tone", [CUE, NOD])
def test_it_is_not_speech(tone: Audio):
    activity = SileroActivity()
    assert max(map(activity.probability, blocks(resample(tone, 16_000), BLOCK))) == pytest.approx(0, abs=0.3)


@pytest.mark.slow
@pytest.mark.parametrize("echo", [0.0, -12.0, -24.0])
def test_a_nod_in_a_pause_does_not_make_the_pause_shorter(echo: float):
    """The detector remembers that somebody spoke, and hears the nod through the microphone, as loud as it was played or softer."""
    answer, pause = human("society/mik-v-tak"), 1.6
    nod = resample(NOD, 16_000).floats * 10 ** (echo / 20)
    quiet = 0.0005 * np.random.default_rng(1).standard_normal(round(pause * 16_000))
    quiet[8000 : 8000 + len(nod)] += nod
    activity = SileroActivity()
    sound = join([answer, from_floats(quiet.astype(np.float32), 16_000)], 16_000)
    heard = [activity.probability(block) for block in blocks(sound, BLOCK)]
    assert max(heard) > 0.9
    assert max(heard[-count_blocks(pause - 0.4) :]) < Limits().stop
