"""Builds the parts that the settings ask for; with `voices.py` the only module that knows every engine's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from voice.audio import soundcard
from voice.audio.loudspeaker import Loudspeaker, SilentLoudspeaker, SoundCardLoudspeaker
from voice.audio.microphone import SILENCE_SECONDS, SoundCardMicrophone
from voice.consultation.script import Script
from voice.kiosk.turns.listen import ImmediateExecutor
from voice.kiosk.turns.microphone_ear import MicrophoneEar
from voice.kiosk.turns.ports import Capture, Ear, Unmeasured
from voice.kiosk.turns.recorded_patient import RecordedEar, load_patient
from voice.setup.scripts import load_every_question
from voice.setup.settings import Settings


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What connects a kiosk with its patient; the parts of that name of a `Session`."""

    loudspeaker: Loudspeaker
    ear: Ear
    executor: Executor
    reopen: Callable[[], None]
    capture: Capture


@contextmanager
def open_sound_card(settings: Settings) -> Iterator[Surroundings]:
    """A living patient before loudspeaker and microphone. Raises DeviceError where one of them is missing."""
    with ExitStack() as stack:
        loudspeaker = stack.enter_context(closing(SoundCardLoudspeaker(settings.loudspeaker)))
        ours = stack.enter_context(closing(open_microphone(settings)))
        executor = stack.enter_context(ThreadPoolExecutor(1))
        ear = MicrophoneEar(ours, settings.patience.settling)
        yield Surroundings(loudspeaker, ear, executor, lambda: _reopen(loudspeaker, ours), ours)


def open_microphone(settings: Settings) -> SoundCardMicrophone:
    """The microphone that the settings name. Raises DeviceError where it is missing or mute."""
    return SoundCardMicrophone(settings.microphone, 0.0 if settings.noise_gate else SILENCE_SECONDS)


def _reopen(loudspeaker: SoundCardLoudspeaker, microphone: SoundCardMicrophone) -> None:
    """The loudspeaker first, so that it can tell where the microphone is still missing. Raises DeviceError."""
    loudspeaker.close()
    microphone.close()
    soundcard.refresh()
    loudspeaker.open()
    microphone.open()


def open_recorded_patient(settings: Settings, script: Script, path: Path) -> Surroundings:
    """A recorded patient and no loudspeaker: as fast as it can be computed."""
    patient = load_patient(path, script, known=lambda: load_every_question(settings))
    return Surroundings(SilentLoudspeaker(), RecordedEar(patient), ImmediateExecutor(), lambda: None, Unmeasured())
