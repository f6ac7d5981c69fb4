"""The count keeps a steady tempo, measured in the sound that the kiosk's own voice renders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import PROMPTS
from tests.helpers.tempo import measure_beats, measure_strays
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
