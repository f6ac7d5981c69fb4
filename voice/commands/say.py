"""`ruggespraak say` and `ruggespraak prepare`: the voice without a conversation."""

from __future__ import annotations

import argparse

from voice.assemble import phrasebook, rendered, script_of
from voice.audio import write_wav
from voice.errors import UsageError
from voice.script import Utterance
from voice.settings import Settings
from voice.terminal import told


def run(options: argparse.Namespace, settings: Settings) -> int:
    if not options.text.strip():
        raise UsageError("There is no text to say.", "Give it between quotes.")
    with phrasebook(settings) as book:
        audio = book.audio(Utterance("say", options.text))
    write_wav(options.out, audio)
    told(f"{options.out}: {audio.seconds:.1f} s")
    return 0


def prepare(options: argparse.Namespace, settings: Settings) -> int:
    with phrasebook(settings) as book:
        count = rendered(book, script_of(settings))
    told(f"Speech is ready: {count} lines rendered, the others were there." if count else "Speech is ready.")
    return 0
