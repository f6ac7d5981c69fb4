"""The kiosk's mouth: what a patient asks of the voice, and what is spoken if a voice fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.fake_engines import FakeSynthesizer
from voice.audio.loudspeaker import Halted, never
from voice.audio.pcm import Audio
from voice.base.errors import DeviceError, VoiceError
from voice.kiosk.turns.mouth import Books, PhrasebookMouth
from voice.speak.phrasebook import Phrasebook
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
