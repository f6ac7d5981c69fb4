"""A visit to the real kiosk with every chapter, by a recorded patient who hears and speaks as in a room.

Run as a program of its own, with a folder, a locale and the file of the patient, who touches what is asked about the back and
says all that follows. From the second count on he does not wait for its end, but speaks into it. The microphone hears the
loudspeaker, too. `consult.wav` holds both voices as they sounded in the room. Prints one JSON object: the lines on the page in
their order, with what was understood before each (`shown`), and what stood on the page at the end.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Timer
from typing import Any

import numpy as np

from tests.helpers.running_kiosk import run_kiosk
from voice.audio.pcm import LISTENING_RATE, Audio, write_wav
from voice.base.console import print_json
from voice.base.paths import find_cache
from voice.bench.rigs.spectator import Spectator
from voice.bench.rigs.spoken_kiosk import choose_press, list_presses
from voice.bench.rigs.virtual import VirtualSoundCard, virtual_sound_card
from voice.consultation.script import Script
from voice.kiosk.screen.screen_key import keep_key
from voice.kiosk.screen.view import NEXT
from voice.kiosk.turns.recorded_patient import RecordedEar, load_patient
from voice.setup.scripts import load_chosen_script
from voice.setup.settings_reader import load_settings

LONGEST = 900.0
"""Seconds that a visit may take on a busy machine."""
LOOKING = 0.05
"""Seconds between two looks at the page."""
THINKING = 0.5
"""Seconds between a question and its answer."""
INTO = 8.0
"""Seconds from the beginning of a count to what is said into it: between two words, or over one, as its beat has it."""
SKIPPED = ("hoort", "pijn", "meer")
"""Questions before which the patient touches NEXT in place of hearing what leads to them."""
ROOM = ("kiosk_out.monitor", "kiosk_mic.monitor")
"""What sounds in the room: the loudspeaker, and what comes into the microphone."""
SWITCHED_ON = dict.fromkeys(("worry", "teach_back", "pain", "side", "hardest"), "yes")
SETTINGS = {
    "voice": "pyttsx3",
    "rate": 200,
    "unreviewed": "demo",
    "microphone": "kiosk_mic",
    "loudspeaker": "kiosk_speaker",
    "chapters": {**SWITCHED_ON, "movement": {"staff_in_sight": "yes", "chair_with_arms": "yes"}},
    "handover": {"form": "code"},
    "take_home": {"form": "code"},
    "screen": {"port": 0},
}


def main(folder: Path, locale: str, patient: Path) -> None:
    with virtual_sound_card(leak=True) as card, record_room(card, folder / "consult.wav"):
        environment = {**card.environment, "RUGGESPRAAK_CACHE": str(find_cache())}
        with (
            run_kiosk(folder, {"locale": locale, **SETTINGS}, environment, ()) as kiosk,
            closing(Spectator(kiosk.address, keep_key(folder))) as browser,
        ):
            script = load_chosen_script(load_settings(folder / "kiosk.yaml"))
            ear = RecordedEar(load_patient(patient, script))
            print_json(Visitor(browser, card, script, ear).hold_visit())


@contextmanager
def record_room(card: VirtualSoundCard, path: Path) -> Iterator[None]:
    """Record what sounds in the room while the block runs."""
    command = ["parec", "--raw", "--format=s16le", "--channels=1", f"--rate={LISTENING_RATE}", "--latency-msec=50", "-d"]
    files = [path.with_suffix(f".{number}") for number in range(len(ROOM))]
    with ExitStack() as parts:
        taps = []
        for source, file in zip(ROOM, files, strict=True):
            sink = parts.enter_context(file.open("wb"))
            taps.append(parts.enter_context(subprocess.Popen([*command, source], env=card.environment, stdout=sink)))
        try:
            yield
        finally:
            for tap in taps:
                tap.terminate()
    sounds = [np.fromfile(file, "<i2").astype(np.int32) for file in files]
    both = sum(sound[: min(map(len, sounds))] for sound in sounds)
    write_wav(path, Audio(np.clip(both, -32768, 32767).astype("<i2").tobytes(), LISTENING_RATE))


@dataclass
class Visitor:
    """The patient before the kiosk.

    turn: the last one that was answered, or whose count was spoken into. counts: how many there were. line: the last one seen.
    shown: see above.
    """

    browser: Spectator
    card: VirtualSoundCard
    script: Script
    ear: RecordedEar
    turn: int = -1
    counts: int = 0
    line: str = ""
    shown: list[dict[str, str]] = field(default_factory=list)

    def hold_visit(self) -> dict[str, Any]:
        """Hold a visit, to the page that offers the card. Raises TimeoutError if it does not end."""
        deadline, page = time.monotonic() + LONGEST, dict[str, Any]()
        while not page.get("clearing"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"The visit does not end: {page}; {self.shown[-20:]}")
            page = self.browser.page
            if page:
                self._note_line(page)
                self._answer(page)
            time.sleep(LOOKING)
        return {"shown": self.shown, "level": page["level"], "card": bool(page["card"]), "handover": bool(page["code"])}

    def _note_line(self, page: Mapping[str, Any]) -> None:
        if page["line"] in ("", self.line):
            return
        self.line = page["line"]
        self.shown.append({name: page[name] for name in ("question", "line", "understood", "picture")})
        if page["line"].startswith(" ".join(f"{word}." for word in self.script.moving.count[:2])):
            self.counts += 1
            if self.counts > 1:
                self._say(page, INTO)

    def _answer(self, page: Mapping[str, Any]) -> None:
        name = page["question"]
        if name and not self._is_touched(name):
            if page["face"] == "listening" and self.turn != page["turn"]:
                self._say(page, THINKING)
            elif name in SKIPPED and NEXT in list_presses(page):
                self.browser.press(NEXT)
        elif press := NEXT if NEXT in list_presses(page) else choose_press(page):
            self.browser.press(press)

    def _is_touched(self, name: str) -> bool:
        """Whether a question is about the back, or asks for more that may be told."""
        return name in (*(question.id for question in self.script.questions), self.script.menu.id)

    def _say(self, page: Mapping[str, Any], seconds: float) -> None:
        """Say what comes next at the open question, once so many seconds have gone by."""
        self.turn = page["turn"]
        clip = self.ear.take_next_clip(self.script.question(page["question"]))
        self.shown.append({"line": "", "patient": page["question"], "seconds": f"{clip.seconds:.1f}"})
        Timer(seconds, self._play, [clip]).start()

    def _play(self, clip: Audio) -> None:
        with NamedTemporaryFile(suffix=".wav") as file:
            write_wav(Path(file.name), clip)
            subprocess.run(["paplay", "--device=kiosk_mic", file.name], env=self.card.environment, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
