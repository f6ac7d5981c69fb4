"""A speech server is looked up and connected to by one deadline, whatever its name stands for."""

from __future__ import annotations

import socket
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from tests.bridges.test_wyoming import TONE
from voice.bridges.wyoming import client, connecting
from voice.recognize.transcript import Transcript, Vocabulary

MUTE = ["192.0.2.1", "192.0.2.2"]
"""Addresses that nobody has (RFC 5737). Nothing is sent to them here."""


class Network:
    """Addresses that take no connection, in the order in which a name has them; to wait for one only moves the clock.

    waited: the seconds for which each was waited for.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
        self.now, self.waited = 100.0, list[float]()
        network = self

        class Line(socket.socket):
            def connect(self, address: Any) -> None:
                if address[0] in MUTE:
                    seconds = self.gettimeout()
                    network.waited.append(seconds)
                    network.now += seconds
                    raise TimeoutError("timed out")
                super().connect(address)

        def look_up(host: str, port: int, **kind: Any) -> list[connecting.Place]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port)) for address in addresses]

        monkeypatch.setattr(connecting, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(socket, "socket", Line)
        monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_name_with_two_dead_addresses_is_given_up_within_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, MUTE)
    with pytest.raises(TimeoutError):
        connecting.connect("ears", 1, network.now + 8.0)
    assert network.waited == [4.0, 4.0]


def test_an_address_that_is_mute_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        network = Network(monkeypatch, [MUTE[0], "127.0.0.1"])
        with connecting.connect("ears", server.getsockname()[1], network.now + 8.0) as line:
            assert line.getpeername() == server.getsockname()
    assert network.waited == [4.0]


def test_an_address_that_refuses_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    network = Network(monkeypatch, [MUTE[0], "127.0.0.1"])
    with pytest.raises(ConnectionRefusedError):
        connecting.connect("ears", port, network.now + 8.0)


def test_a_name_that_is_looked_up_without_an_end_costs_one_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    found = threading.Event()
    monkeypatch.setattr(client, "HEARING", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found.wait(60) and [])
    begun = time.monotonic()
    assert client.WyomingRecognizer("tcp://ears:1", "x", "x").transcribe(TONE, Vocabulary()) == Transcript("", 0.0, "x")
    assert time.monotonic() - begun < 30
    found.set()


def test_a_name_that_nobody_knows_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: Any, **__: Any) -> list[connecting.Place]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(client.ServerError, match=r"tcp://ears:1 cannot be reached \(Name or service not known\)"):
        client.describe_server("tcp://ears:1")
