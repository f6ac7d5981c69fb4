"""The list of licences in docs/licences.md, made from what is installed, from parts.yaml and from the catalogue of models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from supply.packages import PARTS, Kind, Package, kind_of, packages
from voice.setup.models.catalogue import read_catalogue

LIST = Path("docs/licences.md")

_HEAD = """# Licences

What the program is made of and under which licence each part comes. Made by `make licences`; a test compares this list
with what is installed, and refuses a part whose licence is unknown, or a copyleft licence among the packages of the program.

The program is Apache-2.0. *Weak copyleft* (LGPL, MPL) asks that changes to that library itself stay free: they are used
unchanged, as files of their own that can be replaced. *Copyleft* (GPL) never stands among the packages: what there is of
it is installed by the system and loaded by a process of its own (a voice), or is data that the program reads (the second
opinion's weights); both can be left out.
"""

_ABOUT = {
    "core": "The program",
    "whisper": "With the ears `whisper`",
    "wyoming": "With the bridge to Wyoming",
    "mqtt": "With calls for the staff over MQTT",
    "fhir": "With the bridge to FHIR",
    "dev": "For tests and development only",
}


def parts() -> dict[str, list[dict[str, str]]]:
    """parts.yaml as it stands."""
    return yaml.safe_load((Path(__file__).with_name("parts.yaml")).read_text(encoding="utf-8"))


def as_markdown(found: tuple[Package, ...]) -> str:
    """The whole list; without versions, which change more often than licences and stand in the SBOM."""
    others = parts()
    sections = [_HEAD]
    for part in PARTS:
        rows = [(package.name, package.licence, str(package.kind)) for package in found if package.part == part]
        sections.append(_table(_ABOUT[part], ("package", "licence", "kind"), rows))
    bundled = [(one["name"], one["inside"], one["licence"], str(kind_of(one["licence"]))) for one in others["bundled"]]
    sections.append(_table("Inside those packages", ("library", "inside", "licence", "kind"), bundled))
    system = [(one["name"], one["needed"], one["licence"], str(kind_of(one["licence"]))) for one in others["system"]]
    sections.append(_table("From the system", ("Debian package", "needed", "licence", "kind"), system))
    models = [(model.name, model.purpose, model.licence, str(kind_of(model.licence))) for model in read_catalogue()]
    sections.append(_table("Models", ("model", "for", "licence", "kind"), models))
    return "\n\n".join(section.strip() for section in sections) + "\n"


def _table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"## {title}", "", _row(heads), _row(tuple("---" for _ in heads)), *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def objections(found: tuple[Package, ...]) -> Iterator[str]:
    """Whatever may not be passed on as it is: an unknown licence, copyleft in what the program needs, a package without hash."""
    for package in found:
        if package.kind is Kind.UNKNOWN:
            yield f"{package.name}: the licence '{package.licence}' is not known"
        if package.kind is Kind.STRONG and package.part != "dev":
            yield f"{package.name}: {package.licence} may not be part of the program"
        if not package.hashes:
            yield f"{package.name}: not in requirements.lock with a hash"


def write() -> None:
    LIST.write_text(as_markdown(packages()), encoding="utf-8")
