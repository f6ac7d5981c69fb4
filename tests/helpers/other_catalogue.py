"""Run the program with another catalogue of models: `python -m tests.helpers.other_catalogue FILE COMMAND ...`."""

from __future__ import annotations

import sys
from pathlib import Path

from voice.cli.main import main
from voice.setup.models import catalogue

if __name__ == "__main__":
    catalogue.read_catalogue.__defaults__ = (Path(sys.argv[1]),)
    sys.exit(main(sys.argv[2:]))
