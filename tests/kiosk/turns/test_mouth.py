"""The kiosk's mouth: what a patient asks of the voice, and what is spoken if a voice fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.helpers.fake_engines import FakeSynthesizer
from voice.audio.loudspeaker import Halted, never
from voice.audio.pcm import Audio
from voice.base.errors import DeviceError, VoiceError
from voice.kiosk.turns import mouth as mouths
from voice.kiosk.turns.mouth import Books, PhrasebookMouth
from voice.speak.phrasebook import HANDING_OVER, Phrasebook
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer, Meaning

LINE = Utterance("welkom", "Goedemorgen, welkom bij ons.")


class DeadVoice(FakeSynthesizer):
    def synthesize(self, utterance: Utterance) -> Audio:
        raise VoiceError("The voice has died.")


class Loudspeaker:
    def __init__(self) -> None:
        self.played: list[Audio] = []

    def play(self, audio: Audio, halted: Halted = never) -> float:
        self.played.append(audio)
        return audio.seconds

    def stop(self) -> None: ...

    def close(self) -> None: ...


def spoken(usual: Phrasebook, slower: Callable[[], Phrasebook]) -> list[Audio]:
    loudspeaker = Loudspeaker()
    mouth = PhrasebookMouth(Books(usual, slower), loudspeaker)
    mouth.adjust(Answer(Meaning.SLOWER))
    mouth.speak(LINE)
    return loudspeaker.played


def book(folder: Path, voice: FakeSynthesizer) -> Phrasebook:
    return Phrasebook(voice, folder / voice.identity)


def refused() -> Phrasebook:
    raise VoiceError("There is no slower voice.")


def test_a_slower_voice_that_dies_or_is_not_there_leaves_the_usual_one(tmp_path: Path) -> None:
    usual = book(tmp_path, FakeSynthesizer("usual"))
    assert spoken(usual, lambda: book(tmp_path, DeadVoice("slow"))) == [usual.audio(LINE)]
    assert spoken(usual, refused) == [usual.audio(LINE)]


def test_a_line_that_no_voice_can_speak_is_a_fault_of_the_device(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="voice has failed"):
        spoken(book(tmp_path, DeadVoice("usual")), lambda: book(tmp_path, DeadVoice("slow")))


class HangingVoice(FakeSynthesizer):
    """Takes as long for a line as the test wants."""

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self.awake = threading.Event()

    def synthesize(self, utterance: Utterance) -> Audio:
        self.awake.wait()
        return super().synthesize(utterance)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[HangingVoice]:
    monkeypatch.setattr(mouths, "RENDERING_SECONDS", 0.05)
    voice = HangingVoice("slow")
    yield voice
    voice.awake.set()


def test_a_line_that_takes_too_long_is_spoken_at_the_usual_pace_and_kept_for_later(tmp_path: Path, hanging: HangingVoice) -> None:
    usual, slow, loudspeaker = book(tmp_path, FakeSynthesizer("usual")), book(tmp_path, hanging), Loudspeaker()
    mouth = PhrasebookMouth(Books(usual, lambda: slow), loudspeaker)
    mouth.adjust(Answer(Meaning.SLOWER))
    usual.audio(LINE)
    mouth.speak(LINE)
    assert loudspeaker.played == [usual.audio(LINE)]
    hanging.awake.set()
    for thread in threading.enumerate():
        if thread.name.startswith("sound: The voice"):
            thread.join(10)
    assert slow.has(LINE)
    mouth.speak(LINE)
    assert loudspeaker.played[-1] == slow.audio(LINE)


def test_while_one_line_takes_too_long_no_other_is_waited_for(tmp_path: Path, hanging: HangingVoice) -> None:
    slow = book(tmp_path, hanging)
    with pytest.raises(VoiceError, match="takes too long"):
        slow.audio_within(0.05, LINE)
    with pytest.raises(VoiceError, match="takes too long"):
        slow.audio_within(3600.0, Utterance("wacht", "Een ogenblik."))


def test_a_line_that_no_voice_speaks_in_time_is_a_fault_of_the_device(tmp_path: Path, hanging: HangingVoice) -> None:
    with pytest.raises(DeviceError, match="voice has failed"):
        spoken(book(tmp_path, hanging), refused)


def test_a_patient_who_waits_hears_something_or_the_staff_are_called_within_5_s() -> None:
    assert mouths.RENDERING_SECONDS + HANDING_OVER < 5.0
