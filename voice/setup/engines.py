"""Load the engines that hear, as the settings allow them. An engine's package is imported only when it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING

from voice.base.console import tell
from voice.base.errors import ModelError, Symptom
from voice.consultation.script import Script
from voice.recognize.measured import BY_NAME
from voice.recognize.supervised import Supervised
from voice.recognize.transcript import Recognizer
from voice.setup.models.catalogue import Model
from voice.setup.models.store import find_part, list_hearing_models
from voice.setup.settings import EngineChoice, Server
from voice.understand.fusion.hearing import Ears

if TYPE_CHECKING:
    from voice.bridges.wyoming.key import Key

VOSK_ANSWERING = 5.0
"""Seconds that Vosk may take for one answer; usual are 0.1 to 0.4."""
SHOWN = 3
"""Unknown words that are shown when the program starts; the self-test shows all."""


def load_ears(choice: EngineChoice) -> Ears:
    """Load every allowed engine that is installed, in the order of the catalogue.

    The engine "wyoming" stands for those of another machine, and no other. Raises ModelError if there is no engine.
    """
    if choice.engine == "wyoming":
        return _load_wyoming(choice.server)
    models = list_hearing_models(choice.engine, choice.models)
    if not models:
        wanted = "No model that hears Dutch" if choice.engine == "auto" else f"No Dutch model for {choice.engine}"
        remedy = "Run `ruggespraak models fetch`, or `models import FILE` without internet."
        raise ModelError(f"{wanted} is installed in {choice.models}.", remedy, Symptom.NO_MODEL)
    alone = models[0].purpose == "second"
    with ThreadPoolExecutor() as pool:
        first, *others = pool.map(lambda model: _LOADERS[model.engine](model, choice, alone and model == models[0]), models)
    if choice.engine == "auto" and alone:
        tell(f"Only {models[0].name} is installed, which understands less than Whisper. `ruggespraak models fetch` gets that.")
    return Ears(first, tuple(others), strictness=choice.strictness)


def warn_unknown_words(hearing: Ears, script: Script) -> None:
    """Tell which engine does not know which words of the script; they are heard less well."""
    for engine, words in hearing.find_unknown_words(script.expected).items():
        shown = ", ".join(words[:SHOWN])
        tell(f"{engine} does not know {len(words)} words that are expected ({shown} ...): `ruggespraak check`.")


def _load_whisper(model: Model, choice: EngineChoice, alone: bool) -> Recognizer:
    for package in ("ctranslate2", "tokenizers"):
        if find_spec(package) is None:
            remedy = "Run `pip install 'ruggespraak[whisper]'`."
            raise ModelError(f"Whisper needs the package {package}.", remedy, Symptom.INCOMPLETE, package)
    folder, phones = choice.models / model.name, find_part("whisper", choice.models)
    needs = folder / "model.bin"
    return Supervised("voice.recognize.whisper", "Whisper", needs=needs, folder=folder, threads=choice.threads, phones=phones)


def _load_vosk(model: Model, choice: EngineChoice, alone: bool) -> Recognizer:
    """alone: a model made for second opinions comes first. Only then its openings count as measured: how a second opinion
    counts was chosen without them."""
    folder = choice.models / model.name
    needs = folder / "am" / "final.mdl"
    return Supervised("voice.recognize.vosk", "Vosk", VOSK_ANSWERING, needs, folder=folder, measured=alone)


def await_ears(choice: EngineChoice) -> Ears:
    """Ears of another machine that cannot be reached yet. Until the program starts anew only their text is taken."""
    from voice.bridges.wyoming import client

    return Ears(client.WyomingRecognizer(choice.server.ears, "wyoming", "", key=_load_key(choice.server)), moves=())


def _load_key(server: Server) -> Key | None:
    from voice.bridges.wyoming.key import load_key

    return load_key(server.key) if server.key else None


def _load_wyoming(server: Server) -> Ears:
    """Engines of another machine. They hear an answer once: they are shared, and each request costs time on the network."""
    from voice.bridges.wyoming import client

    key = _load_key(server)
    trusted = BY_NAME if key and server.trust == "measured" else client.NONE_TRUSTED
    first, *others = client.list_engines(server.ears, key, trusted)
    if key is None:
        tell(f"Answers are sent unencrypted to {server.ears}; whoever listens on that network can hear them.")
    return Ears(first, tuple(others), moves=())


_LOADERS: dict[str, Callable[[Model, EngineChoice, bool], Recognizer]] = {"whisper": _load_whisper, "vosk": _load_vosk}
