"""Sound made as loud and as clear as it must be."""

from __future__ import annotations

import numpy as np
import pytest

from voice.audio.loudness import LIFTS, level, lift_consonants, measure_gated_loudness
from voice.audio.pcm import Audio, from_floats, silence

RATE = 22_050


def tone(hertz: float, rate: int = RATE) -> Audio:
    return from_floats((0.1 * np.sin(2 * np.pi * hertz * np.arange(rate) / rate)).astype(np.float32), rate)


@pytest.mark.parametrize(("hertz", "share"), [(150, 0), (400, 0), (1000, 1), (2000, 1), (4000, 1), (9000, 0)])
def test_only_the_consonants_are_lifted(hertz: float, share: float) -> None:
    gain = measure_gated_loudness(lift_consonants(tone(hertz), LIFTS["gentle"])) - measure_gated_loudness(tone(hertz))
    assert gain == pytest.approx(share * LIFTS["gentle"], abs=0.3)


def test_the_lift_fades_out_between() -> None:
    gain = measure_gated_loudness(lift_consonants(tone(707), 10)) - measure_gated_loudness(tone(707))
    assert gain == pytest.approx(5, abs=0.5)


@pytest.mark.parametrize("sound", [Audio(b"", RATE), silence(0.1, RATE), tone(2000)])
def test_no_lift_changes_nothing_and_a_lift_keeps_the_length(sound: Audio) -> None:
    assert lift_consonants(sound, 0) == sound
    assert len(lift_consonants(sound, 10).pcm) == len(sound.pcm)


def test_a_lifted_line_is_as_loud_as_any_other_and_does_not_clip() -> None:
    line = level(lift_consonants(from_floats(tone(300).floats + tone(2000).floats, RATE), LIFTS["strong"]))
    assert measure_gated_loudness(line) == pytest.approx(-20, abs=0.1)
    assert np.abs(line.floats).max() < 0.9
