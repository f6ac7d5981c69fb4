"""Serve the pages on the loopback address, to browsers that show the key of the screen: files and state out, presses in.

It is the standard library's server: a few paths and one stream need no framework, and nothing has to be kept up to date.
The page goes out as server-sent events (WHATWG HTML, 9.2), always whole and as it is now. So a browser that was away has
nothing to catch up with.
"""

from __future__ import annotations

import html
import io
import json
import secrets
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from voice.base.errors import DeviceError, Symptom
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.peer_user import is_own_user
from voice.kiosk.screen.request_guard import LOCKED, SECURITY_HEADERS, RequestGuard, RequestRefusal

ADDRESS = "127.0.0.1"

NAME = "ruggespraak"
"""Name of the server in its headers."""

PING_SECONDS = 5.0
"""How often a browser hears something even if nothing changes; after three of them in silence it takes the kiosk for gone."""

REQUEST_SECONDS = 10.0
"""A request that takes longer to arrive is hung up on, however little is missing; so is a reader who takes none for as long."""

MAX_STREAMS = 8
"""Readers that may follow the page at once; a kiosk has one, its staff another. See `_Streams`."""

MAX_STRANGERS = 32
"""Connections that may wait at once without having shown the key. At one more, that which waits longest is hung up on."""

ENTRY = "/enter"
"""Where the start page asks whether a kiosk is there, and brings the key."""

EVENTS = "/events"
"""Where a browser follows the page."""

RETURN_HOME = "60; url=/"
"""The header Refresh of a page that is not the patient's and has no script to go back."""

