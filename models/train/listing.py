"""Write down the hashes of a model that was made: in its own manifest, and in the catalogue if it is the one that ships.

The program takes a model under a name of ours only if its files are those of the catalogue.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

CATALOGUE = Path("models/catalogue.yaml")


def list_files(folder: Path, parts: tuple[str, ...]) -> None:
    """Write ruggespraak.json, by which the program knows that the files that the engine reads are whole."""
    paths = sorted(path for part in parts for path in (folder / part, *(folder / part).glob("*")) if path.is_file())
    files = [
        {
            "path": path.relative_to(folder).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in paths
    ]
    (folder / "ruggespraak.json").write_text(json.dumps({"model": folder.name, "files": files}, indent=1), encoding="utf-8")
    if folder.parent.resolve() == CATALOGUE.parent.resolve():
        list_in_catalogue(folder.name, files, CATALOGUE)


def list_in_catalogue(name: str, files: list[dict[str, str | int]], path: Path) -> None:
    """Put these files in the place of those that the catalogue lists for the model of that name.

    Raises ValueError if the catalogue has no such model of ours.
    """
    lines = "".join(
        f"      - path: {one['path']}\n        bytes: {one['bytes']}\n        sha256: {one['sha256']}\n" for one in files
    )
    entry = re.compile(
        rf"(?P<head>  - name: {re.escape(name)}\n(?:    .*\n)*?    files:\n)(?:      .*\n)*(?=    sources: \[\]\n)"
    )
    text, changed = entry.subn(lambda found: found["head"] + lines, path.read_text(encoding="utf-8"))
    if not changed:
        raise ValueError(f"{path} lists no files of a model {name} of our own.")
    path.write_text(text, encoding="utf-8")
