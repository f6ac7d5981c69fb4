"""Unpack fetched archives or a folder into an installed model: checked, complete, and in one step.

1. A model is built beside its final place and then renamed into it, so half a model is never found.
2. Only files that the catalogue names leave an archive. If the catalogue names the whole archive, only files that stay
   inside the model's folder do.
3. No file is read on beyond the size that it must have (`members.py` bounds what is read in all).
"""

from __future__ import annotations

import errno
import hashlib
import json
import operator
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath

from voice.base.errors import DISK_FULL, ModelError
from voice.setup.models.download import CHUNK, File, SourceError, hash_file, is_digest, is_inside, matches
from voice.setup.models.members import MOST_FILE_BYTES, Member

MANIFEST = "ruggespraak.json"
"""In every installed model: its name, and each file's size and SHA-256."""
LONGEST_TEXT = 1_000_000
"""Bytes of a manifest, a licence or a card; ours have some ten thousand."""


@contextmanager
def stage_folder(target: Path) -> Iterator[Path]:
    """An empty folder beside `target`. It replaces `target` when the block ends well, else it is deleted.

    Raises ModelError if the disk is full or may not be written; `target` stays as it was.
    """
    beside = partial(tempfile.TemporaryDirectory, prefix=".unpacking-", dir=target.parent, ignore_cleanup_errors=True)
    with report_full_disk(target.parent), beside() as name:
        folder = Path(name)
        yield folder
        folder.chmod(0o755)
        _swap(folder, target)


@contextmanager
def report_full_disk(root: Path) -> Iterator[None]:
    """Make `root`, and turn the error of a full or closed disk within the block into a ModelError."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        yield
    except PermissionError as reason:
        raise ModelError(f"{root} may not be written.", "Choose another models folder in the settings.") from reason
    except OSError as reason:
        if reason.errno == errno.EROFS:
            remedy = "Choose another models folder in the settings."
            raise ModelError(f"{root} is on a disk that may only be read.", remedy) from reason
        if reason.errno not in DISK_FULL:
            raise
        raise ModelError(f"No room left in {root} ({reason.strerror}).", "Free some disk space and try again.") from reason


def _swap(folder: Path, target: Path) -> None:
    """Put `folder` in the place of `target`; the old one comes back if that fails."""
    old = folder.with_name(f"{folder.name}-old")
    if target.exists():
        target.replace(old)
    try:
        folder.replace(target)
    except OSError:
        if old.exists():
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def find_pieces(file: File, found: list[Member]) -> list[Member]:
    """The members that make up `file`: itself, or its .part1, .part2... in order; empty if some are absent."""
    whole = [member for member in found if f"/{member.path}".endswith(f"/{file.path}")]
    if whole:
        return [min(whole, key=lambda member: len(member.path))]
    parts: list[Member] = []
    while part := [m for m in found if f"/{m.path}".endswith(f"/{file.path}.part{len(parts) + 1}")]:
        parts.append(part[0])
    return parts if sum(part.size for part in parts) >= file.bytes else []


def assemble_files(files: tuple[File, ...], found: list[Member], folder: Path) -> None:
    """Write `files` into `folder` out of their pieces. Raises SourceError if one is missing or differs."""
    for file in files:
        target = folder / file.path
        _join(find_pieces(file, found), target, file.bytes)
        if not matches(target, file):
            raise SourceError(
                f"{file.path} is missing or differs from the catalogue (its {file.hash_name} is another).", "Fetch it again."
            )


def _join(sources: list[Member], target: Path, most: int) -> None:
    """Write the sources one after another into `target`. Raises SourceError if they hold more than `most` bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as sink:
        for source in sources:
            with source.open() as stream:
                while chunk := stream.read(CHUNK):
                    if sink.tell() + len(chunk) > most:
                        raise SourceError(f"{source.path} differs from the catalogue: it is longer.", "Fetch it again.")
                    sink.write(chunk)


def unpack_all(found: list[Member], folder: Path) -> None:
    """Unpack a whole archive without its single top folder. Raises SourceError if a path leads out of it."""
    for member in found:
        path = PurePosixPath(member.path.replace("\\", "/"))
        inner = path.parts[1:]
        if path.is_absolute() or not inner or ".." in path.parts or ":" in member.path:
            raise SourceError(f"The archive holds the unsafe path {member.path}; nothing was unpacked.", "Do not use it.")
        _join([member], folder.joinpath(*inner), MOST_FILE_BYTES)


def write_manifest(folder: Path, model: str) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [File(p.relative_to(folder).as_posix(), p.stat().st_size, hash_file(p)) for p in paths]
    content = {"model": model, "files": [{"path": f.path, "bytes": f.bytes, "sha256": f.sha256} for f in files]}
    (folder / MANIFEST).write_text(json.dumps(content, indent=1), encoding="utf-8")


def read_manifest(folder: Path, model: str) -> tuple[File, ...]:
    """The files of the model installed in `folder`; empty if there is none or its manifest is unreadable."""
    try:
        return parse_manifest((folder / MANIFEST).read_bytes(), model)
    except OSError:
        return ()


def parse_manifest(text: bytes, model: str) -> tuple[File, ...]:
    """The files of that model; empty if the manifest is another model's or cannot be read."""
    try:
        content = json.loads(text)
        return tuple(_make_file(**file) for file in content["files"]) if content["model"] == model else ()
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()


def describe_files(names: Iterable[str], found: list[Member]) -> Iterator[File]:
    """Those of these texts that are present, as they are; for files that no manifest lists. Raises SourceError if one is long."""
    for name in names:
        for member in find_pieces(File(name, 0), found)[:1]:
            with member.open() as stream:
                text = stream.read(LONGEST_TEXT + 1)
            if len(text) > LONGEST_TEXT:
                raise SourceError(f"{member.path} is longer than a text of ours.", "Do not use it.")
            yield File(name, len(text), hashlib.sha256(text).hexdigest())


def _make_file(path: str, bytes: int, sha256: str) -> File:
    """Raises ValueError or TypeError if these are not what a manifest holds."""
    if not (is_inside(path) and is_digest(sha256) and operator.index(bytes) >= 0):
        raise ValueError(path)
    return File(path, bytes, sha256)


def remove_folder(folder: Path) -> None:
    """Remove a folder. It is renamed first, so that a half-removed model is never found."""
    doomed = folder.with_name(f".removing-{folder.name}")
    shutil.rmtree(doomed, ignore_errors=True)  # what an interrupted removal left
    folder.replace(doomed)
    shutil.rmtree(doomed)
