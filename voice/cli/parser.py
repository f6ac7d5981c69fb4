"""Parsers that are filled when their command is chosen, and the options that all commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voice.setup.settings import Settings

Fill = Callable[[str, argparse.ArgumentParser], None]
"""Gives the parser of the command of that name its arguments."""


class CommandParser(argparse.ArgumentParser):
    """A parser that imports its command only if that command is chosen, so that `ruggespraak --help` answers at once.

    fill: adds the arguments. Without any argument a parser that has commands shows its help and ends with exit code 2.
    Options of a command may stand anywhere between its other arguments.
    """

    def __init__(self, *, fill: Callable[[argparse.ArgumentParser], None] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._fill = fill
        self._has_commands = False
        self._sorting = False

    def add_commands(self, title: str, abouts: Mapping[str, str], fill: Fill) -> None:
        """Add commands by their names, each with one line about it."""
        self._has_commands = True
        commands = self.add_subparsers(title=title, metavar="COMMAND", required=True)
        for name, about in abouts.items():
            commands.add_parser(name, help=about, description=about, fill=partial(fill, name))

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Fill the parser and parse. argparse calls this of the parser that was chosen."""
        if self._fill:
            self._fill(self)
            self._fill = None
        if self._has_commands and not args:
            self.print_help(sys.stderr)
            self.exit(2)
        if self._sorting:
            return super().parse_known_args(args, namespace)
        options, unknown = self._parse(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return options, unknown

    def _parse(self, args: Sequence[str] | None, namespace: Any) -> Any:
        """Parse, the options of a command apart from the rest: otherwise none may stand before a list of names or files."""
        if self._has_commands:
            return super().parse_known_args(args, namespace)
        self._sorting = True  # what sorts them calls `parse_known_args` for either
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._sorting = False


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that all commands share."""
    from voice.setup.settings import ENGINES, VOICES

    shared = parser.add_argument_group("choices (the settings file holds the same)")
    shared.add_argument("--settings", type=Path, metavar="FILE", help="settings of this kiosk (YAML)")
    shared.add_argument("--locale", help="nl-BE or nl-NL")
    shared.add_argument("--script", metavar="NAME", help="which script of that locale, for instance kort")
    shared.add_argument("--engine", choices=ENGINES, help="which ears; auto takes the best that is installed")
    shared.add_argument("--voice", choices=VOICES, help="which voice; auto takes the best that is installed")
    shared.add_argument("--voice-name", metavar="NAME", help="which of its voices, if --voice names an engine")


def chosen_settings(options: argparse.Namespace) -> Settings:
    """Read the settings file, if one is given. Options of the command line overrule it."""
    from voice.setup.settings import Settings
    from voice.setup.settings_reader import load_settings

    makes_it = getattr(options, "may_be_missing", False) and options.settings and not options.settings.exists()
    settings = load_settings(options.settings) if options.settings and not makes_it else Settings()
    given = {name: getattr(options, name) for name in ("locale", "script", "engine", "voice", "voice_name")}
    return replace(settings, **{name: value for name, value in given.items() if value})
