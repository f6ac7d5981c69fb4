"""Make the picture and the sound of the front page: python -m tests.helpers.write_front (needs Chromium)

The sound is half a minute of a whole consultation with a recorded patient, whom the installed engines hear. Its licence is that of the
patient's recordings (REUSE.toml).
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path

import soundfile

from tests.conftest import load_shipped
from tests.helpers.page_states import open_screen, paint_states
from tests.helpers.running_kiosk import open_chromium
from tests.helpers.virtual_sound_card import ROOT
from voice.audio.loudspeaker import SilentLoudspeaker
from voice.audio.pcm import Audio, cut
from voice.audio.recorder import RecordedLoudspeaker, Recorder
from voice.audio.vad import SileroActivity
from voice.kiosk.session import Session
from voice.kiosk.turns.microphone_ear import record_ear
from voice.kiosk.turns.mouth import PhrasebookMouth
from voice.kiosk.turns.observer import Observer
from voice.setup.devices import open_recorded_patient
from voice.setup.engines import load_ears
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebooks
from voice.speak.utterance import Utterance

FOLDER = ROOT / "docs" / "samples"
SIZE = (1280, 800)
STATE = "listening"
"""The state of the page that is shown: a question that was just put."""
PATIENT = ROOT / "tests" / "conversations" / "koorts.yaml"
FIRST = "gevoel.vraag"
SECONDS = 30.0
"""The sound begins at that line, which is put before the patient tells of a fever."""


class Marks(Observer):
    """Notes at what second of the recording each line is said first."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.seconds: dict[str, float] = {}

    def on_line(self, utterance: Utterance) -> None:
        self.seconds.setdefault(utterance.id, self._recorder.mix().seconds)


def take_picture(file: Path) -> None:
    script = load_shipped("nl-BE", "kort")
    with open_chromium() as browser, open_screen(browser, *SIZE, demo=True) as (tab, show):
        show(paint_states(script)[STATE])
        tab.screenshot(path=file)


def hold_consultation(patient: Path, settings: Settings) -> Audio:
    """Hold a consultation with that patient. Returns the half minute that is heard on the front page."""
    script, recorder = load_chosen_script(settings), Recorder()
    marks, around = Marks(recorder), open_recorded_patient(settings, script, patient)
    with ExitStack() as parts:
        lines, hearing = (
            parts.enter_context(open_phrasebooks(settings, script)),
            parts.enter_context(closing(load_ears(settings))),
        )
        session = Session(
            mouth=PhrasebookMouth(lines, RecordedLoudspeaker(recorder, SilentLoudspeaker())), ear=record_ear(around.ear, recorder),
            activity=SileroActivity, ears=hearing, limits=settings.patience, observer=marks, executor=around.executor,
            reopen=around.reopen, capture=around.capture,
        )  # fmt: skip
        session.hold(script)
    begin = marks.seconds[FIRST]
    return cut(recorder.mix(), begin, begin + SECONDS)


def main() -> None:
    take_picture(FOLDER / "kiosk.png")
    settings = Settings()
    sound = hold_consultation(PATIENT, settings)
    soundfile.write(FOLDER / "consultation.ogg", sound.samples, sound.rate, format="OGG", subtype="OPUS")


if __name__ == "__main__":
    main()
