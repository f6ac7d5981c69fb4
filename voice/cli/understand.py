"""`ruggespraak understand`: print the meanings of written answers, one a line."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from voice.base.console import print_json
from voice.cli.terminal import meaning_fields
from voice.recognize.transcript import Transcript
from voice.setup.scripts import find_expected
from voice.setup.settings import Settings
from voice.understand.answer import understand


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--question", metavar="ID", help="the question they answer")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(options: argparse.Namespace, settings: Settings) -> int:
    expected = find_expected(settings, options.question)
    for line in sys.stdin:
        transcript = Transcript(line.strip(), 1.0, "text")
        answer = understand(transcript, expected, today=date.today())
        fields = meaning_fields(answer)
        if options.json:
            print_json({"text": transcript.text, **fields, "certain": answer.certain, "matched": answer.matched})
        else:
            print(f"{fields['meaning']:10} {transcript.text}", flush=True)
    return 0
