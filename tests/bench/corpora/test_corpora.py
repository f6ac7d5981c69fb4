"""Published corpora become the table that `bench answers` reads. The files here are made in their layouts."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice.audio.pcm import LISTENING_RATE, read_audio
from voice.base.errors import UsageError
from voice.bench import corpora
from voice.bench.corpora.labels import Labelling, make_labelling
from voice.bench.corpora.textgrid import read_tiers
from voice.bench.options import Report
from voice.bench.reference import read_recordings
from voice.setup.scripts import find_expected
from voice.setup.settings import Settings

HEAD = "client_id path sentence up_votes down_votes age gender accents locale segment".replace(" ", "\t")
ROWS = (
    ("anna", "1.mp3", "Ja.", "seventies", "female", "Vlaams Nederlands", "nl"),
    ("anna", "2.mp3", 'Hij zei "nee" en ging.', "seventies", "female", "Vlaams Nederlands", "nl"),
    ("bert", "3.mp3", "Nee, dank u.", "fourties", "male", "Nederlands Nederlands", "nl"),
    ("carl", "4.mp3", "Ik weet het niet.", "centenarian", "", "", "nl"),
    ("dora", "5.mp3", "Ja.", "", "", "", "de"),
)
SPEAKERS = "id\tname\tgender\tage\tbirthplace\tgroup\tg\th\tcef\tj\tk\tl\tregion\n"
OLD_MAN = "V000123\t\tM\t81\tV-9000\t5\t\t\t\t\t\t\tV-W1\n"
CHILD = "V000456\t\tF\t9\tV-9000\t1\t\t\t\t\t\t\tV-W1\n"
TALK = (
    ("V000123", ((0.0, 1.0, ""), (1.0, 1.5, "ja."), (1.5, 3.0, ""), (3.0, 3.4, "nee*z"), (3.4, 4.0, "ggg."),
                 (4.0, 5.0, ""), (5.0, 5.5, "ja"), (5.5, 6.5, "en dan ga ik naar huis."), (6.5, 7.0, ""), (7.0, 7.5, "xxx nee."),
                 (7.5, 8.0, ""), (8.0, 9.0, "n*a nee."), (9.0, 9.2, ""), (9.2, 9.6, "nee*x"), (9.6, 10.0, ""))),
    ("TTS", ((0.0, 9.0, "gaat het? ja."),)),
    ("V000456", ((0.0, 8.0, ""), (8.0, 9.0, "nee."))),
)  # fmt: skip
"""Two people and a machine. Of the man's utterances two are clear answers."""


def read_line(row: tuple[str, ...]) -> str:
    client, path, sentence, age, gender, accents, locale = row
    return "\t".join((client, path, sentence, "2", "0", age, gender, accents, locale, ""))


@pytest.fixture
def common_voice(tmp_path: Path) -> Path:
    folder = tmp_path / "cv" / "nl"
    (folder / "clips").mkdir(parents=True)
    for row in ROWS:
        soundfile.write(folder / "clips" / row[1], np.zeros(16_000, np.float32), 16_000, format="MP3")
    (folder / "validated.tsv").write_text("\n".join((HEAD, *map(read_line, ROWS))) + "\n", encoding="utf-8")
    return folder


def write_grid(path: Path, long: bool = False) -> None:
    """Write the talk as Praat does, in its short or its long text format."""
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"' if long else '"TextGrid"', ""]
    lines += ["xmin = 0", "xmax = 9", "tiers? <exists>", "size = 3", "item []:"] if long else ["0", "9", "<exists>", "3"]
    for number, (name, intervals) in enumerate(TALK, start=1):
        head = ('"IntervalTier"', f'"{name}"', "0", "9", str(len(intervals)))
        words = ("class =", "name =", "xmin =", "xmax =", "intervals: size =")
        lines += [f"item [{number}]:"] if long else []
        lines += [f"{word} {value}" for word, value in zip(words, head, strict=True)] if long else head
        for place, (start, end, text) in enumerate(intervals, start=1):
            lines += [f"intervals [{place}]:", f"xmin = {start}", f"xmax = {end}", f'text = "{text}"'] if long else []
            lines += [] if long else [str(start), str(end), f'"{text}"']
    path.write_text("\n".join(lines) + "\n", encoding="latin-1")


