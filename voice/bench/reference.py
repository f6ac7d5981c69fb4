"""Read reference answers: labelled written and recorded answers, as tab-separated files.

words:      columns label and utterance; `label@question` belongs to that question only
            or columns question, label and text, region and type if known; a label may be several with | between them
recordings: columns file and label; kind, alt, transcript, snr, base, speaker, and TRAITS if known; files relative to the table
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voice.base.console import tell
from voice.base.errors import UsageError
from voice.understand.meaning import Meaning

MEANING_OF = {
    "yes_hedged": "yes", "no_hedged": "no", "confirm": "unclear", "nomatch": "unclear", "unknown": "unsure",
    "dont_know": "unsure", "staff": "help", "emergency": "alarm", "none": "unclear",
}  # fmt: skip
"""Meanings of labels that are not meanings themselves."""

LABELS = ("yes", "no", "dont_know", "repeat", "stop", "help", "none")
"""Labels of recordings."""

TRAITS = ("age", "region", "accent", "gender")
"""Columns that say what is known of a speaker."""

QUESTION_OF = {
    "weakness": "kracht", "numbness": "gevoel", "ces_saddle": "zitvlak", "ces_bladder": "plassen", "ces_bowel": "stoelgang",
    "bilateral": "beide_benen", "bilateral_leg": "beide_benen", "fever": "koorts", "weight_loss": "gewicht",
    "night_pain": "nachtpijn", "trauma": "val", "trauma_minor": "val", "trauma_major": "val", "readback": "klopt",
}  # fmt: skip

SPONTANEOUS = ("question", "label", "text")
"""Columns by which a table of spontaneous answers is known."""

LEAD = 0.413
"""Seconds of silence that each further cut of a recording gets before it. It is more than the kiosk keeps before an answer,
and not a whole number of blocks, so that each cut begins elsewhere in a block."""


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """A written answer, its right meaning, and the id of its question (empty: any)."""

    utterance: str
    meaning: str
    question: str


@dataclass(frozen=True, slots=True)
class SpontaneousAnswer:
    """What somebody would really say to the question of that id. rights: the labels that are right, the most so first."""

    text: str
    question: str
    rights: tuple[str, ...]
    region: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded answer with its label.

    also: a second label that counts as right, or "". transcript: what is said in it, or "".
    snr: how much louder it is than the noise mixed into it, in dB. base: the recording from which it was made; what follows
    a # in it names the copy. speaker: "-" if not known. traits: what else is known of the speaker, as (column, value).
    """

    file: Path
    label: str
    also: str
    kind: str
    transcript: str = ""
    snr: float = math.inf
    base: str = ""
    speaker: str = "-"
    traits: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> str:
        """The recording that this clip is a copy of. Copies are disturbed, shortened or otherwise changed."""
        return self.base.partition("#")[0]


def read_words(path: Path) -> tuple[WrittenAnswer, ...]:
    """Read a table of written answers. Raises UsageError if it cannot be used."""
    known = {*Meaning, *MEANING_OF}
    rows = _read_rows(path, ("label", "utterance"))
    return tuple(_read_written(row) for row in _leave_out(path, rows, lambda row: row["label"].partition("@")[0] in known))


def is_spontaneous(path: Path) -> bool:
    """Whether the table holds spontaneous answers. Raises UsageError if it cannot be used."""
    return set(SPONTANEOUS) <= next(_read_rows(path, ("label",)), {}).keys()


def read_spontaneous(path: Path) -> tuple[SpontaneousAnswer, ...]:
    """Read a table of spontaneous answers. Raises UsageError if it cannot be used."""
    known = {*Meaning, *MEANING_OF}
    rows = _leave_out(path, _read_rows(path, SPONTANEOUS), lambda row: known.issuperset(_split_rights(row)))
    return tuple(_read_spontaneous(row) for row in rows)


def read_recordings(path: Path) -> tuple[Recording, ...]:
    """Read a table of recorded answers. Raises UsageError if it cannot be used."""
    rows = _leave_out(path, _read_rows(path, ("file", "label")), lambda row: row["label"] in LABELS)
    return tuple(_read_recording(path.parent, row) for row in rows)


def make_leads(cuts: int) -> tuple[float, ...]:
    """Make the seconds of silence before each cut of a recording. Short answers lie on the edge and differ between cuts."""
    return tuple(LEAD * number for number in range(cuts))


def _read_recording(folder: Path, row: dict[str, str]) -> Recording:
    return Recording(
        folder / row["file"], row["label"], row.get("alt") or "", row.get("kind") or "real", row.get("transcript") or "",
        _read_decibels(row.get("snr") or ""), row.get("base") or row["file"], row.get("speaker") or "-",
        tuple((name, row[name]) for name in TRAITS if row.get(name)),
    )  # fmt: skip


def _read_decibels(text: str) -> float:
    try:
        return float(text or "inf")
    except ValueError as reason:
        raise UsageError(f"'{text}' is no number of decibels (column snr).", "Write 10, or leave it empty.") from reason


def _read_written(row: dict[str, str]) -> WrittenAnswer:
    label, _, question = row["label"].partition("@")
    return WrittenAnswer(row["utterance"], MEANING_OF.get(label, label), QUESTION_OF.get(question, question))


def _read_spontaneous(row: dict[str, str]) -> SpontaneousAnswer:
    rights = tuple(label.strip() for label in row["label"].split("|"))
    return SpontaneousAnswer(row["text"], row["question"], rights, row.get("region") or "", row.get("type") or "")


def _split_rights(row: dict[str, str]) -> Iterator[str]:
    return (label.strip().partition(":")[0] for label in row["label"].split("|"))


def _leave_out(
    path: Path, rows: Iterable[dict[str, str]], is_known: Callable[[dict[str, str]], bool]
) -> Iterator[dict[str, str]]:
    """Leave out the rows whose label nobody knows, and tell of each: it could only count as wrong."""
    for number, row in enumerate(rows, 2):
        if is_known(row):
            yield row
        else:
            tell(f"{path}, row {number}: the label '{row['label']}' is not known, so the row does not count.")


def _read_rows(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = set(needed) - set(table.fieldnames or ())
            if missing:
                raise UsageError(f"{path} has no column {', '.join(sorted(missing))}.", "Name the columns in its first line.")
            yield from table
    except (OSError, UnicodeDecodeError) as reason:
        raise UsageError(f"{path} cannot be read ({reason}).", "Give a tab-separated file in UTF-8.") from reason
