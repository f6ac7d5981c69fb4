"""`ruggespraak say` and `ruggespraak prepare`: the voice without a conversation."""

from __future__ import annotations

import argparse

from voice.assemble import books, rendered, script_of
from voice.audio import write_wav
from voice.errors import UsageError
from voice.script import Utterance
from voice.settings import Settings
from voice.terminal import told
from voice.voices import phrasebook


def run(options: argparse.Namespace, settings: Settings) -> int:
    if not options.text.strip():
        raise UsageError("There is no text to say.", "Give it between quotes.")
    with phrasebook(settings, warn=told) as book:
        audio = book.audio(Utterance("say", options.text))
        write_wav(options.out, audio)
        told(f"{options.out}: {audio.seconds:.1f} s, in the voice {book.voice}.")
    return 0


def prepare(options: argparse.Namespace, settings: Settings) -> int:
    script = script_of(settings)
    with books(settings, script) as ready:
        rendered(ready.slower(), script)
        told(f"Speech is ready, in the voice {ready.usual.voice}.")
    return 0
