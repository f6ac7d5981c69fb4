"""`ruggespraak say`: speak a text into a WAV file."""

from __future__ import annotations

import argparse
from pathlib import Path

from voice.audio.pcm import write_wav
from voice.base.console import tell
from voice.base.errors import UsageError
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebook
from voice.speak.utterance import Utterance


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", help="what to say")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.wav")


def run(options: argparse.Namespace, settings: Settings) -> int:
    if not options.text.strip():
        raise UsageError("There is no text to say.", "Give it between quotes.")
    with open_phrasebook(settings, warn=tell) as book:
        audio = book.audio(Utterance("say", options.text))
        write_wav(options.out, audio)
        tell(f"{options.out}: {audio.seconds:.1f} s, in the voice {book.voice}.")
    return 0
