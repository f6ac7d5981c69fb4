"""Several speech servers behind HAProxy, as it is shipped: one that dies, and one that says nothing, cost a kiosk next to nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.wyoming_server import all_of_it, serving
from voice.audio.pcm import silence
from voice.base.errors import ServerError
from voice.bench.rigs.balancer import balance
from voice.bridges.conversation import Consultations
from voice.bridges.wyoming import client, wire
from voice.bridges.wyoming.key import Key, make_key
from voice.bridges.wyoming.server import Offer, Service
from voice.recognize.transcript import Transcript, Vocabulary

pytestmark = pytest.mark.slow

HEARD = Vocabulary()


class Server(ExitStack):
    """A speech server that hears `word`, until it is closed."""

    def __init__(self, key: Key, word: str) -> None:
        super().__init__()
        offer = Offer({"whisper": (FakeRecognizer([word] * 99),)}, {}, Consultations({}, {}, "nl-BE"))
        self.uri = self.enter_context(serving(Service(offer, find_speech=all_of_it), key.server))


class Line:
    """Passes on what goes to a server and comes from it, until more of an answer than `most` bytes has come: then nothing any more.

    It takes connections all the same, as the machine of a program that hangs does.
    """

    def __init__(self, uri: str, most: int) -> None:
        self._to, self._most = wire.split_address(uri), most
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.uri = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        self.hangs = threading.Event()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.create_connection(self._to)
                self._open += [here, there]  # a socket that nobody holds is closed, and this line would be dead instead
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while not self.hangs.is_set() and (data := source.recv(1 << 12)) and not self.hangs.is_set():
                sink.sendall(data)
                passed += len(data)
                if passed > self._most:
                    self.hangs.set()
            if not self.hangs.is_set():
                sink.close()

    def close(self) -> None:
        for one in (self._listening, *self._open):
            one.close()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    path = tmp_path_factory.mktemp("key") / "key.pem"
    make_key(path)
    return Key(path)


@pytest.fixture
def servers(key: Key) -> Iterator[list[Server]]:
    with Server(key, "ja") as one, Server(key, "nee") as two:
        yield [one, two]


def ask(uri: str, key: Key, times: int) -> list[Transcript]:
    engine = client.WyomingRecognizer(uri, "whisper", "whisper", key=key)
    return [engine.transcribe(silence(1), HEARD) for _ in range(times)]


def test_both_servers_hear_answers(servers: list[Server], key: Key) -> None:
    with balance([one.uri for one in servers], key.path) as uri:
        assert {heard.text for heard in ask(uri, key, 6)} == {"ja", "nee"}


def test_a_server_that_dies_in_mid_visit_costs_at_most_one_answer(servers: list[Server], key: Key) -> None:
    with balance([one.uri for one in servers], key.path) as uri:
        assert all(heard.text for heard in ask(uri, key, 4))
        servers[0].close()
        heard = ask(uri, key, 20)
    assert sum(not one.text for one in heard) <= 1
    assert {one.text for one in heard if one.text} == {"nee"}


def test_a_server_that_hangs_in_mid_answer_costs_that_answer_alone(servers: list[Server], key: Key) -> None:
    line = Line(servers[0].uri, most=16_000)  # half of a second of sound
    with closing(line), balance([line.uri, servers[1].uri], key.path) as uri:
        begun = time.monotonic()
        heard = ask(uri, key, 12)
        seconds = time.monotonic() - begun
    assert line.hangs.is_set()
    assert [one.text for one in heard if one.text] == ["nee"] * 11
    assert seconds < 10, "the kiosk waits no longer than for any answer"


def test_a_server_that_takes_connections_and_says_nothing_gets_no_answers(servers: list[Server], key: Key) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with balance([silent, servers[1].uri], key.path) as uri:
            heard = ask(uri, key, 6)
    assert sum(not one.text for one in heard) <= 1


def test_a_kiosk_with_another_key_hears_nothing_through_the_balancer(servers: list[Server], key: Key, tmp_path: Path) -> None:
    make_key(tmp_path / "other.pem")
    with balance([one.uri for one in servers], key.path) as uri, pytest.raises(ServerError, match="key"):
        client.list_engines(uri, Key(tmp_path / "other.pem"))
