"""What is timed frees its memory as the kiosk does, which takes time; the alternative that it is compared with does not."""

from __future__ import annotations

import os
from concurrent.futures import Future
from types import TracebackType
from typing import Any

import pytest

from voice.base.process_memory import OVERWRITING, overwrite_in_children
from voice.bench import ears
from voice.bench.ears import PEER
from voice.bench.rigs.drill import OURS
from voice.bench.rigs.turns import run_kiosk
from voice.setup.settings import Settings

ENGINES = [(OURS, True), (PEER, False)]


def overwrites() -> bool:
    return OVERWRITING.items() <= os.environ.items()


class Started:
    """A process, or a pool of one, that notes how its memory would be freed as it is started."""

    def __init__(self, *given: object) -> None:
        self.overwrites: list[bool] = []

    def start(self) -> None:
        self.overwrites.append(overwrites())

    def join(self, seconds: float) -> None: ...

    def terminate(self) -> None: ...

    def __enter__(self) -> Started:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def submit(self, *given: object) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(overwrites())
        return done


@pytest.mark.parametrize(("name", "wanted"), ENGINES)
def test_the_kiosk_of_bench_turns(name: str, wanted: bool) -> None:
    process = Started()
    with run_kiosk(name, process):
        assert not overwrites(), "the measuring program itself"
    assert process.overwrites == [wanted]


@pytest.mark.parametrize(("name", "wanted"), [("whisper", True), (PEER, False)])
def test_the_engines_of_bench_ears(name: str, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "ProcessPoolExecutor", Started)
    assert ears._measure_alone(name, (), "koorts", Settings()) is wanted


def test_what_was_set_before_is_set_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in OVERWRITING.items():
        monkeypatch.setenv(variable, value)
    with overwrite_in_children(wanted=False):
        assert not overwrites()
    assert overwrites()
