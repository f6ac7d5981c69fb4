"""The natural voice of a fresh machine: asked for first, brought if it can be reached, and nothing fails for want of it."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.running_kiosk import write_yaml
from tests.helpers.virtual_sound_card import ROOT
from tests.setup.models.test_store import Server
from voice.base.errors import ModelError
from voice.cli import self_test
from voice.cli.self_test import run_test
from voice.cli.staff_messages import load_staff_messages
from voice.setup.models.catalogue import Model, Source, read_catalogue
from voice.setup.models.download import File
from voice.setup.models.install import check_reachable
from voice.setup.settings_reader import load_settings
from voice.setup.voices import list_voices
from voice.speak.engines import process

SCRIPT = ROOT / "packaging" / "natural-voice.sh"
STAND_IN = "en_US-joe-medium"
VOICES = ("nl_BE-rdh-medium", "nl_NL-alex-medium")


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


def lay_out_environment(folder: Path, catalogue: Path) -> None:
    """A fresh environment: the program with another catalogue, and a Python whose environment for Piper is the checkout's."""
    programs = {
        "ruggespraak": f'exec {sys.executable} -m tests.helpers.other_catalogue {catalogue} "$@"',
        "python": f'[ "$2" = venv ] && ln -s {Path(sys.prefix) / "piper-env"} "$3"',
    }
    (folder / "bin").mkdir()
    for name, does in programs.items():
        (folder / "bin" / name).write_text(f"#!/bin/bash\n{does}\n")
        (folder / "bin" / name).chmod(0o755)


def serve_stand_in(server: Server, name: str) -> dict[str, object]:
    """Serve the voice of the tests under that name, as one that reads Dutch, and return its entry in a catalogue."""
    files, spoken = [], ROOT / "models" / STAND_IN / f"{STAND_IN}.onnx"
    about = json.loads(spoken.with_suffix(".onnx.json").read_text())
    about["espeak"] = {"voice": "nl"}
    for ending, content in ((".onnx", spoken.read_bytes()), (".onnx.json", json.dumps(about).encode())):
        server.contents[f"/{name}{ending}"] = content
        files.append({"path": f"{name}{ending}", "bytes": len(content), "md5": hashlib.md5(content).hexdigest()})
    words = {"engine": "piper", "language": name[:5].replace("_", "-"), "purpose": "voice", "licence": "none", "measured": "No."}
    return {"name": name, **words, "files": files, "sources": [{"files": server.address}]}


@pytest.mark.slow
def test_a_fresh_machine_on_which_the_voices_are_served_speaks_with_the_one_of_its_locale(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, settings = tmp_path / "catalogue.yaml", tmp_path / "settings.yaml"
    catalogue.write_text(json.dumps({"models": [serve_stand_in(server, name) for name in VOICES]}))
    settings.write_text(write_yaml({"models": tmp_path / "models", "speech": tmp_path / "speech"}))
    environment = {**os.environ, "VOICE": "", "PYTHONPATH": str(ROOT)}
    monkeypatch.setattr(read_catalogue, "__defaults__", (catalogue,))

    def check_voice(locale: str) -> tuple[str, str]:
        """What the self-test says of the voice, and the name of the best."""
        told = replace(load_settings(settings), locale=locale)
        report = run_test("voice", self_test.TESTS["voice"], told, load_staff_messages(told.locale_folder))
        return report.mark, next(iter(list_voices(told)))

    assert check_voice("nl-BE") == ("note", "pyttsx3")
    lay_out_environment(tmp_path, catalogue)
    done = subprocess.run(
        ["bash", SCRIPT, tmp_path, "--settings", settings],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0 and "GPL-3" in done.stdout, done.stdout + done.stderr
    for name in VOICES:
        assert check_voice(name[:5].replace("_", "-")) == ("fine", f"piper {name}")


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
