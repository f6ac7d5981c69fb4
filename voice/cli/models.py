"""`ruggespraak models`: list, fetch, import, verify or remove the recognition models of this machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from voice.base.console import ProgressLine, tell
from voice.base.errors import ModelError, UsageError
from voice.setup.models import install, store
from voice.setup.models.catalogue import find_model, read_catalogue
from voice.setup.models.seen import SEEN, is_seen
from voice.setup.models.store import is_installed
from voice.setup.settings import Settings

REACHING = 2.5
"""Seconds in which an address must answer; with the start of the program that is less than 3 s."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "fetch", "reach", "import", "verify", "remove"))
    about = (
        "models to fetch, to remove, or to reach: can they be fetched now? (fetch without a name: what this machine needs to "
        "hear Dutch); files to import"
    )
    parser.add_argument("names", nargs="*", metavar="NAME|FILE", help=about)


def run(options: argparse.Namespace, settings: Settings) -> int:
    return _ACTIONS[options.action](tuple(options.names), settings.models)


def _list(names: tuple[str, ...], root: Path) -> int:
    print(f"{'model':26} {'here':10} {'engine':8} {'size':>9}  {'for':9} licence")
    for model in read_catalogue():
        state = "installed" if is_installed(model, root) else "-"
        size = (model.bytes or _measure_size(root / model.name)) / 1e6
        print(f"{model.name:26} {state:10} {model.engine:8} {size:6.0f} MB  {model.purpose:9} {model.licence}")
        print(f"{'':26} {model.measured}")
        if model.measurement:
            made = model.measurement
            print(f"{'':26} measured on {made.recordings} recordings, {made.when}: {made.set}")
        elif model.purpose in (*store.HEARING, "option"):
            print(f"{'':26} not measured on answers")
    return 0


def _measure_size(folder: Path) -> int:
    """Bytes of what is installed; for a model that is not fetched but comes with the checkout."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _fetch(names: tuple[str, ...], root: Path) -> int:
    if names:
        install.fetch(names, root, ProgressLine())
        tell(f"Installed: {', '.join(names)}.")
    else:
        tell(install.fetch_ears(root, ProgressLine()))
    return 0


def _reach(names: tuple[str, ...], root: Path) -> int:
    install.check_reachable(names, root, REACHING)
    return 0


def _import(names: tuple[str, ...], root: Path) -> int:
    if not names:
        raise UsageError("There is nothing to import.", "Name a zip, a wheel (both parts of it) or a folder.")
    model = install.import_file(tuple(Path(name) for name in names), root)
    tell(f"Installed: {model.name}.")
    return 0


def _verify(names: tuple[str, ...], root: Path) -> int:
    verdicts = store.verify(root)
    for name, faults in verdicts.items():
        seen = is_seen(find_model(name), root)
        print(f"{name}: {'; '.join(faults) or 'sound'}{f' (SHA-256 as first seen here: {root / SEEN})' if seen else ''}")
    if not verdicts:
        print("No model is installed.")
    return ModelError.exit_code if any(verdicts.values()) else 0


def _remove(names: tuple[str, ...], root: Path) -> int:
    if not names:
        raise UsageError("There is nothing to remove.", "Name the models; `ruggespraak models list` shows them.")
    for name in names:
        store.remove(name, root)
        tell(f"Removed: {name}.")
    return 0


_ACTIONS = {"list": _list, "fetch": _fetch, "reach": _reach, "import": _import, "verify": _verify, "remove": _remove}
