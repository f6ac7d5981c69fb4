"""Read the files inside zips, wheels and folders that somebody brought, who may mean harm.

1. Counts and sizes are bounded. What an archive's headers say is only a first look: every byte is counted as it is unpacked.
2. Links and devices are refused, and no link is followed, not even one that appears after the look.
3. An archive may only store or deflate, and nothing in it is encrypted.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from voice.setup.models.download import SourceError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_ENTRIES = 2_000
"""Files in all archives and folders of one import; a wheel of ours has less than thirty."""
MOST_BYTES = 2_000_000_000
"""Bytes read out of them in all, unpacked."""
MOST_FILE_BYTES = 1_000_000_000
"""Bytes of a file whose size the catalogue does not tell."""
MOST_RATIO, SLACK = 20, 1_000_000
"""An archive may unpack to so many times its size on the disk and so many bytes more. Weights shrink to a half at best."""
MOST_FOLDERS = 50
"""Folders inside each other; a model of ours has five."""
LONGEST_READ = 2_000_000
"""Bytes of an archive's table of contents: room for more than MOST_ENTRIES, and little memory."""

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
)
_ENCRYPTED_OR_PATCHED = 0x1 | 0x20 | 0x40
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FILE = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive or folder: its path there (with /), size in bytes as it says, how to open it."""

    path: str
    size: int
    open: Callable[[], IO[bytes]]


@contextmanager
def open_members(places: list[Path]) -> Iterator[list[Member]]:
    """Every file in these zips, wheels and folders.

    Raises SourceError if an archive is damaged, if there is a link or a device, or if something is larger than any model.
    The limits hold for all that is read within the block.
    """
    with ExitStack() as opened:
        counted, found = _Count(MOST_BYTES), []
        for place in places:
            found += _list_folder(place, counted) if place.is_dir() else _list_archive(place, counted, opened)
            if len(found) > MOST_ENTRIES:
                raise SourceError(f"{place} holds more than {MOST_ENTRIES} files.", "Name only what holds the model.")
        if sum(member.size for member in found) > MOST_BYTES:
            raise _complain_of_size(places[0])
        yield found


@contextmanager
def _report_damage(place: Path) -> Iterator[None]:
    """Turn what zipfile raises over a damaged archive, and the system over a damaged disk, into a SourceError."""
    try:
        yield
    except _DAMAGED as reason:
        raise SourceError(f"{place} is not a whole zip or wheel, or is damaged ({reason}).", "Fetch it again.") from reason


def _complain_of_size(place: Path) -> SourceError:
    return SourceError(f"{place} unpacks to more than any model holds; nothing was installed.", "Do not use it.")


@dataclass(slots=True)
class _Count:
    """Bytes that may still be read."""

    left: int

    def take(self, count: int, place: Path) -> None:
        self.left -= count
        if self.left < 0:
            raise _complain_of_size(place)


class _Counted(io.RawIOBase):
    """A stream out of `place` of which every byte is counted."""

    def __init__(self, stream: IO[bytes], counts: tuple[_Count, ...], place: Path) -> None:
        self._stream, self._counts, self._place = stream, counts, place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        with memoryview(buffer).cast("B") as view:
            with _report_damage(self._place):
                chunk = self._stream.read(len(view))
            for count in self._counts:
                count.take(len(chunk), self._place)
            view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _open_counted(opener: Callable[[], IO[bytes]], counts: tuple[_Count, ...], place: Path) -> IO[bytes]:
    with _report_damage(place):
        return io.BufferedReader(_Counted(opener(), counts, place))


class _Archive(io.BufferedReader):
    """An archive's file that refuses a read as long as no honest table of contents is."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LONGEST_READ:
            raise zipfile.BadZipFile("its table of contents is too long")
        return super().read(size)


def _list_archive(place: Path, counted: _Count, opened: ExitStack) -> list[Member]:
    stream = opened.enter_context(_Archive(io.FileIO(_open_below(place.parent, (place.name,)), closefd=True)))
    with _report_damage(place):
        archive = opened.enter_context(zipfile.ZipFile(stream))
    counts = (counted, _Count(MOST_RATIO * os.fstat(stream.fileno()).st_size + SLACK))
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    for info in infos:
        _check_entry(info, place)
    return [
        Member(info.filename, info.file_size, partial(_open_counted, partial(archive.open, info), counts, place))
        for info in infos
    ]


def _check_entry(info: zipfile.ZipInfo, place: Path) -> None:
    """Raise SourceError if an entry is a link or a device, encrypted, or packed in an unusual way."""
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise SourceError(f"{info.filename} in {place} is a link or a device; nothing was installed.", "Do not use it.")
    if info.flag_bits & _ENCRYPTED_OR_PATCHED or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SourceError(f"{info.filename} in {place} is encrypted, or packed in another way than deflate.", "Do not use it.")


def _list_folder(folder: Path, counted: _Count) -> list[Member]:
    found: list[Member] = []
    for path, size in islice(_walk(folder), MOST_ENTRIES + 1):
        inner = path.relative_to(folder)
        opener = partial(_open_file, folder, inner.parts)
        found.append(Member(inner.as_posix(), size, partial(_open_counted, opener, (counted,), path)))
    return found


def _walk(folder: Path, depth: int = 1) -> Iterator[tuple[Path, int]]:
    """Every file under a folder, and its size in bytes. Raises SourceError for a link, a device or a closed folder.

    depth: how many folders there are from the one that was named down to this one.
    """
    if depth > MOST_FOLDERS:
        raise SourceError(f"More than {MOST_FOLDERS} folders are inside each other here.", "Name only what holds the model.")
    try:
        looked = [(path, path.lstat()) for path in sorted(folder.iterdir())]
    except OSError as reason:
        raise SourceError(f"{folder} cannot be read ({reason.strerror}).", "Copy what holds the model elsewhere.") from reason
    for path, status in looked:
        if stat.S_ISDIR(status.st_mode):
            yield from _walk(path, depth + 1)
        else:
            _require_plain(status, path)
            yield path, status.st_size


def _require_plain(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        raise SourceError(f"{path} is a link or a device; nothing was installed.", "Copy the file itself (cp -rL).")


def _open_file(folder: Path, parts: tuple[str, ...]) -> IO[bytes]:
    return open(_open_below(folder, parts), "rb")


def _open_below(folder: Path, parts: tuple[str, ...]) -> int:
    """Open a plain file under a folder, whatever was exchanged for a link since it was listed. Returns its descriptor.

    Raises SourceError if it is a link or a device now, or may not be read.
    """
    path = folder.joinpath(*parts)
    steps: list[int] = []
    try:
        if os.open not in os.supports_dir_fd:
            steps.append(os.open(path, _FILE))
        else:
            steps.append(os.open(folder, _FOLDER))
            for part in parts[:-1]:
                steps.append(os.open(part, _FOLDER | _NO_LINK, dir_fd=steps[-1]))
            steps.append(os.open(parts[-1], _FILE, dir_fd=steps[-1]))
        _require_plain(os.fstat(steps[-1]), path)
        return steps.pop()
    except OSError as reason:
        raise SourceError(f"{path} cannot be read, or is a link ({reason.strerror}).", "Copy the file itself.") from reason
    finally:
        for step in steps:
            os.close(step)
