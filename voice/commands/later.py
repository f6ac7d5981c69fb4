"""Commands whose names are reserved."""

from __future__ import annotations

import argparse

from voice.errors import UsageError
from voice.settings import Settings


def run(options: argparse.Namespace, settings: Settings) -> int:
    raise UsageError("This command is not built yet; its name is reserved.", "Use `ruggespraak consult`.")
