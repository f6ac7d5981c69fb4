"""The pieces that training is made of: phones, features, files that Kaldi and OpenFst read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import kaldi_native_fbank as kaldi
import numpy as np
import pytest

from models.train import corpus, graph
from models.train.__main__ import PROMPTS, vocabulary
from models.train.features import mfcc
from models.train.fst import write_const
from models.train.kaldi import read_components
from models.train.network import Network
from models.train.phones import PHONES, indices, pronounce
from voice.consultation.loader import load_script

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("text", "phones"),
    [("ja", "j aː"), ("neen", "n eː n"), ("stop", "s t ɔ p"), ("goed", "x u t"), ("", ""), ("...", "")],
)
def test_words_are_spelt_in_the_networks_phones(text: str, phones: str) -> None:
    assert [phone for word in pronounce(text) for phone in word] == phones.split()


def test_every_word_of_the_training_lists_has_phones() -> None:
    for _, phrase in corpus.answers():
        assert all(1 <= number <= len(PHONES) for number in indices(pronounce(phrase)))
        assert pronounce(phrase), phrase


def test_every_word_that_an_engine_expects_gets_into_the_lexicon() -> None:
    expected = load_script(PROMPTS / "nl-BE", "kort").expected
    assert expected
    assert vocabulary(PROMPTS).issuperset(expected)


def test_numbers_and_foreign_letters_do_not_stop_it() -> None:
    assert indices(pronounce("37,5 graden, señor Łukasz"))


def test_features_equal_kaldis(clip: np.ndarray) -> None:
    options = kaldi.MfccOptions()
    options.frame_opts.dither, options.use_energy, options.num_ceps = 0.0, False, 40
    options.mel_opts.num_bins, options.mel_opts.low_freq, options.mel_opts.high_freq = 40, 20.0, 7600.0
    reference = kaldi.OnlineMfcc(options)
    reference.accept_waveform(16_000, clip.tolist())
    reference.input_finished()
    frames = np.stack([reference.get_frame(number) for number in range(reference.num_frames_ready)])
    assert mfcc(clip).shape == frames.shape
    assert np.abs(mfcc(clip) - frames).max() < 2e-3


@pytest.mark.parametrize("samples", [0, 1, 399, 400, 559, 560])
def test_features_of_hardly_any_sound(samples: int) -> None:
    assert mfcc(np.zeros(samples, np.float32)).shape == (max(0, (samples - 240) // 160), 40)


OPENFST = """
import sys, kaldifst
read = kaldifst.StdVectorFst(kaldifst.StdConstFst.read(sys.argv[1]))
kaldifst.arcsort(read, "ilabel")
kaldifst.StdConstFst(read).write(sys.argv[2])
"""
"""In a process of its own: kaldifst and libvosk each bring an OpenFst, and two in one process damage its memory."""


def test_openfst_reads_what_is_written(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.fst", tmp_path / "theirs.fst"
    write_const(ours, [(0, 1, 5, 2, 0.5), (0, 1, 3, 7, 0.25), (1, 0, 0, 0, 0.0), (0, 2, 4, 0, 1.0)], {2: 0.0, 0: 1.5})
    subprocess.run([sys.executable, "-c", OPENFST, str(ours), str(theirs)], check=True)
    assert ours.read_bytes()[:33] == theirs.read_bytes()[:33]  # the header but its properties, of which OpenFst knows more
    assert ours.read_bytes()[41:] == theirs.read_bytes()[41:]


def test_an_exported_component_reads_back(network: Network, model_folder: Path) -> None:
    components = read_components(model_folder / "am" / "final.mdl")
    layer = network.layers[5]
    weight = layer.linear.weight.detach().numpy()
    assert np.abs(components["tdnnf7.linear"]["<LinearParams>"] - weight).max() <= np.ptp(weight) / 65535
    assert list(components["tdnnf7.linear"]["<TimeOffsets>"]) == layer.linear.offsets
    assert np.array_equal(components["output.affine"]["<BiasParams>"], network.output.bias.detach().numpy())


def test_a_word_may_be_said_in_several_ways() -> None:
    spoken = graph.lexicon(["niet", "ja", "?!"], graph.read_variants())
    assert len(spoken["niet"]) == 2
    assert "?!" not in spoken


def test_nothing_reserved_is_trained_on() -> None:
    names = {one.name for one in corpus.read_recorded()}
    assert len(names) > 1000
    assert not names & corpus.read_excluded()
