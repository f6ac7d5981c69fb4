"""Serve the pages on the loopback address, to browsers that show the key of the screen: files and state out, presses in.

It is the standard library's server: a few paths and one stream need no framework, and nothing has to be kept up to date.
The page goes out as server-sent events (WHATWG HTML, 9.2), always whole and as it is now. So a browser that was away has
nothing to catch up with.
"""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from voice.base.errors import DeviceError, Symptom
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.handler import (
    STREAM_HEADERS,
    Action,
    LimitedHandler,
    LimitedServer,
    Response,
    Streams,
    fill,
    is_answering,
    read_file,
)
from voice.kiosk.screen.peer_user import is_own_user
from voice.kiosk.screen.request_guard import LOCKED, RequestGuard, RequestRefusal

ADDRESS = "127.0.0.1"

ROOM = "voice.kiosk.screen"
"""Where the files of these pages are."""

PING_SECONDS = 5.0
"""How often a browser hears something even if nothing changes; after three of them in silence it takes the kiosk for gone."""

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
    return is_answering(ADDRESS, port)


class _Server(LimitedServer):
    def __init__(self, site: Site, port: int, key: str) -> None:
        super().__init__((ADDRESS, port), _Handler)
        self.site = site
        self.guard = RequestGuard(self.server_port, secrets.token_urlsafe(16), key)
        self.streams = Streams()


class _Handler(LimitedHandler):
    server: _Server

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
            return self.refuse(refusal)
        self.server.strangers.forget(self.connection)
        if path == EVENTS:
            return self._stream(self.server.guard.is_token(query))
        if path in site.pages:
            return self.answer(self._make_page(path))
        if path in FILES:
            return self.answer(Response(read_file(ROOM, path[1:]), FILES[path]))
        if path in site.drawings:
            return self.answer(Response(site.drawings[path], FILES["/icon.svg"]))
        self.do(site.reads, path, {})

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        if self.path == ENTRY:
            return self._enter()
        if refusal := self.server.guard.check_write(self.headers):
            return self.refuse(refusal)
        self.server.strangers.forget(self.connection)
        body = self.read_body()
        if body is None:
            return self.refuse(RequestRefusal(400, "a JSON object is expected"))
        self.do(self.server.site.writes, self.path, body)

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
        self.answer(Response(b"", "text/html", 303, {"Location": "/", "Connection": "close"}))

    def _tell_alive(self) -> None:
        """Let the start page, which is a file and so of no site, know that a kiosk is there; it can read nothing else."""
        self.answer(Response(b"", "text/plain", headers={"Cross-Origin-Resource-Policy": "cross-origin"}))

    def _enter(self) -> None:
        """Take the key from the start page, give it back as a cookie, and lead to the page."""
        guard = self.server.guard
        if refusal := guard.check_entry(self.headers):
            return self.refuse(refusal)
        form = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii", errors="replace")
        if not guard.is_key(form.removeprefix("key=")):
            return self._lock_out()
        # A redirect would still count as coming from the file, so that the browser would keep the cookie back.
        self.answer(Response(b"", "text/html", headers={"Set-Cookie": guard.cookie, "Refresh": "0; url=/"}))

    def _welcome(self, path: str) -> None:
        """Give the page together with the key to a browser of our own user, who may read the file of the key anyway."""
        self.answer(replace(self._make_page(path), headers={"Set-Cookie": self.server.guard.cookie}))

    def _make_page(self, path: str) -> Response:
        return _fill_page(*self.server.site.pages[path], self.server.guard.token)

    def _lock_out(self) -> None:
        self.close_connection = True
        page = fill(read_file(ROOM, "locked.html").decode(), self.server.site.locked)
        self.answer(Response(page.body, page.kind, LOCKED.status, {"Connection": "close", "Refresh": RETURN_HOME}))

    def refuse(self, refusal: RequestRefusal, headers: Mapping[str, str] | None = None) -> None:
        """Refuse; whoever sees it on a screen is led back to the patient's page."""
        super().refuse(refusal, {**(headers or {}), **({"Refresh": RETURN_HOME} if self._shows_answer() else {})})

    def _stream(self, ours: bool) -> None:
        if self.command == "HEAD":
            return self.send_head(200, STREAM_HEADERS)
        if not self.server.streams.admit(self.connection, ours):
            return self.refuse(RequestRefusal(503, "too many screens"))
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
        self.send_head(200, STREAM_HEADERS)
        board, number, shown = self.server.site.board, -1, None
        while not board.closed:
            update = board.wait_for_update(number, PING_SECONDS)
            if update.page is not shown:
                self.send_event("page", {**update.page.plain(), "boot": self.server.guard.token[:4]})
            else:
                self.send_event("level", update.level)
            number, shown = update.number, update.page
        self.close_connection = True


def _fill_page(name: str, texts: Mapping[str, str], token: str) -> Response:
    frame, body = (read_file(ROOM, file).decode() for file in ("frame.html", f"{name}.html"))
    return fill(frame.replace("{{body}}", body), {**texts, "name": name, "token": token})
