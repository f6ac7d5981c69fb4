"""The count keeps a steady tempo, measured in the sound that the kiosk's own voice renders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import PROMPTS
from tests.helpers.tempo import measure_beats, measure_counts, measure_strays
from voice.audio.beats import lay_on_beats
from voice.audio.pcm import LISTENING_RATE, cut, from_floats, join, silence
from voice.consultation.loader import load_script
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebook

pytestmark = pytest.mark.slow

STEADY = 0.05
"""Seconds by which a count may stray from its beat."""


@pytest.mark.parametrize(("locale", "slowly"), [("nl-BE", False), ("nl-BE", True), ("nl-NL", False)])
def test_every_count_word_stays_on_the_beat(tmp_path: Path, locale: str, slowly: bool) -> None:
    together = load_script(PROMPTS / locale, "kort", language=False, chapters=("movement",)).moving
    assert together.movements
    with open_phrasebook(Settings(voice="pyttsx3", locale=locale, speech=tmp_path), slow=slowly) as book:
        for movement in together.movements:
            counted = together.count_out(movement, movement.times, slowly)
            beats = measure_beats(book.audio(counted), movement.times, counted.beat)
            strays = measure_strays(beats, counted.beat)
            assert np.abs(strays).max() < STEADY, (movement.id, strays)


def test_a_count_that_lost_its_tempo_is_noticed_in_a_recording_and_one_that_was_ended_is_measured_as_far_as_it_went() -> None:
    tones = (np.arange(6400) * step for step in (0.1, 0.13, 0.17))
    words = [from_floats((0.4 * np.sin(tone)).astype(np.float32), LISTENING_RATE) for tone in tones]
    sound = lay_on_beats(words, 2.0)
    late = join([cut(sound, 0, 3.5), silence(0.08), cut(sound, 3.5, 6)], LISTENING_RATE)
    for heard, count, most in ((sound, 3, 0), (late, 3, 80), (cut(sound, 0, 3.5), 2, 0)):
        [found] = measure_counts(words, (2.0, 3.0), join([silence(1.5), heard, silence(3)], LISTENING_RATE))
        assert (found["beat"], found["words"]) == (2.0, count) and found["begins"] == pytest.approx(1.5, abs=0.1)
        assert found["stray_ms"] == pytest.approx(most, abs=5)
    assert list(measure_counts(words, (2.0, 3.0), silence(9))) == []
