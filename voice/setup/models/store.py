"""Find the installed models, verify them, remove them.

Engines are handed a folder. Nothing here touches the network; only `install.py` does, for the commands `models fetch`
and `models import` and at the set-up, never during a consultation.

Everywhere `root` is the models' folder and `known` the catalogue; None stands for the project's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from voice.base.errors import ModelError
from voice.setup.models.catalogue import Model, find_model, read_catalogue
from voice.setup.models.download import matches
from voice.setup.models.seen import pin
from voice.setup.models.unpack import MANIFEST, read_manifest, remove_folder

HEARING = ("patients", "second", "doubter")
"""The purposes of models that hear without being named, in the order of asking them."""


def is_installed(model: Model, root: Path) -> bool:
    """Whether the model is complete, by its manifest and the sizes of its files; quick, without reading them.

    The manifest must have the hashes of the catalogue: another model under that name counts as none.
    """
    listed, model = read_manifest(root / model.name, model.name), pin(model, root)
    hashes = {(file.path, file.bytes, file.sha256) for file in listed}
    known = all((file.path, file.bytes, file.sha256) in hashes for file in model.files if file.sha256)
    return bool(listed) and known and all(has_size(root / model.name / file.path, file.bytes) for file in listed)


def has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def require_model(name: str, root: Path, known: tuple[Model, ...] | None = None) -> Path:
    """The folder of an installed model, to hand to its engine. Raises ModelError if it is missing or damaged."""
    model = find_model(name, known)
    if is_installed(model, root):
        return root / name
    state = "is damaged" if (root / name).is_dir() else "is not installed"
    raise ModelError(f"Model {name} {state} in {root}.", f"Run `ruggespraak models fetch {name}`.")


def list_hearing_models(engine: str, root: Path, known: tuple[Model, ...] | None = None) -> tuple[Model, ...]:
    """The installed models that may listen to patients, of one engine or of all ("auto"), in the order of asking them.

    What gives a second opinion comes after those for patients, what can only make the kiosk ask again comes last; such a one
    is the first only if no other is installed.
    """
    return tuple(model for purpose in HEARING for model in _list_installed(engine, purpose, root, known))


def list_installed_voices(engine: str, locale: str, root: Path, known: tuple[Model, ...] | None = None) -> tuple[Model, ...]:
    """The installed voices of one engine: those of exactly that locale first, then in the catalogue's order."""
    return tuple(sorted(_list_installed(engine, "voice", root, known), key=lambda model: model.language != locale))


def find_part(model: Model, root: Path, known: tuple[Model, ...] | None = None) -> Path | None:
    """The folder of an installed model that `model` is used with; None if there is none."""
    parts = _list_installed(model.engine, "part", root, known)
    return next((root / part.name for part in parts if part.beside == model.name), None)


def _list_installed(engine: str, purpose: str, root: Path, known: tuple[Model, ...] | None) -> list[Model]:
    wanted = [model for model in known or read_catalogue() if engine in (model.engine, "auto") and model.purpose == purpose]
    return [model for model in wanted if is_installed(model, root)]


def verify(root: Path, known: tuple[Model, ...] | None = None) -> dict[str, tuple[str, ...]]:
    """Read every installed model in full. Return its name -> the files that are missing or changed; none: sound.

    A file that the catalogue knows by its MD5 alone must be the one that was seen first (`seen.py`).
    """
    present = [pin(model, root) for model in known or read_catalogue() if (root / model.name).is_dir()]
    return {model.name: tuple(_list_changed(model, root / model.name)) for model in present}


def _list_changed(model: Model, folder: Path) -> Iterator[str]:
    listed = read_manifest(folder, model.name)
    if not listed:
        yield MANIFEST
    wrong = {file.path for file in {*listed, *model.files} if not matches(folder / file.path, file)}
    yield from sorted(wrong)


def remove(name: str, root: Path, known: tuple[Model, ...] | None = None) -> None:
    """Remove an installed model. Raises ModelError if it is not there."""
    folder = root / find_model(name, known).name
    if not folder.is_dir():
        raise ModelError(f"Model {name} is not installed in {root}.")
    remove_folder(folder)
