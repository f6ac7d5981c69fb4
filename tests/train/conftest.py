"""What the tests of the training share: a dozen clips, and a network and a model made without training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.train import corpus
from models.train.__main__ import base_model
from models.train.export import export
from models.train.network import Network
from models.train.phones import indices, pronounce

SENTENCES = ("ja", "nee", "ik weet het niet", "stop", "Mijn rug doet al drie weken pijn.", "Neem je jas mee.")


@pytest.fixture(scope="session")
def speech_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen clips by espeak-ng that stand in for recorded ones of two speakers."""
    folder = tmp_path_factory.mktemp("speech") / "recorded"
    jobs = [(text, f"nl+{voice}", 150, 50) for voice in ("m3", "f2") for text in SENTENCES]
    clips = [
        corpus.Utterance(
            f"toy/xx-{'m' if number < len(SENTENCES) else 'v'}-{number}",
            "recorded",
            job[0],
            indices(pronounce(job[0])),
            corpus.speak(job),
        )
        for number, job in enumerate(jobs)
    ]
    corpus.write_speech(folder, clips)
    return folder


@pytest.fixture(scope="session")
def network() -> Network:
    """The base network with an output layer that is sure of itself, as a trained one is."""
    import torch

    torch.manual_seed(1)
    made = Network(base_model())
    torch.nn.init.normal_(made.output.weight, std=1.0)
    return made.eval()


@pytest.fixture(scope="session")
def model_folder(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    export(network, folder, ["ja", "nee", "ik", "weet", "het", "niet"])
    return folder


@pytest.fixture
def clip(speech_folder: Path) -> np.ndarray:
    speech = corpus.Speech(speech_folder)
    return speech.samples(speech.clips[2])
