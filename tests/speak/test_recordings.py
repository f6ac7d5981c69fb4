"""The practice's own voice, kept line by line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voice.audio.pcm import from_floats
from voice.base.errors import AudioError
from voice.speak.recordings import NO_RECORDINGS, Recordings
from voice.speak.utterance import Utterance

LINES = (Utterance("koorts.vraag", "Hebt u koorts?"), Utterance("val.vraag", "Bent u gevallen?"))
TAKE = from_floats((0.3 * np.sin(np.arange(8000) * 0.2)).astype(np.float32), 16_000)


def test_what_is_kept_comes_back_to_the_sample(tmp_path: Path) -> None:
    own = Recordings(tmp_path / "nl-BE")
    own.keep(LINES[0], TAKE)
    assert own.audio(LINES[0]) == TAKE
    assert Recordings(tmp_path / "nl-BE").list_missing(LINES) == (LINES[1],)


def test_a_second_take_replaces_the_first_and_leaves_nothing_else(tmp_path: Path) -> None:
    own = Recordings(tmp_path)
    own.keep(LINES[0], TAKE)
    own.keep(LINES[0], from_floats(TAKE.floats[:4000], 16_000))
    assert own.audio(LINES[0]).seconds == 0.25
    assert [path.name for path in tmp_path.iterdir()] == [own.path(LINES[0]).name]


def test_a_recording_belongs_to_its_words(tmp_path: Path) -> None:
    own = Recordings(tmp_path)
    own.keep(LINES[0], TAKE)
    assert not own.has(Utterance("koorts.vraag", "Hebt u nu koorts?"))


def test_nothing_is_recorded_until_somebody_does(tmp_path: Path) -> None:
    assert not NO_RECORDINGS and not Recordings(tmp_path)
    Recordings(tmp_path).keep(LINES[0], TAKE)
    assert Recordings(tmp_path)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AudioError, match="Cannot write"):
        Recordings(tmp_path / "file").keep(LINES[0], TAKE)


def test_a_recording_that_was_removed_is_told(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="Record it again"):
        Recordings(tmp_path).audio(LINES[0])
