"""`ruggespraak consult`: what it holds of the voices in the room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import soundfile

from voice.audio.loudspeaker import SilentLoudspeaker
from voice.audio.microphone import Capture
from voice.audio.pcm import silence
from voice.cli.consult import record_voices
from voice.kiosk.turns.listen import ImmediateExecutor
from voice.setup.devices import Surroundings

ROOM = Surroundings(SilentLoudspeaker(), lambda question: iter([bytes(16_000)]), ImmediateExecutor(), lambda: None, Capture())


def test_no_sound_is_held_unless_a_recording_is_asked_for() -> None:
    with record_voices(ROOM, None) as heard:
        assert heard is ROOM


def test_a_recording_holds_both_voices(tmp_path: Path) -> None:
    with record_voices(replace(ROOM), tmp_path / "visit.wav") as heard:
        heard.loudspeaker.play(silence(1.0))
        assert list(heard.ear(None)) == [bytes(16_000)]
    assert soundfile.info(tmp_path / "visit.wav").duration == 1.5
