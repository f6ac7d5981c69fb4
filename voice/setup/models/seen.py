"""Remember the SHA-256 of a file for which the catalogue has an MD5 only, from the first time that it was installed here.

An MD5 can be forged, and Piper's voices have no other hash. So the first file that has the right MD5 is trusted, and from then on
only that file. The list lies beside the models, so it stays when a model is removed; to trust another file, remove its line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from voice.base.errors import ModelError
from voice.setup.models.catalogue import Model
from voice.setup.models.download import File, is_digest

SEEN = "seen.sha256"
"""In the models' folder: lines of `SHA-256  MODEL/FILE`, as sha256sum writes and checks them."""


def read_seen(root: Path) -> dict[str, str]:
    """Read the list: `MODEL/FILE` -> SHA-256; empty if there is none.

    Raises ModelError if it cannot be read: then nothing is trusted for the first time again.
    """
    try:
        lines = (root / SEEN).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as reason:
        raise ModelError(
            f"{root / SEEN} cannot be read ({reason}).", "Restore it, or look at the models and remove it."
        ) from reason
    found = {}
    for number, line in enumerate(lines, 1):
        digest, _, path = line.partition("  ")
        if not is_digest(digest) or not path:
            raise ModelError(f"{root / SEEN}, line {number} is no `SHA-256  MODEL/FILE`.", "Correct it, or remove the line.")
        found[path] = digest
    return found


def is_seen(model: Model, root: Path) -> bool:
    """Whether files of the model have no SHA-256 in the catalogue, but one in the list."""
    return pin(model, root) != model


def pin(model: Model, root: Path) -> Model:
    """Give each file that the catalogue knows by its MD5 the SHA-256 that was seen first; the model itself if none was."""
    if all(file.sha256 for file in model.files):
        return model
    seen = read_seen(root)
    return replace(model, files=tuple(_pin(file, seen.get(f"{model.name}/{file.path}", "")) for file in model.files))


def _pin(file: File, digest: str) -> File:
    return file if file.sha256 or not digest else replace(file, sha256=digest)


def remember(model: Model, installed: Iterable[File], root: Path) -> None:
    """Add the SHA-256 of the files that the catalogue knows by their MD5 alone, as they were installed, to the list."""
    unknown = {file.path for file in model.files if not file.sha256}
    if not unknown:
        return
    seen = read_seen(root) | {f"{model.name}/{file.path}": file.sha256 for file in installed if file.path in unknown}
    beside = root / f".{SEEN}"
    beside.write_text("".join(f"{seen[path]}  {path}\n" for path in sorted(seen)), encoding="utf-8")
    beside.chmod(0o644)
    beside.replace(root / SEEN)
