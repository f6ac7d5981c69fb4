"""`python -m voice` and the entry point `ruggespraak`."""

from __future__ import annotations

import sys

from voice.audio.soundcard import end_process
from voice.cli.main import main as run

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code. The process ends after the command of its own command line."""
    code = run(arguments)
    if arguments is None:
        end_process(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
