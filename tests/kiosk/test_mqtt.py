"""Each call to a broker ends within its time, as delivered or with the reason why not."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.mqtt_broker import CUT, JUNK, MUTE, run_broker
from voice.base.errors import ServerError, Symptom
from voice.consultation.script import Level
from voice.kiosk.mqtt import Address, Broker, parse_address, read_login
from voice.kiosk.staff_calls import StaffCall

CALL = StaffCall(Level.E, datetime(2026, 11, 24, 12, 0))
SOON = 0.6
"""Seconds that an attempt may take here, where nothing is answered."""
LATE = 30.0
"""Seconds that an attempt may take where something is answered: it never needs them."""


def make_broker(port: int, login: str = "", host: str = "127.0.0.1", encrypted: bool = False) -> Broker:
    return Broker(Address(host, port, encrypted), "ruggespraak", login)


def write_login(folder: Path, text: str, mode: int = 0o600) -> str:
    file = folder / "broker.yaml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return str(file)


def fail(broker: Broker, seconds: float = LATE) -> tuple[Symptom, float]:
    """Return why a call failed, and after how many seconds."""
    begun = time.monotonic()
    with pytest.raises(ServerError) as failed:
        broker.deliver(CALL, seconds)
    return failed.value.trouble.symptom, time.monotonic() - begun


@pytest.mark.parametrize("oldest", [False, True])
def test_a_call_arrives_with_its_level_and_its_time(oldest: bool) -> None:
    with run_broker(oldest=oldest) as broker:
        make_broker(broker.port).deliver(CALL)
    assert broker.calls == [("ruggespraak/call", {"level": "E", "time": "12:00:00"})]


def test_to_connect_sends_nothing() -> None:
    with run_broker() as broker:
        make_broker(broker.port).connect()
    assert broker.calls == []


@pytest.mark.parametrize(
    ("options", "symptom"),
    [
        ({"fault": MUTE}, Symptom.BROKER_MUTE),
        ({"fault": CUT}, Symptom.BROKER_CUT),
        ({"fault": JUNK}, Symptom.BROKER_MUTE),
        ({"login": ("kiosk", "geheim")}, Symptom.BROKER_LOGIN),
        ({"login": ("kiosk", "geheim"), "oldest": True}, Symptom.BROKER_LOGIN),
        ({"published": 0x87}, Symptom.BROKER_FORBIDDEN),
        ({"published": 0x10}, Symptom.BROKER_NOBODY),
    ],
    ids=str,
)
def test_a_broker_that_does_not_take_the_call_is_told_apart_in_time(options: dict[str, Any], symptom: Symptom) -> None:
    with run_broker(**options) as broker:
        patience = SOON if symptom is Symptom.BROKER_MUTE else LATE
        told, seconds = fail(make_broker(broker.port), patience)
    assert told is symptom
    assert seconds < patience + 2


def test_a_broker_that_is_not_there_is_away() -> None:
    with run_broker() as gone:
        pass
    assert fail(make_broker(gone.port))[0] is Symptom.BROKER_AWAY


def test_a_name_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert fail(make_broker(1883, host="nergens"))[0] is Symptom.BROKER_UNKNOWN


def test_a_name_that_is_looked_up_for_ever_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    def hang(*_: object, **__: object) -> None:
        answer.wait(20)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    told, seconds = fail(make_broker(1883, host="traag"), SOON)
    answer.set()
    assert told is Symptom.BROKER_AWAY and seconds < SOON + 2


def test_the_kiosk_shows_user_and_password_from_its_file(tmp_path: Path) -> None:
    login = write_login(tmp_path, "user: kiosk\npassword: 'geheim: 1'\n")
    with run_broker(login=("kiosk", "geheim: 1")) as broker:
        make_broker(broker.port, login).deliver(CALL)
    assert broker.calls


@pytest.mark.parametrize(
    ("text", "mode"),
    [("user: kiosk\npassword: geheim", 0o640), ("kiosk:geheim", 0o600), ("geheim: 1", 0o600), ("a: [geheim", 0o600), ("", 0o600)],
)
def test_a_file_that_others_may_read_or_that_is_odd_is_refused_and_not_quoted(tmp_path: Path, text: str, mode: int) -> None:
    with pytest.raises(ServerError) as refused:
        read_login(write_login(tmp_path, text, mode))
    assert refused.value.trouble.symptom is Symptom.BROKER_FILE
    assert "geheim" not in str(refused.value)


def test_a_password_is_not_in_what_may_be_printed(tmp_path: Path) -> None:
    assert "geheim" not in repr(read_login(write_login(tmp_path, "password: geheim")))


def test_a_file_that_is_mended_counts_for_the_next_try(tmp_path: Path) -> None:
    login = write_login(tmp_path, "user: kiosk\npassword: fout")
    with run_broker(login=("kiosk", "geheim")) as broker:
        assert fail(make_broker(broker.port, login))[0] is Symptom.BROKER_LOGIN
        write_login(tmp_path, "user: kiosk\npassword: geheim")
        make_broker(broker.port, login).deliver(CALL)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and the certificate of 127.0.0.1, which signs itself."""
    file = tmp_path_factory.mktemp("tls") / "broker.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=broker -batch"
    make += " -addext subjectAltName=IP:127.0.0.1 -keyout - -out -"
    file.write_bytes(subprocess.run(make.split(), capture_output=True, check=True).stdout)
    return file


@pytest.mark.slow
def test_a_broker_is_spoken_to_in_tls_and_must_show_the_certificate_that_is_named(tmp_path: Path, certificate: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    login = write_login(tmp_path, f"ca: {certificate}")
    with run_broker(tls=server) as broker:
        make_broker(broker.port, login, encrypted=True).deliver(CALL)
        assert fail(make_broker(broker.port, encrypted=True))[0] is Symptom.BROKER_TLS
        assert fail(make_broker(broker.port, login, "localhost", encrypted=True))[0] is Symptom.BROKER_TLS
    assert len(broker.calls) == 1


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.168.1.20", Address("192.168.1.20", 1884, False)),
        ("broker:1885", Address("broker", 1885, False)),
        ("mqtt://broker", Address("broker", 1883, False)),
        ("MQTT://broker:1885/", Address("broker", 1885, False)),
        ("mqtts://broker", Address("broker", 8883, True)),
        ("tcp://broker:1885", Address("broker", 1885, False)),
        ("::1", Address("::1", 1884, False)),
        ("mqtt://[::1]:1885", Address("::1", 1885, False)),
    ],
)
def test_an_address_is_a_url_or_a_host(text: str, address: Address) -> None:
    assert parse_address(text, 1884) == address


@pytest.mark.parametrize(
    "text",
    [
        "http://broker",
        "mqtt://",
        "mqtt://kiosk:geheim@broker",
        "kiosk:geheim",
        "broker:99999",
        "mqtt://broker/geheim",
        "a b",
        "a..b",
    ],
)
def test_what_is_no_address_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="broker|address") as refused:
        parse_address(text)
    assert "geheim" not in str(refused.value)
