"""The training speech: recorded Dutch with its transcripts, and Dutch spoken by espeak-ng.

Recorded: Debian's fillets-ng-data-nl (two Dutch men and some others reading a game's dialogue;
GPL-2.0-only), transcripts from fillets-ng-data. Clips named in excluded.txt take no part: those reserved
for acceptance and those behind the development recordings. Hence no recorded "ja" or "nee" is in
the training at all; `splice.py` builds them from parts of other words.

Spoken by espeak-ng: the answers of answers.tsv, the sentences of sentences.txt and some of the
recorded sentences, each by several of its voices. Never MBROLA voices: their licence forbids.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import soxr

from models.train.features import RATE
from models.train.phones import indices, pronounce

HERE = Path(__file__).parent
GAME = Path("/usr/share/games/fillets-ng")
SPEAKERS = {"m": "the small fish", "v": "the big fish"}
"""The two main speakers, by the letter that their clips are named with: level/xx-m-... and level/xx-v-..."""
SHORTEST, LONGEST = 0.15, 12.0
"""Seconds; shorter and longer clips are left out."""
VARIANTS = (
    "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5", "klatt", "klatt2", "klatt3", "klatt4",
    "croak", "Andy", "Annie", "Alicia", "Andrea", "anika", "Linda", "Michael", "Michel", "Gene", "Lee", "Mike", "Denis",
    "Diogo", "steph", "steph2", "steph3", "Belinda", "aunty", "grandma", "grandpa", "max", "paul", "rob", "robert",
)  # fmt: skip
"""Of espeak-ng's voices; a name that an installation does not have falls back on its plain voice."""
_LINE = re.compile(r'dialogId\("([^"]+)".*?\)\s*\ndialogStr\("((?:[^"\\]|\\.)*)"\)')


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance: where its samples stand in speech.npy, what is said, and by whom."""

    name: str
    source: str
    text: str
    phones: list[int]
    start: int
    length: int

    @property
    def speaker(self) -> str:
        """Of SPEAKERS; "other" for everybody else, and for what is not recorded."""
        parts = self.name.split("/")[1].split("-")
        return parts[1] if len(parts) > 2 and parts[1] in SPEAKERS else "other"


class Utterance(NamedTuple):
    """A clip before it is stored; samples are int16 at 16 kHz."""

    name: str
    source: str
    text: str
    phones: list[int]
    samples: np.ndarray


class Speech:
    """A folder with clips.jsonl and speech.npy (int16 samples at 16 kHz, all clips one after another).

    without: a speaker (of SPEAKERS) whose recorded clips are left out.
    """

    def __init__(self, folder: Path, without: str = "") -> None:
        lines = (folder / "clips.jsonl").read_text(encoding="utf-8").splitlines()
        clips = [Clip(**json.loads(line)) for line in lines]
        self.clips = [clip for clip in clips if not without or clip.speaker != without]
        self._samples = np.load(folder / "speech.npy", mmap_mode="r")

    def samples(self, clip: Clip) -> np.ndarray:
        return self._samples[clip.start : clip.start + clip.length].astype(np.float32)


def write_speech(folder: Path, utterances: Iterable[Utterance]) -> None:
    """Write a folder for `Speech`."""
    clips, samples, start = [], [], 0
    for one in utterances:
        clips.append(Clip(one.name, one.source, one.text, one.phones, start, len(one.samples)))
        samples.append(one.samples)
        start += len(one.samples)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "speech.npy", np.concatenate(samples))
    lines = (json.dumps(asdict(clip), ensure_ascii=False) for clip in clips)
    (folder / "clips.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_recorded(game: Path = GAME) -> Iterator[Utterance]:
    """Every recorded clip that may be trained on."""
    texts = transcripts(game)
    for name in sorted(set(texts) - read_excluded()):
        folder, file = name.split("/")
        path = game / "sound" / folder / "nl" / f"{file}.ogg"
        phones = indices(pronounce(texts[name]))
        if path.is_file() and phones and SHORTEST * RATE < len(samples := _read(path)) < LONGEST * RATE:
            yield Utterance(name, "recorded", texts[name], phones, samples)


def transcripts(game: Path = GAME) -> dict[str, str]:
    """What is said in each clip, by folder/file."""
    return {
        f"{path.parent.name}/{name}": text.replace('\\"', '"')
        for path in sorted(game.glob("script/*/dialogs_nl.lua"))
        for name, text in _LINE.findall(path.read_text(encoding="utf-8"))
    }


def read_excluded() -> set[str]:
    lines = (HERE / "excluded.txt").read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def answers() -> list[tuple[str, str]]:
    """(label, phrase) of answers.tsv."""
    lines = (HERE / "answers.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(label, phrase) for label, phrases in pairs for phrase in phrases.split(" | ")]


def speak_sentences(sentences: Iterable[str], seed: int = 1) -> Iterator[Utterance]:
    """espeak-ng's renderings of answers and of general Dutch, in many voices, rates and pitches."""
    rng = random.Random(seed)
    texts = [phrase for label, phrase in answers() for _ in range(5 if label in ("yes", "no", "near") else 3)]
    texts += [line for line in _lines("sentences.txt") for _ in range(3)]
    texts += list(sentences)
    jobs = [(text, *_voice(rng)) for text in texts]
    with ThreadPoolExecutor(2) as pool:
        for number, (job, samples) in enumerate(zip(jobs, pool.map(speak, jobs), strict=True)):
            phones = indices(pronounce(job[0]))
            if phones and SHORTEST * RATE < len(samples) < LONGEST * RATE:
                yield Utterance(f"spoken/{number:05d}", "spoken", job[0], phones, samples)


def _lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def _voice(rng: random.Random) -> tuple[str, int, int]:
    """Variant, words a minute, pitch."""
    return f"nl+{rng.choice(VARIANTS)}", rng.randint(95, 210), rng.randint(15, 85)


def speak(job: tuple[str, str, int, int]) -> np.ndarray:
    """espeak-ng's rendering of (text, voice, words a minute, pitch)."""
    text, voice, rate, pitch = job
    command = ["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "--stdout", text]
    sound = subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL).stdout
    rate_spoken = int.from_bytes(sound[24:28], "little")
    samples = np.frombuffer(sound[44 : 44 + (len(sound) - 44) // 2 * 2], "<i2").astype(np.float32)
    return _trim(soxr.resample(samples, rate_spoken, RATE))


def _read(path: Path) -> np.ndarray:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return _whole(soxr.resample(samples.mean(axis=1), rate, RATE) * 32768)


def _trim(samples: np.ndarray) -> np.ndarray:
    """Without the silence that espeak-ng leaves around an utterance."""
    loud = np.flatnonzero(np.abs(samples) > 60)
    return _whole(samples[loud[0] : loud[-1] + 1]) if len(loud) else np.zeros(0, np.int16)


def _whole(samples: np.ndarray) -> np.ndarray:
    return np.clip(samples, -32768, 32767).astype(np.int16)
