"""The voice of pyttsx3, for real: it speaks, it refuses, and it survives its own library."""

import os
import signal
import time
from pathlib import Path

import pytest

from voice.audio.loudness import measure_gated_loudness
from voice.base.errors import VoiceError
from voice.speak.engines import process as module
from voice.speak.engines.process import SLOW_PAUSES, SLOW_RATE, Pauses
from voice.speak.engines.pyttsx3 import Pyttsx3
from voice.speak.engines.pyttsx3_worker import choose_voice
from voice.speak.engines.worker import VoiceRefusal
from voice.speak.phrasebook import Phrasebook
from voice.speak.utterance import Utterance

pytestmark = pytest.mark.slow

LINE = Utterance("koorts", "Hebt u de laatste dagen koorts gehad, of hebt u zich rillerig gevoeld? Zeg ja of nee.")


@pytest.fixture
def voice():
    speaker = Pyttsx3("nl-BE")
    yield speaker
    speaker.close()


def child(voice: Pyttsx3) -> int:
    """Process id of the voice's child."""
    return voice._start()._process.pid


def folder(voice: Pyttsx3) -> Path:
    return Path(voice._start()._folder.name)


def test_a_line_is_spoken_at_a_calm_rate_and_loud_enough(voice):
    sound = voice.synthesize(LINE)
    assert sound.rate == 22_050
    assert 120 < 60 * len(LINE.text.split()) / sound.seconds < 175
    assert measure_gated_loudness(sound) > -30


def test_the_identity_names_everything_that_can_change_the_sound(voice):
    for part in ("pyttsx3 2.", "espeak-ng 1.", "nl", "145wpm", "0.25/0.45"):
        assert part in voice.identity


def test_slower_is_slower_mostly_by_its_pauses(voice):
    slow = Pyttsx3("nl-BE", SLOW_RATE, SLOW_PAUSES)
    assert slow.identity != voice.identity
    assert slow.synthesize(LINE).seconds > 1.15 * voice.synthesize(LINE).seconds
    slow.close()


def test_pauses_are_silence_between_clauses(voice):
    without = Pyttsx3("nl-BE", pauses=Pauses(0, 0))
    longer = voice.synthesize(LINE).seconds - without.synthesize(LINE).seconds
    assert longer == pytest.approx(0.25 + 0.45, abs=0.01)
    without.close()


def test_nothing_that_was_said_stays_on_the_disk_nor_can_others_read_it(voice):
    voice.synthesize(LINE)
    assert list(folder(voice).iterdir()) == []
    assert folder(voice).stat().st_mode & 0o077 == 0


def test_a_child_that_was_killed_is_replaced(voice):
    voice.synthesize(LINE)
    os.kill(child(voice), signal.SIGKILL)
    assert voice.synthesize(LINE).seconds > 3


def test_a_child_that_hangs_is_ended_at_the_deadline_and_the_next_line_is_spoken(voice, monkeypatch):
    os.kill(child(voice), signal.SIGSTOP)
    monkeypatch.setattr(voice, "_deadline", 0.3)
    begun = time.monotonic()
    with pytest.raises(VoiceError, match="did not answer"):
        voice.synthesize(LINE)
    assert time.monotonic() - begun < 2
    monkeypatch.undo()
    assert voice.synthesize(LINE).seconds > 3


def test_a_child_that_dies_every_time_is_an_error(voice, monkeypatch):
    monkeypatch.setattr(module, "sys", type("Sys", (), {"executable": "/bin/false"}))
    voice.close()
    with pytest.raises(VoiceError, match="failed twice"):
        voice.synthesize(LINE)


def test_after_closing_it_speaks_again_when_asked(voice):
    voice.close()
    assert voice.synthesize(LINE).seconds > 3


def test_a_line_without_words_is_refused_by_its_id(voice):
    with pytest.raises(VoiceError, match="leeg"):
        voice.synthesize(Utterance("leeg", " ... "))


def test_a_full_disk_is_told_before_the_library_hangs_on_it(voice, monkeypatch):
    monkeypatch.setattr(module, "ROOM_BYTES", 10**18)
    with pytest.raises(VoiceError, match="No room"):
        voice.synthesize(LINE)


@pytest.mark.parametrize(
    ("name", "problem"),
    [("jansen", "unknown"), ("mb-nl2", "MBROLA"), ("gmw/en", "does not speak Dutch"), ("nl+nobody", "could not be set")],
)
def test_a_voice_that_will_not_do_is_refused_in_one_line(name, problem):
    with pytest.raises(VoiceError, match=problem) as error:
        Pyttsx3("nl-BE", voice=name)
    assert "\n" not in str(error.value)


def test_every_clause_is_complete_when_it_is_returned(voice):
    lengths = [voice.synthesize(Utterance("ja", "Ja, ja, ja, ja.")).seconds for _ in range(25)]
    assert max(lengths) - min(lengths) < 0.05


def test_a_variant_of_the_voice_is_another_voice():
    female = Pyttsx3("nl", voice="nl+f2")
    assert female.identity.split(" 145wpm")[0].endswith("nl+f2")
    female.close()


WINDOWS = [
    ("HKEY_1", "Microsoft David Desktop - English (United States)", ""),
    ("HKEY_2", "Microsoft Frank - Dutch (Netherlands)", ""),
    ("HKEY_3", "Microsoft Bart - Dutch (Belgium)", ""),
]
MAC = [("com.apple.claire", "Claire", "nl_NL"), ("com.apple.ellen", "Ellen", "nl_BE"), ("com.apple.thomas", "Thomas", "fr_FR")]
ESPEAK = [("roa/fr-be", "French (Belgium)", "fr-be"), ("gmw/nl", "Dutch", "nl"), ("mb/mb-nl2", "dutch-mbrola-2", "nl")]


@pytest.mark.parametrize(
    ("voices", "locale", "chosen"),
    [
        (WINDOWS, "nl-NL", "HKEY_2"),
        (WINDOWS, "nl-BE", "HKEY_3"),
        (WINDOWS[:2], "nl-BE", "HKEY_2"),
        (MAC, "nl-BE", "com.apple.ellen"),
        (MAC, "nl-NL", "com.apple.claire"),
        (ESPEAK, "nl-BE", "gmw/nl"),
    ],
)
def test_the_voice_of_the_locale_is_chosen_else_any_that_speaks_dutch(voices, locale, chosen):
    assert choose_voice(voices, locale) == chosen


def test_a_system_without_dutch_is_told_so():
    with pytest.raises(VoiceRefusal, match="no Dutch voice"):
        choose_voice([WINDOWS[0], MAC[2]], "nl-BE")


def test_a_hundred_and_fifty_lines_render_well_within_twenty_seconds(voice, tmp_path):
    lines = [Utterance(str(n), f"Regel {n}: {LINE.text}") for n in range(50)]
    begun = time.monotonic()
    assert Phrasebook(voice, tmp_path).prepare(lines) == 50
    assert time.monotonic() - begun < 20 / 3 * 2
