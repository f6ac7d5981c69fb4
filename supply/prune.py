"""`python -m supply.prune LOCK...` takes out of lock files what a package asks for and the program never imports.

`tokenizers` asks for huggingface-hub, which fetches models from a server; we hand it the text of a file. With what only
huggingface-hub needs, that is eleven packages and 27 MB of a kiosk. So a lock lists everything that is needed, and is installed
with `pip install --no-deps --require-hashes`. tests/test_supply.py shows that the program hears without them.

A lock file of pip-compile names with each package those that need it; that is all this module reads.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

LEFT_OUT = ("huggingface-hub",)
"""Packages that are not installed though another asks for them."""
_TOLD = (
    "#\n# Left out with what only they need (supply/prune.py): {names}.\n"
    "# Install with: pip install --no-deps --require-hashes --no-build-isolation -r THIS FILE\n#\n"
)
_ENTRY = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==.*\n(?:(?: .*)\n)*", re.M)


def prune(text: str) -> tuple[str, tuple[str, ...]]:
    """Take LEFT_OUT, and what only they need, out of a lock's text. Return it, and the names of what was taken out."""
    needed_by = {found["name"]: _read_needs(found[0]) for found in _ENTRY.finditer(text)}
    gone = {name for name in LEFT_OUT if name in needed_by}
    while more := {name for name, needs in needed_by.items() if name not in gone and needs and needs <= gone}:
        gone |= more
    pruned = _ENTRY.sub(lambda found: "" if found["name"] in gone else _drop_needs(found[0], gone), text)
    if gone:
        head, body = re.split(r"(?<=^#\n)(?=[a-z])", pruned, maxsplit=1, flags=re.M)
        pruned = head + _TOLD.format(names=", ".join(sorted(gone))).removeprefix("#\n") + body
    return pruned, tuple(sorted(gone))


def _read_needs(entry: str) -> set[str]:
    """Read which packages need this one; files and the program itself are none of them, so they keep it."""
    told = re.findall(r"^ +# +(?:via +)?(\S.*)$", entry, re.M)
    return {need for need in told if need != "via" and not need.startswith("-c ")}


def _drop_needs(entry: str, gone: set[str]) -> str:
    lines = [line for line in entry.splitlines(keepends=True) if line.strip(" #\n").removeprefix("via ") not in gone]
    return "".join(lines)


def main(arguments: list[str]) -> int:
    for name in arguments:
        text, gone = prune(Path(name).read_text(encoding="utf-8"))
        Path(name).write_text(text, encoding="utf-8")
        sys.stderr.write(f"{name}: left out {', '.join(gone) or 'nothing'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
