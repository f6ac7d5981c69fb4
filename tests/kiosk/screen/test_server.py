"""The server from outside: what it gives, and each attack that it must refuse."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest

from tests.conftest import load_shipped
from tests.helpers.page_states import make_site
from voice.base.errors import DeviceError
from voice.kiosk.screen import peer_user
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.handler import MAX_STRANGERS, MAX_STREAMS, Request, as_json
from voice.kiosk.screen.request_guard import MAX_BODY, SECURITY_HEADERS, TOKEN_HEADER
from voice.kiosk.screen.screen_key import make_key, show_key
from voice.kiosk.screen.server import FILES, Site, is_serving, serve

PAGE_BYTES = 100_000
KEY = make_key()
LOCKED_TEXTS = {"title": "Rugcheck", "locked": "Dit scherm heeft geen sleutel."}


@dataclass
class Client:
    """Sends what a browser, or an attacker, would."""

    port: int
    board: Board
    taken: list[Request]
    token: str = ""
    key: str = KEY

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, dict, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        shown = show_key(self.key) if self.key else {}
        connection.request(method, path, body, shown | (headers or {}))
        answer = connection.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return found

    def press(self, body: Any = None, **changed: str) -> int:
        """A press as our own page sends it, but for what is changed; an empty value leaves a header out."""
        usual = {"Host": self.host, "Origin": f"http://{self.host}", TOKEN_HEADER: self.token, "Content-Type": "application/json"}
        headers = {name: value for name, value in (usual | {k.replace("_", "-"): v for k, v in changed.items()}).items() if value}
        text = body if isinstance(body, bytes) else json.dumps(body or {"press": "yes", "turn": 1}).encode()
        return self.ask("POST", "/press", headers, text)[0]

    def stream(self, query: str = "", key: str = KEY) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), 5)
        line.sendall(f"GET /events{query} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
        return line

    def enter(self, key: str, **changed: str) -> tuple[int, dict, bytes]:
        """Bring the key as the start page does."""
        headers = {"Host": self.host, "Origin": "null", "Content-Type": "application/x-www-form-urlencoded"} | changed
        return replace(self, key="").ask("POST", "/enter", headers, f"key={key}".encode())


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with open_client() as opened:
        yield opened


@pytest.fixture
def quiet() -> Iterator[Client]:
    """A server of its own, which nobody follows yet."""
    with open_client() as opened:
        yield opened


@contextmanager
def open_client() -> Iterator[Client]:
    board, taken = Board(), []

    def receive(request: Request) -> Any:
        taken.append(request)
        return as_json({"taken": True})

    site = replace(make_site(load_shipped("nl-BE", "kort"), board), writes={"/press": receive}, locked=LOCKED_TEXTS)
    with serve(site, 0, KEY) as address:
        found = Client(urlparse(address).port, board, taken)
        found.token = re.search(r'name="token" content="([^"]+)"', found.ask("GET", "/")[2].decode())[1]
        yield found


def test_it_listens_on_the_loopback_address_only(client: Client) -> None:
    names = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in names - {"127.0.0.1"} or {"127.0.0.2"}:
        with pytest.raises(OSError), socket.create_connection((address, client.port), 1):
            pass


def test_the_page_needs_nothing_from_elsewhere_and_is_small(client: Client) -> None:
    paths = ["/", *(path for path in FILES if "staff" not in path)]
    bodies = {path: client.ask("GET", path)[2] for path in paths}
    assert 5_000 < sum(map(len, bodies.values())) <= PAGE_BYTES
    for path, body in bodies.items():
        addresses = set(re.findall(rb"https?://[^\"' )]+", body)) - {b"http://www.w3.org/2000/svg"}
        assert not addresses, (path, addresses)


def test_every_answer_carries_the_rules_for_the_browser(client: Client) -> None:
    for method, path in (("GET", "/"), ("GET", "/page.js"), ("GET", "/nothing"), ("POST", "/press"), ("PUT", "/")):
        headers = client.ask(method, path)[1]
        assert SECURITY_HEADERS.items() <= headers.items(), (method, path)
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy


def test_a_press_of_our_own_page_is_taken(client: Client) -> None:
    client.taken.clear()
    assert client.press({"press": "no", "turn": 7}) == 200
    assert client.taken[0].body == {"press": "no", "turn": 7}


@pytest.mark.parametrize(
    ("attack", "changed", "status"),
    [
        ("a name that points at this machine", {"Host": "kiosk.example:80", "Origin": "http://kiosk.example:80"}, 421),
        ("the right name at a wrong port", {"Host": "127.0.0.1:1"}, 421),
        ("a form on another site", {"Origin": "http://other.example"}, 403),
        ("a page without an origin", {"Origin": "null"}, 403),
        ("a request without Origin", {"Origin": ""}, 403),
        ("a script on another site", {"Sec_Fetch_Site": "cross-site"}, 403),
        ("no token", {TOKEN_HEADER: ""}, 403),
        ("a guessed token", {TOKEN_HEADER: "A" * 22}, 403),
        ("a token that is not ASCII", {TOKEN_HEADER: "é"}, 403),
        ("a form's encoding", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ("a form that passes for text", {"Content_Type": "text/plain"}, 415),
    ],
)
def test_an_attack_is_refused(client: Client, attack: str, changed: dict[str, str], status: int) -> None:
    client.taken.clear()
    assert client.press(None, **changed) == status, attack
    assert client.taken == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"x" * (MAX_BODY + 1), 413), (b"{", 400), (b"[]", 400), (b"\xff\xfe", 400), (b"[" * 1000, 400), (b"3", 400)],
)
def test_a_body_that_is_too_long_or_no_object_is_refused(client: Client, body: bytes, status: int) -> None:
    assert client.press(body) == status


@pytest.mark.parametrize(
    "path",
    ["/page/", "/../server.py", "/%2e%2e/server.py", "/page.css/", "/prompts", "/staff", "/index.html", "/.git"],
)
def test_nothing_else_can_be_read_and_nothing_is_listed(client: Client, path: str) -> None:
    status, _, body = client.ask("GET", path)
    assert (status, json.loads(body)) == (404, {"error": "there is nothing here"})


@pytest.mark.parametrize(
    "path",
    """/staff /staff/ /index.html /nothing?x=1 /../etc/passwd /press /enter /enter/ /events /page.js /icon.svg /metrics
    /day.svg""".split(),
)
@pytest.mark.parametrize("headers", [{"Sec-Fetch-Mode": "navigate"}, {"Accept": "text/html,application/xhtml+xml;q=0.9"}])
@pytest.mark.parametrize("key", [KEY, ""], ids=["key", "no key"])
def test_a_browser_that_navigates_to_what_is_no_page_is_led_home(
    client: Client, path: str, headers: dict[str, str], key: str
) -> None:
    status, found, body = replace(client, key=key).ask("GET", path, headers)
    assert (status, found["Location"], body) == (303, "/", b"")


@pytest.mark.parametrize("changed", [{"Host": "kiosk.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_browser_that_may_not_show_a_page_goes_home_by_itself(client: Client, changed: dict[str, str]) -> None:
    status, found, _ = client.ask("GET", "/", {"Sec-Fetch-Mode": "navigate"} | changed)
    assert (status in (403, 421), found.get("Refresh")) == (True, "60; url=/")


def test_a_browser_that_brings_its_key_from_elsewhere_goes_home_by_itself(client: Client) -> None:
    status, found, _ = client.enter(KEY, Host="kiosk.example", **{"Sec-Fetch-Mode": "navigate"})
    assert (status, found.get("Refresh")) == (421, "60; url=/")


@pytest.mark.parametrize("mode", ["cors", "no-cors", "same-origin"])
def test_a_script_that_asks_for_what_is_not_there_is_told_so(client: Client, mode: str) -> None:
    status, _, body = client.ask("GET", "/staff", {"Sec-Fetch-Mode": mode, "Accept": "text/html"})
    assert (status, json.loads(body)) == (404, {"error": "there is nothing here"})


def test_a_browser_whose_key_is_wrong_gets_a_page_that_goes_back_by_itself(client: Client) -> None:
    status, headers, body = client.enter("wrong")
    assert (status, headers.get("Refresh")) == (403, "60; url=/")
    assert LOCKED_TEXTS["locked"] in body.decode()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused_without_words_of_the_server(client: Client, method: str) -> None:
    status, headers, body = client.ask(method, "/press")
    assert status == 501
    assert headers["Server"].strip() == "ruggespraak"
    assert b"<" not in body


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/page.css", 200), ("/events", 200), ("/nothing", 404)])
def test_a_head_gets_the_headers_of_the_same_get_and_nothing_else(client: Client, path: str, status: int) -> None:
    found, headers, body = client.ask("HEAD", path)
    assert (found, body) == (status, b"")
    assert SECURITY_HEADERS.items() <= headers.items()


def test_the_server_starts_without_asking_a_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*arguments: object) -> object:
        raise AssertionError("a name server was asked")

    for name in ("getfqdn", "gethostbyaddr", "gethostbyname", "getnameinfo"):
        monkeypatch.setattr(socket, name, ask)
    with serve(Site(Board(), pages={}), 0, KEY):
        pass


def test_another_site_cannot_read_what_is_shown(client: Client) -> None:
    assert client.ask("GET", "/events", {"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert client.ask("GET", "/", {"Host": "kiosk.example"})[0] == 421
    assert "Access-Control-Allow-Origin" not in client.ask("GET", "/", {"Origin": "http://other.example"})[1]


def test_a_length_that_is_missing_or_hidden_is_refused(client: Client) -> None:
    for length in ("", "Content-Length: -1\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"):
        with socket.create_connection(("127.0.0.1", client.port), 5) as line:
            head = f"POST /press HTTP/1.1\r\nHost: {client.host}\r\nOrigin: http://{client.host}\r\n"
            head += (
                f"Authorization: Bearer {KEY}\r\n{TOKEN_HEADER}: {client.token}\r\nContent-Type: application/json\r\n{length}\r\n"
            )
            line.sendall(head.encode())
            assert b" 411 " in line.recv(100)


def test_headers_without_end_are_refused(client: Client) -> None:
    with socket.create_connection(("127.0.0.1", client.port), 5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n")
        assert b" 431 " in line.recv(100)


def test_so_many_screens_may_watch_and_no_more(client: Client) -> None:
    watching = [client.stream() for _ in range(MAX_STREAMS)]
    for line in watching:
        assert b" 200 " in line.recv(100)
    extra = client.stream()
    assert b" 503 " in extra.recv(100)
    for line in (*watching, extra):
        line.close()


def test_our_own_page_finds_a_place_though_all_are_taken(quiet: Client) -> None:
    watching = [follow(quiet) for _ in range(MAX_STREAMS)]
    pages = [follow(quiet, f"?{quiet.token}") for _ in range(2)]
    assert [is_hung_up(line) for line in watching[:2]] == [True, True] and is_open(watching[2])
    assert b" 503 " in quiet.stream("?guessed").recv(100)
    for line in (*watching, *pages):
        line.close()


def test_of_too_many_pages_of_ours_the_newest_stay(quiet: Client) -> None:
    pages = [follow(quiet, f"?{quiet.token}") for _ in range(MAX_STREAMS)]
    newest = follow(quiet, f"?{quiet.token}")
    assert is_hung_up(pages[0]) and is_open(pages[1])
    for line in (*pages, newest):
        line.close()


def follow(client: Client, query: str = "") -> socket.socket:
    """Follow the page, and wait until that was admitted: the server's threads have no order of their own."""
    line = client.stream(query)
    assert b" 200 " in line.recv(100)
    return line


