"""The models that ears and voice need: what there is, what is installed here, and how to get it.

Nothing in this module runs during a consultation: engines are handed a folder, and only the
commands `models fetch`, `models import` and the set-up ever touch the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from voice.base.errors import ModelError
from voice.setup.models.catalogue import Model, Source, find_model, read_catalogue
from voice.setup.models.download import Network, Progress, SourceError, fetch_packages, matches, quiet, sha256
from voice.setup.models.unpack import (
    MANIFEST,
    Member,
    described,
    members,
    parse_manifest,
    pieces,
    put_together,
    read_manifest,
    remove_folder,
    staging,
    unpack_all,
    writable,
    write_manifest,
)

COMPANIONS = ("LICENSE", "README.md")
"""What is kept beside the weights of a model of our own: under which terms it may be passed on, and what it is good for."""
LONGEST_MANIFEST = 1_000_000
"""Bytes; ours have about a thousand."""
DOWNLOADS = ".downloads"
"""Under the models' root: what is being fetched, kept to be continued when it breaks off."""


@dataclass(frozen=True, slots=True)
class HearingModels:
    """What a machine ended up hearing with, and why, in one line."""

    models: tuple[str, ...]
    told: str


def is_installed(model: Model, root: Path) -> bool:
    """Whether the model stands complete under `root`, by its manifest and the sizes of its files; quick."""
    listed = read_manifest(root / model.name, model.name)
    return bool(listed) and all(_has_size(root / model.name / file.path, file.bytes) for file in listed)


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def require_model(name: str, root: Path, known: tuple[Model, ...] | None = None) -> Path:
    """The folder of an installed model, to hand to its engine. Raises ModelError where it is missing or damaged."""
    model = find_model(name, known)
    if is_installed(model, root):
        return root / name
    state = "is damaged" if (root / name).is_dir() else "is not installed"
    raise ModelError(f"Model {name} {state} in {root}.", f"Run `ruggespraak models fetch {name}`.")


def list_hearing_models(engine: str, root: Path, known: tuple[Model, ...] | None = None) -> tuple[Model, ...]:
    """The installed models that may listen to patients, for one engine or for "auto", the first one to be asked first.

    Models that only give a second opinion come last, and alone only where no other is installed.
    """
    known = read_catalogue() if known is None else known
    there = [model for model in known if engine in (model.engine, "auto") and is_installed(model, root)]
    first = tuple(model for model in there if model.purpose == "patients")
    second = tuple(model for model in there if model.purpose == "second")
    return first + second


def list_installed_voices(engine: str, locale: str, root: Path, known: tuple[Model, ...] | None = None) -> tuple[Model, ...]:
    """The installed models that speak, of one engine: those of exactly that locale first, then in the catalogue's order."""
    known = read_catalogue() if known is None else known
    there = [model for model in known if (model.engine, model.purpose) == (engine, "voice") and is_installed(model, root)]
    return tuple(sorted(there, key=lambda model: model.language != locale))


def find_part(engine: str, root: Path, known: tuple[Model, ...] | None = None) -> Path | None:
    """The folder of an installed model that an engine uses beside its own; None if there is none."""
    known = read_catalogue() if known is None else known
    there = [model for model in known if (model.engine, model.purpose) == (engine, "part") and is_installed(model, root)]
    return root / there[0].name if there else None


def verify(root: Path, known: tuple[Model, ...] | None = None) -> dict[str, tuple[str, ...]]:
    """Read every installed model in full: its name -> the files that are missing or changed (none: sound)."""
    known = read_catalogue() if known is None else known
    return {model.name: tuple(_changed(model, root / model.name)) for model in known if (root / model.name).is_dir()}


def _changed(model: Model, folder: Path) -> Iterator[str]:
    listed = model.files or read_manifest(folder, model.name)
    if not read_manifest(folder, model.name):
        yield MANIFEST
    for file in listed:
        path = folder / file.path
        if not matches(path, file):
            yield file.path


