"""`ruggespraak understand`: written answers in, meanings out."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from voice.answer import understand
from voice.assemble import asked
from voice.recognize import Transcript
from voice.settings import Settings
from voice.terminal import meaning_fields, result
from voice.watcher import Turn


def run(options: argparse.Namespace, settings: Settings) -> int:
    question = asked(settings, options.question)
    for line in sys.stdin:
        transcript = Transcript(line.strip(), 1.0, "text")
        answer = understand(transcript, question, today=date.today())
        fields = meaning_fields(Turn(question, transcript, answer, 0.0))
        if options.json:
            result({"text": transcript.text, **fields, "certain": answer.certain, "matched": answer.matched})
        else:
            print(f"{fields['meaning']:10} {transcript.text}", flush=True)
    return 0
