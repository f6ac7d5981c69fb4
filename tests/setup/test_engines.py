"""Which engines hear, in which order: by evidence, unless the settings say otherwise, and that is told."""

from __future__ import annotations

import shutil
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.setup.models.test_store import Server, describe_file, make_zip
from voice.audio.pcm import silence
from voice.base.errors import ModelError, Symptom
from voice.cli import self_test
from voice.cli.models import run as models_command
from voice.recognize.measured import OUR_VOSK, SECOND_VOSK, UNMEASURED, WHISPER
from voice.recognize.transcript import Transcript, Trust, Vocabulary
from voice.setup import engines
from voice.setup.engines import load_ears, order_models
from voice.setup.models import catalogue, install, store
from voice.setup.models.catalogue import CATALOGUE, Model, Source, read_catalogue
from voice.setup.models.install import fetch, fetch_ears
from voice.setup.models.store import find_part
from voice.setup.settings import Settings

OFFICIAL, OURS, WHISPER_BASE, SMALL = "vosk-model-small-nl-0.22", "vosk-nl-ruggespraak", "whisper-base", "whisper-small"
CATALOGUED = {model.name: model for model in read_catalogue()}
NOTHING_HEARD = Transcript("", 0.0, "x")


class Named:
    """An engine that knows its name and how far it is trusted."""

    def __init__(self, module: str, engine: str, *_: object, name: str, trust: Trust, **arguments: Any) -> None:
        self.name, self.trust, self.arguments = name, trust, arguments

    def close(self) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(engines, "tell", lines.append)
    return lines


def serve_stand_in(server: Server, name: str, content: bytes) -> Model:
    """The model of the catalogue, but served here, with this content."""
    known = CATALOGUED[name]
    if known.archive:
        server.contents[f"/{name}.zip"] = content
        source = Source(zip=f"{server.address}/{name}.zip")
        return replace(known, sources=(source,), archive=(describe_file(f"{name}.zip", content),))
    server.contents[f"/{name}/model.bin"] = content
    return replace(known, sources=(Source(files=f"{server.address}/{name}"),), files=(describe_file("model.bin", content),))


@pytest.fixture
def known(server: Server, monkeypatch: pytest.MonkeyPatch) -> tuple[Model, ...]:
    """The catalogue with stand-ins that a local server serves, and our own models as they are."""
    official = serve_stand_in(server, OFFICIAL, make_zip(**{f"{OFFICIAL}/am/final.mdl": b"stand-in"}))
    others = [serve_stand_in(server, name, f"weights of {name}".encode()) for name in (WHISPER_BASE, SMALL)]
    known = (*others, official, CATALOGUED[OURS], CATALOGUED["phones-nl-ruggespraak"])
    for module in (store, catalogue, install):
        monkeypatch.setattr(module, "read_catalogue", lambda: known)
    monkeypatch.setattr(engines, "Supervised", Named)
    monkeypatch.setattr(engines, "find_spec", lambda name: name)
    return known


@pytest.fixture
def settings(known: tuple[Model, ...], tmp_path: Path) -> Settings:
    """A machine with the checkout's own models."""
    for own in (OURS, "phones-nl-ruggespraak"):
        shutil.copytree(CATALOGUE.parent / own, tmp_path / "models" / own)
    return Settings(models=tmp_path / "models", speech=tmp_path / "speech")


def list_trusts(settings: Settings) -> list[tuple[str, Trust]]:
    ears = load_ears(settings)
    return [(engine.name, engine.trust) for engine in ears.engines]


def test_where_the_official_vosk_model_can_be_fetched_whisper_hears_first_and_that_is_told(
    settings: Settings, server: Server, told: list[str]
) -> None:
    assert fetch_ears(settings.models) == f"Listens with {WHISPER_BASE} and {OFFICIAL}."
    assert f"/{OFFICIAL}.zip" in [path for path, _ in server.asked]
    ears = load_ears(settings)
    assert [(one.name, one.trust) for one in (ears.first, *ears.others)] == [("whisper", WHISPER), ("vosk", SECOND_VOSK)]
    assert [(one.name, one.trust) for one in ears.doubters] == [(OFFICIAL, UNMEASURED)]
    assert told == [
        "whisper-base hears first (measured on 608 recordings, 2026-11-30).",
        f"{OFFICIAL} is not measured on answers: it can only make the kiosk ask again.",
    ]
    told.clear()
    assert not load_ears(settings, doubting=False).doubters


def test_without_whisper_our_measured_model_hears_before_the_official_one(settings: Settings, told: list[str]) -> None:
    fetch((OFFICIAL,), settings.models)
    assert list_trusts(settings) == list_trusts(replace(settings, engine="vosk")) == [("vosk", OUR_VOSK), (OFFICIAL, UNMEASURED)]