def remove(name: str, root: Path, known: tuple[Model, ...] | None = None) -> None:
    """Take an installed model away. Raises ModelError where it is not there."""
    folder = root / find_model(name, known).name
    if not folder.is_dir():
        raise ModelError(f"Model {name} is not installed in {root}.")
    remove_folder(folder)


def fetch(
    names: tuple[str, ...],
    root: Path,
    progress: Progress = quiet,
    known: tuple[Model, ...] | None = None,
    network: Network | None = None,
) -> None:
    """Install these models, each from the first source that serves it; those that are sound stay as they are.

    Raises ModelError where no source serves one, or the disk is full; an older model is still there then.
    """
    network = network or Network()
    for model in [find_model(name, known) for name in names]:
        if not is_installed(model, root):
            _fetch(model, root, progress, network)


def _fetch(model: Model, root: Path, progress: Progress, network: Network) -> None:
    failures = []
    for source in model.sources:
        try:
            return _fetch_from(source, model, root, progress, network)
        except SourceError as reason:
            failures.append(reason.problem)
    told = " ".join(dict.fromkeys(failures))
    remedy = f"On a machine with internet fetch it, and bring it here with `ruggespraak models import FILE`. ({model.name})"
    raise ModelError(f"Model {model.name} cannot be fetched: {told}", remedy)


def _fetch_from(source: Source, model: Model, root: Path, progress: Progress, network: Network) -> None:
    downloads = root / DOWNLOADS / model.name
    with writable(downloads):
        progress(model.name, 0, model.bytes)
        if source.zip:
            places = [network.fetch(source.zip, model.archive[0], downloads, progress)]
        elif source.files:
            places = [_fetch_files(source.files, model, downloads, progress, network)]
        else:
            places = fetch_packages(source.packages, downloads)
    try:
        _install(model, places, root)
    finally:
        remove_folder(downloads)


def _fetch_files(base: str, model: Model, downloads: Path, progress: Progress, network: Network) -> Path:
    """Each file from under `base`; those that an earlier try brought whole are not asked for again."""
    for file in model.files:
        target = downloads / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not _has_size(target, file.bytes):
            network.fetch(f"{base}/{file.path}", file, target.parent, progress)
    return downloads


def _install(model: Model, places: list[Path], root: Path) -> None:
    """Build the model out of these archives or folders, and put it in its place in one step."""
    with members(places) as found, staging(root / model.name) as folder:
        if model.files:
            put_together(model.files, found, folder)
        else:
            unpack_all(found, folder)
        write_manifest(folder, model.name)


def import_file(place: Path | tuple[Path, ...], root: Path, known: tuple[Model, ...] | None = None) -> Model:
    """Install a model from a zip, one or more wheels, or a folder that holds its files, zip or wheels.

    A model of our own, whose files the catalogue does not list, must bring its manifest along.
    Raises ModelError where that is no model of the catalogue, or not all of it; the old one stays.
    """
    known = read_catalogue() if known is None else known
    places = _expanded(place if isinstance(place, tuple) else (place,))
    model = _archived(places, known) or _ours(places, known) or _recognized(places, known)
    _install(model, places, root)
    return model


def _expanded(given: tuple[Path, ...]) -> list[Path]:
    """Archives that lie in a given folder stand for it; otherwise the folder itself holds the files."""
    for place in given:
        if not place.exists():
            raise ModelError(f"{place} does not exist.", "Check the name.")
    return [inner for place in given for inner in (_archives_in(place) or [place])]


def _archives_in(place: Path) -> list[Path]:
    return sorted([*place.glob("*.whl"), *place.glob("*.zip")]) if place.is_dir() else []


def _archived(places: list[Path], known: tuple[Model, ...]) -> Model | None:
    """The model of which this one file is the archive, to the byte."""
    if len(places) != 1 or not places[0].is_file():
        return None
    size, candidates = places[0].stat().st_size, [model for model in known if model.archive]
    candidates = [model for model in candidates if model.archive[0].bytes == size]
    digest = sha256(places[0]) if candidates else ""
    return next((model for model in candidates if model.archive[0].sha256 == digest), None)


