"""The server of the page at the desk from outside: what it gives, and what it must refuse."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.helpers.desk import PIN, find_free_port, make_certificate
from tests.kiosk.reception.test_desk_page import Kiosk
from voice.base.errors import ServerError, Symptom
from voice.consultation.practice import Details
from voice.consultation.script import Level
from voice.kiosk.reception import server
from voice.kiosk.reception.certificate import check_believable, load_certificate
from voice.kiosk.reception.server import DeskServer, DeskService, Listener, check_listening
from voice.kiosk.reception.texts import PAGE, load_desk_texts
from voice.kiosk.screen.handler import MAX_STRANGERS, MAX_STREAMS, Strangers, is_answering
from voice.kiosk.screen.request_guard import SECURITY_HEADERS
from voice.setup.settings import ScriptChoice

PLAIN = Listener("127.0.0.1", 0, "Kiosk.lan")
WORDS = dict.fromkeys((*PAGE, "level_E", "level_staff", "level_T", "demo"), "-")
NOT_HERE = "203.0.113.9"
"""An address that no machine has (RFC 5737)."""


@dataclass
class Desk:
    """Asks as a browser would, or an attacker."""

    port: int
    kiosk: Kiosk
    cookie: str = ""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: object = None, **changed: str) -> tuple[int, dict[str, str], bytes]:
        """A request as our page sends it, but for the headers that are changed; an empty value leaves one out."""
        usual = {"Host": self.host, "Origin": f"http://{self.host}", "Content-Type": "application/json", "Cookie": self.cookie}
        headers = {name: value for name, value in (usual | {k.replace("_", "-"): v for k, v in changed.items()}).items() if value}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        line.request(method, path, None if body is None else json.dumps(body), headers)
        reply = line.getresponse()
        found = reply.status, dict(reply.getheaders()), reply.read()
        line.close()
        return found

    def enter(self) -> None:
        status, headers, _ = self.ask("POST", "/enter", {"pin": PIN})
        assert status == 200
        self.cookie = headers["Set-Cookie"].partition(";")[0]

    def follow(self) -> tuple[socket.socket, http.client.HTTPResponse]:
        line = socket.create_connection(("127.0.0.1", self.port), 5)
        line.sendall(f"GET /calls HTTP/1.1\r\nHost: {self.host}\r\nCookie: {self.cookie}\r\n\r\n".encode())
        reply = http.client.HTTPResponse(line)
        reply.begin()
        return line, reply


@contextmanager
def open_desk(listener: Listener) -> Iterator[Desk]:
    kiosk = Kiosk()
    opened = DeskServer(listener, kiosk.page, WORDS)
    thread = opened.start()
    yield Desk(opened.server_port, kiosk)
    kiosk.bell.close()
    opened.shutdown()
    opened.server_close()
    thread.join()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk(PLAIN) as opened:
        yield opened


def read_event(reply: http.client.HTTPResponse) -> dict[str, object]:
    lines = [reply.readline(), reply.readline(), reply.readline()]
    assert lines[0] == b"event: shown\n" and lines[2] == b"\n"
    return json.loads(lines[1].removeprefix(b"data: "))


@pytest.mark.parametrize("path", ["/come", "/close", "/open", "/leave"])
def test_nothing_is_done_without_a_pass(desk: Desk, path: str) -> None:
    desk.kiosk.end(Level.E)
    assert desk.ask("POST", path, {"pin": PIN, "rung": 1})[0] == 401
    assert desk.kiosk.told == 0 and desk.kiosk.calls.awaited


def test_without_a_pass_only_the_page_that_asks_for_the_pin_is_given(desk: Desk) -> None:
    assert desk.ask("GET", "/calls")[0] == 401
    found = {path: desk.ask("GET", path)[0] for path in ("/", *server.FILES, *server.SHARED)}
    assert set(found.values()) == {200}
    assert {desk.ask("GET", path)[0] for path in ("/staff", "/metrics", "/events", "/page.js", "/press", "/../x")} == {404}


def test_every_answer_carries_the_rules_for_the_browser(desk: Desk) -> None:
    for method, path in (("GET", "/"), ("GET", "/reception.js"), ("GET", "/nothing"), ("POST", "/come"), ("PUT", "/")):
        assert SECURITY_HEADERS.items() <= desk.ask(method, path)[1].items(), (method, path)


def test_the_page_needs_nothing_from_elsewhere(desk: Desk) -> None:
    for path in ("/", *server.FILES):
        body = desk.ask("GET", path)[2]
        assert b"http" not in body.replace(b"http://www.w3.org/2000/svg", b""), path


def test_a_name_that_the_settings_do_not_know_is_refused(desk: Desk) -> None:
    assert desk.ask("GET", "/", Host=f"kiosk.lan:{desk.port}")[0] == 200
    for host in (f"evil.example:{desk.port}", "127.0.0.1", "127.0.0.1:1", f"192.168.1.30:{desk.port}", f"localhost:{desk.port}"):
        assert desk.ask("GET", "/", Host=host)[0] == 421
        assert desk.ask("POST", "/enter", {"pin": PIN}, Host=host, Origin=f"http://{host}")[0] == 421


@pytest.mark.parametrize(
    ("attack", "changed", "status"),
    [
        ("a form on another site", {"Origin": "http://evil.example"}, 403),
        ("another port of this machine", {"Origin": "http://127.0.0.1:1"}, 403),
        ("the same in the clear", {"Origin": "https://127.0.0.1"}, 403),
        ("no origin", {"Origin": ""}, 403),
        ("a script on another site", {"Sec_Fetch_Site": "cross-site"}, 403),
        ("another machine of the same domain", {"Sec_Fetch_Site": "same-site"}, 403),
        ("a form", {"Content_Type": "text/plain"}, 415),
        ("too much", {"Content_Length": "100000"}, 413),
    ],
)
def test_another_site_presses_nothing(desk: Desk, attack: str, changed: dict[str, str], status: int) -> None:
    desk.enter()
    desk.kiosk.end(Level.STAFF)
    assert desk.ask("POST", "/come", {"rung": 1}, **changed)[0] == status, attack
    assert desk.kiosk.told == 0


def test_a_page_follows_the_calls_whole_and_hears_even_if_nothing_changes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PING_SECONDS", 0.01)
    desk.enter()
    line, reply = desk.follow()
    first, again = read_event(reply), read_event(reply)
    assert first == again and first["asked"] == "nothing"
    desk.kiosk.end(Level.E)
    while (shown := read_event(reply))["asked"] == "nothing":
        pass
    assert set(shown) == {"asked", "rung", "coming", "closable", "boot", "version"}, "and nothing about anybody"
    assert shown["asked"] == "urgent"
    line.close()


def test_when_the_pass_ends_the_stream_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PING_SECONDS", 0.01)
    desk.enter()
    line, reply = desk.follow()
    read_event(reply)
    desk.kiosk.seconds += 24 * 3600
    while reply.readline():
        pass
    assert desk.ask("GET", "/calls")[0] == 401
    line.close()


def test_more_desks_than_there_are_places_are_refused_and_keep_nobody_out(desk: Desk) -> None:
    desk.enter()
    watching = [desk.follow() for _ in range(MAX_STREAMS)]
    assert desk.ask("GET", "/calls")[0] == 503
    assert read_event(watching[0][1])["asked"] == "nothing"
    for line, _ in watching:
        line.close()


def test_connections_without_a_pass_do_not_keep_the_desk_out(desk: Desk) -> None:
    desk.enter()
    idle = [socket.create_connection(("127.0.0.1", desk.port), 5) for _ in range(2 * MAX_STRANGERS)]
    line, reply = desk.follow()
    assert read_event(reply)["asked"] == "nothing"
    for one in (*idle, line):
        one.close()


def test_the_address_that_has_the_most_connections_loses_one_first() -> None:
    strangers = Strangers()
    pairs = [socket.socketpair() for _ in range(MAX_STRANGERS + 1)]
    for number, (line, _) in enumerate(pairs):
        strangers.add(line, "192.0.2.1" if number else "192.0.2.50")
    for _, other in pairs:
        other.setblocking(False)
    assert pairs[1][1].recv(1) == b"", "the oldest of the crowd"
    for number in (0, 2, MAX_STRANGERS):
        with pytest.raises(BlockingIOError):
            pairs[number][1].recv(1)
    for line, other in pairs:
        line.close()
        other.close()


def test_a_request_that_drips_in_is_hung_up_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.kiosk.screen.handler.REQUEST_SECONDS", 0.5)
    with socket.create_connection(("127.0.0.1", desk.port), 10) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert line.recv(100) == b""


@pytest.mark.slow
def test_in_tls_only_who_speaks_it_is_heard_and_the_certificate_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.kiosk.screen.handler.REQUEST_SECONDS", 0.5)
    file = make_certificate(tmp_path)
    with open_desk(replace(PLAIN, context=load_certificate(str(file), ""))) as opened:
        browser = ssl.create_default_context(cafile=file)
        with socket.create_connection(("127.0.0.1", opened.port), 5) as mute:
            line = http.client.HTTPSConnection("127.0.0.1", opened.port, timeout=5, context=browser)
            line.request("GET", "/")
            assert line.getresponse().status == 200, "one that does not shake hands keeps nobody waiting"
            line.close()
            assert mute.recv(100) == b"", "and is hung up on"
        with socket.create_connection(("127.0.0.1", opened.port), 5) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert not plain.recv(1000).startswith(b"HTTP")
        assert is_answering("127.0.0.1", opened.port, encrypted=True)


@pytest.mark.slow
def test_a_certificate_must_be_for_the_address_and_for_today(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    good, other = make_certificate(tmp_path), make_certificate(tmp_path / "other", "192.168.1.31")
    check_believable(load_certificate(str(good), ""), str(good), "127.0.0.1")
    with pytest.raises(ServerError, match="IP address mismatch") as refused:
        check_believable(load_certificate(str(other), ""), str(other), "192.168.1.30")
    assert refused.value.trouble.symptom is Symptom.RECEPTION_CERTIFICATE


@pytest.mark.slow
def test_a_key_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    file = make_certificate(tmp_path)
    file.chmod(0o640)
    with pytest.raises(ServerError, match="can be read by others"):
        load_certificate(str(file), "")
    file.chmod(0o600)
    empty = tmp_path / "empty.pem"
    empty.touch(0o600)
    for certificate, key in ((str(tmp_path / "none.pem"), ""), (str(empty), ""), (str(file), str(empty))):
        with pytest.raises(ServerError, match="cannot be used"):
            load_certificate(certificate, key)


def test_it_listens_on_that_address_only(desk: Desk) -> None:
    for address in ("127.0.0.2", "127.1.2.3"):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, desk.port), 1)


def test_an_address_that_is_not_here_yet_is_tried_until_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """The network of a kiosk may come after the kiosk."""
    kiosk, tried = Kiosk(), []

    def open_server() -> DeskServer:
        tried.append(1)
        return DeskServer(PLAIN if len(tried) > 2 else replace(PLAIN, address=NOT_HERE), kiosk.page, WORDS)

    service = DeskService(kiosk.page, open_server, again=0.01)
    told, begun = "", time.monotonic()
    while "is at http" not in told:
        assert time.monotonic() - begun < 10
        told += capsys.readouterr().err
        time.sleep(0.01)
    assert service.trouble is None and len(tried) == 3
    assert told.count("cannot be served") == 1, "it is told once"
    service.close()


def test_an_address_that_cannot_be_listened_on_is_named() -> None:
    with pytest.raises(ServerError, match=NOT_HERE) as refused:
        check_listening(replace(PLAIN, address=NOT_HERE, port=8443))
    assert refused.value.trouble.symptom is Symptom.RECEPTION_ADDRESS
    check_listening(replace(PLAIN, port=find_free_port()))


@pytest.mark.parametrize("locale", ["nl-BE", "nl-NL"])
def test_the_texts_name_the_kiosk(locale: str) -> None:
    texts = load_desk_texts(ScriptChoice(locale=locale).locale_folder, Details(), "kiosk 2")
    assert texts.page["urgent"] == "kiosk 2 vraagt iemand, dringend"
    assert texts.coming.startswith("Er komt iemand van de ")
