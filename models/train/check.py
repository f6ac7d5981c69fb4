"""Whether libvosk computes with an exported model what PyTorch computes with the network.

libvosk does not give its posteriors away, but it gives the score of its best path. In a graph where
every phone may follow every phone free of cost, that score is the sum of each frame's best
log-posterior, which PyTorch can tell as well.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
import vosk

from models.train.features import RATE, mfcc
from models.train.graph import write_phone_loop
from models.train.network import Network

_ONLY_THE_BEST = """--beam=15
--max-active=7000
--lattice-beam=0.01
--acoustic-scale=1
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=100
--endpoint.rule3.min-trailing-silence=100
--endpoint.rule4.min-trailing-silence=100
"""


def scores_by_vosk(model: Path, clips: Iterable[np.ndarray]) -> list[float]:
    """The best path's log-likelihood of each clip (int16 samples)."""
    with tempfile.TemporaryDirectory() as folder:
        for part in ("am", "conf"):
            shutil.copytree(model / part, Path(folder) / part)
        (Path(folder) / "conf" / "model.conf").write_text(_ONLY_THE_BEST)
        write_phone_loop(Path(folder) / "graph")
        vosk.SetLogLevel(-1)
        loaded = vosk.Model(folder)
        return [_score(loaded, samples) for samples in clips]


def scores_by_network(network: Network, clips: Iterable[np.ndarray]) -> list[float]:
    """The same from PyTorch."""
    with torch.no_grad():
        return [
            float(torch.log_softmax(network(torch.from_numpy(mfcc(samples.astype(np.float32)))[None]), -1).amax(-1).sum())
            for samples in clips
        ]


def _score(model: vosk.Model, samples: np.ndarray) -> float:
    recognizer = vosk.KaldiRecognizer(model, RATE)
    recognizer.SetMaxAlternatives(1)
    recognizer.AcceptWaveform(samples.astype("<i2").tobytes())
    return float(json.loads(recognizer.FinalResult())["alternatives"][0]["confidence"])
