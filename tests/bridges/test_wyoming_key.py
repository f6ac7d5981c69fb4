"""The key that kiosks and their speech server share: who has it is believed, nobody else is served or heard."""

from __future__ import annotations

import shutil
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from tests.bridges.test_wyoming import NOBODY, TONE, Sure
from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.wyoming_server import all_of_it, serving
from voice.base.errors import ServerError, SettingsError, VoiceError
from voice.bridges.wyoming import client, server, wire
from voice.bridges.wyoming.key import Key, load_key, make_key
from voice.bridges.wyoming.server import Offer, Service
from voice.cli.main import main
from voice.consultation.script import Script
from voice.recognize.measured import BY_NAME, SECOND_VOSK, UNMEASURED, WHISPER
from voice.recognize.transcript import Transcript, Vocabulary
from voice.setup.engines import load_ears
from voice.setup.settings import Server, Settings
from voice.setup.settings_reader import load_settings
from voice.setup.voices import load_synthesizer
from voice.understand.meaning import Meaning

pytestmark = pytest.mark.slow  # OpenSSL makes the keys, in a process of its own
NOTHING = Transcript("", 0.0, "whisper")
LATE = 20.0
"""Seconds that nothing takes."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_key(folder / "ours.pem")
    make_key(folder / "theirs.pem")
    return folder


@pytest.fixture(scope="module")
def key(folder: Path) -> Key:
    return Key(folder / "ours.pem")


@pytest.fixture(scope="module")
def other(folder: Path) -> Key:
    return Key(folder / "theirs.pem")


@pytest.fixture
def uri(key: Key) -> Iterator[str]:
    ears = {"whisper": (Sure(["nee"] * 50),), "vosk": (FakeRecognizer(["nee"] * 50),), "newer": (FakeRecognizer([]),)}
    with serving(Service(Offer(ears, {"nl-BE": ("nl-BE", lambda text: TONE)}, NOBODY), find_speech=all_of_it), key.server) as uri:
        yield uri


def test_with_the_key_the_engines_count_as_the_kiosk_has_measured_them(uri: str, key: Key, script: Script) -> None:
    hearing = load_ears(Settings(engine="wyoming", server=Server(ears=uri, key=str(key.path), trust="measured")))
    engines = (hearing.first, *hearing.others)
    assert [(one.name, one.trust) for one in engines] == [("whisper", WHISPER), ("vosk", SECOND_VOSK)]
    heard = hearing.hear(TONE, script.question("koorts").expected, date.today())
    assert (heard.transcript.text, heard.transcript.confidence) == ("nee", 0.75)


def test_a_model_that_nobody_measured_hears_first_at_its_server_and_nothing_is_certain(key: Key, script: Script) -> None:
    ears = {"whisper-small": (FakeRecognizer(["nee"]),), "vosk": (FakeRecognizer(["nee"]),)}
    with serving(Service(Offer(ears, {}, NOBODY), find_speech=all_of_it), key.server) as uri:
        hearing = load_ears(Settings(engine="wyoming", server=Server(ears=uri, key=str(key.path), trust="measured")))
        assert [(one.model, one.trust) for one in (hearing.first, *hearing.others)] == [
            ("whisper-small", UNMEASURED), ("vosk", SECOND_VOSK),
        ]  # fmt: skip
        answer = hearing.hear(TONE, script.question("koorts").expected, date.today()).answer
    assert (answer.meaning, answer.certain) == (Meaning.NO, False)


def test_the_key_alone_makes_no_answer_count_as_measured(uri: str, key: Key, script: Script) -> None:
    hearing = load_ears(Settings(engine="wyoming", server=Server(ears=uri, key=str(key.path))))
    heard = hearing.hear(TONE, script.question("koorts").expected, date.today())
    assert hearing.first.trust == UNMEASURED and not hearing.others
    assert (heard.answer.meaning, heard.answer.certain) == (Meaning.NO, False)


def test_a_server_with_another_key_or_none_is_not_heard(uri: str, other: Key) -> None:
    plain = Service(Offer({"whisper": (Sure(["nee"] * 50),)}, {}, NOBODY), find_speech=all_of_it)
    with serving(plain) as open_uri:
        for address in (uri, open_uri):
            with pytest.raises(ServerError, match="does not have this kiosk's key"):
                client.list_engines(address, other, BY_NAME)
            assert (
                client.WyomingRecognizer(address, "whisper", "whisper", WHISPER, other).transcribe(TONE, Vocabulary()) == NOTHING
            )


def test_a_client_without_the_key_is_not_served(uri: str) -> None:
    with pytest.raises(ServerError):
        client.list_engines(uri)
    with pytest.raises(VoiceError):
        client.WyomingVoice(uri, "nl-BE")


def test_a_client_with_another_key_is_not_served_though_it_takes_any_server(uri: str, other: Key) -> None:
    credulous = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    credulous.check_hostname, credulous.verify_mode = False, ssl.CERT_NONE
    for own in (False, True):
        if own:
            credulous.load_cert_chain(other.path)
        heard = b""
        with (
            socket.create_connection(wire.split_address(uri), timeout=10) as raw,
            credulous.wrap_socket(raw) as connection,
            suppress(ssl.SSLError, ConnectionError),
        ):
            connection.sendall(b'{"type": "ping"}\n')
            heard = connection.recv(1000)
        assert heard == b""


def test_handshakes_that_do_not_end_are_connections_that_are_bounded_and_let_go_in_time(
    key: Key, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "CONNECTIONS_OF_ONE", 3)
    monkeypatch.setattr(server, "TAKING", 3600.0)
    service = Service(Offer({"whisper": (Sure(["nee"]),)}, {}, NOBODY))
    with serving(service, key.server) as uri, ExitStack() as stack:

        def begin() -> socket.socket:
            connection = stack.enter_context(socket.create_connection(wire.split_address(uri), timeout=LATE))
            connection.sendall(b"\x16\x03\x01")  # how a handshake begins
            return connection

        begun = [begin() for _ in range(3)]
        _wait_until(lambda: service.doors.admitted == 3)
        for _ in range(2):
            with suppress(ConnectionError):
                assert begin().recv(100) == b""
        assert service.doors.admitted == 3
        with pytest.raises(ServerError):
            client.list_engines(uri, key, BY_NAME)
        for connection in begun:
            connection.close()
        _wait_until(lambda: service.doors.admitted == 0)
        monkeypatch.setattr(server, "TAKING", 0.2)
        slow = begin()
        with suppress(ConnectionError):
            assert slow.recv(100) == b""
        _wait_until(lambda: service.doors.admitted == 0)
        monkeypatch.setattr(server, "TAKING", LATE)
        assert [engine.name for engine in client.list_engines(uri, key, BY_NAME)] == ["whisper"]
    told = capfd.readouterr().err
    assert told.count("127.0.0.1 is refused: there are too many connections.\n") == 3
    assert "127.0.0.1 is let go: the encryption fails.\n" in told


def _wait_until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LATE
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_voice_is_fetched_with_the_key(uri: str, key: Key) -> None:
    voice = load_synthesizer(Settings(voice="wyoming", server=Server(voice=uri, key=str(key.path))))
    assert voice.identity.startswith("wyoming ruggespraak nl-BE")


def test_a_byte_that_is_changed_on_the_way_costs_the_answer(uri: str, key: Key) -> None:
    """A machine in between that lets the handshake pass, and changes what follows."""
    with socket.create_server(("127.0.0.1", 0)) as between:

        def relay() -> None:
            near, _ = between.accept()
            with suppress(OSError), near, socket.create_connection(wire.split_address(uri)) as far:
                Thread(target=_copy, args=(near, far), daemon=True).start()
                near.sendall(far.recv(65_536))
                while data := far.recv(65_536):
                    near.sendall(data[:-1] + bytes([data[-1] ^ 1]))

        def _copy(source: socket.socket, target: socket.socket) -> None:
            while data := source.recv(65_536):
                target.sendall(data)

        engine = client.WyomingRecognizer(uri, "whisper", "whisper", WHISPER, key)
        assert engine.transcribe(TONE, Vocabulary()).text == "nee"
        Thread(target=relay, daemon=True).start()
        engine = replace(engine, uri=f"tcp://127.0.0.1:{between.getsockname()[1]}")
        assert engine.transcribe(TONE, Vocabulary()) == NOTHING


def test_a_key_is_made_for_its_owner_alone_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    assert main(["wyoming", "key", "--key", str(path)]) == 0
    assert path.stat().st_mode & 0o777 == 0o600
    made = path.read_bytes()
    assert main(["wyoming", "key", "--key", str(path)]) == 10
    assert path.read_bytes() == made
    assert main(["wyoming", "key"]) == 2


def test_without_openssl_the_remedy_is_told_and_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setenv("PATH", str(tmp_path))
        with pytest.raises(ServerError, match="Install the package openssl"):
            make_key(tmp_path / "new.pem")
    make_key(tmp_path / "new.pem")
    Key(tmp_path / "new.pem")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_may_read_or_write_is_refused_with_the_remedy(folder: Path, tmp_path: Path, mode: int) -> None:
    path = Path(shutil.copy(folder / "ours.pem", tmp_path))
    path.chmod(mode)
    with pytest.raises(ServerError, match=r"read by others.*chmod 600"):
        Key(path)


@pytest.mark.parametrize("content", ["", "nonsense", "certificate", "two"])
def test_a_file_that_holds_no_key_is_told(folder: Path, tmp_path: Path, content: str) -> None:
    path, ours = tmp_path / "key.pem", (folder / "ours.pem").read_text()
    certificate = ours[ours.index("-----BEGIN CERTIFICATE") :]
    texts = {"certificate": certificate, "two": ours + (folder / "theirs.pem").read_text()}
    path.write_text(texts.get(content, content))
    path.chmod(0o600)
    with pytest.raises(ServerError, match="key.pem"):
        Key(path)


def test_a_key_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="No such file"):
        load_key(str(tmp_path / "nothing.pem"))


def test_settings_that_trust_a_server_without_a_key_are_refused_at_their_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("engine: wyoming\nserver:\n  ears: tcp://10.0.0.1:10300\n  trust: measured\n")
    with pytest.raises(SettingsError, match=r"line 4: .*only trusted.*wyoming key"):
        load_settings(path)
    path.write_text("server:\n  trust: fully\n")
    with pytest.raises(SettingsError, match="none, measured"):
        load_settings(path)
    path.write_text("server:\n  key: key.pem\n  trust: measured\n")
    assert load_settings(path).server == Server(key="key.pem", trust="measured")


def test_without_a_key_no_setting_makes_a_server_trusted() -> None:
    with serving(Service(Offer({"whisper": (Sure([]),)}, {}, NOBODY), find_speech=all_of_it)) as uri:
        hearing = load_ears(Settings(engine="wyoming", server=Server(ears=uri, trust="measured")))
    assert hearing.first.trust == UNMEASURED
