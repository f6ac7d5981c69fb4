"""Record the practice's own voice: each line is checked, read again if it is not good, and a session can be continued."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.fake_patient import RecordedMicrophone
from tests.helpers.terminal import open_terminal
from tests.helpers.virtual_sound_card import virtual_sound_card
from voice.audio.loudness import measure_gated_loudness
from voice.audio.pcm import Audio, from_floats, join, silence, write_wav
from voice.bench.rigs.fakes import LoudnessActivity
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebook
from voice.speak.quality import find_recording_flaw
from voice.speak.reading import fits_line
from voice.speak.recording_session import RecordingSession, describe_coverage, load_recording_words
from voice.speak.recordings import Recordings
from voice.speak.utterance import Utterance

WORDS = load_recording_words(Settings().locale_folder)
LINES = (Utterance("een", "Dit is de eerste regel."), Utterance("twee", "Dit is de tweede regel."))
RATE = 16_000


def make_speech(seconds: float = 1.5, loud: float = 0.3, noise: float = 0.0005, factor: float = 1.0) -> Audio:
    """Somebody speaks between two silences of a room."""
    random = np.random.default_rng(1)
    tone = loud * np.sin(2 * np.pi * 150 * np.arange(round(seconds * RATE)) / RATE)
    room = noise * random.standard_normal(len(tone) + RATE)
    room[RATE // 2 : RATE // 2 + len(tone)] += tone
    return from_floats((factor * room).astype(np.float32), RATE)


class Reader:
    """Types what was prepared, reads one clip a take, and remembers what was shown and played. heard: by the listener."""

    def __init__(self, folder: Path, clips: list[Audio], typed: list[str], heard: list[str] | None = None) -> None:
        self.recordings = Recordings(folder)
        self.shown: list[str] = []
        self.played: list[Audio] = []
        self._typed: Iterator[str] = iter(typed)
        self.studio = RecordingSession(
            RecordedMicrophone(clips), LoudnessActivity, self.recordings, WORDS, self._ask, self.shown.append, self.played.append,
            None if heard is None else lambda take: heard.pop(0),
        )  # fmt: skip

    def _ask(self, question: str) -> str:
        self.shown.append(question)
        return next(self._typed)


def test_every_line_is_shown_recorded_trimmed_and_kept(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech(1.5), make_speech(2.0)], ["", "", "", ""])
    reader.studio.lead(LINES)
    assert [line for line in LINES if any(line.text in shown for shown in reader.shown)] == list(LINES)
    assert [reader.recordings.audio(line).seconds for line in LINES] == pytest.approx([1.58, 2.08], abs=0.06)


def test_whoever_stops_goes_on_later_where_it_was(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech()], ["", "s"])
    reader.studio.lead(LINES)
    assert reader.recordings.list_missing(LINES) == LINES[1:]
    told = describe_coverage(reader.recordings, LINES, WORDS)
    assert told.startswith("1 van de 2 zinnen zijn ingesproken.") and "record --missing" in told
    again = Reader(tmp_path, [make_speech()], ["", ""])
    again.studio.lead(again.recordings.list_missing(LINES))
    assert describe_coverage(again.recordings, LINES, WORDS) == "2 van de 2 zinnen zijn ingesproken."


def test_a_line_may_be_heard_and_recorded_again(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech(1.5), make_speech(2.5)], ["", "b", "n", ""])
    reader.studio.lead(LINES[:1])
    assert [take.seconds for take in reader.played] == pytest.approx([1.58], abs=0.06)
    assert measure_gated_loudness(reader.played[0]) == pytest.approx(-20, abs=0.5)
    assert reader.recordings.audio(LINES[0]).seconds == pytest.approx(2.58, abs=0.06)


def test_a_line_may_be_skipped_and_a_wrong_key_is_asked_again(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech()], ["x", "o", "", ""])
    reader.studio.lead(LINES)
    assert "x is geen keuze." in reader.shown
    assert reader.recordings.list_missing(LINES) == LINES[:1]


BAD = {
    "empty": (silence(0.1), "Staat de microfoon aan, en dicht genoeg?"),
    "too short": (make_speech(0.15), "Lees de hele zin."),
    "too long": (make_speech(9.0), "Lees alleen de zin"),
    "too soft": (make_speech(loud=0.06), "Kom dichterbij"),
    "clipped": (make_speech(loud=0.9, factor=3.0), "Ga wat achteruit"),
    "noisy": (make_speech(loud=0.15, noise=0.007), "Doe de deur dicht"),
}


@pytest.mark.parametrize("flaw", BAD)
def test_a_take_that_is_not_good_is_explained_and_read_once_more(tmp_path: Path, flaw: str) -> None:
    take, remedy = BAD[flaw]
    reader = Reader(tmp_path, [take, make_speech()], ["", "", ""])
    reader.studio.lead(LINES[:1])
    assert sum(remedy in shown for shown in reader.shown) == 1
    assert reader.recordings.audio(LINES[0]).seconds == pytest.approx(1.58, abs=0.06)


def test_a_recording_that_is_not_good_is_never_kept(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech(loud=0.06)], ["", "s"])
    reader.studio.lead(LINES)
    assert not reader.recordings


def test_another_line_than_the_one_that_is_shown_is_not_kept_and_is_read_again(tmp_path: Path) -> None:
    heard = ["Wat eten we vandaag, soep?", "dit is de eerste regel"]
    reader = Reader(tmp_path, [make_speech(1.5), make_speech(2.0)], ["", "", ""], heard)
    reader.studio.lead(LINES[:1])
    assert "Dat klonk als: Wat eten we vandaag, soep?" in reader.shown
    assert reader.recordings.audio(LINES[0]).seconds == pytest.approx(2.08, abs=0.06)


def test_a_reader_who_was_misheard_plays_the_take_and_keeps_it_and_one_who_stops_keeps_nothing(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "kept", [make_speech()], ["", "b", "h", ""], ["Grint knechoën."])
    reader.studio.lead(LINES[:1])
    assert len(reader.played) == 1 and reader.recordings.has(LINES[0])
    stopped = Reader(tmp_path / "stopped", [make_speech()], ["", "s"], ["Grint knechoën."])
    stopped.studio.lead(LINES[:1])
    assert not stopped.recordings


def test_a_line_misheard_in_a_word_still_fits_and_half_a_line_another_or_nothing_does_not() -> None:
    line = "Hebt u koorts gehad sinds de rugpijn begon? Bel dan 112."
    assert fits_line(line, "heb u kort gehad sinds de rugpijn begon bel dan één één twee")
    for heard in ("Hebt u koorts", "Kunt u nog plassen zoals anders?", ""):
        assert not fits_line(line, heard)


def test_a_good_recording_has_no_flaw_and_silence_is_one() -> None:
    assert find_recording_flaw(make_speech(), LINES[0].text) is None
    assert find_recording_flaw(silence(2), LINES[0].text) == "silent"


@pytest.mark.slow
def test_a_line_is_recorded_from_a_sound_card_by_the_command(tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text(f"recordings: {tmp_path}\nmicrophone: kiosk_mic\n", encoding="utf-8")
    line = load_chosen_script(Settings()).line("welkom")
    with open_phrasebook(Settings(speech=tmp_path / "speech")) as book:
        write_wav(tmp_path / "reader.wav", join([silence(0.3), book.audio(line)], 48_000))
    with virtual_sound_card(hum=True) as card:
        command = [sys.executable, "-m", "voice", "record", "welkom", "--settings", str(settings)]
        with open_terminal(command, card.environment) as terminal:
            terminal.answer("Enter: opnemen", "")
            terminal.wait_for("Lees nu")
            play = ["paplay", "--device=kiosk_mic", str(tmp_path / "reader.wav")]
            subprocess.run(play, env=card.environment, timeout=30, check=True)
            assert "dBFS |####" in terminal.wait_for("Bewaard")
            terminal.answer("volgende zin", "")
            assert terminal.end() == 0
    assert "zinnen zijn ingesproken" in terminal.shown and "1 van de " in terminal.shown
    assert Recordings(tmp_path / "nl-BE").audio(line).seconds > 2
