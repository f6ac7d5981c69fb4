"""`python -m voice` and the entry point `ruggespraak`."""

from __future__ import annotations

import sys

from voice.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
