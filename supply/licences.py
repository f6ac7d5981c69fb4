"""Make the list of licences in docs/licences.md from the installed packages, parts.yaml and the catalogue of models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from supply.packages import PARTS, Kind, Package, find_kind, list_packages
from voice.setup.models.catalogue import Model, read_catalogue

LIST = Path("docs/licences.md")

_HEAD = """# Licences

What the program is made of and under which licence each part comes. Made by `make licences`; a test compares this list
with what is installed, and refuses a part whose licence is unknown, or a copyleft licence among the packages of the program.

The program is Apache-2.0. *Weak copyleft* (LGPL, MPL) asks that changes to that library itself stay free: they are used
unchanged, as files of their own that can be replaced. *Copyleft* (GPL) never stands among the packages: what there is of
it is installed by the system and loaded by a process of its own (a voice), or is data that the program reads (the second
opinion's weights); both can be left out.

`tokenizers` asks for huggingface-hub, and that for ten more packages that fetch models from a server. The program never
imports them; the lock files leave them out (`supply/prune.py`), and a test shows that it hears without them. So they are not
listed here. `pip install 'ruggespraak[whisper]'` without a lock file does install them.
"""

_ABOUT = {
    "core": "The program",
    "whisper": "With the ears `whisper`",
    "wyoming": "With the bridge to Wyoming",
    "mqtt": "With calls for the staff over MQTT",
    "print": "With cards on paper",
    "fhir": "With the bridge to FHIR",
    "dev": "For tests and development only",
}


def read_parts() -> dict[str, list[dict[str, str]]]:
    """Read parts.yaml."""
    return yaml.safe_load((Path(__file__).with_name("parts.yaml")).read_text(encoding="utf-8"))


def format_licences(found: tuple[Package, ...]) -> str:
    """Format the whole list, without versions: they change more often than licences, and the SBOM has them."""
    others = read_parts()
    sections = [_HEAD]
    for part in PARTS:
        rows = [(package.name, package.licence, str(package.kind)) for package in found if package.part == part]
        sections.append(_format_table(_ABOUT[part], ("package", "licence", "kind"), rows))
    bundled = [(one["name"], one["inside"], one["licence"], str(find_kind(one["licence"]))) for one in others["bundled"]]
    sections.append(_format_table("Inside those packages", ("library", "inside", "licence", "kind"), bundled))
    system = [(one["name"], one["needed"], one["licence"], str(find_kind(one["licence"]))) for one in others["system"]]
    sections.append(_format_table("From the system", ("Debian package", "needed", "licence", "kind"), system))
    models = [(model.name, model.purpose, model.licence, str(find_kind(model.licence))) for model in read_catalogue()]
    sections.append(_format_table("Models", ("model", "for", "licence", "kind"), models))
    return "\n\n".join(section.strip() for section in sections) + "\n"


def _format_table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"## {title}", "", _format_row(heads), _format_row(tuple("---" for _ in heads)), *map(_format_row, rows)]
    return "\n".join(lines)


def _format_row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def find_objections(found: tuple[Package, ...], models: tuple[Model, ...] = ()) -> Iterator[str]:
    """Find what may not be passed on as it is.

    1. A licence that is not known, or for research only. 2. Copyleft in a package that the program needs.
    3. A package without a hash. 4. A model for research only that is no stand-in of the tests.
    """
    for package in found:
        if package.kind is Kind.UNKNOWN:
            yield f"{package.name}: the licence '{package.licence}' is not known"
        if package.kind is Kind.RESTRICTED:
            yield f"{package.name}: {package.licence}"
        if package.kind is Kind.STRONG and package.part != "dev":
            yield f"{package.name}: {package.licence} may not be part of the program"
        if not package.hashes:
            yield f"{package.name}: not in requirements.lock with a hash"
    for model in models:
        if find_kind(model.licence) is Kind.RESTRICTED and model.purpose != "tests":
            yield f"{model.name}: {model.licence}"


def write() -> None:
    LIST.write_text(format_licences(list_packages()), encoding="utf-8")
