"""What Whisper's encoder makes of disturbed clips: what the phone head is trained on.

A window is 10 s long, as at run time: one clip, or several with pauses between them, then digital silence.
Whisper's weights stay as they are, so each window is encoded once and kept; every window draws from a generator
seeded with its number, so a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np

from models.train.augment import disturb
from models.train.corpus import Clip, Speech
from models.train.features import RATE
from voice.recognize.mel import log_mel

logger = logging.getLogger(__name__)

SECONDS = 10
"""The window that `voice/recognize/whisper.py` uses for answers."""
FRAME = 320
"""Samples of one frame of the encoder: 20 ms."""
SINGLE = 0.6
"""Of the windows, how many hold one clip only, as an answer does."""
SLOWEST, PAUSES = 0.8, 1.2
"""How slow a clip may be made to sound, and the seconds of silence around it at most (`augment.py`)."""
FULL = 7.5
"""Seconds after which nothing more is put into a window."""
MARGIN = 8
"""Frames that are kept after the last sound."""
FILE = 200
"""Windows in one file."""
WEIGHTS = {"recorded": 2.5, "spoken": 0.5, "spliced": 0.8, "cut": 0.9}
"""Of the sources: how often a clip of each is heard, in relation."""


@dataclass(frozen=True, slots=True)
class Window:
    """encoded: float16 of shape (frames, width). phones: outputs, those of all its clips one after another."""

    encoded: np.ndarray
    phones: list[int]


class Listener:
    """Draws windows and has them encoded. folder: whisper-base in CTranslate2's form."""

    def __init__(self, folder: Path, speech: Sequence[Speech], seed: int = 7) -> None:
        self._model = load_encoder(folder)
        self._clips = [(part, clip) for part in speech for clip in part.clips if _longest(clip) <= SECONDS]
        odds = np.array([WEIGHTS[clip.source] for _, clip in self._clips])
        self._odds, self._seed = odds / odds.sum(), seed
        self._recorded = [pair for pair in self._clips if pair[1].source == "recorded"] or self._clips

    def window(self, number: int) -> Window:
        rng = np.random.default_rng([self._seed, number])
        sounds, phones = [], []
        for part, clip in self._draw_clips(rng):
            sounds.append(disturb(part.samples(clip), self._other, rng))
            phones += [int(phone) for phone in clip.phones]
        samples = np.concatenate(sounds)[: SECONDS * RATE]
        return Window(encode(self._model, samples / 32768), phones)

    def _draw_clips(self, rng: np.random.Generator) -> Iterator[tuple[Speech, Clip]]:
        """One clip, or as many as fit with the pauses that `disturb` puts around them."""
        alone, seconds = rng.random() < SINGLE, 0.0
        while seconds < (FULL if not alone else 0.01):
            part, clip = self._clips[int(rng.choice(len(self._clips), p=self._odds))]
            if seconds and seconds + _longest(clip) > SECONDS:
                return
            seconds += _longest(clip)
            yield part, clip

    def _other(self, rng: np.random.Generator) -> np.ndarray:
        part, clip = self._recorded[rng.integers(len(self._recorded))]
        return part.samples(clip)


def load_encoder(folder: Path) -> ctranslate2.models.Whisper:
    """Load Whisper as a kiosk runs it. folder: whisper-base in CTranslate2's form."""
    return ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="int8", intra_threads=1, inter_threads=1)


def encode(model: ctranslate2.models.Whisper, samples: np.ndarray) -> np.ndarray:
    """Encode samples (-1..1) in a window of SECONDS: shape (frames, width), up to a little after their end."""
    padded = np.pad(samples, (0, SECONDS * RATE - len(samples))).astype(np.float32)
    encoded = model.encode(ctranslate2.StorageView.from_array(log_mel(padded)[None]))
    return np.array(encoded, dtype=np.float16)[0][: len(samples) // FRAME + MARGIN]


def _longest(clip: Clip) -> float:
    """Seconds that a clip may take up."""
    return clip.length / RATE / SLOWEST + PAUSES


def write_windows(folder: Path, listener: Listener, count: int) -> None:
    """Files of FILE windows each, as far as they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, count, FILE):
        path = folder / f"{first:05d}.npy"
        if not path.is_file():
            _write(path, [listener.window(number) for number in range(first, min(count, first + FILE))])
            logger.info("%d of %d windows", min(count, first + FILE), count)


def _write(path: Path, windows: Sequence[Window]) -> None:
    lines = [{"frames": len(window.encoded), "phones": window.phones} for window in windows]
    path.with_suffix(".json").write_text(json.dumps(lines), encoding="utf-8")
    np.save(path.with_suffix(".writing.npy"), np.concatenate([window.encoded for window in windows]))
    path.with_suffix(".writing.npy").replace(path)


def read_windows(folder: Path) -> list[Window]:
    return [window for path in sorted(folder.glob("?????.npy")) for window in _read(path)]


def _read(path: Path) -> Iterator[Window]:
    encoded, start = np.load(path), 0
    for line in json.loads(path.with_suffix(".json").read_text(encoding="utf-8")):
        yield Window(encoded[start : start + line["frames"]], line["phones"])
        start += line["frames"]
