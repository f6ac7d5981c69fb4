"""`bench pauses` counts time: how soon an answer ends follows from the pauses and from how long a hearing is said to take."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from voice.audio.pcm import Audio, from_floats, join, silence
from voice.audio.segment import Limits
from voice.bench.rigs.fakes import LoudnessActivity
from voice.bench.rigs.pauses import Way, end
from voice.bench.rigs.placed import PlacedAnswer, find_onset, measure_spoken
from voice.consultation.script import Script
from voice.recognize.transcript import Transcript
from voice.understand.fusion.hearing import Heard
from voice.understand.meaning import Answer, Meaning

BLOCK = 0.032
LATE = 3 * BLOCK
"""Seconds by which a block that is half silent, and the last block before a decision, delay an end."""


def sound(seconds: float) -> Audio:
    return from_floats((0.3 * np.sin(np.arange(round(16_000 * seconds)) * 0.3)).astype(np.float32), 16_000)


def place(audio: Audio, pause: float = 0.0) -> PlacedAnswer:
    return PlacedAnswer(audio, measure_spoken(audio), "no", pause=pause)


def hear_no(audio: Audio) -> Heard:
    return Heard(Transcript("nee", 1.0, "x"), Answer(Meaning.NO), agreed=True)


def take(script: Script, audio: Audio, computing: float = 0.0, agreement: bool = True, pause: float = 0.0):
    expected = script.question("koorts").expected
    return end(place(audio, pause), Way("x", Limits(), agreement), hear_no, expected, computing, LoudnessActivity)


@pytest.mark.parametrize(("computing", "agreement", "seconds"), [(0.0, True, 0.3), (0.0, False, 0.5), (0.8, True, 0.96)])
def test_an_answer_ends_after_its_pause_or_once_it_is_heard(
    script: Script, computing: float, agreement: bool, seconds: float
) -> None:
    ended = take(script, sound(0.4), computing, agreement)
    assert seconds - BLOCK <= ended.seconds <= seconds + LATE
    assert (ended.hearings, ended.label) == (1, "no")


def test_what_takes_longer_than_the_nod_is_bridged_by_it(script: Script) -> None:
    late, soon = take(script, sound(0.4), computing=1.0), take(script, sound(0.4))
    assert late.sound == pytest.approx(Limits().nod, abs=LATE)
    assert late.seconds > late.sound
    assert soon.sound == soon.seconds


def test_an_end_is_counted_from_the_last_word_wherever_it_begins(script: Script) -> None:
    late = join([silence(0.64), sound(0.4), silence(1.0)], 16_000)
    assert find_onset(late) == pytest.approx(0.64, abs=0.03)
    assert take(script, late).seconds == pytest.approx(take(script, sound(0.4)).seconds, abs=BLOCK)


def test_whoever_goes_on_after_a_longer_pause_is_interrupted_and_after_a_shorter_one_is_not(script: Script) -> None:
    def broken(gap: float) -> Audio:
        return join([sound(0.4), silence(gap), sound(0.4)], 16_000)

    assert take(script, broken(0.2), pause=0.2).seconds > 0
    assert take(script, broken(0.2), pause=0.2).hearings == 2
    assert take(script, broken(0.6), pause=0.6).seconds < 0


def test_a_hearing_that_is_outdated_delays_the_next_one(script: Script) -> None:
    once = take(script, sound(0.4), computing=0.5)
    twice = take(script, join([sound(0.2), silence(0.2), sound(0.1)], 16_000), computing=0.5)
    assert twice.hearings == 2
    assert twice.seconds > once.seconds + 0.1


def test_limits_are_those_of_the_way(script: Script) -> None:
    way = Way("x", replace(Limits(), guess=0.064))
    ended = end(place(sound(0.4)), way, hear_no, script.question("koorts").expected, 0.4, LoudnessActivity)
    assert ended.seconds == pytest.approx(0.064 + 0.4, abs=LATE)
