"""The phone head: what it reads, how phrases are spelt for it, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import EVERY_SCRIPT, load_shipped
from tests.helpers.speech import model
from voice.base.arrays import load_arrays
from voice.base.errors import ModelError
from voice.recognize.phones import Spotter


@pytest.fixture(scope="module")
def spotter() -> Spotter:
    return Spotter(model("phones-nl-ruggespraak"))


@pytest.mark.parametrize("where", EVERY_SCRIPT, ids="/".join)
def test_every_word_that_is_expected_can_be_spotted(spotter: Spotter, where: tuple[str, str]) -> None:
    assert {
        question.id: spotter.find_unknown_words(question.expected.vocabulary)
        for question in load_shipped(*where).every_question()
    } == {question.id: () for question in load_shipped(*where).every_question()}


def test_a_phrase_with_an_unknown_word_is_left_out_whole(spotter: Spotter) -> None:
    sound = np.random.default_rng(1).standard_normal((40, 512))
    found = {reading.text.replace("[unk]", "").strip() for reading in spotter.spot(sound, ("ja", "nee", "niet xyzzy"))}
    assert found == {"ja", "nee"}
    assert spotter.find_unknown_words(("niet xyzzy",)) == ("xyzzy",)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_hardly_any_sound_is_read_without_an_error(spotter: Spotter, frames: int) -> None:
    assert len(spotter.spot(np.zeros((frames, 512)), ("ja", "nee"))) == 2


def test_nothing_is_spotted_in_no_sound_or_without_phrases(spotter: Spotter) -> None:
    assert spotter.spot(np.zeros((0, 512)), ("ja",)) == ()
    assert spotter.spot(np.zeros((40, 512)), ()) == ()


def test_a_folder_without_a_head_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"head\.npz cannot be read .*again"):
        Spotter(tmp_path)


def test_a_damaged_head_is_refused(tmp_path: Path) -> None:
    (tmp_path / "head.npz").write_bytes(b"no numbers")
    with pytest.raises(ModelError, match="cannot be read"):
        Spotter(tmp_path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("weight0", lambda one: one[:, :-1]),
        ("weight1", lambda one: one[:-1]),
        ("weight3", lambda one: one[:, :-1]),
        ("bias2", lambda one: one[:, None]),
        ("bias0", lambda one: one * np.nan),
        ("phones", lambda one: one[:-1]),
    ],
)
def test_a_head_whose_layers_do_not_fit_is_refused(name: str, change: Callable[[np.ndarray], np.ndarray], tmp_path: Path) -> None:
    arrays = load_arrays(model("phones-nl-ruggespraak") / "head.npz")
    np.savez(tmp_path / "head.npz", **{**arrays, name: change(arrays[name])})
    with pytest.raises(ModelError, match="do not fit each other"):
        Spotter(tmp_path)