def _ours(places: list[Path], known: tuple[Model, ...]) -> Model | None:
    """The model of our own that these places hold, with the files of its manifest and its licence."""
    own = [model for model in known if not model.files and not model.archive]
    with members(places) as found:
        for manifest in (member for member in found if PurePosixPath(member.path).name == MANIFEST):
            with manifest.open() as stream:
                text = stream.read(LONGEST_MANIFEST)
            for model in own:
                if listed := parse_manifest(text, model.name):
                    others = set(COMPANIONS) - {file.path for file in listed}
                    return replace(model, files=(*listed, *described(sorted(others), found)))
    return None


def _recognized(places: list[Path], known: tuple[Model, ...]) -> Model:
    """The model all of whose files are here by name; whether they are the right ones is checked on installing."""
    with members(places) as found:
        for model in known:
            if model.files and all(pieces(file, found) for file in model.files):
                return model
        raise ModelError(_stranger(places, found, known), "`ruggespraak models list` shows what can be imported.")


def _stranger(places: list[Path], found: list[Member], known: tuple[Model, ...]) -> str:
    """Why these places are none of our models: part of one, a changed archive, or something else."""
    shown = " and ".join(place.name for place in places)
    for model in known:
        missing = [file.path for file in model.files if not pieces(file, found)]
        if len(missing) < len(model.files):
            return f"{shown} is only a part of {model.name}; {', '.join(missing)} is missing."
        if model.archive and model.archive[0].path in shown:
            return f"{shown} is not the file that the catalogue names (its SHA-256 differs)."
    return f"{shown} is no model of the catalogue (or of another language)."


def fetch_ears(
    root: Path,
    progress: Progress = quiet,
    known: tuple[Model, ...] | None = None,
    network: Network | None = None,
) -> HearingModels:
    """See to it that this machine can hear Dutch: Vosk where its model can be had, Whisper where it cannot.

    Where the whisper packages are installed it is fetched beside Vosk, as a second opinion. A
    machine that can hear already is left alone, and no address is asked. Where neither can be had, a
    model that is made for second opinions has to do; raises ModelError where there is none.
    """
    known = read_catalogue() if known is None else known
    present = tuple(model.name for model in list_hearing_models("auto", root, known) if model.purpose == "patients")
    if present:
        return HearingModels(present, f"Listens with {' and '.join(present)} (already installed).")
    network, heard, failures = network or Network(), [], []
    for model in [model for model in known if model.purpose == "patients" and _runs(model.engine)]:
        try:
            fetch((model.name,), root, progress, known, network)
            heard.append(model.name)
        except ModelError as reason:
            failures.append(reason)
    spare = tuple(model.name for model in list_hearing_models("auto", root, known))
    if not heard and not spare:
        raise failures[0] if failures else ModelError("No engine is installed.", "Install the package with its engines.")
    return HearingModels(tuple(heard), _told(heard, failures)) if heard else HearingModels(spare, _told_spare(spare, failures))


def _told(heard: list[str], failures: list[ModelError]) -> str:
    missing = " ".join(reason.problem for reason in failures)
    return f"Listens with {' and '.join(heard)}. {missing}".strip()


def _told_spare(spare: tuple[str, ...], failures: list[ModelError]) -> str:
    missing = " ".join(reason.problem for reason in failures)
    remedy = "Run `ruggespraak models fetch` where there is internet, or `models import FILE`."
    return f"Listens with {' and '.join(spare)} alone, which understands less than the others. {missing} {remedy}"


def _runs(engine: str) -> bool:
    """Whether the packages that this engine needs are installed."""
    needed = {"whisper": ("ctranslate2", "tokenizers"), "vosk": ("vosk",)}
    return all(find_spec(package) is not None for package in needed[engine])
