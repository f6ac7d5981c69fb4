"""The guard of `make quick`: what it takes for slow, and that it watches."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.helpers.quick_tests import name_use, watch
from tests.helpers.virtual_sound_card import ROOT

TWO_TESTS = """
import subprocess
import pytest

def test_unmarked():
    subprocess.run(["true"])

@pytest.mark.slow
def test_marked():
    subprocess.run(["true"])
"""


@pytest.mark.parametrize(
    ("event", "arguments", "use"),
    [
        ("subprocess.Popen", ("pulseaudio", [], None, None), "another process"),
        ("import", ("sounddevice", None, None, None, None), "a sound card"),
        ("import", ("json", None, None, None, None), None),
        ("open", (str(ROOT / "models" / "whisper-base" / "tokenizer.json"), "r", 0), "an engine"),
        ("open", (str(ROOT / "models" / "phones-nl-ruggespraak" / "head.npz"), "r", 0), None),
        ("open", (str(ROOT / "models" / "catalogue.yaml"), "r", 0), None),
        ("open", (3, "r", 0), None),
        ("socket.connect", (None, ("127.0.0.1", 8321)), None),
        ("socket.connect", (None, "/run/pulse/native"), None),
        ("socket.connect", (None, ("192.0.2.1", 80)), "the network"),
    ],
)
def test_what_only_slow_tests_may_use_is_named(event: str, arguments: tuple[object, ...], use: str | None) -> None:
    assert name_use(event, arguments) == use


@pytest.mark.slow
def test_a_process_is_noticed_also_when_another_thread_or_multiprocessing_starts_it() -> None:
    with watch() as used:
        subprocess.run(["true"], check=True)
    assert used == {"another process"}
    with watch() as used:
        thread = threading.Thread(target=lambda: subprocess.run(["true"], check=True))
        thread.start()
        thread.join()
    assert used == {"another process"}
    with watch() as used:
        process = multiprocessing.get_context("spawn").Process(target=print)
        process.start()
        process.join()
    assert used == {"another process"}


@pytest.mark.slow
def test_what_a_thread_of_an_earlier_test_does_is_not_laid_at_the_door_of_this_one() -> None:
    begin = threading.Event()
    earlier = threading.Thread(target=lambda: begin.wait(10) and subprocess.run(["true"], check=True))
    earlier.start()
    with watch() as used:
        begin.set()
        earlier.join()
    assert used == set()


@pytest.mark.slow
def test_a_quick_test_that_starts_a_process_fails_and_a_slow_one_passes(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow:\n", encoding="utf-8")
    (tmp_path / "test_two.py").write_text(TWO_TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.helpers.quick_tests", "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "ERROR at teardown of test_unmarked" in done.stdout
    assert "A quick test used another process: mark it slow." in done.stdout
    assert "2 passed, 1 error" in done.stdout
