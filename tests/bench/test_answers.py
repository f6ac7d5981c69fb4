"""Recorded answers in several cuts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.fake_engines import FakeRecognizer
from voice.audio.pcm import LISTENING_RATE, Audio, read_audio
from voice.audio.segment import Limits, cut_answer
from voice.audio.vad import BLOCK
from voice.bench.answers import as_value, format_recorded, score_recorded
from voice.bench.reference import Recording, WrittenAnswer, make_leads, read_recordings, read_spontaneous, read_words
from voice.bench.score import Scored, SourceShare, bootstrap, score_answer, score_sources
from voice.consultation.script import Script
from voice.recognize.transcript import Transcript, Vocabulary
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Meaning

NEE = Path("/usr/share/games/fillets-ng/sound/dump/nl/sm-v-jine2.ogg")
"""Of the Debian package fillets-ng-data-nl, which the tests need anyway."""


class Listening(FakeRecognizer):
    """Remembers the sound that it heard."""

    def __init__(self) -> None:
        super().__init__([])
        self.heard: list[Audio] = []

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        self.heard.append(audio)
        return super().transcribe(audio, vocabulary)


def test_a_recording_is_heard_in_as_many_cuts_as_are_wanted(script: Script) -> None:
    engine, row = Listening(), Recording(NEE, "no", "", "real")
    scored = score_recorded((row, row), script.question("koorts").expected, Ears(engine), cuts=3)
    assert [one.label for one in scored] == ["no"] * 6
    first, second, third = (audio.pcm for audio in engine.heard[:3])
    assert len({first, second, third}) == 3 and engine.heard[3].pcm == first


def test_the_table_says_in_how_many_cuts_each_was_heard() -> None:
    row = Scored("no", "", "real", "no")
    assert "in 2 cuts" in next(format_recorded((row, row), "x", 2))
    assert "cut" not in next(format_recorded((row,), "x"))


def test_what_lies_before_an_answer_is_kept_as_the_kiosk_keeps_it() -> None:
    audio = read_audio(NEE)
    bare, led = cut_answer(audio).audio, cut_answer(audio, lead=2.0).audio
    assert 0 < led.seconds - bare.seconds <= Limits().pre_roll


def test_every_cut_begins_at_another_place_in_a_block() -> None:
    offsets = {round(lead * LISTENING_RATE) % BLOCK for lead in make_leads(8)}
    assert len(offsets) == 8 and make_leads(1) == (0.0,)


def test_a_table_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("\ufefflabel\tutterance\nyes\tja\n", encoding="utf-8")
    assert read_words(tmp_path / "a.tsv") == (WrittenAnswer("ja", "yes", ""),)


def test_a_label_that_nobody_knows_is_told_and_does_not_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "w.tsv").write_text("label\tutterance\nyse\tja\nno@kracht\tnee\n", encoding="utf-8")
    (tmp_path / "r.tsv").write_text("file\tlabel\na.wav\tyes\nb.wav\tja\n", encoding="utf-8")
    (tmp_path / "s.tsv").write_text(
        "question\tlabel\ttext\nval\tyes|cofirm\tja\nduur\tduration:1-2|confirm\tpas\n", encoding="utf-8"
    )
    assert [row.utterance for row in read_words(tmp_path / "w.tsv")] == ["nee"]
    assert [row.file.name for row in read_recordings(tmp_path / "r.tsv")] == ["a.wav"]
    assert [row.text for row in read_spontaneous(tmp_path / "s.tsv")] == ["pas"]
    told = capsys.readouterr().err
    assert all(
        words in told for words in ("w.tsv, row 2: the label 'yse'", "r.tsv, row 3: the label 'ja'", "s.tsv, row 2: the label")
    )


def test_a_table_of_recordings_says_who_speaks_and_of_what_each_is_a_copy(tmp_path: Path) -> None:
    table = tmp_path / "r.tsv"
    table.write_text("file\tlabel\tspeaker\tbase\na.wav\tyes\tAn\tja\nb.wav\tyes\t\tja#cut\nc.wav\tno\t\t\n", encoding="utf-8")
    rows = read_recordings(table)
    assert [(row.speaker, row.source) for row in rows] == [("An", "ja"), ("-", "ja"), ("-", "c.wav")]


def heard(source: str, label: str, found: Meaning) -> Scored:
    return score_answer(Recording(Path(f"{source}.wav"), label, "", "real", base=source), found)


def test_copies_of_a_recording_share_its_weight() -> None:
    ten = [heard(f"ja#{number}", "yes", Meaning.NO) for number in range(10)]
    rows = (*ten, heard("jawel", "yes", Meaning.YES), heard("nee", "no", Meaning.NO), heard("nee#cut", "no", Meaning.YES))
    got = score_sources(rows, "all")
    assert (got.right.value, got.right.sources) == (pytest.approx(1.5 / 3), 3)
    assert (got.yes_to_no.value, got.yes_to_no.sources) == (pytest.approx(1 / 2), 2)
    assert (got.no_to_yes.value, got.no_to_yes.sources) == (pytest.approx(1 / 2), 1)
    lines = {line[:26].strip(): line[26:].split() for line in format_recorded(rows, "x")}
    assert lines["right at the first try"][0] == "50.0" and lines["right at the first try"][2:4] == ["of", "3"]
    assert [line.split() for line in format_recorded(rows, "x") if line.startswith("  stop")] == [["stop", "-", "-"]]


def test_each_age_and_region_that_the_table_tells_has_rows_of_its_own(tmp_path: Path) -> None:
    table = tmp_path / "r.tsv"
    told = "a.wav\tyes\t70-79\tWest-Vlaanderen\nb.wav\tyes\t70-79\t\nc.wav\tno\t80-89\tWest-Vlaanderen\nd.wav\tyes\t\t\n"
    table.write_text(f"file\tlabel\tage\tregion\n{told}", encoding="utf-8")
    found = (Meaning.YES, Meaning.NO, Meaning.NO, Meaning.NO)
    rows = tuple(score_answer(row, meaning) for row, meaning in zip(read_recordings(table), found, strict=True))
    lines = [line.split() for line in format_recorded(rows, "x")]
    shares = {
        " ".join(name): (lines[at + 1][5], lines[at + 2][4]) for at, name in enumerate(lines) if name[:1] in (["age"], ["region"])
    }
    assert shares == {"age 70-79": ("50.0", "50.0"), "age 80-89": ("100.0", "-"), "region West-Vlaanderen": ("100.0", "0.0")}
    speakers = as_value([], rows)["speakers"]
    assert [(one["trait"], one["value"], one["right"]["sources"]) for one in speakers] == [
        ("age", "70-79", 2), ("age", "80-89", 1), ("region", "West-Vlaanderen", 2),
    ]  # fmt: skip
    assert not [line for line in format_recorded(rows[3:], "x") if line.startswith(("age", "region"))]


def test_an_interval_is_that_of_the_sources_and_the_same_each_time() -> None:
    few, many = bootstrap([1.0, 0.0] * 5), bootstrap([1.0, 0.0] * 50)
    uneven = [1 / number for number in range(1, 30)]
    assert bootstrap(uneven) == bootstrap(uneven)
    assert (few.low, few.high) == (pytest.approx(0.2), pytest.approx(0.8))
    assert (many.low, many.high) == (pytest.approx(0.4, abs=0.02), pytest.approx(0.6, abs=0.02))


def test_no_mistake_among_a_few_recordings_does_not_say_that_there_will_be_none() -> None:
    none, alike = bootstrap([0.0] * 16), bootstrap([0.5])
    assert (none.value, none.low) == (0.0, 0.0) and none.high == pytest.approx(0.171, abs=0.001)
    assert bootstrap([1.0] * 16).low == pytest.approx(1 - none.high)
    assert alike.low < 0.05 and alike.high > 0.95
    assert bootstrap([]) == SourceShare(0.0, 0.0, 1.0, 0)
