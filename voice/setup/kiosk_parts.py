"""Open what an unattended kiosk hears and speaks with. Patients do without what is missing, by reading and touch."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from typing import NoReturn

from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.pcm import Audio
from voice.base.console import tell
from voice.base.errors import DeviceError, ModelError, RuggespraakError, ServerError, Trouble, VoiceError
from voice.consultation.script import Script
from voice.kiosk.device_watch import DeviceWatch
from voice.kiosk.station import KioskParts
from voice.kiosk.turns.mouth import Books
from voice.recognize.transcript import NEUTRAL, Transcript, Vocabulary
from voice.setup.devices import open_microphone
from voice.setup.engines import await_ears, load_ears, warn_unknown_words
from voice.setup.settings import Settings
from voice.setup.voices import find_voice_trouble, open_phrasebooks
from voice.understand.fusion.hearing import Ears

TOUCH_ONLY = "Patients go on by reading and touch until it is mended."


class NoRecognizer:
    """Takes the place of an engine if no model is installed. The microphone is not opened then, so it is never asked."""

    name, trust = "none", NEUTRAL

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        return Transcript("", 0.0, self.name)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def close(self) -> None: ...


def open_parts(parts: ExitStack, settings: Settings, script: Script) -> KioskParts:
    """Open what there is, to be closed with `parts`, and tell on standard error what is missing."""
    executor = parts.enter_context(ThreadPoolExecutor(1))
    hearing, microphone = _open_hearing(parts, settings, script)
    lines, loudspeaker, voice_trouble = _open_voice(parts, settings, script)
    sound = parts.enter_context(closing(DeviceWatch(loudspeaker, microphone)))
    for fault in sound.faults.values():
        tell(f"{fault.message} {TOUCH_ONLY}")
    return KioskParts(sound, hearing, lines, executor, voice_trouble)


def _open_hearing(parts: ExitStack, settings: Settings, script: Script) -> tuple[Ears, Callable[[], SoundCardMicrophone]]:
    try:
        hearing = parts.enter_context(closing(load_ears(settings)))
    except ModelError as error:
        return Ears(NoRecognizer()), _fail_with(error)
    except ServerError as error:
        tell(f"{error} {TOUCH_ONLY}")
        return await_ears(settings), partial(_open_with_server, settings)
    tell(f"Listens with {hearing.name}.")
    warn_unknown_words(hearing, script)
    return hearing, partial(open_microphone, settings)


def _open_with_server(settings: Settings) -> SoundCardMicrophone:
    """Open the microphone as soon as the server that hears can be reached. Raises DeviceError until then."""
    try:
        load_ears(settings).close()
    except (ServerError, ModelError) as error:
        raise DeviceError(error.problem, error.remedy, error.trouble.symptom, error.trouble.subject) from error
    return open_microphone(settings)


def _open_voice(
    parts: ExitStack, settings: Settings, script: Script
) -> tuple[Callable[[], Books], Callable[[], SoundCardLoudspeaker], Trouble | None]:
    try:
        lines = parts.enter_context(open_phrasebooks(settings, script))
    except VoiceError as error:
        return _fail_with(error), _fail_with(error), None
    tell(f"Speaks with {lines.usual.voice}.")
    trouble = find_voice_trouble(lines.usual)
    if trouble:
        tell(trouble.message)
    return lambda: lines, partial(SoundCardLoudspeaker, settings.loudspeaker), trouble


def _fail_with(error: RuggespraakError) -> Callable[[], NoReturn]:
    """An opener of a device that fails for the reason of `error`."""

    def fail() -> NoReturn:
        raise DeviceError(error.problem, error.remedy, error.trouble.symptom, error.trouble.subject)

    return fail
