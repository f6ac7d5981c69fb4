"""A visit over a sound card. Its microphone or loudspeaker is taken away in mid-sentence and comes back.

Run it as a program of its own on a virtual sound card:
`python -m tests.helpers.unplugged_devices microphone ANSWER.wav`. It prints what happened when.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.conftest import load_shipped
from tests.helpers.fake_engines import FakeRecognizer
from voice.audio.loudspeaker import Halted, Loudspeaker, never
from voice.audio.pcm import Audio, from_floats, write_wav
from voice.audio.segment import Limits
from voice.base.console import print_json
from voice.bench.rigs.fakes import FakeMouth, LoudnessActivity
from voice.consultation.script import Question
from voice.kiosk.session import Session
from voice.kiosk.turns.observer import Observer, Turn
from voice.setup.devices import open_sound_card
from voice.setup.settings import Settings
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears

AWAY = 3.0
"""Seconds for which the device is away."""
PLUGS = {
    "microphone": ("module-remap-source", "source_name=mic", "master=kiosk_mic.monitor"),
    "loudspeaker": ("module-null-sink", "sink_name=kiosk_out", "rate=48000", "channels=1", "channel_map=mono", "norewinds=1"),
}


def make_tone(seconds: float) -> Audio:
    phase = np.arange(round(seconds * 22_050)) * 2 * np.pi * 440 / 22_050
    return from_floats((0.4 * np.sin(phase)).astype(np.float32), 22_050)


class ToneMouth(FakeMouth):
    """Speaks every line as a tone of 0.4 s, and the first question as one of 5 s until it was spoken."""

    def __init__(self, loudspeaker: Loudspeaker) -> None:
        super().__init__()
        self._loudspeaker = loudspeaker

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        first = utterance.id == "duur.vraag" and utterance not in self.spoken
        self._loudspeaker.play(make_tone(5.0 if first else 0.4), halted)
        super().speak(utterance, halted)


class Plug(Observer):
    """Pulls the plug once, in mid-sentence of kiosk or patient, puts it back, and notes when what happened."""

    def __init__(self, what: str, answer: Path) -> None:
        self._what, self._answer, self._pulled = what, answer, False
        self.when: dict[str, float] = {}

    def on_line(self, utterance: Utterance) -> None:
        if utterance.id == "duur.vraag" and self._what == "loudspeaker":
            self._pull_soon()

    def on_listening(self, question: Question) -> None:
        threading.Timer(0.5, self._speak).start()
        if self._what == "microphone":
            self._pull_soon()

    def on_fault(self, text: str) -> None:
        self.when.setdefault("fault", time.monotonic())

    def on_recovery(self) -> None:
        self.when.setdefault("recovered", time.monotonic())

    def on_turn(self, turn: Turn) -> None:
        self.when.setdefault("turned", time.monotonic())

    def _speak(self) -> None:
        subprocess.run(["paplay", "--device=kiosk_mic", str(self._answer)], check=False)

    def _pull_soon(self) -> None:
        if not self._pulled:
            self._pulled = True
            threading.Timer(1.0, self._pull).start()

    def _pull(self) -> None:
        pactl("unload-module", find_module(PLUGS[self._what][1]))
        self.when["pulled"] = time.monotonic()
        time.sleep(AWAY)
        self.when["returning"] = time.monotonic()
        pactl("load-module", *PLUGS[self._what])
        pactl("move-sink-input", "0", "kiosk_mic")  # the hum of the room, if the server has moved it elsewhere
        self.when["back"] = time.monotonic()


def pactl(*order: str) -> str:
    return subprocess.run(["pactl", *order], capture_output=True, text=True, check=True).stdout


def find_module(argument: str) -> str:
    return next(line.split()[0] for line in pactl("list", "short", "modules").splitlines() if argument in line.split())


def main(what: str, answer: Path) -> None:
    write_wav(answer, make_tone(1.0))
    settings = replace(Settings(), microphone="kiosk_mic", loudspeaker="kiosk_speaker")
    with open_sound_card(settings, settings.patience.settling) as around:
        plug, mouth = Plug(what, answer), ToneMouth(around.loudspeaker)
        session = Session(
            mouth=mouth, ear=around.ear, activity=LoudnessActivity, ears=Ears(FakeRecognizer(["stop"] * 9)), limits=Limits(),
            observer=plug, executor=around.executor, reopen=around.reopen, capture=around.capture,
        )  # fmt: skip
        outcome = session.hold(load_shipped("nl-BE", "kort"))
    print_json({"level": str(outcome.level), "spoken": [line.id for line in mouth.spoken], **plug.when})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
