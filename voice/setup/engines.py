"""The engines that hear, as the settings allow them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

from voice.base.console import tell
from voice.base.errors import ModelError, Symptom
from voice.consultation.script import Script
from voice.recognize.transcript import Recognizer
from voice.setup.models.catalogue import Model
from voice.setup.models.store import choices, part
from voice.setup.settings import Settings
from voice.setup.voices import import_wyoming_client
from voice.understand.fusion.hearing import Ears

VOSK_ANSWERING = 5.0
"""Seconds that Vosk may take for one answer; usual are 0.1 to 0.4."""
SHOWN = 3
"""Words that are told when the program starts; the self-test tells all."""


def load_ears(settings: Settings) -> Ears:
    """Every engine that is installed and that the settings allow, the catalogue's first one first.

    Raises ModelError where there is none. With the engine "wyoming" they are those of another machine, and nothing else.
    """
    if settings.engine == "wyoming":
        return _wyoming_ears(settings.server.ears)
    models = choices(settings.engine, settings.models)
    if not models:
        wanted = "No model that hears Dutch" if settings.engine == "auto" else f"No Dutch model for {settings.engine}"
        remedy = "Run `ruggespraak models fetch`, or `models import FILE` without internet."
        raise ModelError(f"{wanted} is installed in {settings.models}.", remedy, Symptom.NO_MODEL)
    with ThreadPoolExecutor() as pool:
        first, *others = pool.map(lambda model: _ENGINES[model.engine](model, settings), models)
    if settings.engine == "auto" and models[0].purpose == "second":
        tell(f"Only {models[0].name} is installed, which understands less than Whisper. `ruggespraak models fetch` gets that.")
    return Ears(first, tuple(others))


def warn_unknown_words(hearing: Ears, script: Script) -> None:
    """Tell whoever started the program which engine does not know words of the script; they are heard less well."""
    for engine, words in hearing.find_unknown_words(script.expected).items():
        tell(
            f"{engine} does not know {len(words)} words that are expected ({', '.join(words[:SHOWN])} ...): `ruggespraak check`."
        )


def _whisper(model: Model, settings: Settings) -> Recognizer:
    for package in ("ctranslate2", "tokenizers"):
        if find_spec(package) is None:
            remedy = "Run `pip install 'ruggespraak[whisper]'`."
            raise ModelError(f"Whisper needs the package {package}.", remedy, Symptom.INCOMPLETE, package)
    from voice.recognize.supervised import Supervised

    folder, phones = settings.models / model.name, part("whisper", settings.models)
    return Supervised("voice.recognize.whisper", "Whisper", folder=folder, threads=settings.threads, phones=phones)


def _vosk(model: Model, settings: Settings) -> Recognizer:
    """What is made of a second opinion was chosen without the openings that OURS brings, so only the first has it."""
    from voice.recognize.supervised import Supervised

    measured = model.purpose == "second" and model == choices(settings.engine, settings.models)[0]
    folder = settings.models / model.name
    return Supervised("voice.recognize.vosk", "Vosk", VOSK_ANSWERING, folder=folder, measured=measured)


def _wyoming_ears(uri: str) -> Ears:
    """Those hear an answer once: they are shared, and every request costs time on the network."""
    client = import_wyoming_client()
    first, *others = (client.WyomingRecognizer(uri, engine) for engine in client.list_engines(uri))
    tell(f"Answers are sent unencrypted to {uri}; whoever listens on that network can hear them.")
    return Ears(first, tuple(others), moves=())


_ENGINES: dict[str, Callable[[Model, Settings], Recognizer]] = {"whisper": _whisper, "vosk": _vosk}
