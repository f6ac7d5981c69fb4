"""Another Wyoming server, wyoming-faster-whisper, hears for our kiosk; our server hears for itself. All on the loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from voice.api import script
from voice.audio.pcm import Audio, cut, read_audio, silence
from voice.base.errors import ServerError
from voice.bridges.wyoming import client
from voice.recognize.measured import UNMEASURED
from voice.setup.engines import load_ears
from voice.setup.settings import Server, Settings
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Meaning

SPEECH = Path("/usr/share/games/fillets-ng/sound")
STARTING = 60.0
"""Seconds that the peer may take to load its model."""


@pytest.fixture(scope="module")
def peer(checkout: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        uri = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    model = str(checkout / "models" / "whisper-base")
    options = ["--model", model, "--data-dir", model, "--local-files-only", "--stt-library", "faster-whisper", "--language", "nl"]
    command = [sys.executable, "-m", "wyoming_faster_whisper", "--uri", uri, *options, "--beam-size", "1"]
    with subprocess.Popen(command, env=os.environ | {"HF_HUB_OFFLINE": "1"}, stderr=subprocess.DEVNULL) as server:
        try:
            _await(uri)
            yield uri
        finally:
            server.terminate()


def _await(uri: str) -> None:
    deadline = time.monotonic() + STARTING
    while True:
        try:
            client.describe_server(uri)
            return
        except ServerError:
            assert time.monotonic() < deadline, "the peer did not start"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def hearing(peer: str) -> Ears:
    return load_ears(Settings(engine="wyoming", server=Server(ears=peer)))


def spoken(name: str, end: float = 10.0) -> Audio:
    return cut(read_audio(SPEECH / name), 0, end)


def test_the_peer_offers_one_engine_that_nobody_here_has_measured(hearing: Ears) -> None:
    assert hearing.name == "wyoming faster-whisper"
    assert hearing.first.trust == UNMEASURED and not hearing.others


def test_a_yes_that_the_peer_heard_is_a_yes_and_a_no_is_to_be_read_back(hearing: Ears) -> None:
    question = script().question("koorts").expected
    yes = hearing.hear(spoken("society/nl/mik-v-tak.ogg"), question, date.today()).answer
    no = hearing.hear(spoken("dump/nl/sm-v-jine2.ogg", 0.6), question, date.today()).answer
    assert yes.meaning is Meaning.YES
    assert (no.meaning, no.certain) == (Meaning.NO, False)


def test_a_room_without_speech_is_no_answer(hearing: Ears) -> None:
    heard = hearing.hear(silence(2.0), script().question("koorts").expected, date.today()).answer
    assert heard.meaning not in (Meaning.YES, Meaning.NO)
