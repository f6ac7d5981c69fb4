"""The memory of the process that holds Whisper, as the kiosk runs it: freed memory is overwritten there."""

from __future__ import annotations

from multiprocessing import Pipe
from pathlib import Path

import pytest

from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.speech import human, model
from voice.base.process_memory import OVERWRITING
from voice.recognize import process
from voice.recognize.supervised import Supervised
from voice.recognize.transcript import Vocabulary

pytestmark = pytest.mark.slow

MOST, MOST_AT_ONCE = 260, 400
"""Megabytes that it holds after an answer, and at its highest."""


def read_megabytes(process: int, name: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(f"{name}:"))


def test_whisper_is_as_small_where_memory_is_overwritten_and_the_processor_is_of_another_maker(monkeypatch) -> None:
    """CTranslate2 would choose MKL on Intel's processors, which then takes 1.1 GB; the variable asks for it on any."""
    for name, value in {**OVERWRITING, "CT2_USE_MKL": "1"}.items():
        monkeypatch.setenv(name, value)
    engine = Supervised(
        "voice.recognize.whisper", "Whisper", answering=60.0,
        folder=model("whisper-base"), threads=2, phones=model("phones-nl-ruggespraak"),
    )  # fmt: skip
    try:
        assert engine.transcribe(human("society/mik-v-tak"), Vocabulary("Hebt u koorts gehad?")).text
        assert read_megabytes(engine.process, "VmRSS") < MOST
        assert read_megabytes(engine.process, "VmHWM") < MOST_AT_ONCE
    finally:
        engine.close()


def test_an_engine_gives_freed_memory_back_after_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(process, "return_freed_memory", lambda: done.append("given back"))
    here, there = Pipe()
    with here, there:
        here.send(("find_unknown_words", ("ja",)))
        assert process._answer(FakeRecognizer(["ja"]), there)
        assert here.recv() == ("done", ())
    assert done == ["given back"]
