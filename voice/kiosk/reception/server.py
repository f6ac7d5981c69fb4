"""Serve the page at the desk on one address of the practice's network, in TLS where there is a certificate.

1. Only a browser that names us as the settings do is answered (Host), and no other site may ask (Sec-Fetch-Site, Origin).
2. Without a pass there is the page that asks for the PIN, and nothing else. A connection without one is a stranger
   (`screen/handler.py`).
3. Each page hears every PING_SECONDS how it is, whole and as it is now. One that hears nothing says so: it must not look calm.
4. The network may come later than the kiosk. So the server is opened again and again until it is there.
"""

from __future__ import annotations

import errno
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from email.message import Message

from voice import __version__
from voice.base.console import tell
from voice.base.errors import RuggespraakError, ServerError, Symptom, Trouble
from voice.kiosk.reception.desk_page import DeskPage
from voice.kiosk.screen.handler import (
    STREAM_HEADERS,
    LimitedHandler,
    LimitedServer,
    Response,
    Streams,
    fill,
    is_answering,
    read_file,
)
from voice.kiosk.screen.request_guard import RequestRefusal, check_body, read_cookie
from voice.kiosk.screen.server import FILES as SCREEN_FILES
from voice.kiosk.screen.server import ROOM as SCREEN_ROOM

ROOM = "voice.kiosk.reception"
"""Where the files of this page are."""

PING_SECONDS = 2.0
"""How often a page hears how it is; after three of them in silence it says that the kiosk is lost."""

AGAIN_SECONDS = 10.0
"""How often it is tried to listen, until that is possible."""

ACKNOWLEDGED_MS = 10_000
"""After so many milliseconds without a sign from a page its connection is given up, and with it its place among `Streams`."""

FILES = {"/reception.css": "text/css", "/reception.js": "text/javascript"}
SHARED = {path: SCREEN_FILES[path] for path in ("/icon.svg", "/regular.woff2", "/bold.woff2")}

NO_PASS = RequestRefusal(401, "a pin is asked for")


@dataclass(frozen=True, slots=True)
class Listener:
    """Where to listen. address: one IPv4 address of this machine. port: 0 takes any free one. host: what a browser may call us
    besides; may be empty. context: of TLS; None without.
    """

    address: str
    port: int
    host: str = ""
    context: ssl.SSLContext | None = None

    def name(self, port: int) -> str:
        """The address as it is typed into a browser."""
        return f"{'https' if self.context else 'http'}://{self.host or self.address}:{port}/"

    def is_ours(self, headers: Message[str, str], port: int) -> bool:
        """Whether a browser names us as the settings do."""
        return headers.get("Host", "").lower() in {f"{name.lower()}:{port}" for name in (self.address, self.host) if name}


class DeskServer(LimitedServer):
    """Raises ServerError if nothing can listen there."""

    def __init__(self, listener: Listener, page: DeskPage, texts: Mapping[str, str]) -> None:
        try:
            super().__init__((listener.address, listener.port), _Handler, listener.context)
        except OSError as reason:
            raise _refuse_address(listener, reason) from reason
        self.listener, self.page, self.texts = listener, page, texts
        self.streams = Streams()
        self.boot = secrets.token_hex(4)

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="reception", daemon=True)
        thread.start()
        return thread


def check_listening(listener: Listener) -> None:
    """Raise ServerError if nothing can listen there, and no kiosk does so already."""
    try:
        socket.create_server((listener.address, listener.port)).close()
    except OSError as reason:
        ours = reason.errno == errno.EADDRINUSE and is_answering(listener.address, listener.port, bool(listener.context))
        if not ours:
            raise _refuse_address(listener, reason) from reason


def _refuse_address(listener: Listener, reason: OSError) -> ServerError:
    place = f"{listener.address}:{listener.port}"
    problem = f"The page for the desk cannot be served at {place} ({reason.strerror})."
    remedy = "Look at address: and port: under reception:. `ip address` lists the addresses of this machine."
    return ServerError(problem, remedy, Symptom.RECEPTION_ADDRESS, place)


