"""`ruggespraak understand`: print the meanings of written answers, one a line."""

from __future__ import annotations

import argparse
import sys

from voice.base.clock import find_today
from voice.base.console import print_json
from voice.cli.terminal import answer_fields
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
        text = line.strip()
        answer = understand(Transcript(text, 1.0, "text"), expected, today=find_today())
        if options.json:
            print_json({**answer_fields(text, answer), "matched": answer.matched})
        else:
            print(f"{answer.meaning!s:10} {text}", flush=True)
    return 0
