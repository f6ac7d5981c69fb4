"""`ruggespraak setup`: ask how this kiosk is to be, try each part, and write the settings.

The questions are in setup.yaml of the locale. Nothing is written before a yes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from voice.audio import soundcard
from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.pcm import Audio
from voice.audio.tones import GONG
from voice.base.console import tell
from voice.base.errors import DeviceError, SettingsError
from voice.base.paths import find_shipped
from voice.cli.self_test import TESTS, Detail, run_test
from voice.cli.staff_messages import load_staff_messages
from voice.setup.interview import Asked, Draft, Interview, Kind, Option, load_interview, offer_devices, offer_voices
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import DeviceChoice, Settings
from voice.setup.settings_file import write_settings
from voice.setup.voices import list_voices, open_phrasebook

SETTINGS = Path("settings.yaml")
"""The file that is written if none is named."""
_DIRECTIONS = {Kind.MICROPHONE: "input", Kind.LOUDSPEAKER: "output"}


class Left(Exception):
    """Whoever types leaves. What was chosen until then can still be saved."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(may_be_missing=True)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Ask, and write the settings file on a yes. A file that is there keeps every comment and what is not changed."""
    path = options.settings or SETTINGS
    draft = Draft(path, (path if path.exists() else find_shipped("settings.example.yaml")).read_text(encoding="utf-8-sig"))
    words = _load_words(draft)
    print(words.shown.fill("welcome", count=len(words.questions)), words.shown.fill("keys", **words.keys.texts), sep="\n")
    _offer_saving(_ask_all(draft))
    return 0


def _load_words(draft: Draft) -> Interview:
    """The questions in the locale that has been chosen."""
    return load_interview(draft.settings.locale_folder)


def _ask_all(draft: Draft) -> Draft:
    """Ask one question after the other, and go back where that is wished. Returns the draft with what was chosen."""
    at = 0
    while at < len((words := _load_words(draft)).questions):
        print("\n" + words.shown.fill("progress", number=at + 1, count=len(words.questions)))
        try:
            draft, step = _ask_one(words.questions[at], draft, words)
        except Left:
            break
        at = max(0, at + step)
    return draft


def _ask_one(asked: Asked, draft: Draft, words: Interview) -> tuple[Draft, int]:
    """Put one question until its answer is taken and found good. Returns the draft, and 1 to go on or -1 to go back.

    Raises Left if whoever types leaves.
    """
    while True:
        options = _list_options(asked, draft, words)
        print(asked.ask, *(f"  {number}  {option.label}" for number, option in enumerate(options, 1)), sep="\n")
        print(words.shown.fill("now", value=words.describe(asked, draft, options)))
        match _read(words):
            case "":
                return draft, 1
            case typed if typed == words.keys.fill("back"):
                return draft, -1
            case typed if typed == words.keys.fill("again"):
                continue
            case typed:
                changed = _change(asked, draft, options, typed, words)
        if changed and _try(asked, changed.settings, words):
            return changed, 1


def _change(asked: Asked, draft: Draft, options: tuple[Option, ...], typed: str, words: Interview) -> Draft | None:
    """The draft with what was typed; None, with the reason told, if that cannot be."""
    try:
        usual = typed == words.keys.fill("clear")
        return draft.clear(asked.id) if usual else draft.change(asked.read_typed(typed, options))
    except SettingsError as error:
        print(words.shown.fill("number", count=len(options)) if options else asked.refused or error)
        return None


def _list_options(asked: Asked, draft: Draft, words: Interview) -> tuple[Option, ...]:
    """What a question offers now: a device may have been plugged in meanwhile."""
    if asked.kind in _DIRECTIONS:
        names = _list_devices(asked.kind, draft.settings, words)
        return offer_devices(asked.id, names, words.shown.fill("system"))
    if asked.kind is Kind.VOICE:
        return offer_voices(list_voices(draft.settings), words.shown.fill("best"))
    return tuple(Option(label, {asked.id: value}) for value, label in asked.choices)


def _list_devices(kind: Kind, settings: Settings, words: Interview) -> tuple[str, ...]:
    """Names of the devices that are plugged in. Tell if there are none, or what keeps us from knowing."""
    try:
        soundcard.refresh()
        names = tuple(device.name for device in soundcard.list_devices(_DIRECTIONS[kind]))
    except DeviceError as error:
        print(load_staff_messages(settings.locale_folder).describe_trouble(error.trouble))
        return ()
    if not names:
        print(words.shown.fill("none", again=words.keys.fill("again")))
    return names


def _try(asked: Asked, settings: Settings, words: Interview) -> bool:
    """Try the part that a question sets, and tell what came of it. Returns whether that was good."""
    if not asked.test:
        return True
    print(words.shown.fill("speak" if asked.kind is Kind.MICROPHONE else "busy"), flush=True)
    messages = load_staff_messages(settings.locale_folder)
    print(run_test(asked.test, _TRIALS[asked.test], settings, messages).told)
    print(words.shown.fill("tried", again=words.keys.fill("again")))
    return _read(words) == ""


def _speak(settings: Settings) -> Iterator[Detail]:
    """Say the greeting in the chosen voice, then look at the voice as the self-test does."""
    with open_phrasebook(settings, warn=tell) as book:
        _play(book.audio(load_chosen_script(settings).line("welkom")), settings)
    yield from TESTS["voice"](settings)


def _call(settings: Settings) -> Iterator[Detail]:
    """Sound the gong if calls are heard at the kiosk, then reach the broker as the self-test does."""
    if settings.staff.chime:
        _play(GONG, settings)
    yield from TESTS["calls"](settings)


def _play(audio: Audio, choice: DeviceChoice) -> None:
    with closing(SoundCardLoudspeaker(choice.loudspeaker)) as loudspeaker:
        loudspeaker.play(audio)


_TRIALS = {**TESTS, "voice": _speak, "calls": _call}
"""The self-test, where a voice and a call are heard, too."""


def _offer_saving(draft: Draft) -> None:
    """Show what would change, and write it on a yes."""
    words = _load_words(draft)
    if not draft.changes:
        return print(words.shown.fill("same"))
    print("\n" + words.shown.fill("changes"), *(f"  {line}" for line in draft.list_changes()), sep="\n")
    print(words.shown.fill("save", file=draft.path, yes=words.keys.fill("yes")))
    try:
        agreed = _read(words) == words.keys.fill("yes")
    except Left:
        agreed = False
    if not agreed:
        return print(words.shown.fill("unsaved"))
    write_settings(draft.path, draft.new_text)
    print(words.shown.fill("saved", file=draft.path), words.shown.fill("next", file=draft.path), sep="\n")


def _read(words: Interview) -> str:
    """Read what is typed. Raises Left for the word that stops, and at the end of the input."""
    try:
        typed = input("> ").strip()
    except EOFError:
        print()
        raise Left from None
    if typed.lower() == words.keys.fill("stop"):
        raise Left
    return typed.lower() if typed.lower() in words.keys.texts.values() else typed