@pytest.fixture
def jasmin(tmp_path: Path) -> Path:
    """The corpus on two discs. The man is on the first channel, softer than the machine on the second."""
    folder = tmp_path / "jasmin"
    meta = folder / "CDdoc" / "data" / "meta" / "text" / "vl"
    annotation = folder / "DVD01" / "data" / "annot" / "text" / "ort" / "comp-p" / "vl"
    audio = folder / "DVD01" / "data" / "audio" / "wav" / "comp-p" / "vl"
    for place in (meta, annotation, audio):
        place.mkdir(parents=True)
    (meta / "speakers.txt").write_text(SPEAKERS + OLD_MAN + CHILD, encoding="latin-1")
    write_grid(annotation / "fv170001.ort")
    sound = np.tile(np.array([0.25, 0.75], np.float32), (9 * 16_000, 1))
    soundfile.write(audio / "fv170001.wav", sound, 16_000)
    return folder


def import_corpus(corpus: str, folder: Path, output: Path) -> Report:
    return corpora.run(argparse.Namespace(corpus=corpus, folder=folder, output=output), Settings())


@pytest.fixture(scope="module")
def label_words() -> Labelling:
    return make_labelling(find_expected(Settings(), None))


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("Ja.", "yes"), ("uh ja hoor", "yes"), ("neen", "no"), ("Nee, dank u.", "no"), ("dat weet ik niet", "dont_know"),
        ("Wat zegt u?", "repeat"), ("Stop.", "stop"), ("Help!", "help"),
        ("Ja?", ""), ("nou ja", ""), ("ja nee", ""), ("Ik denk het niet.", ""), ("Hij zei nee.", ""), ("Nee, maar wel een hond.", ""),
        ("Ja, dat is mijn zuster.", ""), ("De trein vertrekt om vijf uur.", ""), ("", ""),
    ],
)  # fmt: skip
def test_only_what_is_a_clear_answer_is_labelled(label_words: Labelling, said: str, label: str) -> None:
    assert label_words(said) == label


def test_common_voice_becomes_a_table_with_ages_and_regions(common_voice: Path, tmp_path: Path) -> None:
    table = tmp_path / "cv.tsv"
    report = import_corpus("common-voice", common_voice, table)
    head, *rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines())
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["speaker"], row["label"], row["age"], row["region"]) for row in told] == [
        ("anna", "yes", "70-79", "Flanders"), ("bert", "no", "40-49", "Netherlands"), ("carl", "dont_know", "centenarian", ""),
    ]  # fmt: skip
    assert report.value["left_out"] == {"are no clear answer": 1, "are in another language": 1}
    lines = list(report.lines)
    assert lines[0] == f"3 answers in {table}" and any(line.startswith("70-79") for line in lines)
    recordings = read_recordings(table)
    assert [(one.label, one.kind, one.transcript) for one in recordings][1] == ("no", "real", "Nee, dank u.")
    assert all(read_audio(one.file).seconds > 0.5 for one in recordings)


@pytest.mark.parametrize("corpus", ["common-voice", "jasmin"])
def test_nothing_is_overwritten(corpus: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder, table = request.getfixturevalue(corpus.replace("-", "_")), tmp_path / "t.tsv"
    table.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"t\.tsv is there already"):
        import_corpus(corpus, folder, table)
    assert table.read_text(encoding="utf-8") == "mine" and not (tmp_path / "t-clips").exists()