def is_hung_up(line: socket.socket, seconds: float = 10.0) -> bool:
    """Whether the server ends the connection in that time; what it sends before is read and dropped."""
    end = time.monotonic() + seconds
    try:
        while (left := end - time.monotonic()) > 0:
            line.settimeout(left)
            if not line.recv(10_000):
                return True
    except TimeoutError:
        pass
    return False


def is_open(line: socket.socket) -> bool:
    """Whether the server keeps the connection: for longer than it takes to end one that it has given up."""
    return not is_hung_up(line, 0.5)


@pytest.fixture
def foreign(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client without a key that belongs to another user of this machine."""
    monkeypatch.setattr(peer_user, "CONNECTIONS", Connections(os.geteuid() + 1))
    return replace(client, key="")


@dataclass
class Connections:
    """The system's list of connections, all of them of this user."""

    user: int

    def read_text(self) -> str:
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
        return "\n".join(" ".join([*fields[:7], str(self.user), *fields[8:]]) for fields in lines)


def test_a_browser_of_our_own_user_gets_the_key_with_the_page_and_another_users_does_not(client: Client, foreign: Client) -> None:
    assert foreign.ask("GET", "/")[0] == 403 and "Set-Cookie" not in foreign.ask("GET", "/")[1]
    peer_user.CONNECTIONS.user = os.geteuid()
    status, headers, body = foreign.ask("GET", "/")
    assert (status, client.token.encode() in body) == (200, True)
    cookie = headers["Set-Cookie"].partition(";")[0]
    assert foreign.ask("GET", "/page.js", {"Cookie": cookie})[0] == 200
    assert foreign.press(None, Cookie=cookie) == 200


def test_our_own_user_without_the_key_reads_no_more_than_the_page(client: Client) -> None:
    own = replace(client, key="")
    assert own.ask("GET", "/")[0] == 200
    assert [own.ask("GET", path)[0] for path in ("/events", f"/events?{client.token}", "/metrics")] == [403] * 3
    assert own.ask("GET", "/", {"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert own.ask("GET", "/", {"Host": "kiosk.example"})[0] == 421


def test_the_user_of_a_connection_is_found_and_a_system_that_does_not_tell_shuts_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as line:
        ends = line.getsockname(), server.getsockname()
        assert peer_user.is_own_user(*ends) and not peer_user.is_own_user(("127.0.0.1", 1), ends[1])
        for nowhere in (Path("/nowhere"), Path("/dev/null")):
            monkeypatch.setattr(peer_user, "CONNECTIONS", nowhere)
            assert not peer_user.is_own_user(*ends)


@pytest.mark.parametrize("path", ["/", "/events", "/page.js", "/page.css", "/icon.svg", "/metrics", "/nothing"])
@pytest.mark.parametrize("key", ["", "guessed", "é", KEY[:-1], f"{KEY}x"])
def test_who_has_no_key_reads_nothing(client: Client, foreign: Client, path: str, key: str) -> None:
    """Every user of this machine can connect. None of them may see what a patient sees, nor the token."""
    for headers in ({"Cookie": f"screen={key}"}, {"Authorization": f"Bearer {key}"}, {"Authorization": f"Basic {key}"}):
        status, _, body = foreign.ask("GET", path, {name: value.encode() for name, value in headers.items()})
        assert status == 403
        assert client.token.encode() not in body and len(body) < 600


def test_who_has_no_key_touches_nothing(client: Client) -> None:
    client.taken.clear()
    assert replace(client, key="").press() == 403
    assert replace(client, key=client.token).press() == 403
    assert client.taken == []


def test_a_browser_without_the_key_tells_so_in_dutch(foreign: Client) -> None:
    status, headers, body = foreign.ask("GET", "/")
    assert (status, headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert LOCKED_TEXTS["locked"] in body.decode() and "{{" not in body.decode()


def test_the_start_page_brings_the_key_and_the_browser_keeps_it_as_a_cookie(client: Client) -> None:
    status, headers, _ = client.enter(KEY)
    assert (status, headers["Refresh"]) == (200, "0; url=/")
    cookie, *rules = headers["Set-Cookie"].split("; ")
    assert rules == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert replace(client, key="").ask("GET", "/", {"Cookie": f"other=1; {cookie}"})[0] == 200
    assert replace(client, key="").press(None, Cookie=cookie) == 200


def test_the_start_page_may_know_that_a_kiosk_is_there_and_no_more(client: Client) -> None:
    """Its browser hides from it what a server of another site keeps to itself."""
    status, headers, body = replace(client, key="").ask("GET", "/enter", {"Sec-Fetch-Site": "cross-site"})
    assert (status, body, headers["Cross-Origin-Resource-Policy"]) == (200, b"", "cross-origin")
    assert SECURITY_HEADERS["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("key", "changed", "status"),
    [
        ("guessed", {}, 403),
        ("", {}, 403),
        (KEY, {"Host": "kiosk.example"}, 421),
        (KEY, {"Content-Type": "text/plain"}, 415),
        ("x" * MAX_BODY, {}, 413),
    ],
)
def test_a_wrong_start_page_gets_no_cookie(client: Client, key: str, changed: dict[str, str], status: int) -> None:
    answered, headers, _ = client.enter(key, **changed)
    assert (answered, "Set-Cookie" in headers) == (status, False)


def test_a_request_that_drips_in_is_hung_up_on_in_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes well within the limit of one read."""
    monkeypatch.setattr("voice.kiosk.screen.handler.REQUEST_SECONDS", 1.0)
    head = f"POST /press HTTP/1.1\r\nHost: {client.host}\r\nOrigin: http://{client.host}\r\n"
    head += f"Authorization: Bearer {KEY}\r\n{TOKEN_HEADER}: {client.token}\r\nContent-Type: application/json\r\n"
    for begun, rest in (("", "GET /" + "x" * 30), (f"{head}Content-Length: 500\r\n\r\n", "{" + " " * 30)):
        with socket.create_connection(("127.0.0.1", client.port), 5) as line:
            line.sendall(begun.encode())
            assert 0.5 < drip(line, rest) < 4.0


def drip(line: socket.socket, text: str) -> float:
    """Send a byte every fifth of a second until the server hangs up, and return after how many seconds that was."""
    begun = time.monotonic()
    line.settimeout(0.2)
    for letter in text:
        try:
            line.sendall(letter.encode())
            if not line.recv(100):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - begun


def test_connections_without_a_key_do_not_keep_the_screen_out(quiet: Client) -> None:
    idle = [socket.create_connection(("127.0.0.1", quiet.port), 5) for _ in range(MAX_STRANGERS + 20)]
    screen = quiet.stream(f"?{quiet.token}")
    assert b" 200 " in screen.recv(100)
    more = [socket.create_connection(("127.0.0.1", quiet.port), 5) for _ in range(MAX_STRANGERS + 20)]
    assert is_hung_up(idle[0]) and is_open(more[-1]) and is_open(screen)
    assert quiet.press() == 200
    for line in (*idle, *more, screen):
        line.close()


def test_a_kiosk_that_runs_is_told_from_a_port_that_is_free(client: Client) -> None:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        assert not is_serving(line.getsockname()[1])
    assert is_serving(client.port)


def test_a_port_that_is_taken_is_told(client: Client) -> None:
    with (
        pytest.raises(DeviceError, match=f"Port {client.port} of 127.0.0.1 is taken"),
        serve(make_site(load_shipped("nl-BE", "kort"), Board()), client.port, KEY),
    ):
        pass
