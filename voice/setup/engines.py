"""Load the engines that hear, as the settings allow them. An engine's package is imported only when it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from voice.base.console import tell
from voice.base.errors import ModelError, Symptom
from voice.consultation.script import Script
from voice.recognize.measured import BY_NAME, OUR_VOSK, SECOND_VOSK, UNMEASURED, WHISPER
from voice.recognize.supervised import Supervised
from voice.recognize.transcript import Recognizer, Trust
from voice.setup.models.catalogue import Model, find_model
from voice.setup.models.store import HEARING, find_part, list_hearing_models, require_model
from voice.setup.settings import EngineChoice, Server
from voice.understand.fusion.hearing import Ears

if TYPE_CHECKING:
    from voice.bridges.wyoming.key import Key

VOSK_ANSWERING = 5.0
"""Seconds that Vosk may take for one answer; usual are 0.1 to 0.4."""
SHOWN = 3
"""Unknown words that are shown when the program starts; the self-test shows all."""


@dataclass(frozen=True, slots=True)
class Order:
    """The models of this machine that hear, ordered by evidence.

    first: hears every answer. others: what gives a second opinion. doubters: nobody measured them on answers.
    """

    first: Model
    others: tuple[Model, ...] = ()
    doubters: tuple[Model, ...] = ()


def order_models(choice: EngineChoice) -> Order:
    """Choose the models that hear, among those that are installed: the measured ones first, unless the settings name another.

    Raises ModelError if there is none, or not the named one.
    """
    models = list_hearing_models(choice.engine, choice.models)
    if choice.model:
        require_model(choice.model, choice.models)
        named = find_model(choice.model)
        if named.purpose not in (*HEARING, "option"):
            raise ModelError(f"The model {named.name} does not hear patients.", "Name another under model:, or none.")
        models = (
            named,
            *(model for model in models if model != named and (model.engine, model.purpose) != (named.engine, "patients")),
        )
    if not models:
        wanted = "No model that hears Dutch" if choice.engine == "auto" else f"No Dutch model for {choice.engine}"
        remedy = "Run `ruggespraak models fetch`, or `models import FILE` without internet."
        raise ModelError(f"{wanted} is installed in {choice.models}.", remedy, Symptom.NO_MODEL)
    first, *rest = models
    others = tuple(model for model in rest if model.measurement)
    return Order(first, others, tuple(model for model in rest if not model.measurement))


def load_ears(choice: EngineChoice, doubting: bool = True) -> Ears:
    """Load every allowed engine that is installed, ordered by evidence, and tell of those that nobody measured.

    The engine "wyoming" stands for those of another machine, and no other. doubting: whether doubters listen, too.
    Raises ModelError if there is no engine.
    """
    if choice.engine == "wyoming":
        return _load_wyoming(choice.server)
    order = order_models(choice)
    models = [order.first, *order.others, *(order.doubters if doubting else ())]
    with ThreadPoolExecutor() as pool:
        engines = tuple(pool.map(lambda model: _LOADERS[model.engine](model, choice, model == order.first), models))
    for line in _describe_order(order, choice):
        tell(line)
    second = 1 + len(order.others)
    return Ears(engines[0], engines[1:second], doubters=engines[second:], strictness=choice.strictness)


def _describe_order(order: Order, choice: EngineChoice) -> Iterator[str]:
    """Tell what is not as usual: only our own small model, a first engine that nobody measured, doubters."""
    first = order.first
    if first.measurement is None:
        yield f"{first.name} hears first; nobody measured it on answers, so everything that counts is read back before."
    elif first.purpose == "second" and choice.engine == "auto" and not choice.model:
        yield f"Only {first.name} is installed, which understands less than Whisper. `ruggespraak models fetch` gets that."
    elif order.doubters:
        measured = f"measured on {first.measurement.recordings} recordings, {first.measurement.when}"
        yield f"{first.name} hears first ({measured})."
    for model in order.doubters:
        yield f"{model.name} is not measured on answers: it can only make the kiosk ask again."


def warn_unknown_words(hearing: Ears, script: Script) -> None:
    """Tell which engine does not know which words of the script; they are heard less well."""
    for engine, words in hearing.find_unknown_words(script.expected).items():
        shown = ", ".join(words[:SHOWN])
        tell(f"{engine} does not know {len(words)} words that are expected ({shown} ...): `ruggespraak check`.")


def _load_whisper(model: Model, choice: EngineChoice, first: bool) -> Recognizer:
    for package in ("ctranslate2", "tokenizers"):
        if find_spec(package) is None:
            remedy = "Run `pip install 'ruggespraak[whisper]'`."
            raise ModelError(f"Whisper needs the package {package}.", remedy, Symptom.INCOMPLETE, package)
    folder, phones = choice.models / model.name, find_part(model, choice.models)
    if model.device == "cuda":
        _require_graphics_card(model)
    return Supervised(
        "voice.recognize.whisper", "Whisper", needs=folder / "model.bin", folder=folder, threads=choice.threads, phones=phones,
        device=model.device, **_name_and_trust(model, WHISPER),
    )  # fmt: skip


def _require_graphics_card(model: Model) -> None:
    from ctranslate2 import get_cuda_device_count

    if not get_cuda_device_count():
        remedy = "Use a machine with CUDA, or name another under model:."
        raise ModelError(f"{model.name} needs a graphics card, and CTranslate2 finds none here.", remedy)


def _load_vosk(model: Model, choice: EngineChoice, first: bool) -> Recognizer:
    """first: only then the openings of our own model count as measured: how a second opinion counts was chosen without them."""
    folder = choice.models / model.name
    needs = folder / "am" / "final.mdl"
    told = _name_and_trust(model, OUR_VOSK if first else SECOND_VOSK)
    return Supervised("voice.recognize.vosk", "Vosk", VOSK_ANSWERING, needs, folder=folder, **told)


def _name_and_trust(model: Model, measured: Trust) -> dict[str, Any]:
    """measured: the trust that was calibrated for the engine with a measured model. One without has the model's own name, so that
    nobody takes it for the other, and no guess decides how sure it must be."""
    return {"name": model.engine, "trust": measured} if model.measurement else {"name": model.name, "trust": UNMEASURED}


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
