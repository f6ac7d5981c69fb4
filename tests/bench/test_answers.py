"""Recorded answers in several cuts."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.fake_engines import FakeRecognizer
from voice.audio.pcm import LISTENING_RATE, Audio, read_audio
from voice.audio.segment import Limits
from voice.audio.vad import BLOCK
from voice.bench.answers import format_recorded, score_recorded
from voice.bench.reference import Recording, make_leads
from voice.bench.score import Scored
from voice.consultation.script import Script
from voice.kiosk.turns.recorded_answer import cut_answer
from voice.recognize.transcript import Transcript, Vocabulary
from voice.understand.fusion.hearing import Ears

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
