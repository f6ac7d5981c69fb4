"""`ruggespraak record`: record the practice's own voice, line by line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial

from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.meter import Metered
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.pcm import Audio
from voice.audio.vad import SileroActivity
from voice.base.errors import UsageError
from voice.cli.terminal import show_level
from voice.setup.models.store import list_hearing_models
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import EngineChoice, Settings
from voice.setup.voices import open_recordings
from voice.speak.recording_session import RecordingSession, RecordingWords, describe_coverage, load_recording_words
from voice.speak.utterance import Utterance


def add_arguments(parser: argparse.ArgumentParser) -> None:
    about = "lines to record, again if need be (default: all that are missing)"
    parser.add_argument("lines", nargs="*", metavar="ID", help=about)
    parser.add_argument("--missing", action="store_true", help="only list the lines that nobody has recorded")


def run(options: argparse.Namespace, settings: Settings) -> int:
    words = load_recording_words(settings.locale_folder)
    lines, own = load_chosen_script(settings).utterances(), open_recordings(settings)
    if options.missing:
        for line in own.list_missing(lines):
            print(f"{line.id}: {line.text}")
    else:
        _record(_choose_lines(options.lines, lines) or own.list_missing(lines), settings, words)
    print(describe_coverage(own, lines, words))
    return 0


def _choose_lines(names: list[str], lines: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    """Find the lines with these ids, recorded or not. Raises UsageError if there is no such line."""
    known = {line.id: line for line in lines}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"There is no line {unknown[0]}.", "`ruggespraak record --missing` lists those without a recording.")
    return tuple(known[name] for name in names)


def _record(lines: tuple[Utterance, ...], settings: Settings, words: RecordingWords) -> None:
    if not lines:
        return
    with ExitStack() as stack:
        microphone = stack.enter_context(closing(SoundCardMicrophone(settings.microphone)))
        hear = _load_listener(settings, stack)
        print(words.shown.fill("welcome", device=microphone.device, count=len(lines)))
        if hear is None:
            print(words.shown.fill("unheard"))
        ask = partial(_ask, stop=words.keys.fill("stop"))
        own, play = open_recordings(settings), partial(_play, settings.loudspeaker)
        RecordingSession(microphone, _make_meter, own, words, ask, _tell, play, hear).lead(lines)


def _load_listener(choice: EngineChoice, stack: ExitStack) -> Callable[[Audio], str] | None:
    """The best Whisper that is installed, as a listener to whole lines; None if there is none."""
    models = list_hearing_models("whisper", choice.models)
    if not models:
        return None
    from voice.bench.listener import WhisperListener

    listener = WhisperListener(choice.models / models[0].name, choice.threads)
    return stack.enter_context(closing(listener)).hear


def _make_meter() -> Metered:
    """What tells speech from silence, and shows how loud it is."""
    return Metered(SileroActivity(), lambda sound: show_level(sound.dbfs, sound.speech))


def _tell(line: str) -> None:
    print(line, flush=True)


def _ask(question: str, stop: str) -> str:
    """Read what is typed. The end of the input stops the session."""
    try:
        return input(question)
    except EOFError:
        print()
        return stop


def _play(name: str, take: Audio) -> None:
    with closing(SoundCardLoudspeaker(name)) as loudspeaker:
        loudspeaker.play(take)
