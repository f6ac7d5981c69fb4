"""A real `ruggespraak kiosk` on a virtual sound card, before a patient who touches answers, speaks one, and leaves.

What the patient says reaches the kiosk sample by sample as it is: the card works at the rate that the kiosk listens at.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voice.audio.pcm import LISTENING_RATE
from voice.base.errors import RuggespraakError
from voice.base.paths import find_cache
from voice.bench.rigs.spectator import Spectator
from voice.bench.rigs.virtual import VirtualSoundCard, virtual_sound_card
from voice.kiosk.screen.screen_key import keep_key

READY = "The screen is at "
PATIENCE = 300.0
"""Seconds that a visit by touch may take, and the kiosk to become ready."""
LOOKING = 0.1
"""Seconds between two looks at the page."""
LEAVING = "stop"
ANYWHERE = ("start", "duration:0", "age:leeftijd:1", "no_thanks", "came", "came_sure", "done")
"""Buttons that are touched on any page that has them."""
PROGRAM = (sys.executable, "-m", "voice")
_SETTINGS = """
microphone: kiosk_mic
loudspeaker: {loudspeaker}
noise_gate: yes
screen: {{port: 0, linger: 5, reading: 900}}
"""


@dataclass(frozen=True, slots=True)
class SpokenKiosk:
    """A kiosk that is ready. process: its id."""

    process: int
    browser: Spectator
    card: VirtualSoundCard

    def hold_visit(self, answer: Path, heard: Callable[[], None] = lambda: None) -> None:
        """Hold one visit. The first question that can be answered with no is answered by that recording; then the patient stops.

        heard: called once the kiosk has taken that answer. Raises RuggespraakError if the visit does not end.
        """
        deadline, begun, spoken = time.monotonic() + PATIENCE, False, False
        while not (begun and self.browser.page["face"] == "idle"):
            page = self.browser.page
            if time.monotonic() > deadline:
                raise RuggespraakError(f"The visit does not end: {page}.", "Is another program using the machine? Measure again.")
            if not spoken and "no" in list_presses(page):
                if spoken := page["face"] == "listening":
                    self._answer(answer)
                    heard()
            elif (press := choose_press(page, leaving=spoken)) and self.browser.press(press):
                begun = begun or bool(page["question"])
            time.sleep(LOOKING)

    def speak(self, answer: Path) -> None:
        """Say something, whether anybody listens or not."""
        subprocess.run(["paplay", "--device=kiosk_mic", str(answer)], env=self.card.environment, check=True)

    def _answer(self, answer: Path) -> None:
        turn, deadline = self.browser.page["turn"], time.monotonic() + PATIENCE
        self.speak(answer)
        while self.browser.page["turn"] == turn and time.monotonic() < deadline:
            time.sleep(LOOKING)


def list_presses(page: Mapping[str, Any]) -> list[str]:
    return [button["press"] for button in page.get("buttons", ())]


def choose_press(page: Mapping[str, Any], yes: Sequence[str] = (), leaving: bool = False) -> str:
    """Choose what to touch; empty if nothing on the page suits.

    yes: ids of the questions that are answered with yes. leaving: the patient wants to stop.
    """
    wanted = (*([LEAVING] if leaving else []), *ANYWHERE, "yes" if page.get("question") in yes else "no")
    return next((press for press in wanted if press in list_presses(page)), "")


@contextmanager
def run_spoken_kiosk(folder: Path, program: Sequence[str] = PROGRAM, speaks: bool = True) -> Iterator[SpokenKiosk]:
    """Run a kiosk while the block runs. Raises RuggespraakError if it does not start.

    folder: of its settings and its key. speaks: without a loudspeaker its lines are only shown, and a visit takes seconds.
    """
    settings = folder / "kiosk.yaml"
    with virtual_sound_card(rate=LISTENING_RATE, hum=False) as card:
        settings.write_text(_SETTINGS.format(loudspeaker=card.loudspeaker if speaks else "missing"), encoding="utf-8")
        environment = card.environment | {"RUNTIME_DIRECTORY": str(folder), "RUGGESPRAAK_CACHE": str(find_cache())}
        command = [*program, "kiosk", "--demo", "--settings", str(settings)]
        with (folder / "printed").open("w") as printed, subprocess.Popen(command, stderr=printed, env=environment) as kiosk:
            try:
                with closing(Spectator(_await_address(folder / "printed", kiosk), keep_key(folder))) as browser:
                    _await_start(browser)
                    yield SpokenKiosk(kiosk.pid, browser, card)
            finally:
                kiosk.terminate()


def _await_address(printed: Path, kiosk: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while READY not in (told := printed.read_text(encoding="utf-8")):
        if kiosk.poll() is not None or time.monotonic() > deadline:
            raise RuggespraakError(f"The kiosk does not start: {told.strip()}", "Run: ruggespraak check")
        time.sleep(LOOKING)
    return next(line.split()[-1] for line in told.splitlines() if READY in line)


def _await_start(browser: Spectator) -> None:
    deadline = time.monotonic() + PATIENCE
    while browser.page.get("face") != "idle":
        if time.monotonic() > deadline:
            raise RuggespraakError("The kiosk does not become ready.", "Run: ruggespraak check")
        time.sleep(LOOKING)
