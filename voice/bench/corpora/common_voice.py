"""Read Common Voice: people who read sentences aloud at home, with the age and accent that they gave.

The layout is that of the published releases: validated.tsv beside a folder clips/ of MP3 files. The table is tab-separated
without quotation marks, and its columns are known by name: client_id, path, sentence, age ("teens" to "nineties"; forty is
spelled "fourties"), gender, accents (accent in older releases) and locale. other.tsv is not read: fewer than two people have
confirmed that its clips hold those words. No release was at hand when this was written; the columns are those that its
documentation and public mirrors list.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from voice.base.errors import UsageError
from voice.bench.corpora.labels import Labelling
from voice.bench.corpora.table import CorpusAnswer, Imported, make_age_band

TABLE = "validated.tsv"
NEEDED = ("client_id", "path", "sentence", "age", "gender", "locale")
DUTCH = "nl"
AGES = {
    "teens": 10, "twenties": 20, "thirties": 30, "fourties": 40, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
    "eighties": 80, "nineties": 90,
}  # fmt: skip
REGIONS = {
    "belg": "Flanders", "vlaam": "Flanders", "vlaanderen": "Flanders", "surina": "Surinam", "nederland": "Netherlands",
    "netherlands": "Netherlands",
}  # fmt: skip
"""Parts of an accent, and the region that each names. The first that occurs counts: "Belgisch Nederlands" is of Flanders."""


def read_common_voice(folder: Path, label_words: Labelling) -> Imported:
    """Read what is validated. Raises UsageError, with file and line, if the folder is not laid out as published."""
    answers, left_out = [], Counter[str]()
    for number, row in _read_rows(folder / TABLE):
        label = label_words(row["sentence"]) if row["locale"] == DUTCH else ""
        if label:
            answers.append(_read_answer(folder, number, row, label))
        else:
            left_out["are no clear answer" if row["locale"] == DUTCH else "are in another language"] += 1
    return Imported("common-voice", tuple(answers), left_out)


def _read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with its line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = sorted(set(NEEDED) - set(table.fieldnames or ()))
            if missing:
                raise UsageError(f"{path}:1: there is no column {', '.join(missing)}.", "Give a release of Common Voice.")
            for row in table:
                if any(row[name] is None for name in NEEDED):
                    raise UsageError(f"{path}:{table.line_num}: the row is too short.", "Unpack the corpus again.")
                yield table.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as reason:
        remedy = f"Give the folder of the language, which holds {TABLE} and clips/."
        raise UsageError(f"{path} cannot be read ({reason}).", remedy) from reason


def _read_answer(folder: Path, number: int, row: dict[str, str], label: str) -> CorpusAnswer:
    clip = folder / "clips" / row["path"]
    if not clip.is_file():
        raise UsageError(f"{folder / TABLE}:{number}: {clip} is not there.", "Unpack the whole corpus.")
    age = make_age_band(AGES[row["age"]]) if row["age"] in AGES else row["age"]
    accent = row.get("accents") or row.get("accent") or ""
    return CorpusAnswer(clip, label, row["sentence"], row["client_id"], age, _find_region(accent), accent, row["gender"])


def _find_region(accent: str) -> str:
    return next((region for part, region in REGIONS.items() if part in accent.casefold()), "")
