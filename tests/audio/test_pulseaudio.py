"""Which devices carry the kiosk's streams; test_soundcards.py tests on sound cards that a move is noticed."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path

import pytest

from voice.audio import pulseaudio as pulseaudio
from voice.audio.pulseaudio import find_devices, watch_streams
from voice.base.errors import DeviceError, Symptom


def listing(*streams: tuple[int, int]) -> str:
    """What pactl tells: streams as (process, device)."""
    return json.dumps(
        [{"index": i, "sink": sink, "properties": {"application.process.id": str(pid)}} for i, (pid, sink) in enumerate(streams)]
    )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the server answers next; the last answer stays."""
    told: list[str] = []
    monkeypatch.setattr(pulseaudio.os, "getpid", lambda: 7)
    monkeypatch.setattr(pulseaudio.shutil, "which", lambda tool: tool)
    monkeypatch.setattr(
        pulseaudio.subprocess,
        "run",
        lambda *_, **__: subprocess.CompletedProcess([], 0, told[0] if len(told) == 1 else told.pop(0)),
    )
    return told


@pytest.mark.parametrize(("before", "after", "moved"), [
    ([(7, 0)], [(7, 1)], True),
    ([(7, 0)], [(7, 0)], False),
    ([(7, 0)], [], False),
    ([(7, 0), (8, 3)], [(7, 0), (8, 4)], False),
    ([(7, 0), (7, 1)], [(7, 1)], False),
])  # fmt: skip
def test_a_stream_on_a_device_that_it_was_not_on_has_been_moved(server: list[str], before, after, moved: bool) -> None:
    server += [listing(*before), listing(*after)]
    lost: list[bool] = []
    pulseaudio._watch(["Event 'change' on sink-input #2"], "sink-input", find_devices("sink-input"), lambda: lost.append(True))
    assert bool(lost) is moved


@pytest.mark.parametrize("event", ["Event 'change' on source-output #2", "Event 'new' on client #9", "Event 'remove' on sink #1"])
def test_other_events_are_not_asked_about(server: list[str], event: str) -> None:
    server.append(listing((7, 1)))
    pulseaudio._watch([event], "sink-input", frozenset({0}), lambda: pytest.fail("nothing of ours has moved"))


def test_a_server_that_tells_nothing_has_moved_nothing(server: list[str]) -> None:
    server.append("")
    assert find_devices("sink-input") == frozenset()


def test_without_the_tool_nothing_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulseaudio.shutil, "which", lambda tool: None)
    with watch_streams("source-output", lambda: pytest.fail("nobody watches")):
        assert find_devices("source-output") == frozenset()


@pytest.mark.parametrize("answer", ['[{"volume": 0,00}]', "{", "null", "[1]", "[{}]", '[{"properties": []}]', '{"a": 1}'])
def test_a_list_that_cannot_be_read_ends_nothing_and_is_told(
    server: list[str], capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    server.append(answer)
    with watch_streams("sink-input", lambda: pytest.fail("nobody watches")):
        assert "The list of streams from pactl cannot be read" in capsys.readouterr().err


def test_a_list_that_can_no_longer_be_read_counts_as_a_move(server: list[str]) -> None:
    server.append('[{"volume": 0,00}]')
    lost: list[bool] = []
    pulseaudio._watch(["Event 'change' on sink-input #2"], "sink-input", frozenset({0}), lambda: lost.append(True))
    assert lost


DUTCH = r"""#!/bin/sh
if [ "$LC_ALL" = C ]; then on="Event 'change' on sink-input #2" zero=0.0; else on="Gebeurtenis 'change' op sink-input #2" zero=0,0; fi
case "$*" in
  *list*) [ -e {folder}/moved ] && sink=1 || sink=0; : > {folder}/moved
    echo "[{{\"volume\": $zero, \"sink\": $sink, \"properties\": {{\"application.process.id\": \"{process}\"}}}}]" ;;
  *subscribe*) echo "$on"; exec sleep 20 ;;
esac
"""
"""A pactl that speaks Dutch on a Dutch machine, and that tells of one move."""


@pytest.mark.slow
def test_a_move_is_noticed_on_a_machine_that_speaks_dutch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "pactl"
    tool.write_text(DUTCH.format(folder=tmp_path, process=os.getpid()))
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for name in ("LC_ALL", "LANGUAGE", "LANG"):
        monkeypatch.setenv(name, "nl_BE.UTF-8")
    lost = threading.Event()
    with watch_streams("sink-input", lost.set):
        assert lost.wait(10)


@pytest.mark.slow
def test_a_tool_that_hangs_is_a_device_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "pactl"
    tool.write_text("#!/bin/sh\nexec sleep 60\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(pulseaudio, "ANSWERING_SECONDS", 0.2)
    with pytest.raises(DeviceError) as hung, watch_streams("sink-input", lambda: pytest.fail("nobody watches")):
        pass
    assert hung.value.trouble.symptom is Symptom.HANGS
