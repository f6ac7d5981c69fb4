"""From fetched archives or a folder to an installed model: checked, complete, and in one step.

A model is built up beside its final place and then renamed into it, so nobody ever sees half of
one. Only files that the catalogue names leave an archive, or, where it names the whole archive,
only files that stay inside the model's folder.
"""

from __future__ import annotations

import errno
import hashlib
import json
import operator
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from voice.base.errors import NO_ROOM, ModelError
from voice.setup.models.download import CHUNK, File, SourceError, is_digest, is_inside, matches, sha256

MANIFEST = "ruggespraak.json"
"""In every installed model: its name, and each file's size and SHA-256."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive or folder: its path there (with /), size in bytes, and how to open it."""

    path: str
    bytes: int
    open: Callable[[], BinaryIO]


@contextmanager
def staging(target: Path) -> Iterator[Path]:
    """An empty folder beside `target` that takes its place when the block ends well, else vanishes.

    Raises ModelError where the disk is full or may not be written; what stood there before stays.
    """
    with writable(target.parent):
        folder = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=target.parent))
    try:
        with writable(target.parent):
            yield folder
            folder.chmod(0o755)
            _swap(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def writable(root: Path) -> Iterator[None]:
    """Tell a full or closed disk in one line. Raises ModelError."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        yield
    except PermissionError as reason:
        raise ModelError(f"{root} may not be written.", "Choose another models folder in the settings.") from reason
    except OSError as reason:
        if reason.errno not in (*NO_ROOM, errno.EROFS):
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


@contextmanager
def members(places: list[Path]) -> Iterator[list[Member]]:
    """Every file in these zips, wheels and folders. Raises SourceError where an archive is damaged."""
    archives = [_archive(place) for place in places if place.is_file()]
    folders = [place for place in places if place.is_dir()]
    try:
        yield [m for archive in archives for m in _zipped(archive)] + [m for f in folders for m in _loose(f)]
    except (zipfile.BadZipFile, zlib.error, EOFError) as reason:
        raise SourceError(f"An archive is damaged ({reason}).", "Fetch it again.") from reason
    finally:
        for archive in archives:
            archive.close()


def _archive(place: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(place)
    except zipfile.BadZipFile as reason:
        raise SourceError(f"{place} is not a whole zip or wheel.", "Fetch it again.") from reason


def _zipped(archive: zipfile.ZipFile) -> list[Member]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    return [Member(info.filename, info.file_size, lambda info=info: archive.open(info)) for info in infos]


def _loose(folder: Path) -> list[Member]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [Member(path.relative_to(folder).as_posix(), path.stat().st_size, lambda path=path: path.open("rb")) for path in files]


def pieces(file: File, found: list[Member]) -> list[Member]:
    """The members that make up `file`: itself, or its .part1, .part2... in order; empty where some are absent."""
    whole = [member for member in found if f"/{member.path}".endswith(f"/{file.path}")]
    if whole:
        return [min(whole, key=lambda member: len(member.path))]
    parts: list[Member] = []
    while part := [m for m in found if f"/{m.path}".endswith(f"/{file.path}.part{len(parts) + 1}")]:
        parts.append(part[0])
    return parts if sum(part.bytes for part in parts) >= file.bytes else []


def put_together(files: tuple[File, ...], found: list[Member], folder: Path) -> None:
    """Write `files` into `folder` out of their pieces. Raises SourceError where one is missing or differs."""
    for file in files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(pieces(file, found), target)
        if not matches(target, file):
            raise SourceError(f"{file.path} is missing or differs from the catalogue ({file.known_by}).", "Fetch it again.")


def _write(sources: list[Member], target: Path) -> None:
    """Join the sources into `target`."""
    with target.open("wb") as sink:
        for source in sources:
            with source.open() as stream:
                while chunk := stream.read(CHUNK):
                    sink.write(chunk)


def unpack_all(found: list[Member], folder: Path) -> None:
    """Unpack a whole archive, its single top folder left off. Raises SourceError where a path leads out of it."""
    for member in found:
        path = PurePosixPath(member.path.replace("\\", "/"))
        inner = path.parts[1:]
        if path.is_absolute() or not inner or ".." in path.parts or ":" in member.path:
            raise SourceError(f"The archive holds the unsafe path {member.path}; nothing was unpacked.", "Do not use it.")
        target = folder.joinpath(*inner)
        target.parent.mkdir(parents=True, exist_ok=True)
        _write([member], target)


def write_manifest(folder: Path, model: str) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [File(p.relative_to(folder).as_posix(), p.stat().st_size, sha256(p)) for p in paths]
    content = {"model": model, "files": [{"path": f.path, "bytes": f.bytes, "sha256": f.sha256} for f in files]}
    (folder / MANIFEST).write_text(json.dumps(content, indent=1), encoding="utf-8")


def read_manifest(folder: Path, model: str) -> tuple[File, ...]:
    """The files that make up the model installed in `folder`; empty where none is or its manifest is unreadable."""
    try:
        return parse_manifest((folder / MANIFEST).read_bytes(), model)
    except OSError:
        return ()


def parse_manifest(text: bytes, model: str) -> tuple[File, ...]:
    """The files of that model; empty where the manifest is another one's or cannot be read."""
    try:
        content = json.loads(text)
        return tuple(_listed(**file) for file in content["files"]) if content["model"] == model else ()
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()


def described(names: Iterable[str], found: list[Member]) -> tuple[File, ...]:
    """Those of these files that are there, as they are; for what no manifest lists."""
    there = {name: pieces(File(name, 0), found) for name in names}
    return tuple(_described(name, held[0]) for name, held in there.items() if held)


def _described(name: str, member: Member) -> File:
    with member.open() as stream:
        return File(name, member.bytes, hashlib.sha256(stream.read()).hexdigest())


def _listed(path: str, bytes: int, sha256: str) -> File:
    """Raises ValueError or TypeError where these are not what a manifest holds."""
    if not (is_inside(path) and is_digest(sha256) and operator.index(bytes) >= 0):
        raise ValueError(path)
    return File(path, bytes, sha256)


def remove_folder(folder: Path) -> None:
    """Take a folder away; first out of sight under another name, so that a half-removed model is never found."""
    doomed = folder.with_name(f".removing-{folder.name}")
    shutil.rmtree(doomed, ignore_errors=True)  # what an interrupted removal left
    folder.replace(doomed)
    shutil.rmtree(doomed)