class DeskService:
    """Serves the page at the desk for as long as it is open, and tries again while that cannot be.

    open_server: makes the server, or raises a RuggespraakError. bell: of the page; it is closed with it.
    """

    def __init__(self, page: DeskPage, open_server: Callable[[], DeskServer], again: float = AGAIN_SECONDS) -> None:
        self.trouble: Trouble | None = None
        self._page, self._open_server, self._again = page, open_server, again
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reception", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._page.bell.close()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                server = self._open_server()
            except RuggespraakError as error:
                if self.trouble != error.trouble:
                    tell(str(error))
                self.trouble = error.trouble
                self._ended.wait(self._again)
                continue
            self.trouble = None
            tell(f"The page for the desk is at {server.listener.name(server.server_port)}")
            serving = server.start()
            self._ended.wait()
            server.shutdown()
            server.server_close()
            serving.join()


class _Handler(LimitedHandler):
    server: DeskServer

    def do_GET(self) -> None:
        page, path = self.server.page, self.path.partition("?")[0]
        if refusal := self._check(same_site=path != "/"):
            return self.refuse(refusal)
        if path == "/":
            return self.answer(fill(read_file(ROOM, "reception.html").decode(), self.server.texts))
        if path in FILES:
            return self.answer(Response(read_file(ROOM, path[1:]), FILES[path]))
        if path in SHARED:
            return self.answer(Response(read_file(SCREEN_ROOM, path[1:]), SHARED[path]))
        if path != "/calls":
            return self.refuse(RequestRefusal(404, "there is nothing here"))
        if not page.day_pass.admits(self._read_pass()):
            return self.refuse(NO_PASS)
        self.server.strangers.forget(self.connection)
        self._stream()

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        page = self.server.page
        refusal = self._check(same_site=True) or check_body(self.headers, "application/json")
        if self.headers.get("Origin", "") != self._origin:
            refusal = refusal or RequestRefusal(403, "another site asked")
        if refusal:
            return self.refuse(refusal)
        actions = {"/enter": page.enter}
        if page.day_pass.admits(self._read_pass()):
            self.server.strangers.forget(self.connection)
            actions |= page.writes
        elif self.path in page.writes:
            return self.refuse(NO_PASS)
        body = self.read_body()
        if body is None:
            return self.refuse(RequestRefusal(400, "a JSON object is expected"))
        self.do(actions, self.path, body)

    @property
    def _origin(self) -> str:
        return f"{'https' if self.server.listener.context else 'http'}://{self.headers.get('Host', '')}"

    def _check(self, same_site: bool) -> RequestRefusal | None:
        if not self.server.listener.is_ours(self.headers, self.server.server_port):
            return RequestRefusal(421, "this server has another name")
        if same_site and self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return RequestRefusal(403, "another site asked")
        return None

    def _read_pass(self) -> str:
        return read_cookie(self.headers.get("Cookie", ""), self.server.page.cookie)

    def _stream(self) -> None:
        if self.command == "HEAD":
            return self.send_head(200, STREAM_HEADERS)
        if not self.server.streams.admit(self.connection, ours=False):
            return self.refuse(RequestRefusal(503, "too many desks"))
        try:
            with suppress(OSError), self.server.page.bell.follow():
                self._follow()
        finally:
            self.close_connection = True
            self.server.streams.forget(self.connection)

    def _follow(self) -> None:
        """Say how it is until the browser hangs up or its pass ends."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # a computer that sleeps does not hang up
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, ACKNOWLEDGED_MS)
        self.send_head(200, STREAM_HEADERS)
        page, shown, number = self.server.page, self._read_pass(), -1
        while not page.bell.closed and page.day_pass.admits(shown):
            number = page.bell.wait(number, PING_SECONDS)
            self.send_event("shown", {**asdict(page.look()), "boot": self.server.boot, "version": __version__})
