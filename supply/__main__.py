"""`python -m supply licences` writes docs/licences.md; `python -m supply sbom FILE.json` the bill of materials."""

from __future__ import annotations

import sys
from pathlib import Path

from supply import licences
from supply.packages import packages


def main(arguments: list[str]) -> int:
    match arguments:
        case ["licences"]:
            licences.write()
        case ["sbom", file]:
            from supply import sbom  # needs the tools, which the licence list does not

            print(f"{file}: {sbom.write(Path(file))} components", file=sys.stderr)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    wrong = list(licences.objections(packages()))
    print("\n".join(wrong) or "Every licence is known and allowed, every package has its hash.", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
