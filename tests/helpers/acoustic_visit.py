"""A consultation over a sound card: a recorded patient speaks into the microphone when the kiosk listens.

Run it as a program of its own, because PortAudio lists the sound cards once. It prints what `consult --json` prints, and
then how well each line of the kiosk was heard at its loudspeaker.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from voice.audio.pcm import Audio, resample, write_wav
from voice.audio.soundcard import find, load_library
from voice.audio.vad import SileroActivity
from voice.base.console import print_json
from voice.cli.terminal import JsonLines
from voice.consultation.script import Question
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.session import Session
from voice.kiosk.turns.mouth import PhrasebookMouth
from voice.kiosk.turns.recorded_patient import RecordedEar, load_patient
from voice.setup.devices import open_sound_card
from voice.setup.engines import load_ears
from voice.setup.scripts import load_chosen_script
from voice.setup.settings_reader import load_settings
from voice.setup.voices import open_phrasebooks
from voice.speak.utterance import Utterance

RATE = 16_000
PIECE = RATE // 2
THINKING = 0.7
"""Seconds between the question and the answer."""


class Room(JsonLines):
    """Observes the kiosk, lets the patient answer, and listens to what comes out of the loudspeaker."""

    def __init__(self, ear: RecordedEar) -> None:
        super().__init__()
        self._ear = ear
        self._heard: list[bytes] = []
        self.lines: list[Utterance] = []
        device = find("speaker_tap", "input").index
        self._tap = load_library().RawInputStream(device=device, samplerate=RATE, channels=1, dtype="int16", callback=self._note)
        self._tap.start()

    def on_line(self, utterance: Utterance) -> None:
        super().on_line(utterance)
        self.lines.append(utterance)

    def on_listening(self, question: Question) -> None:
        clip = self._ear.take_next_clip(question)
        threading.Timer(THINKING, say, [clip]).start()

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        super().on_end(outcome, visit)
        load_library().sleep(300)  # what was played reaches the tap a little later
        self._tap.stop()

    def heard(self) -> np.ndarray:
        return np.frombuffer(b"".join(self._heard), "<i2").astype(np.float32)

    def _note(self, data: object, frames: int, clock: object, status: object) -> None:
        self._heard.append(bytes(data))


def say(clip: Audio) -> None:
    """Let the patient speak, in another process: the kiosk watches every stream of this one."""
    with NamedTemporaryFile(suffix=".wav") as file:
        write_wav(Path(file.name), clip)
        subprocess.run(["paplay", "--device=kiosk_mic", file.name], check=True)


def measure_likeness(line: Audio, heard: np.ndarray) -> float:
    """Return how much of a line was heard (0..1), piece by piece: a busy machine may delay a piece, but must not lose one."""
    whole = resample(line, RATE).samples.astype(np.float32)
    return float(np.median([_correlate(piece, heard) for piece in np.array_split(whole, max(1, len(whole) // PIECE))]))


def _correlate(wanted: np.ndarray, heard: np.ndarray) -> float:
    """Return the normalised correlation (0..1) with the place in `heard` where it fits best."""
    size = len(heard) + len(wanted)
    found = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)[: len(heard) - len(wanted)]
    start = int(np.argmax(found))
    there = heard[start : start + len(wanted)]
    return float(found[start] / (np.linalg.norm(there) * np.linalg.norm(wanted) + 1))


def main(patient: Path, settings_file: Path) -> None:
    settings = load_settings(settings_file)
    script = load_chosen_script(settings)
    ear = RecordedEar(load_patient(patient, script))
    room = Room(ear)  # before the kiosk's own streams, which would take the tap for one that was moved
    with (
        open_sound_card(settings, settings.patience.settling) as around,
        open_phrasebooks(settings, script) as lines,
        closing(load_ears(settings)) as hearing,
    ):
        voice = PhrasebookMouth(lines, around.loudspeaker)
        session = Session(
            mouth=voice, ear=around.ear, activity=SileroActivity, ears=hearing, limits=settings.patience, observer=room,
            executor=around.executor, reopen=around.reopen, capture=around.capture,
        )  # fmt: skip
        session.hold(script)
        heard = room.heard()
        found = {line.id: round(measure_likeness(lines.usual.audio(line), heard), 3) for line in room.lines}
        print_json({"event": "heard", "likeness": found})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
