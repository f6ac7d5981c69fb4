"""How loud the room is, and when that is too loud."""

from __future__ import annotations

import numpy as np
import pytest

from tests.helpers.speech import human
from voice.audio.loudness import measure_loudness
from voice.audio.meter import Metered, Sound
from voice.audio.pcm import blocks, from_floats
from voice.audio.vad import BLOCK
from voice.bench.rigs.fakes import QUIET, SPEECH, LoudnessActivity

VOICES = ("keys/rand-4-5", "society/mik-v-tak", "cave/jes-v-nevim", "turtle/zel-m-nevim0", "dump/sm-v-jine2", "keys/rand-4-1")


def fed(sound: np.ndarray) -> Metered:
    meter = Metered(LoudnessActivity(), lambda _: None)
    for block in blocks(from_floats(sound.astype(np.float32), 16_000), BLOCK):
        meter.probability(block)
    return meter


def at(decibels: float, sound: np.ndarray) -> np.ndarray:
    return sound / np.sqrt(np.mean(sound**2)) * 10 ** (decibels / 20)


def babble(seconds: float) -> np.ndarray:
    """Mix all voices, each repeated."""
    samples = round(16_000 * seconds)
    return sum(np.resize(np.trim_zeros(human(clip).floats), samples) for clip in VOICES)


def hiss(seconds: float) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 1, round(16_000 * seconds))


def answered(room: np.ndarray, decibels: float) -> np.ndarray:
    """Put an answer into the middle of it."""
    answer = at(decibels, human("keys/rand-4-5").floats)
    room = room.copy()
    room[16_000 : 16_000 + len(answer)] += answer
    return room


def test_it_tells_four_times_a_second_what_was_loudest_and_likeliest():
    told: list[Sound] = []
    meter = Metered(LoudnessActivity(), told.append)
    for block in [QUIET] * 8 + [QUIET] * 3 + [SPEECH] + [QUIET] * 4 + [QUIET] * 7:
        meter.probability(block)
    assert told == [Sound(0.0, -100.0), Sound(1.0, pytest.approx(-18.06, abs=0.01))]


@pytest.mark.parametrize(("amplitude", "dbfs"), [(0, -100), (1, -90.3), (3277, -20), (32767, 0)])
def test_loudness_is_that_of_a_square_wave(amplitude: int, dbfs: float):
    assert measure_loudness(np.full(BLOCK, amplitude, "<i2").tobytes()) == pytest.approx(dbfs, abs=0.05)
    assert measure_loudness(b"") == -100


def test_the_floor_is_the_room_and_not_the_answer():
    assert fed(answered(at(-60, hiss(6)), -20)).floor == pytest.approx(-60, abs=1)


@pytest.mark.parametrize("room", [babble, hiss])
def test_a_room_as_loud_as_the_answer_is_too_loud(room):
    assert fed(answered(at(-25, room(6)), -25)).noisy
    assert fed(at(-30, room(6))).noisy


@pytest.mark.parametrize("decibels", [-60, -45])
def test_a_room_from_which_an_answer_stands_out_is_not(decibels: int):
    assert not fed(answered(at(decibels, babble(6)), -20)).noisy


def test_a_quiet_room_is_not_loud_though_nobody_stands_out():
    assert not fed(at(-60, hiss(6))).noisy
    assert not Metered(LoudnessActivity(), lambda _: None).noisy


def test_what_was_before_a_reset_is_forgotten():
    meter = fed(at(-10, hiss(2)))
    meter.reset()
    assert (meter.floor, meter.noisy) == (-100, False)
