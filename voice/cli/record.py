"""`ruggespraak record`: record the practice's own voice, line by line."""

from __future__ import annotations

import argparse
from contextlib import ExitStack, closing
from functools import partial

from voice.audio.loudspeaker import SoundCardLoudspeaker
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.pcm import Audio
from voice.audio.vad import SileroActivity
from voice.base.errors import UsageError
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings
from voice.setup.voices import open_recordings
from voice.speak.recording_session import RecordingSession, describe_coverage
from voice.speak.utterance import Utterance


def add_arguments(parser: argparse.ArgumentParser) -> None:
    about = "lines to record, again if need be (default: all that are missing)"
    parser.add_argument("lines", nargs="*", metavar="ID", help=about)
    parser.add_argument("--missing", action="store_true", help="only list the lines that nobody has recorded")


def run(options: argparse.Namespace, settings: Settings) -> int:
    lines, own = load_chosen_script(settings).utterances(), open_recordings(settings)
    if options.missing:
        for line in own.list_missing(lines):
            print(f"{line.id}: {line.text}")
    else:
        _record(_choose_lines(options.lines, lines) or own.list_missing(lines), settings)
    print(describe_coverage(own, lines))
    return 0


def _choose_lines(names: list[str], lines: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    """Find the lines with these ids, recorded or not. Raises UsageError if there is no such line."""
    known = {line.id: line for line in lines}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"There is no line {unknown[0]}.", "`ruggespraak record --missing` lists those without a recording.")
    return tuple(known[name] for name in names)


def _record(lines: tuple[Utterance, ...], settings: Settings) -> None:
    if not lines:
        return
    with ExitStack() as stack:
        microphone = stack.enter_context(closing(SoundCardMicrophone(settings.microphone)))
        print(f"Recording from {microphone.device}, {len(lines)} lines. Read calmly, as if to one person of eighty.")
        own, play = open_recordings(settings), partial(_play, settings.loudspeaker)
        RecordingSession(microphone, SileroActivity, own, _ask, print, play).lead(lines)


def _ask(question: str) -> str:
    """Read what is typed. The end of the input stops the session."""
    try:
        return input(question)
    except EOFError:
        print()
        return "q"


def _play(name: str, take: Audio) -> None:
    with closing(SoundCardLoudspeaker(name)) as loudspeaker:
        loudspeaker.play(take)
