"""The catalogue of models as values: what there is, where it can be had, and where it is kept here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import yaml

from voice.download import File
from voice.errors import ModelError
from voice.places import shipped

CATALOGUE = shipped("models") / "catalogue.yaml"


@dataclass(frozen=True, slots=True)
class Source:
    """One place a model can come from: a zip's address, a base address of files, or Python packages."""

    zip: str = ""
    files: str = ""
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of the catalogue.

    purpose: "patients"; "second" for a model that comes with the checkout and gives a second opinion; "tests"
        for a stand-in that must never listen to a patient.
    files: what the model consists of, where each file's hash is known; else `archive` is the one
        zip that holds it (a tuple of one).
    measured: in words, what it was measured at.
    """

    name: str
    engine: str
    language: str
    purpose: str
    licence: str
    measured: str
    sources: tuple[Source, ...]
    files: tuple[File, ...] = ()
    archive: tuple[File, ...] = ()

    @property
    def bytes(self) -> int:
        """How much there is to fetch, in bytes."""
        return sum(file.bytes for file in self.files or self.archive)


def catalogue(path: Path = CATALOGUE) -> tuple[Model, ...]:
    """Every model we know, best first. Raises ModelError where the catalogue cannot be read."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        return tuple(_model(entry) for entry in entries)
    except (OSError, yaml.YAMLError, KeyError, TypeError) as reason:
        raise ModelError(f"The catalogue {path} cannot be read ({reason}).", "Restore it from the project.") from reason


def _model(entry: dict[str, Any]) -> Model:
    made = {
        "sources": tuple(_source(**source) for source in entry["sources"]),
        "files": tuple(File(**file) for file in entry.get("files", [])),
        "archive": (File(**entry["archive"]),) if "archive" in entry else (),
    }
    return Model(**{**entry, **made})


def _source(zip: str = "", files: str = "", packages: list[str] | None = None) -> Source:
    return Source(zip, files, tuple(packages or ()))


def named(name: str, known: tuple[Model, ...] | None = None) -> Model:
    """The entry of that name. Raises ModelError, with the names there are."""
    known = catalogue() if known is None else known
    found = {model.name: model for model in known}
    if name not in found:
        raise ModelError(f"There is no model {name}.", f"Choose from {', '.join(found)}.")
    return found[name]


def default_root() -> Path:
    """Where models live unless the settings say otherwise: the checkout's models/, else the user's data folder."""
    checkout = CATALOGUE.parent
    if (checkout.parent / "pyproject.toml").is_file() and os.access(checkout, os.W_OK):
        return checkout
    return Path(platformdirs.user_data_dir("ruggespraak")) / "models"
