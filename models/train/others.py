"""Sounds that are no answer and resemble one, to measure how often they are taken for one.

Spoken: others.tsv in some voices of espeak-ng. Cut: single short words out of recorded sentences (a table with transcripts, as
`bench answers` takes it), found with the phone head. Cut words are people's, and nothing was trained on those of the development
recordings; but they were said in passing, so they are shorter than words that stand alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from models.train.alignment import best_path
from models.train.corpus import HERE, speak
from models.train.encoder_windows import FRAME, encode, load_encoder
from models.train.features import RATE
from models.train.phones import indices, pronounce
from voice.audio.pcm import LISTENING_RATE, read_audio, resample
from voice.bench.reference import Recording, read_recordings
from voice.recognize.phones import STRIDE, Head, load_head

VOICES = (("nl", 150, 50), ("nl+f2", 125, 60), ("nl+m7", 175, 35))
"""Voice, words a minute, pitch."""
PAD, MARGIN, FADE = 0.3, 0.06, 0.01
"""Seconds of silence around a sound, kept around a cut word, and faded at its ends."""
LONGEST, PHONES = 6.0, 3
"""Seconds of a recording that is cut, and phones of a word that is cut out of it, at most."""
ANSWERS = frozenset("ja nee neen stop help hou op wacht weet niet wat sorry zeker ok oké goed natuurlijk nooit".split())
"""Words that may be an answer or a call if they stand alone."""
COLUMNS = ("file", "label", "transcript", "speaker", "kind", "base", "sort")


class Sound(NamedTuple):
    """samples: float32 (-1..1) at RATE. sort: which kind of sound it is. base: the recording that it was cut from."""

    text: str
    speaker: str
    sort: str
    base: str
    samples: np.ndarray


def write_others(folder: Path, sounds: Iterable[Sound]) -> None:
    """Write the sounds and a table of them for `bench answers`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "others.tsv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(COLUMNS)
        silence = np.zeros(round(PAD * RATE), np.float32)
        for number, one in enumerate(sounds):
            name = f"{number:04d}.wav"
            soundfile.write(folder / name, np.concatenate([silence, one.samples, silence]), RATE)
            kind = "synthetic" if one.sort != "cut" else "real"
            table.writerow((name, "none", one.text, one.speaker, kind, one.base, one.sort))


def speak_others() -> Iterator[Sound]:
    """Speak the phrases of others.tsv, each in the next of the voices."""
    lines = (line.split("\t") for line in (HERE / "others.tsv").read_text(encoding="utf-8").splitlines() if line[0] != "#")
    phrases = [(sort, phrase) for sort, listed in lines for phrase in listed.split(" | ")]
    for (sort, phrase), voice in zip(phrases, cycle(VOICES), strict=False):
        yield Sound(phrase, f"espeak-{voice[0]}", sort, phrase, speak((phrase, *voice)) / np.float32(32768))


def cut_words(recordings: Path, whisper: Path, head: Path) -> Iterator[Sound]:
    """Cut every short word out of clean recorded sentences that is no answer by itself."""
    encoder, network = load_encoder(whisper), load_head(head)
    for row in read_recordings(recordings):
        words = [word for word in row.transcript.lower().split() if word.strip(".,!?…")]
        if row.kind == "real" and len(words) > 1:
            yield from _cut(row, words, encoder, network)


def _cut(row: Recording, words: Sequence[str], encoder: object, network: Head) -> Iterator[Sound]:
    samples = resample(read_audio(row.file), LISTENING_RATE).floats
    spoken = [pronounce(word) for word in words]
    if len(samples) > LONGEST * RATE or not all(spoken):
        return
    middles = best_path(network.score(encode(encoder, samples)), [phone for word in spoken for phone in indices(word)])
    if not middles:
        return
    step, place = FRAME * STRIDE, 0
    for word, phones in zip(words, spoken, strict=True):
        first, place = place, place + len(indices(phones))
        bare = word.strip(".,!?…'\"")
        if bare in ANSWERS or place - first > PHONES:
            continue
        begin = _halve(middles, first, step) if first else middles[0] * step - 2 * step
        end = _halve(middles, place, step) if place < len(middles) else middles[-1] * step + 4 * step
        piece = samples[max(0, round(begin)) : round(end)]
        yield Sound(bare, row.speaker, "cut", f"{row.source}#{bare}", _fade(piece))


def _halve(middles: Sequence[float], place: int, step: int) -> float:
    """Find the sample half way between a phone's middle and the one before it."""
    return (middles[place - 1] + middles[place] + 1) / 2 * step


def _fade(samples: np.ndarray) -> np.ndarray:
    ramp = np.linspace(0.0, 1.0, round(FADE * RATE), dtype=np.float32)
    faded = samples.astype(np.float32).copy()
    if len(faded) > 2 * len(ramp):
        faded[: len(ramp)] *= ramp
        faded[-len(ramp) :] *= ramp[::-1]
    return faded
