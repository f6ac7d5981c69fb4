"""The natural voice of a fresh machine: asked for first, brought if it can be reached, and nothing fails for want of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.models.test_store import Server
from voice.base.errors import ModelError
from voice.setup.models.catalogue import Model, Source
from voice.setup.models.download import File
from voice.setup.models.install import check_reachable
from voice.speak.engines import process

SCRIPT = Path(__file__).resolve().parents[3] / "packaging" / "natural-voice.sh"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def make_voice(address: str) -> Model:
    files = (File("v.onnx", 8, md5="0" * 32), File("v.onnx.json", 2, md5="0" * 32))
    return Model("v", "piper", "nl-BE", "voice", "MIT", "", (Source(files=address),), files)


def test_a_voice_that_is_served_can_be_reached_and_one_that_is_not_served_cannot(server: Server, tmp_path: Path) -> None:
    voice = make_voice(server.address)
    with pytest.raises(ModelError, match="cannot be reached.*404"):
        check_reachable(("v",), tmp_path, 5, (voice,))
    server.contents["/v.onnx.json"] = b"{}"
    check_reachable(("v",), tmp_path, 5, (voice,))


def test_a_server_that_never_answers_is_given_up_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(ModelError, match="does not answer"):
            check_reachable(("v",), tmp_path, 0.3, (make_voice(f"http://127.0.0.1:{silent.getsockname()[1]}"),))
        assert time.monotonic() - begun < 10, "urllib alone would wait 15 s"


def run_script(folder: Path, reach: int, voice: str = "") -> tuple[int, str, list[str]]:
    """Run the script with programs that only note how they were called. Return its exit code, its words, and the calls."""
    notes = folder / "notes"
    (folder / "bin").mkdir()
    for name, code in (
        ("ruggespraak", f'[ "$2" != reach ] || exit {reach}'),
        ("python", '[ "$2" != venv ] || { mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; }'),
    ):
        program = folder / "bin" / name
        program.write_text(f'#!/bin/bash\necho "{name} $*" >> {notes}\n{code}\n')
        program.chmod(0o755)
    done = subprocess.run(
        ["bash", SCRIPT, folder], env={**os.environ, "VOICE": voice}, capture_output=True, text=True, timeout=60, check=False
    )
    calls = notes.read_text().splitlines() if notes.exists() else []
    return done.returncode, done.stdout + done.stderr, calls


@pytest.mark.slow
def test_where_the_voices_can_be_reached_piper_gets_an_environment_of_its_own_and_both_are_fetched(tmp_path: Path) -> None:
    code, told, calls = run_script(tmp_path, reach=0)
    assert code == 0 and told.count("\n") == 1 and "GPL-3" in told and "VOICE=pyttsx3" in told
    assert calls[0] == "ruggespraak models reach nl_BE-rdh-medium nl_NL-alex-medium"
    assert calls[1] == f"python -m venv {tmp_path}/piper-env"
    assert "pip install" in calls[2] and "--require-hashes" in calls[2] and calls[2].endswith("requirements-piper.lock")
    assert calls[3] == "ruggespraak models fetch nl_BE-rdh-medium nl_NL-alex-medium"


@pytest.mark.slow
def test_where_they_cannot_be_reached_one_line_says_how_to_get_better_and_nothing_fails(tmp_path: Path) -> None:
    code, told, calls = run_script(tmp_path, reach=5)
    assert code == 0 and told.count("\n") == 1 and "make piper" in told and len(calls) == 1


@pytest.mark.slow
def test_who_declines_is_asked_nothing(tmp_path: Path) -> None:
    assert run_script(tmp_path, reach=0, voice="pyttsx3") == (0, "", [])


def test_a_voice_runs_in_its_own_environment_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "ENVIRONMENT", tmp_path)
    assert process._find_python("piper") == sys.executable
    own = tmp_path / "piper-env" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.touch()
    assert process._find_python("piper") == str(own)
    assert process._find_python("pyttsx3") == sys.executable
