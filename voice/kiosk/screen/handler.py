"""Answer requests so that nobody outside can stop the kiosk with them: what the server of each page has in common.

1. A request that drips in, or a reader who takes nothing, is hung up on after REQUEST_SECONDS.
2. Connections that have not shown that they may be here hold MAX_STRANGERS places and no more.
3. Nothing is logged, and what is refused is told in one line.
"""

from __future__ import annotations

import html
import io
import json
import socket
import socketserver
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from voice.kiosk.screen.request_guard import SECURITY_HEADERS, RequestRefusal

NAME = "ruggespraak"
"""Name of the server in its headers."""

REQUEST_SECONDS = 10.0
"""A request that takes longer to arrive is hung up on, however little is missing; so is a reader who takes none for as long."""

MAX_STREAMS = 8
"""Readers that may follow a page at once; a kiosk has one, its staff another. See `Streams`."""

MAX_STRANGERS = 32
"""Connections that may wait at once without having shown that they may be here. See `Strangers`."""

STREAM_HEADERS = {"Content-Type": "text/event-stream", "Connection": "close"}

_PROBE_SECONDS = 1.0


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


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(value, ensure_ascii=False).encode(), status=status, headers=headers or {})


@cache
def read_file(room: str, name: str) -> bytes:
    """Read a file of the folder page/ in that package."""
    return files(room).joinpath("page", name).read_bytes()


def fill(text: str, texts: Mapping[str, str]) -> Response:
    """Make a page: each text in the place that has its name, escaped."""
    for key, value in texts.items():
        text = text.replace(f"{{{{{key}}}}}", html.escape(value))
    return Response(text.encode(), "text/html")


def is_answering(address: str, port: int, encrypted: bool = False) -> bool:
    """Whether a kiosk serves a page there now. Whose certificate it shows does not matter."""
    try:
        with socket.create_connection((address, port), _PROBE_SECONDS) as plain, _encrypt(plain, encrypted) as line:
            line.sendall(f"GET / HTTP/1.1\r\nHost: {address}:{port}\r\nConnection: close\r\n\r\n".encode())
            return NAME.encode() in line.recv(1000)
    except OSError:
        return False


def _encrypt(line: socket.socket, encrypted: bool) -> socket.socket:
    if not encrypted:
        return line
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(line)


class LimitedServer(ThreadingHTTPServer):
    """A server with a thread for each connection, and a limit for strangers. context: for TLS; None without.

    Raises OSError if the address cannot be listened on.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 4 * MAX_STRANGERS

    def __init__(self, address: tuple[str, int], handler: type[LimitedHandler], context: ssl.SSLContext | None = None) -> None:
        super().__init__(address, handler)
        self.strangers = Strangers()
        self._context = context

    def server_bind(self) -> None:
        """Take the address without asking a name server what it is called: that can take long, and leaves the machine."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection. The handshake of TLS is left to its own thread, so that nobody else waits for it."""
        line, peer = super().get_request()
        if self._context:
            line = self._context.wrap_socket(line, server_side=True, do_handshake_on_connect=False)
        return line, peer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a browser that hung up is no fault, and a stack trace could hold what it asked."""


class Strangers:
    """The connections that have not shown yet that they may be here, the oldest first. They may not take what a page needs.

    At one more than MAX_STRANGERS the oldest is hung up on, of the address that has the most.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[socket.socket, str] = {}

    def add(self, line: socket.socket, address: str) -> None:
        with self._lock:
            self._waiting[line] = address
            if len(self._waiting) > MAX_STRANGERS:
                crowd = Counter(self._waiting.values()).most_common(1)[0][0]
                oldest = next(waiting for waiting, its in self._waiting.items() if its == crowd)
                del self._waiting[oldest]
                _hang_up(oldest)

    def forget(self, line: socket.socket) -> None:
        with self._lock:
            self._waiting.pop(line, None)


class Streams:
    """The readers that follow a page now, each with whether it is a page of ours, which sends its token.

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
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # that of TLS would first let the other thread write in the clear


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


class LimitedHandler(BaseHTTPRequestHandler):
    """Reads and answers one connection within the limits. A subclass says what is answered."""

    server: LimitedServer
    protocol_version = "HTTP/1.1"
    timeout = REQUEST_SECONDS
    server_version, sys_version = NAME, ""

    def setup(self) -> None:
        super().setup()
        self._reader = _TimedReader(self.connection)
        self.rfile.close()
        self.rfile = io.BufferedReader(self._reader)
        self.server.strangers.add(self.connection, str(self.client_address[0]))

    def handle(self) -> None:
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.settimeout(REQUEST_SECONDS)
            self.connection.do_handshake()
        super().handle()

    def handle_one_request(self) -> None:
        self._reader.begin()
        super().handle_one_request()

    def finish(self) -> None:
        self.server.strangers.forget(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: a line for each press would be a record of a visit."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what the standard library refuses by itself, without the page that it would send."""
        self.refuse(RequestRefusal(code, "this is not understood"))

    def read_body(self) -> dict[str, Any] | None:
        """The JSON object of a request that the guard let through; None if it is none."""
        try:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        except (ValueError, RecursionError):
            return None
        return body if isinstance(body, dict) else None

    def do(self, actions: Mapping[str, Action], path: str, body: Mapping[str, Any]) -> None:
        """Answer with what the action at that path does."""
        if path not in actions:
            return self.refuse(RequestRefusal(404, "there is nothing here"))
        self.answer(actions[path](Request(body, self.headers.get("Cookie", ""))))

    def refuse(self, refusal: RequestRefusal, headers: Mapping[str, str] | None = None) -> None:
        """Refuse and close the connection: whatever else came with the request is not read."""
        self.close_connection = True
        self.answer(as_json({"error": refusal.reason}, refusal.status, {"Connection": "close", **(headers or {})}))

    def answer(self, response: Response) -> None:
        kind, length = f"{response.kind}; charset=utf-8", str(len(response.body))
        self.send_head(response.status, {"Content-Type": kind, "Content-Length": length, **response.headers})
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def send_head(self, status: int, headers: Mapping[str, str]) -> None:
        self.connection.settimeout(REQUEST_SECONDS)
        self.send_response(status)
        for name, value in {**SECURITY_HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def send_event(self, name: str, data: Any) -> None:
        """Send one event of a stream (WHATWG HTML, 9.2)."""
        self.wfile.write(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()
