"""Measuring the voice: words count as words, noise has the level that was asked for, and the table shows it all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.helpers.fake_engines import FakeSynthesizer
from voice.audio.loudness import measure_gated_loudness
from voice.audio.pcm import Audio, from_floats, silence, write_wav
from voice.base.errors import UsageError
from voice.bench import voice as bench
from voice.bench.intelligibility import add_noise, mix_babble, word_error_rate
from voice.bench.listener import LONGEST, split_line
from voice.bench.reference import Recording
from voice.setup.settings import Settings
from voice.speak.phrasebook import Phrasebook
from voice.speak.pronounce import load_lexicon
from voice.speak.utterance import Utterance

LINES = [Utterance("bel", "Bel 112 nu."), Utterance("rug", "Uw rug is sterk."), Utterance("dank", "Dank u wel.")]
PEOPLE = load_lexicon(Settings().prompts, "nl-BE")


def hum(seconds: float, loud: float = 0.3, hertz: float = 200, rate: int = 16_000) -> Audio:
    time = np.arange(round(seconds * rate)) / rate
    return from_floats((loud * np.sin(2 * np.pi * hertz * time)).astype(np.float32), rate)


@pytest.mark.parametrize(
    ("said", "heard", "rate"),
    [
        ("Hebt u koorts gehad?", "hebt u koorts gehad", 0.0),
        ("Bel één één twee.", "Bel 112!", 0.0),
        ("drieëndertig dagen", "33 dagen", 0.0),
        ("sinds de rugpijn begon", "sinds de rug pijn begon", 0.0),
        ("tussen uw benen", "tussenuw benen", 0.0),
        ("vier woorden zijn dit", "vier woorden waren dit", 0.25),
        ("vier woorden zijn dit", "", 1.0),
        ("één woord", "één woord en nog twee", 1.5),
    ],
)
def test_words_count_however_they_are_spelt(said: str, heard: str, rate: float) -> None:
    assert word_error_rate(said, heard, PEOPLE.numbers) == rate


def test_noise_is_as_much_softer_than_the_line_as_was_asked() -> None:
    line, noise = hum(2, 0.3), hum(1, 0.02, 900)
    added = from_floats(add_noise(line, noise, 10).floats - line.floats, line.rate)
    assert measure_gated_loudness(line) - measure_gated_loudness(added) == pytest.approx(10, abs=0.1)
    assert len(added.samples) == len(line.samples)


def test_babble_is_everybody_at_once_for_as_long_as_the_longest() -> None:
    mixed = mix_babble([hum(n / 10, hertz=100 * n) for n in range(1, 8)], 16_000)
    assert mixed.seconds == pytest.approx(0.6)
    spectrum = np.abs(np.fft.rfft(mixed.floats))
    assert all(spectrum[round(hertz * mixed.seconds)] > 20 for hertz in (200, 400, 600))


def test_a_line_that_is_too_long_for_the_listener_is_cut_where_it_is_quiet() -> None:
    line = from_floats(np.concatenate([hum(20).floats, silence(0.5).floats, hum(15).floats]), 16_000)
    pieces = split_line(line)
    assert len(pieces) == 2 and all(piece.seconds <= LONGEST for piece in pieces)
    assert pieces[0].seconds == pytest.approx(20.25, abs=0.2)
    assert b"".join(piece.pcm for piece in pieces) == line.pcm


def test_each_line_is_heard_clean_and_in_babble(tmp_path: Path) -> None:
    answers = iter(["bel 112 nu", "bel nu", "uw rug is sterk", "", "dank", "dank"])
    book = Phrasebook(FakeSynthesizer(), tmp_path)
    measured = bench.measure("fake", book, LINES, PEOPLE, lambda audio: next(answers))
    assert [(line.clean, line.babble) for line in measured.lines] == [(0, 0.6), (0, 1), (2 / 3, 2 / 3)]
    assert measured.words == 12
    assert measured.loudness == pytest.approx((-20,) * 3, abs=0.2)


def test_the_table_tells_the_median_and_the_worst_lines_first(tmp_path: Path) -> None:
    answers = iter(["bel 112 nu", "", "uw rug is", "", "dank", ""] * 2)
    books = {name: Phrasebook(FakeSynthesizer(), tmp_path / name) for name in ("ours", "peer")}
    measured = [bench.measure(name, book, LINES, PEOPLE, lambda _: next(answers)) for name, book in books.items()]
    told = list(bench.table(measured))
    assert told[2].split()[:4] == ["ours", "25%", "31%", "1/3"]
    assert told[4] == "ours has 1.00 times the wrong words of peer"
    assert [line.split()[1] for line in told[-3:]] == ["dank:", "rug:", "bel:"]
    assert [one.voice for one in measured] == ["ours", "peer"]


def write_recording(folder: Path, words: str, kind: str = "real") -> Recording:
    file = folder / f"{len(list(folder.glob('*.wav')))}.wav"
    write_wav(file, hum(1))
    return Recording(file, "none", "", kind, words)


def test_people_are_a_yardstick_by_their_whole_sentences(tmp_path: Path) -> None:
    said = write_recording(tmp_path, "Ik weet het niet zo zeker.")
    others = [write_recording(tmp_path, "Ja."), write_recording(tmp_path, "Ik weet het niet zo zeker.", "synthetic")]
    people = bench.measure_people([said, *others], PEOPLE, lambda _: "ik weet niet zo zeker")
    assert people.voice == "people (1 recordings)"
    assert [(line.id, line.clean) for line in people.lines] == [("0", pytest.approx(1 / 6))]


def test_recordings_without_a_sentence_are_no_yardstick(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sentence of 5 words"):
        bench.measure_people([write_recording(tmp_path, "Ja.")], PEOPLE, lambda _: "")
