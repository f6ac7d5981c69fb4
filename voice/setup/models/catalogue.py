"""Read the catalogue of models: what there is, where it can be fetched, and where it is kept on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from voice.base.choices import name_choices
from voice.base.errors import ModelError, ScriptError
from voice.base.fields import read_whole
from voice.base.paths import find_shipped, find_user_data
from voice.base.yamlfile import Place, read_yaml
from voice.setup.models.download import File, is_digest, is_inside

CATALOGUE = find_shipped("models") / "catalogue.yaml"
_WORDS = ("name", "engine", "language", "purpose", "licence", "measured")


@dataclass(frozen=True, slots=True)
class Source:
    """One place to fetch a model from: the address of a zip, the base address of its files, or Python packages."""

    zip: str = ""
    files: str = ""
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement of a model by this project.

    recordings: how many recordings of answers. set: which. when: the day, as YYYY-MM-DD.
    """

    recordings: int
    set: str
    when: str


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of the catalogue.

    purpose: "patients"; "second" for one that comes with the checkout and gives a second opinion; "doubter" for one that can only
        make the kiosk ask again; "option" for one that hears only if the settings name it; "part" for one that an engine
        uses beside its own; "voice" for one that speaks; "tests" for a stand-in that must never meet a patient.
    measured: its measurements, in words. measurement: what they rest on; None if nobody measured it on answers.
    beside: of a part, the model that it belongs to. device: "cuda" if it needs a graphics card; else "cpu".
    files: the files of the model, if each one's hash is known; else `archive` is the one zip that holds it (a tuple of one).
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
    measurement: Measurement | None = None
    beside: str = ""
    device: str = "cpu"

    @property
    def is_own(self) -> bool:
        """Whether it is a model of our own: it comes with the checkout, and no address serves it."""
        return not self.sources

    @property
    def bytes(self) -> int:
        """Size of what there is to fetch, in bytes."""
        return sum(file.bytes for file in self.files or self.archive)


def read_catalogue(path: Path = CATALOGUE) -> tuple[Model, ...]:
    """Every model that we know, best first. Raises ModelError with file and line if the catalogue is wrong."""
    try:
        place = read_yaml(path)
        place.allow_only(("models",))
        return tuple(_read_model(entry) for entry in place.each("models"))
    except ScriptError as reason:
        raise ModelError(f"The catalogue cannot be read: {reason.problem}", "Restore it from the project.") from reason


def _read_model(place: Place) -> Model:
    place.allow_only((*_WORDS, "files", "archive", "sources", "measurement", "beside", "device"))
    archive = (_read_file(place.inside("archive")),) if "archive" in place.section else ()
    sources, files = tuple(map(_read_source, place.each("sources"))), tuple(map(_read_file, place.each("files")))
    if not sources and place.text("purpose") not in ("second", "part"):
        raise place.complain("sources", "a model has no source.", "Say where it can be had.")
    if not files and not archive:
        raise place.complain("files", "a model has no hashes.", "List its files.")
    measurement = _read_measurement(place.inside("measurement")) if "measurement" in place.section else None
    return Model(
        **{key: place.text(key) for key in _WORDS}, sources=sources, files=files, archive=archive, measurement=measurement,
        beside=place.text("beside", ""), device=place.text("device", "cpu"),
    )  # fmt: skip


def _read_measurement(place: Place) -> Measurement:
    place.allow_only(("recordings", "set", "when"))
    when = place.text("when")
    try:
        date.fromisoformat(when)
    except ValueError as reason:
        raise place.complain("when", f"'{when}' is no day.", "Write it as 2026-11-29.") from reason
    return Measurement(read_whole(place, "recordings"), place.text("set"), when)


def _read_file(place: Place) -> File:
    place.allow_only(("path", "bytes", "sha256", "md5"))
    path, sha256, md5 = place.text("path"), place.text("sha256", ""), place.text("md5", "")
    if not is_inside(path) or not (is_digest(sha256) or (not sha256 and is_digest(md5, 32))):
        raise place.complain("path", f"'{path}' is no path within a model, or its hash is none.", "Correct it.")
    return File(path, read_whole(place, "bytes"), sha256, md5)


def _read_source(place: Place) -> Source:
    place.allow_only(("zip", "files", "packages"))
    return Source(place.text("zip", ""), place.text("files", ""), place.texts("packages"))


def find_model(name: str, known: tuple[Model, ...] | None = None) -> Model:
    """The entry of that name. Raises ModelError with the known names if there is none."""
    found = {model.name: model for model in known or read_catalogue()}
    if name not in found:
        raise ModelError(f"There is no model {name}.", name_choices(name, found))
    return found[name]


def find_models_folder() -> Path:
    """The default folder of models: models/ of the checkout, else the user's data folder."""
    if (CATALOGUE.parents[1] / "pyproject.toml").is_file() and os.access(CATALOGUE.parent, os.W_OK):
        return CATALOGUE.parent
    return find_user_data() / "models"
