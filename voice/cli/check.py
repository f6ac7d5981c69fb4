"""`ruggespraak check`: test an installation and print one line a part."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from dataclasses import asdict

from voice.base.console import print_json
from voice.cli.self_test import PartReport, report_parts
from voice.cli.staff_messages import StaffMessages, load_staff_messages
from voice.setup.settings import Settings

MARKS = ("fine", "note", "wrong")
"""Marks of a part, the worst last."""
SENSES = frozenset({"microphone", "loudspeaker"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a part, with the same in English for an engineer")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Return exit code 1 if something is wrong that prevents a spoken consultation."""
    words, worst = load_staff_messages(settings.locale_folder), "fine"
    unusable: set[str] = set()
    hanging: list[str] = []
    for report in report_parts(settings, words):
        worst = max(worst, report.mark, key=MARKS.index)
        hanging += [report.hangs] if report.hangs else []
        unusable |= set() if report.usable else {report.part}
        _print_report(report, words, options.json)
    if not options.json:
        print(words.verdict.fill(_judge(worst, unusable, hanging), devices=", ".join(dict.fromkeys(hanging))))
        print(words.patient.fill("nothing" if worst == "wrong" else _name_ways(unusable)))
    return 1 if worst == "wrong" or unusable >= SENSES else 0


def _judge(worst: str, unusable: set[str], hanging: Collection[str]) -> str:
    """Name the verdict. A kiosk that neither hears nor speaks is not said to work, though patients can read and touch."""
    if worst == "note" and hanging:
        return "hangs"
    return "silent" if worst == "note" and unusable >= SENSES else worst


def _name_ways(unusable: Collection[str]) -> str:
    """Name what a patient can do at a kiosk on which those parts cannot be used."""
    deaf, mute = "microphone" in unusable, "loudspeaker" in unusable
    return {(False, False): "all", (True, False): "deaf", (False, True): "mute", (True, True): "touch"}[deaf, mute]


def _print_report(report: PartReport, words: StaffMessages, json: bool) -> None:
    if json:
        shown = asdict(report)
        del shown["usable"], shown["hangs"]  # of use only for the last lines
        return print_json(shown)
    more = words.verdict.fill("technical", told=report.told, english=report.english)
    mark, part = words.marks.fill(report.mark), words.parts.fill(report.part)
    print(f"{mark:7} {part:12} {more if report.english else report.told}", flush=True)
