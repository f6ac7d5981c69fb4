"""Write what was imported: the table that `bench answers` reads, and the answers that had to be cut out of longer recordings."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import soundfile

from voice.audio.pcm import from_floats, write_wav
from voice.base.errors import UsageError

COLUMNS = ("file", "label", "transcript", "speaker", "source", "kind", "base", "age", "region", "accent", "gender")
"""base: the recording out of which an answer was cut: answers of one recording are one draw."""
CLIPS = "-clips"
"""Added to the name of the table for the folder of what was cut out."""
YEARS = 10


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where an answer lies in a longer recording, in seconds. channel: of the one who answers, from 0."""

    start: float
    end: float
    channel: int = 0


@dataclass(frozen=True, slots=True)
class CorpusAnswer:
    """An answer of a corpus. age: a band such as 70-79, or as the corpus has it. stretch: None if it is the whole recording."""

    recording: Path
    label: str
    transcript: str
    speaker: str
    age: str = ""
    region: str = ""
    accent: str = ""
    gender: str = ""
    stretch: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What a corpus gave. left_out: how many utterances were not taken, for each reason."""

    source: str
    answers: tuple[CorpusAnswer, ...]
    left_out: Counter[str]


def make_age_band(age: int) -> str:
    """Return the ten years in which an age lies: 74 lies in 70-79."""
    least = age - age % YEARS
    return f"{least}-{least + YEARS - 1}"


def write_imported(path: Path, imported: Imported) -> None:
    """Write the table, and beside it the folder of what was cut out, if anything was. Nothing is overwritten.

    Raises UsageError if either is there already, or cannot be written.
    """
    clips = path.with_name(path.stem + CLIPS)
    cut = any(answer.stretch for answer in imported.answers)
    for place in (path, clips) if cut else (path,):
        if os.path.lexists(place):
            raise UsageError(f"{place} is there already.", "Give another --output, or move it away.")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.stem}-") as unfinished:
            rows = [_make_row(path, clips, Path(unfinished), imported, answer) for answer in imported.answers]
            if cut:
                Path(unfinished, clips.name).rename(clips)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.writelines("\t".join(map(_to_field, row)) + "\n" for row in (COLUMNS, *rows))
    except OSError as reason:
        raise UsageError(f"{path} cannot be written ({reason.strerror}).", "Give another --output.") from reason


def _make_row(path: Path, clips: Path, unfinished: Path, imported: Imported, answer: CorpusAnswer) -> Iterable[str]:
    file, base = answer.recording, ""
    if answer.stretch:
        name = f"{answer.recording.stem}-{answer.speaker}-{round(1000 * answer.stretch.start):08}.wav"
        _cut_out(answer.recording, answer.stretch, unfinished / clips.name / name)
        file, base = clips / name, answer.recording.stem
    place = os.path.relpath(file, path.parent)
    return (
        place, answer.label, answer.transcript, answer.speaker, imported.source, "real", base or place,
        answer.age, answer.region, answer.accent, answer.gender,
    )  # fmt: skip


def _cut_out(recording: Path, stretch: Stretch, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    try:
        with soundfile.SoundFile(recording) as file:
            file.seek(min(round(stretch.start * file.samplerate), file.frames))
            samples = file.read(round((stretch.end - stretch.start) * file.samplerate), dtype="float32", always_2d=True)
            rate = file.samplerate
    except soundfile.LibsndfileError as reason:
        raise UsageError(f"{recording} cannot be read ({reason.error_string}).", "Copy it from the corpus again.") from reason
    if not len(samples):
        raise UsageError(f"{recording} ends before {stretch.start:.1f} s.", "Copy it from the corpus again.")
    write_wav(target, from_floats(samples[:, min(stretch.channel, samples.shape[1] - 1)], rate))


def _to_field(text: str) -> str:
    """Make the text fit for one field of the table."""
    return " ".join(text.split())
