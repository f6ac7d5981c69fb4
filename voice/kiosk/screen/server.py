"""Serves the page on the loopback address: files and state out, presses in.

The standard library's server: four paths and one stream need no framework, and nothing else has to be kept up to date.
What the kiosk shows goes out as server-sent events (WHATWG HTML, 9.2), always the whole page as it is now, so that a
browser that was away has nothing to catch up with.
"""

from __future__ import annotations

import html
import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from voice.base.errors import DeviceError, Symptom
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.request_guard import ALLOWED, SECURITY_HEADERS, RequestGuard, RequestRefusal

ADDRESS = "127.0.0.1"

NAME = "ruggespraak"
"""What the server calls itself."""

PING_SECONDS = 5.0
"""So often a browser hears something, even where nothing changes; after three of them it takes us for gone."""

REQUEST_SECONDS = 10.0
"""Who sends a request more slowly than this is hung up on."""

MOST_WATCHERS = 8
"""Browsers that may watch at once; a kiosk has one, its staff another."""

FILES = {
    "/page.css": "text/css",
    "/page.js": "text/javascript",
    "/staff.css": "text/css",
    "/staff.js": "text/javascript",
    "/icon.svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Response:
    """What a request is answered with."""

    body: bytes
    kind: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A POST that the guard has let through, or a GET without a body."""

    body: Mapping[str, Any]
    cookie: str


Action = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Site:
    """What is served. pages: for each path the name of its files in page/, with the words to fill in.

    reads, writes: what is done at a GET and at a POST of a path.
    """

    board: Board
    pages: Mapping[str, tuple[str, Mapping[str, str]]]
    reads: Mapping[str, Action] = field(default_factory=dict)
    writes: Mapping[str, Action] = field(default_factory=dict)


@contextmanager
def serving(site: Site, port: int) -> Iterator[str]:
    """Serve the site while the block runs; gives its address. port: 0 takes any that is free.

    Raises DeviceError where the port is taken.
    """
    try:
        server = _Server(site, port)
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


def answers(port: int) -> bool:
    """Whether a kiosk serves its page on that port now."""
    try:
        with socket.create_connection((ADDRESS, port), 1.0) as line:
            line.sendall(f"GET / HTTP/1.1\r\nHost: {ADDRESS}:{port}\r\nConnection: close\r\n\r\n".encode())
            return NAME.encode() in line.recv(1000)
    except OSError:
        return False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, site: Site, port: int) -> None:
        super().__init__((ADDRESS, port), _Handler)
        self.site = site
        self.guard = RequestGuard(self.server_port, secrets.token_urlsafe(16))
        self.watchers = threading.BoundedSemaphore(MOST_WATCHERS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hung up is no fault of ours, and a stack trace could hold what it asked."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = REQUEST_SECONDS
    server_version, sys_version = NAME, ""

    def do_GET(self) -> None:
        refusal = self.server.guard.reading(self.headers)
        if refusal is not ALLOWED:
            return self._refuse(refusal)
        site, path = self.server.site, self.path.partition("?")[0]
        if path == "/events":
            return self._stream()
        if path in site.pages:
            return self._answer(_page(*site.pages[path], self.server.guard.token))
        if path in FILES:
            return self._answer(Response(_file(path[1:]), FILES[path]))
        self._act(site.reads, path, Request({}, self.headers.get("Cookie", "")))

    def do_POST(self) -> None:
        refusal = self.server.guard.writing(self.headers)
        if refusal is not ALLOWED:
            return self._refuse(refusal)
        try:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return self._refuse(RequestRefusal(400, "a JSON object is expected"))
        self._act(self.server.site.writes, self.path, Request(body, self.headers.get("Cookie", "")))

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a line for each press would be a record of a visit."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses by itself, without the page that it would make of it."""
        self._refuse(RequestRefusal(code, "this is not understood"))

    def _act(self, actions: Mapping[str, Action], path: str, request: Request) -> None:
        if path not in actions:
            return self._refuse(RequestRefusal(404, "there is nothing here"))
        self._answer(actions[path](request))

    def _refuse(self, refusal: RequestRefusal) -> None:
        """Whatever else came with a request that is refused is not read: the connection ends with it."""
        self.close_connection = True
        body = json.dumps({"error": refusal.reason}).encode()
        self._answer(Response(body, status=refusal.status, headers={"Connection": "close"}))

    def _answer(self, reply: Response) -> None:
        self._head(reply.status, {"Content-Type": _typed(reply.kind), "Content-Length": str(len(reply.body)), **reply.headers})
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**SECURITY_HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _stream(self) -> None:
        if not self.server.watchers.acquire(blocking=False):
            return self._refuse(RequestRefusal(503, "too many screens"))
        try:
            self._tell()
        except OSError:
            self.close_connection = True
        finally:
            self.server.watchers.release()

    def _tell(self) -> None:
        """Tell a browser what is shown, until it hangs up."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head(200, {"Content-Type": "text/event-stream", "Connection": "close"})
        board, told, shown = self.server.site.board, -1, None
        while not board.closed:
            news = board.wait_for_update(told, PING_SECONDS)
            if news.page is not shown:
                self._event("page", {**news.page.plain(), "boot": self.server.guard.token[:4]})
            else:
                self._event("level", news.level)
            told, shown = news.number, news.page
        self.close_connection = True

    def _event(self, name: str, data: Any) -> None:
        self.wfile.write(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()


def _typed(kind: str) -> str:
    return kind if kind == "text/event-stream" else f"{kind}; charset=utf-8"


@cache
def _file(name: str) -> bytes:
    return files("voice.kiosk.screen").joinpath("page", name).read_bytes()


def _page(name: str, words: Mapping[str, str], token: str) -> Response:
    text = _file("frame.html").decode().replace("{{body}}", _file(f"{name}.html").decode())
    for key, value in {**words, "name": name, "token": token}.items():
        text = text.replace(f"{{{{{key}}}}}", html.escape(value))
    return Response(text.encode(), "text/html")


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(value, ensure_ascii=False).encode(), status=status, headers=headers or {})
