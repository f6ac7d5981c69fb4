"""Which voice speaks: the one that the settings name, or the best that is present; and how it is handed to the phrasebook.

Engines are imported only when they are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

from voice.audio.loudness import LIFTS
from voice.base.console import ProgressLine, tell
from voice.base.errors import ServerError, VoiceError
from voice.consultation.loader import load_script
from voice.consultation.script import Script
from voice.kiosk.turns.mouth import Books
from voice.setup.models.catalogue import catalogue
from voice.setup.models.store import voices as installed_voices
from voice.setup.settings import Settings
from voice.speak.engines.process import SLOW_PAUSES, SLOW_RATE, Pauses
from voice.speak.engines.synthesizer import Synthesizer
from voice.speak.phrasebook import Phrasebook, made_ready_beside, missing_voice
from voice.speak.pronounce import Lexicon, load_lexicon
from voice.speak.recordings import NOBODY, Recordings

Warn = Callable[[str], None]

RECORDED = ("auto", "recorded")
"""Settings of `voice` with which the practice's own recordings are played."""


def load_synthesizer(settings: Settings, slow: bool = False, warn: Warn = lambda _: None) -> Synthesizer:
    """The voice, at the usual or at a slower pace.

    Where none is named, Piper speaks where one of its voices is installed, else pyttsx3, which is on every system.
    warn: told why a voice that is installed does not speak. Raises VoiceError where the one that is named is not there,
    or none at all.
    """
    if settings.voice not in RECORDED:
        return _MAKERS[settings.voice](settings, slow)
    if installed_voices("piper", settings.locale, settings.models):
        try:
            return _piper(settings, slow)
        except VoiceError as reason:
            warn(f"{reason} Until then pyttsx3 speaks.")
    return _pyttsx3(settings, slow)


def list_voices(settings: Settings) -> dict[str, Settings]:
    """Every voice that is there, by its name, the best first: the settings with which it speaks."""
    found = {"recorded": replace(settings, voice="recorded")} if open_recordings(settings) else {}
    for model in installed_voices("piper", settings.locale, settings.models):
        found[f"piper {model.name}"] = replace(settings, voice="piper", voice_name=model.name)
    return {**found, "pyttsx3": replace(settings, voice="pyttsx3")}


def load_voice_lexicon(settings: Settings, voice: Synthesizer) -> Lexicon:
    """How this voice must be given what is written, with the practice's own words."""
    engine = voice.identity.split()[0]
    return load_lexicon(settings.prompts, settings.locale, engine, settings.pronunciation)


def open_recordings(settings: Settings) -> Recordings:
    """What the practice spoke itself in this locale."""
    return Recordings(settings.recordings / settings.locale)


@contextmanager
def open_phrasebook(settings: Settings, slow: bool = False, warn: Warn = lambda _: None) -> Iterator[Phrasebook]:
    """Everything the kiosk says, kept on disk; a voice that is missing can still say what was rendered before.

    Recordings have one pace: whoever asks to speak slower hears the synthesizer.
    """
    folder = settings.speech / ("slow" if slow else "usual")
    try:
        voice = load_synthesizer(settings, slow, warn)
    except VoiceError as error:
        voice = missing_voice(folder, error)
    own = NOBODY if slow or settings.voice not in RECORDED else open_recordings(settings)
    if settings.voice == "recorded" and not own and not slow:
        warn(f"Nothing is recorded for {settings.locale}; {voice.name} speaks. Run `ruggespraak record`.")
    with closing(voice):
        yield Phrasebook(voice, folder, load_voice_lexicon(settings, voice), warn, own, LIFTS[settings.lift])


def _pace(settings: Settings, slow: bool) -> tuple[int, Pauses]:
    return (min(SLOW_RATE, settings.rate), SLOW_PAUSES) if slow else (settings.rate, Pauses())


def _pyttsx3(settings: Settings, slow: bool) -> Synthesizer:
    from voice.speak.engines.pyttsx3 import Pyttsx3

    name = settings.voice_name if settings.voice == "pyttsx3" else ""
    return Pyttsx3(settings.locale, *_pace(settings, slow), voice=name)


def _piper(settings: Settings, slow: bool) -> Synthesizer:
    from voice.speak.engines.piper import Piper

    sample = load_script(settings.locale_folder, settings.script, settings.practice, language=False).line("kennisgeving").text
    return Piper(_piper_model(settings), sample, *_pace(settings, slow), threads=settings.threads)


def _piper_model(settings: Settings) -> Path:
    """The .onnx of the voice that is named, else of the first that is installed. Raises VoiceError where there is none."""
    there = installed_voices("piper", settings.locale, settings.models)
    named = [model for model in there if settings.voice_name in ("", model.name) or settings.voice != "piper"]
    if not named:
        wanted = f"No voice {settings.voice_name} for Piper" if settings.voice_name else "No Dutch voice for Piper"
        choice = ", ".join(model.name for model in catalogue() if (model.engine, model.purpose) == ("piper", "voice"))
        raise VoiceError(
            f"{wanted} is installed in {settings.models}.", f"Run `ruggespraak models fetch NAME` for one of: {choice}."
        )
    return settings.models / named[0].name / f"{named[0].name}.onnx"


def _wyoming(settings: Settings, slow: bool) -> Synthesizer:
    return import_wyoming_client().WyomingVoice(settings.server.voice, settings.locale, slow)


def import_wyoming_client() -> ModuleType:
    """The module that asks other machines. Raises ServerError where its packages are missing."""
    try:
        from voice.bridges.wyoming import client
    except ImportError as reason:
        raise ServerError(f"Wyoming needs the package {reason.name}.", "Run `pip install 'ruggespraak[wyoming]'`.") from reason
    return client


_MAKERS: dict[str, Callable[[Settings, bool], Synthesizer]] = {"piper": _piper, "pyttsx3": _pyttsx3, "wyoming": _wyoming}


@contextmanager
def open_phrasebooks(settings: Settings, script: Script) -> Iterator[Books]:
    """Both paces: the usual one with every line of the script ready, the slower one made ready meanwhile."""
    with open_phrasebook(settings, warn=tell) as usual:
        render_missing(usual, script)
        usual.rest()
        slow = open_phrasebook(settings, slow=True, warn=tell)
        with made_ready_beside(slow, script.utterances()) as slower:
            yield Books(usual, slower)


def render_missing(book: Phrasebook, script: Script) -> int:
    """Render what is missing, showing progress; returns how many lines that were. A voice that is gone is told."""
    missing = [line for line in script.utterances() if not book.has(line)]
    count = book.prepare(missing, partial(ProgressLine(), "Rendering speech"))
    if book.fault:
        tell(f"{book.fault} Until then only what was rendered before is spoken.")
    return count
