"""Record the practice's own voice: each line is checked, read again if it is not good, and a session can be continued."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.fake_patient import RecordedMicrophone
from tests.helpers.virtual_sound_card import ROOT, virtual_sound_card
from voice.audio.loudness import measure_gated_loudness
from voice.audio.pcm import Audio, from_floats, join, silence, write_wav
from voice.bench.rigs.fakes import LoudnessActivity
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebook
from voice.speak.quality import find_recording_flaw
from voice.speak.recording_session import RecordingSession, describe_coverage
from voice.speak.recordings import Recordings
from voice.speak.utterance import Utterance

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
    """Types what was prepared, reads one clip a take, and remembers what was shown and played."""

    def __init__(self, folder: Path, clips: list[Audio], typed: list[str]) -> None:
        self.recordings = Recordings(folder)
        self.shown: list[str] = []
        self.played: list[Audio] = []
        self._typed: Iterator[str] = iter(typed)
        self.studio = RecordingSession(
            RecordedMicrophone(clips), LoudnessActivity, self.recordings, self._ask, self.shown.append, self.played.append
        )

    def _ask(self, question: str) -> str:
        self.shown.append(question)
        return next(self._typed)


def test_every_line_is_shown_recorded_trimmed_and_kept(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech(1.5), make_speech(2.0)], ["", "", "", ""])
    reader.studio.lead(LINES)
    assert [line for line in LINES if any(line.text in shown for shown in reader.shown)] == list(LINES)
    assert [reader.recordings.audio(line).seconds for line in LINES] == pytest.approx([1.58, 2.08], abs=0.06)


def test_whoever_stops_goes_on_later_where_it_was(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech()], ["", "q"])
    reader.studio.lead(LINES)
    assert reader.recordings.list_missing(LINES) == LINES[1:]
    assert describe_coverage(reader.recordings, LINES) == "1 of 2 lines are recorded; 1 are spoken by the next voice."
    again = Reader(tmp_path, [make_speech()], ["", ""])
    again.studio.lead(again.recordings.list_missing(LINES))
    assert describe_coverage(again.recordings, LINES) == "2 of 2 lines are recorded."


def test_a_line_may_be_heard_and_recorded_again(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech(1.5), make_speech(2.5)], ["", "p", "a", ""])
    reader.studio.lead(LINES[:1])
    assert [take.seconds for take in reader.played] == pytest.approx([1.58], abs=0.06)
    assert measure_gated_loudness(reader.played[0]) == pytest.approx(-20, abs=0.5)
    assert reader.recordings.audio(LINES[0]).seconds == pytest.approx(2.58, abs=0.06)


def test_a_line_may_be_skipped_and_a_wrong_key_is_asked_again(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech()], ["x", "s", "", ""])
    reader.studio.lead(LINES)
    assert "'x' is not a choice." in reader.shown
    assert reader.recordings.list_missing(LINES) == LINES[:1]


BAD = {
    "empty": (silence(0.1), "Is the microphone on, and close enough?"),
    "too short": (make_speech(0.15), "Read the whole line."),
    "too long": (make_speech(9.0), "Read only the line"),
    "too soft": (make_speech(loud=0.06), "Come closer"),
    "clipped": (make_speech(loud=0.9, factor=3.0), "Move back a little"),
    "noisy": (make_speech(loud=0.15, noise=0.007), "Close the door"),
}


@pytest.mark.parametrize("flaw", BAD)
def test_a_take_that_is_not_good_is_explained_and_read_once_more(tmp_path: Path, flaw: str) -> None:
    take, remedy = BAD[flaw]
    reader = Reader(tmp_path, [take, make_speech()], ["", "", ""])
    reader.studio.lead(LINES[:1])
    told = [shown for shown in reader.shown if f"That came out {flaw}" in shown]
    assert len(told) == 1 and remedy in told[0]
    assert reader.recordings.audio(LINES[0]).seconds == pytest.approx(1.58, abs=0.06)


def test_a_recording_that_is_not_good_is_never_kept(tmp_path: Path) -> None:
    reader = Reader(tmp_path, [make_speech(loud=0.06)], ["", "q"])
    reader.studio.lead(LINES)
    assert not reader.recordings


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
        command = [sys.executable, "-u", "-m", "voice", "record", "welkom", "--settings", str(settings)]
        with subprocess.Popen(
            command, env=card.environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as studio:
            studio.stdin.write("\n\n")
            studio.stdin.flush()
            shown = ""
            while "Read now" not in shown:
                shown = studio.stdout.readline()
                assert shown, "the command ended before it listened"
            subprocess.run(
                ["paplay", "--device=kiosk_mic", str(tmp_path / "reader.wav")], env=card.environment, timeout=30, check=True
            )
            rest, _ = studio.communicate(timeout=30)
    assert "Kept" in rest and "1 of" in rest
    assert Recordings(tmp_path / "nl-BE").audio(line).seconds > 2
