"""`ruggespraak bench`: choose a bench, run it, and print its report."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from voice.base.errors import UsageError
from voice.cli.parser import CommandParser, add_settings_options

if TYPE_CHECKING:
    from voice.setup.settings import Settings

BENCHES = {
    "answers": "How well written and recorded answers are understood.",
    "calibration": "Which weights suit your recordings, and what they gain.",
    "ears": "How the engines that hear compare on your recordings.",
    "import": "Turn a published corpus into a table of recordings.",
    "population": "Whom the scripts send where, if patients are as in the literature.",
    "voice": "How well a listener understands each voice.",
}
"""Benches for what a practice has itself: its recordings, its voice and its script. Modules of `voice.bench`."""
MODULES = {"import": "corpora"}
"""Modules of benches whose name cannot be that of a module."""
RIGS = {
    "words": "What becomes of simulated patients, by words alone.",
    "consult": "How soon a consultation answers, and its peak memory.",
    "memory": "How much memory a kiosk takes, visit after visit.",
    "pauses": "What other pauses would gain, and whom they would interrupt.",
    "turns": "How soon the kiosk answers, and whom it interrupts.",
    "wyoming": "How many thin kiosks one machine serves.",
    "screen": "How soon a browser shows what happens.",
    "soak": "What becomes of patients while things break.",
}
"""Benches that need the checkout: modules of `voice.bench.rigs`, which is not in the wheel."""


def add_arguments(parser: CommandParser) -> None:
    parser.add_commands("benches", BENCHES | RIGS, _add_arguments)


def _add_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    bench = _load(name)
    bench.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one JSON value instead of tables")
    add_settings_options(parser)
    parser.set_defaults(bench=bench.run)


def _load(name: str) -> ModuleType:
    """Import a bench. Raises UsageError if it is not in the wheel, or needs a package that is not installed."""
    try:
        return import_module(f"voice.bench.{MODULES.get(name, name)}" if name in BENCHES else f"voice.bench.rigs.{name}")
    except ImportError as reason:
        if reason.name == "voice.bench.rigs":
            problem = f"`ruggespraak bench {name}` is not part of the installed package."
            raise UsageError(problem, "Run it in a checkout of the source, after `make setup`.") from reason
        if not reason.name or reason.name.startswith("voice"):
            raise
        raise UsageError(f"This needs the package {reason.name}.", f"Run `pip install {reason.name}`.") from reason


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print the report of a bench. Exit code 1 if it found something wrong."""
    report = options.bench(options, settings)
    print(json.dumps(report.value, ensure_ascii=False) if options.json else "\n".join(report.lines))
    return 0 if report.sound else 1
