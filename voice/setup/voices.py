"""Load the voice that the settings name, or the best that is present, and open the phrasebooks that it fills.

Engines are imported only when they are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from voice.audio.loudness import LIFTS
from voice.base.console import ProgressLine, tell
from voice.base.errors import Symptom, Trouble, VoiceError
from voice.consultation.loader import load_script
from voice.consultation.script import Script
from voice.kiosk.turns.mouth import Books
from voice.setup.models.catalogue import read_catalogue
from voice.setup.models.store import list_installed_voices
from voice.setup.settings import VoiceChoice
from voice.speak.engines.process import SLOW_PAUSES, SLOW_RATE, Pauses
from voice.speak.engines.synthesizer import Synthesizer
from voice.speak.phrasebook import MissingVoice, Phrasebook, prepare_in_background
from voice.speak.pronounce import Lexicon, load_lexicon
from voice.speak.recordings import NO_RECORDINGS, Recordings

Warn = Callable[[str], None]

PLAIN = "pyttsx3"
"""The voice of the system, which is there where no other is: the worst understood (docs/voice.md)."""
RECORDED = ("auto", "recorded")
"""Settings of `voice` with which the practice's own recordings are played."""


def load_synthesizer(choice: VoiceChoice, slow: bool = False, warn: Warn = lambda _: None) -> Synthesizer:
    """Load the voice, at the usual or at a slower pace.

    If no voice is named: Piper if one of its voices is installed, else pyttsx3, which is on every system.
    warn: called with the reason if an installed voice fails. Raises VoiceError if the named voice, or every voice, fails.
    """
    if choice.voice not in RECORDED:
        return _LOADERS[choice.voice](choice, slow)
    if list_installed_voices("piper", choice.locale, choice.models):
        try:
            return _load_piper(choice, slow)
        except VoiceError as reason:
            warn(f"{reason} Until then pyttsx3 speaks.")
    return _load_pyttsx3(choice, slow)


def list_voices(choice: VoiceChoice) -> dict[str, VoiceChoice]:
    """Every voice that is present by its name, the best first, with the settings by which it speaks."""
    found = {"recorded": replace(choice, voice="recorded")} if open_recordings(choice) else {}
    for model in list_installed_voices("piper", choice.locale, choice.models):
        found[f"piper {model.name}"] = replace(choice, voice="piper", voice_name=model.name)
    return {**found, "pyttsx3": replace(choice, voice="pyttsx3")}


def find_voice_trouble(book: Phrasebook) -> Trouble | None:
    """Say that old people understand this voice badly; None if another voice speaks."""
    if book.voice != PLAIN:
        return None
    remedy = "`make piper`, or the installer, brings a natural voice; `ruggespraak record` your own."
    return Trouble(f"{book.voice} is hard to understand. {remedy}", Symptom.PLAIN_VOICE, book.voice)


def load_voice_lexicon(choice: VoiceChoice, voice: Synthesizer) -> Lexicon:
    """Load how this voice must be given what is written, with the practice's own words."""
    return load_lexicon(choice.prompts, choice.locale, voice.identity.split()[0], choice.pronunciation)


def open_recordings(choice: VoiceChoice) -> Recordings:
    """The lines that the practice spoke itself in this locale."""
    return Recordings(choice.recordings / choice.locale)


@contextmanager
def open_phrasebook(choice: VoiceChoice, slow: bool = False, warn: Warn = lambda _: None) -> Iterator[Phrasebook]:
    """Everything that the kiosk says, kept on disk. A missing voice can still say what was rendered before.

    Recordings have one pace: a patient who asks for a slower one hears the synthesizer. Few do, so its lines stay on disk.
    """
    folder = choice.speech / ("slow" if slow else "usual")
    try:
        voice = load_synthesizer(choice, slow, warn)
    except VoiceError as error:
        voice = MissingVoice(folder, error)
    own = NO_RECORDINGS if slow or choice.voice not in RECORDED else open_recordings(choice)
    if choice.voice == "recorded" and not own and not slow:
        warn(f"Nothing is recorded for {choice.locale}; {voice.name} speaks. Run `ruggespraak record`.")
    with closing(voice):
        yield Phrasebook(voice, folder, load_voice_lexicon(choice, voice), warn, own, LIFTS[choice.lift], in_memory=not slow)


@contextmanager
def open_phrasebooks(choice: VoiceChoice, script: Script) -> Iterator[Books]:
    """Both paces: the usual one with every line of the script ready; the slower one is rendered meanwhile."""
    with open_phrasebook(choice, warn=tell) as usual:
        render_missing(usual, script)
        usual.rest()
        slow = open_phrasebook(choice, slow=True, warn=tell)
        with prepare_in_background(slow, script.utterances()) as slower:
            yield Books(usual, slower)


def render_missing(book: Phrasebook, script: Script) -> None:
    """Render the lines that are missing, and show progress. Tell if the voice is missing."""
    missing = [line for line in script.utterances() if not book.has(line)]
    book.prepare(missing, partial(ProgressLine(), "Rendering speech"))
    if book.fault:
        tell(f"{book.fault} Until then only what was rendered before is spoken.")


def _choose_pace(choice: VoiceChoice, slow: bool) -> tuple[int, Pauses]:
    return (min(SLOW_RATE, choice.rate), SLOW_PAUSES) if slow else (choice.rate, Pauses())


def _load_pyttsx3(choice: VoiceChoice, slow: bool) -> Synthesizer:
    from voice.speak.engines.pyttsx3 import Pyttsx3

    name = choice.voice_name if choice.voice == "pyttsx3" else ""
    return Pyttsx3(choice.locale, *_choose_pace(choice, slow), voice=name)


def _load_piper(choice: VoiceChoice, slow: bool) -> Synthesizer:
    from voice.speak.engines.piper import Piper

    sample = load_script(choice.locale_folder, choice.script, choice.practice, language=False).line("kennisgeving").text
    return Piper(_find_piper_voice(choice), sample, *_choose_pace(choice, slow), threads=choice.threads)


def _find_piper_voice(choice: VoiceChoice) -> Path:
    """The .onnx file of the named voice, else of the first that is installed. Raises VoiceError if there is none."""
    wanted = choice.voice_name if choice.voice == "piper" else ""
    for model in list_installed_voices("piper", choice.locale, choice.models):
        if wanted in ("", model.name):
            return choice.models / model.name / f"{model.name}.onnx"
    known = ", ".join(model.name for model in read_catalogue() if (model.engine, model.purpose) == ("piper", "voice"))
    problem = f"No {f'voice {wanted}' if wanted else 'Dutch voice'} for Piper is installed in {choice.models}."
    raise VoiceError(problem, f"Run `ruggespraak models fetch NAME` for one of: {known}.")


def _load_wyoming(choice: VoiceChoice, slow: bool) -> Synthesizer:
    from voice.bridges.wyoming.client import WyomingVoice
    from voice.bridges.wyoming.key import load_key

    key = load_key(choice.server.key) if choice.server.key else None
    return WyomingVoice(choice.server.voice, choice.locale, slow, key)


_LOADERS = {"piper": _load_piper, "pyttsx3": _load_pyttsx3, "wyoming": _load_wyoming}
