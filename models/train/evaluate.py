"""How well a model hears recorded answers: by label and kind, flips, false accepts; alone and beside Whisper.

The recordings are a TSV with the columns file, label, kind, alt (a second label that also counts)
and speaker, the last two as far as they are known; files relative to it. Labels: yes, no, dont_know,
repeat, stop, help, none. Texts become labels by the program's own rules, so the figures are those of
the whole way from sound to meaning.
"""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from voice.audio.pcm import read_audio
from voice.consultation.loader import load_script
from voice.recognize.transcript import Transcript
from voice.recognize.vosk import UNKNOWN_TOKENS, Vosk
from voice.understand.answer import understand
from voice.understand.expected import Expected

LABELS = {"yes": "yes", "no": "no", "unsure": "dont_know", "repeat": "repeat", "stop": "stop", "help": "help"}
"""The program's meanings as labels; all others are none."""
OPENING = 8
"""Words at most in the beginning of an answer."""
SIDES = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Row:
    """A recording and what it should be heard as."""

    file: str
    label: str
    kind: str
    alt: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What a model made of a recording. seconds: how long that took."""

    file: str
    label: str
    opening: str
    text: str
    confidence: float
    seconds: float


def read_rows(table: Path, speaker: str = "") -> list[Row]:
    """All recordings, or those of one speaker."""
    with table.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        chosen = [row for row in rows if not speaker or row.get("speaker") == speaker]
        return [Row(row["file"], row["label"], row["kind"], row.get("alt") or "") for row in chosen]


def question(prompts: Path, name: str = "koorts") -> Expected:
    """A plain yes/no question, for the rules of meaning."""
    return load_script(prompts / "nl-BE", "kort").question(name).expected


def hear(model: Path, folder: Path, rows: Sequence[Row], phrases: Sequence[str], asked: Expected) -> list[Heard]:
    """Hear every recording (its file is in `folder`) with Vosk."""
    engine = Vosk(model)
    heard = []
    for row in rows:
        audio = read_audio(folder / row.file)
        begun = time.perf_counter()
        words = engine.hear_words(audio, tuple(phrases))
        seconds = time.perf_counter() - begun
        text, confidence = join_words(words)
        labels = (judge(text, confidence, asked) for judge in (label, opening))
        heard.append(Heard(row.file, *labels, text, confidence, round(seconds, 4)))
    return heard


def join_words(words: Sequence[tuple[str, float]]) -> tuple[str, float]:
    """The text with unknown words in their places, and the least certain known word's confidence."""
    known = [confidence for word, confidence in words if word not in UNKNOWN_TOKENS]
    return " ".join(word for word, _ in words), round(min(known, default=0.0), 4)


def label(text: str, confidence: float, asked: Expected) -> str:
    """What the program takes the whole text for; what opens with other speech is none."""
    words = text.split()
    if not words or words[0] in UNKNOWN_TOKENS:
        return "none"
    return LABELS.get(str(understand(Transcript(text, confidence, "vosk"), asked).meaning), "none")


def opening(text: str, confidence: float, asked: Expected) -> str:
    """What the beginning says, whatever follows: the longest beginning that the program understands.

    The recordings go on after "nee" with talk that no patient would add and the program does not
    believe, so this tells more about the ears than `label` does.
    """
    words = text.split()[:OPENING]
    known = next((place for place, word in enumerate(words) if word in UNKNOWN_TOKENS), len(words))
    labels = (label(" ".join(words[:end]), confidence, asked) for end in range(known, 0, -1))
    return next((found for found in labels if found != "none"), "none")


def figures(rows: Sequence[Row], heard: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """For each kind of recording: accuracy by label as "right/all", and the errors that count."""
    kinds = {kind: [row for row in rows if row.kind == kind] for kind in sorted({row.kind for row in rows})}
    return {kind: _count(part, heard) for kind, part in {**kinds, "all": list(rows)}.items()}


def _count(rows: Sequence[Row], heard: Mapping[str, str]) -> dict[str, str]:
    right = [row for row in rows if heard[row.file] in (row.label, row.alt)]
    table = {"accuracy": _share(len(right), len(rows))}
    for name in ("yes", "no", "dont_know", "repeat", "stop", "help", "none"):
        table[name] = _share(sum(row.label == name for row in right), sum(row.label == name for row in rows))
    polar = [row for row in rows if row.label in ("yes", "no")]
    others = [row for row in rows if row.label == "none"]
    table["yes->no"] = _share(sum(row.label == "yes" and heard[row.file] == "no" for row in rows), len(polar))
    table["no->yes"] = _share(sum(row.label == "no" and heard[row.file] == "yes" for row in rows), len(polar))
    table["not accepted"] = _share(sum(heard[row.file] not in ("yes", "no") for row in polar), len(polar))
    table["none->yes/no"] = _share(
        sum(heard[row.file] in ("yes", "no") and heard[row.file] != row.alt for row in others), len(others)
    )
    return table


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}"


def together(rows: Sequence[Row], one: Mapping[str, str], two: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """What a second opinion would do: how often the first and the second say what, of yes/no and of other speech."""
    polar = [row for row in rows if row.label in SIDES]
    others = [row for row in rows if row.label == "none" and row.alt not in SIDES]
    return {
        "yes/no": _count_pairs((_verdict(row, one), _verdict(row, two)) for row in polar),
        "none": _count_pairs((_side(one[row.file]), _side(two[row.file])) for row in others),
    }


def _verdict(row: Row, heard: Mapping[str, str]) -> str:
    said = heard[row.file]
    return "right" if said == row.label else "opposite" if said in SIDES else "not accepted"


def _side(said: str) -> str:
    return said if said in SIDES else "kept out"


def _count_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    return {f"{first}, {second}": count for (first, second), count in Counter(pairs).most_common()}


def write_heard(path: Path, heard: Iterable[Heard]) -> None:
    lines = (json.dumps(asdict(one), ensure_ascii=False) for one in heard)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
