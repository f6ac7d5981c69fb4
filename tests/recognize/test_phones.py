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
from voice.recognize.transcript import Transcript
from voice.understand.answer import apply_rules
from voice.understand.meaning import Meaning


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
    assert found == {"ja", "nee", ""}
    assert spotter.spot(sound, ("niet xyzzy",)) == ()
    assert spotter.find_unknown_words(("niet xyzzy",)) == ("xyzzy",)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_hardly_any_sound_is_read_without_an_error(spotter: Spotter, frames: int) -> None:
    found = spotter.spot(np.zeros((frames, 512)), ("ja", "nee"))
    assert {reading.text.replace(" [unk]", "") for reading in found} == {"ja", "nee", "[unk]"}


def test_the_likeliest_rival_stands_among_the_phrases_as_other_speech_unless_it_sounds_like_one(tmp_path: Path) -> None:
    for name in ("head.npz", "lexicon.tsv"):
        (tmp_path / name).symlink_to(model("phones-nl-ruggespraak") / name)
    (tmp_path / "rivals.tsv").write_text("jaa\tj aː\njaap\tj aː p\n", encoding="utf-8")
    sound, rivals = np.random.default_rng(1).standard_normal((60, 512)), Spotter(tmp_path)
    assert [reading.text for reading in rivals.spot(sound, ("nee",))].count("[unk]") == 1
    (tmp_path / "rivals.tsv").write_text("jaa\tj aː\n", encoding="utf-8")
    assert "[unk]" not in [reading.text for reading in Spotter(tmp_path).spot(sound, ("ja",))]


@pytest.mark.parametrize("locale", sorted({locale for locale, _ in EVERY_SCRIPT}))
def test_no_rival_means_an_answer_to_any_question(locale: str) -> None:
    lines = (model("phones-nl-ruggespraak") / "rivals.tsv").read_text(encoding="utf-8").splitlines()
    rivals = [Transcript(line.split("\t")[0], 1.0, "x") for line in lines]
    scripts = [load_shipped(*where) for where in EVERY_SCRIPT if where[0] == locale]
    for name, expected in {one.id: one.expected for script in scripts for one in script.every_question()}.items():
        understood = {rival.text: apply_rules(rival, expected).meaning for rival in rivals}
        assert {text: meaning for text, meaning in understood.items() if meaning is not Meaning.UNCLEAR} == {}, name


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
