"""Connect a kiosk with its patient: microphone and loudspeaker of the settings, or a recorded patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from voice.audio import soundcard
from voice.audio.loudspeaker import Loudspeaker, SilentLoudspeaker, SoundCardLoudspeaker
from voice.audio.microphone import SILENCE_SECONDS, Capture, SoundCardMicrophone
from voice.consultation.script import Script
from voice.kiosk.turns.listen import ImmediateExecutor
from voice.kiosk.turns.microphone_ear import listen_anew
from voice.kiosk.turns.ports import Ear
from voice.kiosk.turns.recorded_patient import RecordedEar, load_patient
from voice.setup.scripts import load_every_question
from voice.setup.settings import DeviceChoice, ScriptChoice


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What connects a kiosk with its patient; the parts of that name of a `Session`."""

    loudspeaker: Loudspeaker
    ear: Ear
    executor: Executor
    reopen: Callable[[], None]
    capture: Capture


@contextmanager
def open_sound_card(choice: DeviceChoice, settling: float) -> Iterator[Surroundings]:
    """A living patient before loudspeaker and microphone. Raises DeviceError if one of them is missing.

    settling: seconds that the microphone ignores after the kiosk's own voice.
    """
    with ExitStack() as stack:
        loudspeaker = stack.enter_context(closing(SoundCardLoudspeaker(choice.loudspeaker)))
        microphone = stack.enter_context(closing(open_microphone(choice)))
        executor = stack.enter_context(ThreadPoolExecutor(1))
        yield Surroundings(
            loudspeaker,
            ear=lambda question: listen_anew(microphone, settling),
            executor=executor,
            reopen=lambda: _reopen(loudspeaker, microphone),
            capture=microphone,
        )


def open_microphone(choice: DeviceChoice) -> SoundCardMicrophone:
    """The chosen microphone. Raises DeviceError if it is missing or mute."""
    return SoundCardMicrophone(choice.microphone, 0.0 if choice.noise_gate else SILENCE_SECONDS)


def _reopen(loudspeaker: SoundCardLoudspeaker, microphone: SoundCardMicrophone) -> None:
    """Open both anew, the loudspeaker first: it can say that the microphone is still missing. Raises DeviceError."""
    loudspeaker.close()
    microphone.close()
    soundcard.refresh()
    loudspeaker.open()
    microphone.open()


def open_recorded_patient(choice: ScriptChoice, script: Script, path: Path) -> Surroundings:
    """A recorded patient and no loudspeaker: the consultation runs as fast as it can be computed."""
    patient = load_patient(path, script, known=lambda: load_every_question(choice))
    return Surroundings(SilentLoudspeaker(), RecordedEar(patient).blocks, ImmediateExecutor(), lambda: None, Capture())
