"""Recorded answers are placed in time for a measurement."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voice.audio.pcm import Audio, from_floats, join, silence, write_wav
from voice.bench.reference import Recording
from voice.bench.rigs.placed import PAUSES, QUIET, measure_spoken, place_answers

WORD = from_floats(np.full(4800, 0.3, np.float32), 16_000)
"""0.3 s."""


def sentence(gap: float) -> Audio:
    """Make two words with a gap, between two silences."""
    return join([silence(0.2), WORD, silence(gap), WORD, silence(0.5)], 16_000)


def write_recordings(folder: Path, *kinds: tuple[str, float, str]) -> list[Recording]:
    rows = []
    for number, (label, gap, kind) in enumerate(kinds):
        rows.append(Recording(folder / f"{number}.wav", label, "", kind))
        write_wav(rows[-1].file, sentence(gap))
    return rows


@pytest.mark.parametrize("gap", [0.0, 0.1, 1.2])
def test_the_last_word_ends_where_its_sound_ends(gap: float) -> None:
    assert measure_spoken(sentence(gap)) == pytest.approx(0.6 + gap, abs=0.021)


def test_whole_answers_are_yes_and_no_without_a_gap(tmp_path: Path) -> None:
    rows = write_recordings(tmp_path, ("yes", 0.0, "real"), ("no", 0.3, "real"), ("stop", 0.0, "real"), ("no", 0.0, "mixed"))
    placed = place_answers(rows, whole=9, paused=0, silent=0)
    assert [(one.label, one.pause) for one in placed] == [("yes", 0.0)]


def test_a_gap_between_words_is_made_as_long_as_wanted_and_never_shorter(tmp_path: Path) -> None:
    rows = write_recordings(tmp_path, *[("dont_know", 0.1, "real")] * 4, ("no", 2.0, "real"), ("yes", 0.0, "real"))
    placed = place_answers(rows, whole=0, paused=9, silent=0)
    assert [one.pause for one in placed] == [*PAUSES, PAUSES[0], PAUSES[1]]
    expected = [*PAUSES, PAUSES[0], 2.0]
    assert [one.spoken - 0.6 for one in placed] == pytest.approx(expected, abs=0.04)


def test_a_click_is_no_word_with_a_pause_before_it(tmp_path: Path) -> None:
    (row,) = write_recordings(tmp_path, ("no", 0.0, "real"))
    click = from_floats(np.full(800, 0.3, np.float32), 16_000)
    write_wav(row.file, join([WORD, silence(0.3), click], 16_000))
    assert place_answers([row], whole=0, paused=9, silent=0) == []


def test_fewer_are_taken_evenly_and_silences_have_no_sound(tmp_path: Path) -> None:
    rows = write_recordings(tmp_path, *[(label, 0.0, "real") for label in ("yes", "yes", "no", "no")])
    placed = place_answers(rows, whole=2, paused=0, silent=2)
    assert [one.label for one in placed] == ["yes", "no", "none", "none"]
    assert [one.audio for one in placed[2:]] == [QUIET, QUIET]