FILES = {
    "/keys.js": "text/javascript",
    "/page.css": "text/css",
    "/page.js": "text/javascript",
    "/staff.css": "text/css",
    "/staff.js": "text/javascript",
    "/icon.svg": "image/svg+xml",
    "/regular.woff2": "font/woff2",
    "/bold.woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Response:
    """Response to a request. kind: its content type."""

    body: bytes
    kind: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A POST that the guard let through, or a GET without a body."""

    body: Mapping[str, Any]
    cookie: str


Action = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Site:
    """What is served.

    pages: by path, the name of the page's files in page/ and the texts to fill in.
    reads, writes: what to do at a GET and at a POST, by path.
    locked: texts of the page for a browser without the key. drawings: SVG files, by path.
    """

    board: Board
    pages: Mapping[str, tuple[str, Mapping[str, str]]]
    reads: Mapping[str, Action] = field(default_factory=dict)
    writes: Mapping[str, Action] = field(default_factory=dict)
    locked: Mapping[str, str] = field(default_factory=dict)
    drawings: Mapping[str, bytes] = field(default_factory=dict)


@contextmanager
def serve(site: Site, port: int, key: str) -> Iterator[str]:
    """Serve the site while the block runs, to readers that show the key, and give its address. port: 0 takes any free one.

    Raises DeviceError if the port is taken.
    """
    try:
        server = _Server(site, port, key)
    except OSError as reason:
        remedy = "Stop the other program, or set screen: port:."
        raise DeviceError(f"Port {port} of {ADDRESS} is taken.", remedy, Symptom.PORT, str(port)) from reason
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="screen", daemon=True)
    thread.start()
    try:
        yield f"http://{ADDRESS}:{server.server_port}"
    finally:
        site.board.close()
        server.shutdown()
        server.server_close()
        thread.join()


def is_serving(port: int) -> bool:
    """Whether a kiosk serves its page on that port now."""
    try:
        with socket.create_connection((ADDRESS, port), 1.0) as line:
            line.sendall(f"GET / HTTP/1.1\r\nHost: {ADDRESS}:{port}\r\nConnection: close\r\n\r\n".encode())
            return NAME.encode() in line.recv(1000)
    except OSError:
        return False


_STREAM_HEADERS = {"Content-Type": "text/event-stream", "Connection": "close"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 4 * MAX_STRANGERS

    def __init__(self, site: Site, port: int, key: str) -> None:
        super().__init__((ADDRESS, port), _Handler)
        self.site = site
        self.guard = RequestGuard(self.server_port, secrets.token_urlsafe(16), key)
        self.streams = _Streams()
        self.strangers = _Strangers()

    def server_bind(self) -> None:
        """Take the address without asking a name server what it is called: that can take long, and leaves the machine."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a browser that hung up is no fault, and a stack trace could hold what it asked."""


class _Strangers:
    """The connections that have not shown the key yet, the oldest first. They may not take what the screen needs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[socket.socket, None] = {}

    def add(self, line: socket.socket) -> None:
        with self._lock:
            self._waiting[line] = None
            if len(self._waiting) > MAX_STRANGERS:
                oldest = next(iter(self._waiting))
                del self._waiting[oldest]
                _hang_up(oldest)

    def forget(self, line: socket.socket) -> None:
        with self._lock:
            self._waiting.pop(line, None)


class _Streams:
    """The readers that follow the page now, each with whether it is a page of ours, which sends its token.

    A page of ours always gets in: if all places are taken, the oldest other reader is hung up on, or else the oldest page.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[socket.socket, bool] = {}

    def admit(self, line: socket.socket, ours: bool) -> bool:
        with self._lock:
            if len(self._readers) >= MAX_STREAMS:
                if not ours:
                    return False
                oldest = min(self._readers, key=self._readers.__getitem__)  # others before ours, then in their order
                del self._readers[oldest]
                _hang_up(oldest)
            self._readers[line] = ours
            return True

    def forget(self, line: socket.socket) -> None:
        with self._lock:
            self._readers.pop(line, None)


def _hang_up(line: socket.socket) -> None:
    """End a connection that another thread reads or writes; that thread then ends by itself."""
    with suppress(OSError):  # the other side may have been quicker
        line.shutdown(socket.SHUT_RDWR)


class _TimedReader(io.RawIOBase):
    """Reads a connection until a deadline. A limit for each read alone lets a request drip in for ever."""

    def __init__(self, line: socket.socket) -> None:
        super().__init__()
        self._line = line
        self.begin()

    def begin(self) -> None:
        """A new request may take REQUEST_SECONDS from now."""
        self._deadline = time.monotonic() + REQUEST_SECONDS

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._line.settimeout(left)
        return self._line.recv_into(buffer)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = REQUEST_SECONDS
    server_version, sys_version = NAME, ""

    def setup(self) -> None:
        super().setup()
        self._reader = _TimedReader(self.connection)
        self.rfile.close()
        self.rfile = io.BufferedReader(self._reader)
        self.server.strangers.add(self.connection)

    def handle_one_request(self) -> None:
        self._reader.begin()
        super().handle_one_request()

    def finish(self) -> None:
        self.server.strangers.forget(self.connection)
        super().finish()

    def do_GET(self) -> None:
        site, (path, _, query) = self.server.site, self.path.partition("?")
        if self._is_navigation() and path not in site.pages:
            return self._lead_home()
        if path == ENTRY:
            return self._tell_alive()
        refusal = self.server.guard.check_read(self.headers)
        if refusal is LOCKED and path in site.pages:
            return self._welcome(path) if is_own_user(self.client_address, self.connection.getsockname()) else self._lock_out()
        if refusal:
            return self._refuse(refusal)
        self.server.strangers.forget(self.connection)
        if path == EVENTS:
            return self._stream(self.server.guard.is_token(query))
        if path in site.pages:
            return self._answer(self._make_page(path))
        if path in FILES:
            return self._answer(Response(_read_file(path[1:]), FILES[path]))
        if path in site.drawings:
            return self._answer(Response(site.drawings[path], FILES["/icon.svg"]))
        self._do(site.reads, path, Request({}, self.headers.get("Cookie", "")))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        if self.path == ENTRY:
            return self._enter()
        if refusal := self.server.guard.check_write(self.headers):
            return self._refuse(refusal)
        self.server.strangers.forget(self.connection)
        try:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return self._refuse(RequestRefusal(400, "a JSON object is expected"))
        self._do(self.server.site.writes, self.path, Request(body, self.headers.get("Cookie", "")))

    def _is_navigation(self) -> bool:
        """Whether a browser asks for a page to show, and no script or program for data."""
        mode = self.headers.get("Sec-Fetch-Mode", "")
        return mode == "navigate" or (not mode and "text/html" in self.headers.get("Accept", ""))

    def _shows_answer(self) -> bool:
        """Whether a browser shows what it is told; what the standard library refuses may have no headers yet."""
        return hasattr(self, "headers") and self._is_navigation()

    def _lead_home(self) -> None:
        """Lead a browser to the patient's page: nobody at a kiosk can leave another one, nor read what is for programs."""
        self.close_connection = True
        self._answer(Response(b"", "text/html", 303, {"Location": "/", "Connection": "close"}))

    def _tell_alive(self) -> None:
        """Let the start page, which is a file and so of no site, know that a kiosk is there; it can read nothing else."""
        self._answer(Response(b"", "text/plain", headers={"Cross-Origin-Resource-Policy": "cross-origin"}))

    def _enter(self) -> None:
        """Take the key from the start page, give it back as a cookie, and lead to the page."""
        guard = self.server.guard
        if refusal := guard.check_entry(self.headers):
            return self._refuse(refusal)
        form = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii", errors="replace")
        if not guard.is_key(form.removeprefix("key=")):
            return self._lock_out()
        # A redirect would still count as coming from the file, so that the browser would keep the cookie back.
        self._answer(Response(b"", "text/html", headers={"Set-Cookie": guard.cookie, "Refresh": "0; url=/"}))

    def _welcome(self, path: str) -> None:
        """Give the page together with the key to a browser of our own user, who may read the file of the key anyway."""
        self._answer(replace(self._make_page(path), headers={"Set-Cookie": self.server.guard.cookie}))

    def _make_page(self, path: str) -> Response:
        return _fill_page(*self.server.site.pages[path], self.server.guard.token)

    def _lock_out(self) -> None:
        self.close_connection = True
        page = _fill("locked.html", self.server.site.locked)
        self._answer(Response(page.body, page.kind, LOCKED.status, {"Connection": "close", "Refresh": RETURN_HOME}))

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: a line for each press would be a record of a visit."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what the standard library refuses by itself, without the page that it would send."""
        self._refuse(RequestRefusal(code, "this is not understood"))

    def _do(self, actions: Mapping[str, Action], path: str, request: Request) -> None:
        if path not in actions:
            return self._refuse(RequestRefusal(404, "there is nothing here"))
        self._answer(actions[path](request))

    def _refuse(self, refusal: RequestRefusal) -> None:
        """Refuse and close the connection: whatever else came with the request is not read."""
        self.close_connection = True
        home = {"Refresh": RETURN_HOME} if self._shows_answer() else {}
        self._answer(as_json({"error": refusal.reason}, refusal.status, {"Connection": "close", **home}))

    def _answer(self, response: Response) -> None:
        kind, length = f"{response.kind}; charset=utf-8", str(len(response.body))
        self._send_head(response.status, {"Content-Type": kind, "Content-Length": length, **response.headers})
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _send_head(self, status: int, headers: Mapping[str, str]) -> None:
        self.connection.settimeout(REQUEST_SECONDS)
        self.send_response(status)
        for name, value in {**SECURITY_HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _stream(self, ours: bool) -> None:
        if self.command == "HEAD":
            return self._send_head(200, _STREAM_HEADERS)
        if not self.server.streams.admit(self.connection, ours):
            return self._refuse(RequestRefusal(503, "too many screens"))
        try:
            with self.server.site.board.follow():
                self._follow()
        except OSError:
            self.close_connection = True
        finally:
            self.server.streams.forget(self.connection)

    def _follow(self) -> None:
        """Send every change of the page until the browser hangs up."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._send_head(200, _STREAM_HEADERS)
        board, number, shown = self.server.site.board, -1, None
        while not board.closed:
            update = board.wait_for_update(number, PING_SECONDS)
            if update.page is not shown:
                self._send("page", {**update.page.plain(), "boot": self.server.guard.token[:4]})
            else:
                self._send("level", update.level)
            number, shown = update.number, update.page
        self.close_connection = True

    def _send(self, name: str, data: Any) -> None:
        self.wfile.write(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()


@cache
def _read_file(name: str) -> bytes:
    return files("voice.kiosk.screen").joinpath("page", name).read_bytes()


def _fill_page(name: str, texts: Mapping[str, str], token: str) -> Response:
    body = _read_file(f"{name}.html").decode()
    return _fill("frame.html", {**texts, "name": name, "token": token}, body)


def _fill(file: str, texts: Mapping[str, str], body: str = "") -> Response:
    text = _read_file(file).decode().replace("{{body}}", body)
    for key, value in texts.items():
        text = text.replace(f"{{{{{key}}}}}", html.escape(value))
    return Response(text.encode(), "text/html")


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(value, ensure_ascii=False).encode(), status=status, headers=headers or {})
