"""`python -m supply licences` writes docs/licences.md, `sbom FILE.json` the bill of materials, and `wheels` tries the wheel."""

from __future__ import annotations

import sys
from pathlib import Path

from supply import licences, wheels
from supply.packages import list_packages
from voice.setup.models.catalogue import read_catalogue


def main(arguments: list[str]) -> int:
    match arguments:
        case ["licences"]:
            licences.write()
        case ["sbom", file]:
            from supply import sbom  # needs the tools, which the licence list does not

            print(f"{file}: {sbom.write(Path(file))} components", file=sys.stderr)
        case ["wheels"]:
            return _report_wheels()
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    wrong = list(licences.find_objections(list_packages(), read_catalogue()))
    print("\n".join(wrong) or "Every licence is known and allowed, every package has its hash.", file=sys.stderr)
    return 1 if wrong else 0


def _report_wheels() -> int:
    found = []
    for verdict in wheels.try_wheels():
        print(f"{'ok  ' if verdict.sound else 'FAIL'}  {verdict.told}", flush=True)
        found.append(verdict.sound)
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