def test_a_first_engine_that_nobody_measured_is_told_at_the_start_and_noted_by_the_check(
    settings: Settings, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(settings.models / OURS)
    fetch((OFFICIAL,), settings.models)
    assert list_trusts(settings) == [(OFFICIAL, UNMEASURED)]
    assert told == [f"{OFFICIAL} hears first; nobody measured it on answers, so everything that counts is read back before."]
    monkeypatch.setattr(Named, "transcribe", lambda *_: NOTHING_HEARD, raising=False)
    monkeypatch.setattr(Named, "find_unknown_words", lambda *_: (), raising=False)
    with pytest.raises(self_test.Advice) as note:
        list(self_test._check_ears(settings))
    assert (note.value.trouble.symptom, note.value.trouble.subject) == (Symptom.UNMEASURED, OFFICIAL)


def test_the_check_says_on_what_and_when_each_engine_was_measured(
    settings: Settings, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_ears(settings.models)
    monkeypatch.setattr(Named, "transcribe", lambda *_: NOTHING_HEARD, raising=False)
    monkeypatch.setattr(Named, "find_unknown_words", lambda *_: (), raising=False)
    assert list(self_test._check_ears(settings)) == [
        ("ears", {"engine": f"whisper+vosk+{OFFICIAL}"}),
        ("measured", {"engine": WHISPER_BASE, "recordings": 608, "when": "30/11/2026"}),
        ("measured", {"engine": OURS, "recordings": 366, "when": "24/11/2026"}),
        ("doubter", {"engine": OFFICIAL}),
    ]


def test_another_model_may_be_named_to_hear_first_and_that_is_told(settings: Settings, told: list[str]) -> None:
    fetch((WHISPER_BASE, OFFICIAL, SMALL), settings.models)
    named = replace(settings, model=SMALL)
    assert list_trusts(named) == [(SMALL, UNMEASURED), ("vosk", SECOND_VOSK), (OFFICIAL, UNMEASURED)]
    assert told[0].startswith(f"{SMALL} hears first; nobody measured it")
    assert load_ears(named).first.arguments["phones"] is None, "the phones are read from another encoder"
    assert load_ears(settings).first.arguments["phones"] == settings.models / "phones-nl-ruggespraak"
    order = order_models(replace(settings, model=OFFICIAL))
    assert (order.first.name, [model.name for model in order.others]) == (OFFICIAL, [WHISPER_BASE, OURS])


@pytest.mark.parametrize(
    ("name", "problem"), [(SMALL, "is not installed"), ("huge", "no model huge"), ("phones-nl-ruggespraak", "hear")]
)
def test_a_named_model_that_cannot_hear_here_is_refused(settings: Settings, name: str, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        order_models(replace(settings, model=name))


def test_a_model_for_a_graphics_card_is_refused_where_there_is_none(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch((WHISPER_BASE,), settings.models)
    needing = tuple(replace(model, device="cuda") if model.name == WHISPER_BASE else model for model in store.read_catalogue())
    monkeypatch.setattr(store, "read_catalogue", lambda: needing)
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    with pytest.raises(ModelError, match="needs a graphics card"):
        load_ears(settings)
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    assert load_ears(settings).first.arguments["device"] == "cuda"


def test_the_models_that_hear_without_being_named_are_ordered_by_evidence() -> None:
    first = CATALOGUED[WHISPER_BASE]
    assert first.purpose == "patients" and first.measurement and first.measurement.recordings == 608
    assert [name for name, model in CATALOGUED.items() if model.purpose == "patients"] == [WHISPER_BASE]
    for model in CATALOGUED.values():
        if model.purpose in ("patients", "second", "doubter", "option"):
            assert bool(model.measurement) is (model.purpose in ("patients", "second")), model.name
    assert CATALOGUED["whisper-large-v3-turbo"].device == "cuda"


def test_our_phones_belong_to_the_encoder_that_they_were_trained_on() -> None:
    assert find_part(CATALOGUED[WHISPER_BASE], CATALOGUE.parent) == CATALOGUE.parent / "phones-nl-ruggespraak"
    assert find_part(CATALOGUED[SMALL], CATALOGUE.parent) is None


def test_the_list_of_models_says_which_were_measured_on_what_and_when(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models_command(Namespace(action="list", names=[]), settings) == 0
    told = capsys.readouterr().out
    for name in (WHISPER_BASE, OURS):
        made = CATALOGUED[name].measurement
        assert made and f"measured on {made.recordings} recordings, {made.when}: {made.set}" in told
    assert told.count("not measured on answers") == 3, "the official Vosk model and the two options"


@pytest.mark.slow
def test_real_engines_start_with_whisper_first_and_a_stand_in_for_the_official_vosk_model_last(
    server: Server, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {f"{OFFICIAL}/{file.path}": (CATALOGUE.parent / OURS / file.path).read_bytes() for file in CATALOGUED[OURS].files}
    official = serve_stand_in(server, OFFICIAL, make_zip(**ours))
    known = tuple(official if model.name == OFFICIAL else model for model in read_catalogue())
    for module in (store, catalogue, install):
        monkeypatch.setattr(module, "read_catalogue", lambda: known)
    for name in (WHISPER_BASE, OURS, "phones-nl-ruggespraak"):
        (tmp_path / name).symlink_to(CATALOGUE.parent / name)
    fetch((OFFICIAL,), tmp_path)
    with closing(load_ears(Settings(models=tmp_path))) as ears:
        assert ears.name == f"whisper+vosk+{OFFICIAL}"
        assert ears.doubters[0].transcribe(silence(0.5), Vocabulary(phrases=("nee",))).engine == OFFICIAL
    assert told[0].startswith("whisper-base hears first")
