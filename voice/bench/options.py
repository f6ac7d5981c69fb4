"""Options that several benches share, and what a bench reports."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Report:
    """lines: a table for people. value: the same for programs, as JSON takes it. sound: whether all is as it must be."""

    lines: Iterable[str]
    value: Any
    sound: bool = True


def whole_number(least: int) -> Callable[[str], int]:
    """Make a reader of whole numbers (argparse's `type`) that refuses those below `least`."""

    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"must be {least} or more")
        return int(text)

    return number


def add_recordings(parser: argparse.ArgumentParser, about: str, required: bool = True) -> None:
    parser.add_argument("--recordings", type=Path, metavar="FILE.tsv", required=required, help=about)


def add_question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--question", metavar="ID", default="koorts", help="the question that is answered (default %(default)s)")


def add_every(parser: argparse.ArgumentParser) -> None:
    add_number(parser, "--every", 1, "take every Nth only")


def add_cuts(parser: argparse.ArgumentParser) -> None:
    add_number(parser, "--cuts", 1, "hear each recording N times, each time cut a little differently (default 1)")


def add_number(parser: argparse.ArgumentParser, name: str, default: int, about: str, least: int = 1) -> None:
    """Add an option that takes a whole number of at least `least`."""
    parser.add_argument(name, type=whole_number(least), default=default, metavar="N", help=about)
