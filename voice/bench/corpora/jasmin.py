"""Read JASMIN-CGN: old people from Flanders and the Netherlands who talk to a machine.

The corpus was not at hand when this was written. What is taken for its layout is what others made public: the scripts with
which Delft and Nijmegen prepare it (github.com/syfengcuhk/jasmin, s5/local; github.com/bomolenaar/jasmin_data_prep).

1. data/meta/text/{nl,vl}/speakers.txt: a line of headings, then tab-separated; column 1 the speaker, 3 the gender, 4 the age
   (may be empty), 6 the group (5: native speakers over 65), 13 the dialect region (may be missing).
2. data/annot/text/ort/comp-{p,q}/{nl,vl}/NAME.ort: a TextGrid in Latin-1, one tier for each speaker, named after the speaker;
   further tiers (TTS: the machine, BACKGROUND, COMMENTS) are not read. comp-p are talks with a machine, comp-q is read aloud.
3. data/audio/wav/comp-{p,q}/{nl,vl}/NAME.wav: in comp-p the speaker is on the first of two channels.
4. These folders may lie on several discs below the folder that is given.

The marks in the words are those of the Spoken Dutch Corpus, as its protocol has them and as far as we know it: xxx not
understood, ggg a sound that is no word, *a a word broken off, *x a word heard with doubt; other marks (*z, *d, *u ...) say how
a word was pronounced.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from voice.base.errors import UsageError
from voice.bench.corpora.labels import Labelling
from voice.bench.corpora.table import CorpusAnswer, Imported, Stretch, make_age_band
from voice.bench.corpora.textgrid import Interval, read_tiers

REGIONS = {"nl": "Netherlands", "vl": "Flanders"}
COMPONENTS = ("comp-p", "comp-q")
ANNOTATIONS = (".ort", ".textgrid")
OLD = "5"
"""The group of native speakers over 65."""
MARGIN = 0.2
"""Seconds that are kept before and behind an answer, as far as its speaker is silent there."""
TOUCHING = 0.01
"""Seconds; intervals that are nearer to each other are one utterance."""
_DOUBTFUL = re.compile(r"\bxxx\b|\*[ax]\b", re.IGNORECASE)
_MARK = re.compile(r"\*[a-z]\b")
_NOISE = re.compile(r"\bggg\b[.?!]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speaker:
    """age: a band, or ""."""

    name: str
    gender: str
    age: str
    group: str
    region: str
    dialect: str


def read_jasmin(folder: Path, label_words: Labelling) -> Imported:
    """Read what old people say. Raises UsageError, with file and line, if the folder is not laid out as published."""
    speakers = {speaker.name: speaker for speaker in _read_speakers(folder)}
    sounds = {_find_key(path): path for path in folder.rglob("*.wav")}
    answers, left_out = [], Counter[str]()
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in ANNOTATIONS and _is_of_corpus(path)):
        for name, intervals in read_tiers(path).items():
            speaker, said = speakers.get(name), tuple(_join_touching(intervals))
            if speaker is None:
                continue
            if speaker.group != OLD:
                left_out["are of people who are not of group 5 (over 65)"] += len(said)
                continue
            for before, one, after in _add_neighbours(said):
                label = "" if _DOUBTFUL.search(one.text) else label_words(_strip_marks(one.text))
                if label:
                    stretch = _find_stretch(before, one, after)
                    answers.append(_make_answer(_find_sound(sounds, path, one.line), speaker, one, label, stretch))
                else:
                    left_out["are no clear answer"] += 1
    return Imported("jasmin-cgn", tuple(answers), left_out)


def _read_speakers(folder: Path) -> Iterator[Speaker]:
    paths = [path for path in sorted(folder.rglob("speakers.txt")) if path.parent.name in REGIONS]
    if not paths:
        raise UsageError(f"{folder} has no data/meta/text/nl/speakers.txt, nor one below vl.", "Give the folder of JASMIN-CGN.")
    for path in paths:
        lines = path.read_text(encoding="latin-1").splitlines()
        for number, line in enumerate(lines[1:], start=2):
            if line.strip():
                yield _read_speaker(path, number, line.split("\t"))


def _read_speaker(path: Path, number: int, fields: list[str]) -> Speaker:
    if len(fields) < 6:
        raise UsageError(f"{path}:{number}: a speaker has at least 6 columns, with tabs between them.", "Copy the file again.")
    name, _, gender, age, _, group = (field.strip() for field in fields[:6])
    if age and not age.isdecimal():
        raise UsageError(f"{path}:{number}: the age '{age}' (column 4) is no number.", "Mend it, or leave it empty.")
    dialect = fields[12].strip() if len(fields) > 12 else ""
    band = make_age_band(int(age)) if age else ""
    return Speaker(name, gender, band, group, REGIONS[path.parent.name], dialect)


def _is_of_corpus(path: Path) -> bool:
    return path.parent.name in REGIONS and path.parent.parent.name in COMPONENTS


def _find_key(path: Path) -> tuple[str, ...]:
    return path.parent.parent.name, path.parent.name, path.stem


def _find_sound(sounds: dict[tuple[str, ...], Path], annotation: Path, line: int) -> Path:
    if sound := sounds.get(_find_key(annotation)):
        return sound
    problem = f"{annotation}:{line}: there is no {'/'.join(_find_key(annotation))}.wav for this answer."
    raise UsageError(problem, "Copy all discs of the corpus below one folder.")


def _join_touching(intervals: tuple[Interval, ...]) -> Iterator[Interval]:
    """Join what is said without a pause. A long utterance is annotated in pieces, and a piece of it is no answer."""
    last: Interval | None = None
    for one in intervals:
        if not one.text:
            continue
        if last and one.start - last.end < TOUCHING:
            last = Interval(last.start, one.end, f"{last.text} {one.text}", last.line)
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


def _add_neighbours(said: tuple[Interval, ...]) -> Iterator[tuple[Interval | None, Interval, Interval | None]]:
    around = (None, *said, None)
    for (before, one), (_, after) in pairwise(pairwise(around)):
        if one:
            yield before, one, after


def _find_stretch(before: Interval | None, one: Interval, after: Interval | None) -> Stretch:
    start = max(one.start - MARGIN, before.end if before else 0.0)
    end = min(one.end + MARGIN, after.start) if after else one.end + MARGIN
    return Stretch(start, end)


def _strip_marks(text: str) -> str:
    return " ".join(_MARK.sub("", _NOISE.sub("", text)).split())


def _make_answer(sound: Path, speaker: Speaker, one: Interval, label: str, stretch: Stretch) -> CorpusAnswer:
    return CorpusAnswer(
        sound, label, _strip_marks(one.text), speaker.name, speaker.age, speaker.region, speaker.dialect, speaker.gender, stretch
    )
