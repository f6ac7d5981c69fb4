"""Read the Python packages that the program needs from what is installed, and the kind of their licences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from supply.prune import LEFT_OUT

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = "ruggespraak"
PARTS = ("core", "whisper", "wyoming", "fhir", "mqtt", "print", "dev")
"""The core, and the extras that the lock file holds."""


class Kind(str, Enum):
    """What a licence asks of those who pass the program on."""

    PERMISSIVE = "permissive"  # keep the notice
    WEAK = "weak copyleft"  # changes to that library itself stay free; it is used unchanged, as a file of its own
    STRONG = "copyleft"  # what is combined with it must be free in the same way
    RESTRICTED = "research only"  # never for patients, never passed on
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value


_KINDS = (
    (Kind.RESTRICTED, r"(?i)research only|non-?commercial|\bNC\b", ""),
    (Kind.STRONG, r"\bA?GPL", "exception"),
    (Kind.WEAK, "LGPL|MPL|EPL|Mozilla|exception", ""),
    (Kind.PERMISSIVE, "MIT|BSD|Apache|ISC|PSF|Zlib|OFL|CC0|Unlicense|HPND", ""),
)
"""Kind, pattern of its licences' names, and pattern that excludes a licence from it; the most demanding first."""

SAID_ELSEWHERE = {"atheris": "Apache-2.0", "axe-playwright-python": "MIT"}
"""Licences that only the LICENSE file of a package names."""


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package. part: the first of PARTS that needs it. hashes: SHA-256 of its files, from the lock."""

    name: str
    version: str
    licence: str
    part: str
    hashes: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return find_kind(self.licence)


def find_kind(licence: str) -> Kind:
    """Find the kind of a licence as packages write it. If one of several may be chosen, the least demanding counts."""
    choices = [_classify(one) for one in re.split(r"\bOR\b", licence)]
    return min(choices, key=list(Kind).index)


def _classify(licence: str) -> Kind:
    for kind, pattern, unless in _KINDS:
        if re.search(pattern, licence) and not (unless and re.search(unless, licence)):
            return kind
    return Kind.UNKNOWN


def list_packages() -> tuple[Package, ...]:
    """List every package of every part by name, each under the first part that needs it; without what is left out.

    Raises PackageNotFoundError if one is not installed: set the program up first (`make setup`).
    """
    locked, found = read_hashes(ROOT / "requirements.lock"), {}
    for part in PARTS:
        for name in sorted(_find_needed(PROGRAM, "" if part == "core" else part) - {PROGRAM}):
            if name not in found:
                found[name] = _read_package(distribution(name), part, locked.get(name, ()))
    return tuple(sorted(found.values(), key=lambda package: (PARTS.index(package.part), package.name)))


def _read_package(found: Distribution, part: str, locked: tuple[str, ...]) -> Package:
    name = canonicalize_name(found.name)
    return Package(name, found.version, read_licence(found), part, locked)


def read_licence(found: Distribution) -> str:
    """Read the licence of a package: the expression, else the short field, else its classifiers."""
    metadata = found.metadata
    short = metadata.get("License", "")
    classified = [line.split(" :: ")[-1] for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    said = metadata.get("License-Expression") or (short if 0 < len(short) < 60 and short != "UNKNOWN" else ", ".join(classified))
    return said or SAID_ELSEWHERE.get(canonicalize_name(found.name), "not said")


def _find_needed(name: str, extra: str) -> set[str]:
    """Find the names of a package and of all packages that it needs on this machine."""
    todo, seen = [(name, extra)], set()
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += _read_requirements(*one)
    return {name for name, _ in seen}


def _read_requirements(name: str, extra: str) -> Iterator[tuple[str, str]]:
    try:
        found = distribution(name)
    except PackageNotFoundError as reason:
        raise PackageNotFoundError(f"{name} (run `make setup` first)") from reason
    for line in found.requires or ():
        wanted = Requirement(line)
        applies = wanted.marker is None or wanted.marker.evaluate({"extra": extra})
        if applies and canonicalize_name(wanted.name) not in LEFT_OUT:
            yield from ((canonicalize_name(wanted.name), inner) for inner in ("", *wanted.extras))


def read_hashes(lock: Path) -> dict[str, tuple[str, ...]]:
    """Read the SHA-256 hashes of each package in a lock file, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in lock.read_text(encoding="utf-8").splitlines():
        if wanted := re.match(r"([A-Za-z0-9._-]+)==", line):
            name = canonicalize_name(wanted[1])
            found[name] = ()
        if name and (digest := re.search(r"--hash=sha256:([0-9a-f]{64})", line)):
            found[name] = (*found[name], digest[1])
    return found
