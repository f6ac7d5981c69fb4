"""A volunteer who listens at the kiosk's loudspeaker, and touches on its page the sentence that it was."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from tests.helpers.acoustic_visit import RATE, measure_likeness
from tests.helpers.virtual_sound_card import VirtualSoundCard
from voice.bench.rigs.spectator import Spectator
from voice.setup.settings_reader import load_settings
from voice.setup.voices import open_phrasebook
from voice.speak.utterance import Utterance

FRAME = round(0.05 * RATE)
LOUDER = 4.3
"""Decibels by which a sentence must be louder than the loudest of the clear ones to be understood after them."""
LONGEST = 8.0
"""Seconds of sound in which the sentence is looked for."""


class ListeningVolunteer:
    """Touches what it hears until the program ends. It has understood the first `clear` sentences, and then only louder ones.

    heard: for each sentence, how like the sound was to the one that was touched, and to the most like of the others (0 to 1).
    """

    def __init__(self, card: VirtualSoundCard, settings: Path, clear: int) -> None:
        self.heard: list[tuple[float, float]] = []
        self._settings = settings
        self._clear = clear
        self._usual = -100.0
        self._sound = bytearray()
        order = ["parec", "--device=kiosk_out.monitor", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=50"]
        self._tap = subprocess.Popen(order, env=card.environment, stdout=subprocess.PIPE)
        threading.Thread(target=self._record, daemon=True).start()

    def attend(self, address: str, key: str, running: Callable[[], bool]) -> None:
        """Touch what is asked on the page at that address, while the program runs."""
        with closing(Spectator(address, key)) as page, open_phrasebook(load_settings(self._settings)) as book:
            while running():
                buttons = page.page.get("buttons", ())
                if len(buttons) == 4:
                    page.press(self._choose({button["press"]: book.audio(Utterance("", button["label"])) for button in buttons}))
                elif buttons:
                    page.press(buttons[0]["press"])
                time.sleep(0.1)

    def close(self) -> None:
        self._tap.terminate()
        self._tap.wait(10)

    def _choose(self, spoken: dict) -> str:
        time.sleep(0.3)  # what was played reaches the tap a little later
        sound = np.frombuffer(bytes(self._sound[-2 * round(LONGEST * RATE) :]), "<i2").astype(np.float32)
        self._sound.clear()
        likeness = {press: measure_likeness(audio, sound) for press, audio in spoken.items()}
        order = sorted(likeness, key=likeness.__getitem__)
        self.heard.append((likeness[order[-1]], likeness[order[-2]]))
        return order[-1] if self._understands(sound) else order[0]

    def _understands(self, sound: np.ndarray) -> bool:
        frames = sound[: sound.size // FRAME * FRAME].reshape(-1, FRAME)
        level = 20 * np.log10(np.percentile(np.sqrt((frames**2).mean(axis=1)), 95) + 1e-9)
        if len(self.heard) <= self._clear:
            self._usual = max(self._usual, level)
            return True
        return bool(level > self._usual + LOUDER)

    def _record(self) -> None:
        while piece := self._tap.stdout.read(3200):
            self._sound += piece