def test_clips_that_are_there_are_not_overwritten(jasmin: Path, tmp_path: Path) -> None:
    (tmp_path / "t-clips").mkdir()
    with pytest.raises(UsageError, match="t-clips is there already"):
        import_corpus("jasmin", jasmin, tmp_path / "t.tsv")
    assert not (tmp_path / "t.tsv").exists()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (read_line(("e", "9.mp3", "Ja.", "", "", "", "nl")), r"validated\.tsv:7: .*9\.mp3 is not there"),
        ("e\t1.mp3\tJa.", r"validated\.tsv:7: the row is too short"),
    ],
)
def test_a_row_of_common_voice_that_cannot_be_used_is_told_with_its_line(
    common_voice: Path, tmp_path: Path, line: str, problem: str
) -> None:
    with (common_voice / "validated.tsv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(UsageError, match=problem):
        import_corpus("common-voice", common_voice, tmp_path / "t.tsv")
    assert not (tmp_path / "t.tsv").exists()


def test_a_folder_that_is_no_corpus_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"validated\.tsv cannot be read"):
        import_corpus("common-voice", tmp_path, tmp_path / "t.tsv")
    with pytest.raises(UsageError, match=r"speakers\.txt"):
        import_corpus("jasmin", tmp_path, tmp_path / "t.tsv")
    (tmp_path / "validated.tsv").write_text("path\tsentence\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"validated\.tsv:1: there is no column age, client_id"):
        import_corpus("common-voice", tmp_path, tmp_path / "t.tsv")
    (tmp_path / "validated.tsv").write_text(HEAD + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no clear answer, so no table was written"):
        import_corpus("common-voice", tmp_path, tmp_path / "t.tsv")


def test_answers_of_old_people_are_cut_out_of_their_talk(jasmin: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    report = import_corpus("jasmin", jasmin, table)
    head, *rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines())
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["label"], row["transcript"]) for row in told] == [("yes", "ja."), ("no", "nee")]
    assert {(row["speaker"], row["base"], row["age"], row["region"], row["accent"]) for row in told} == {
        ("V000123", "fv170001", "80-89", "Flanders", "V-W1")
    }
    assert report.value["left_out"] == {"are no clear answer": 4, "are of people who are not of group 5 (over 65)": 1}
    yes, no = (read_audio(one.file) for one in read_recordings(table))
    assert yes.seconds == pytest.approx(0.9) and no.seconds == pytest.approx(1.4)
    assert yes.rate == LISTENING_RATE and yes.floats == pytest.approx(0.25, abs=0.01)


def test_both_formats_of_praat_are_the_same(tmp_path: Path) -> None:
    write_grid(tmp_path / "short.ort")
    write_grid(tmp_path / "long.ort", long=True)
    short, long = (read_tiers(tmp_path / f"{name}.ort") for name in ("short", "long"))
    assert list(short) == ["V000123", "TTS", "V000456"]
    no = short["V000123"][3]
    assert no.text == "nee*z" and (tmp_path / "short.ort").read_text(encoding="latin-1").splitlines()[no.line - 1] == '"nee*z"'
    for name, intervals in short.items():
        assert [(one.start, one.end, one.text) for one in intervals] == [(one.start, one.end, one.text) for one in long[name]]


def test_a_file_of_jasmin_that_cannot_be_used_is_told_with_its_line(jasmin: Path, tmp_path: Path) -> None:
    speakers = jasmin / "CDdoc" / "data" / "meta" / "text" / "vl" / "speakers.txt"
    speakers.write_text(SPEAKERS + OLD_MAN.replace("81", "old"), encoding="latin-1")
    with pytest.raises(UsageError, match=r"speakers\.txt:2: the age 'old'"):
        import_corpus("jasmin", jasmin, tmp_path / "t.tsv")
    speakers.write_text(SPEAKERS + OLD_MAN + "V1 M 81\n", encoding="latin-1")
    with pytest.raises(UsageError, match=r"speakers\.txt:3: a speaker has at least 6 columns"):
        import_corpus("jasmin", jasmin, tmp_path / "t.tsv")
    speakers.write_text(SPEAKERS + OLD_MAN, encoding="latin-1")
    grid = next(jasmin.rglob("*.ort"))
    whole = grid.read_text(encoding="latin-1")
    grid.write_text(whole.replace("1.5\n3.0", "1.5\nthree"), encoding="latin-1")
    with pytest.raises(UsageError, match=r"fv170001\.ort:\d+: this is no TextGrid"):
        import_corpus("jasmin", jasmin, tmp_path / "t.tsv")
    grid.write_text(whole, encoding="latin-1")
    next(jasmin.rglob("*.wav")).unlink()
    with pytest.raises(UsageError, match=r"fv170001\.ort:\d+: there is no comp-p/vl/fv170001\.wav"):
        import_corpus("jasmin", jasmin, tmp_path / "t.tsv")
    assert not list(tmp_path.glob("t*"))
