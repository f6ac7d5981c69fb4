"""`ruggespraak kiosk`: hold one visit after the other, with the screen on the loopback address."""

from __future__ import annotations

import argparse
from dataclasses import replace

from voice.base import journal
from voice.cli.staff_messages import load_staff_messages
from voice.setup.kiosk_wiring import open_kiosk
from voice.setup.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    demo = "show a script that no clinician has signed as a trial, which says so; not for patients (settings: unreviewed: demo)"
    parser.add_argument("--demo", action="store_true", help=demo)
    parser.add_argument("--visits", type=int, default=0, metavar="N", help="stop after N visits (default: never)")
    parser.add_argument("--print-port", action="store_true", help="print the port of the patient's page, and do nothing else")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Hold visits until interrupted, or as many as `--visits` asks for. Raises ReviewError as `open_kiosk` does."""
    if options.print_port:
        print(settings.screen.port)
        return 0
    if options.demo:
        settings = replace(settings, unreviewed="demo")
    journal.keep()
    messages = load_staff_messages(settings.locale_folder)
    with open_kiosk(settings, messages.describe_trouble, messages.describe_review) as visits:
        visits.hold_visits(options.visits or None)
    return 0
