"""Decide which requests the server answers. Pure: headers in, a refusal or None out.

The page is for the browser of the kiosk's own screen and for nobody else, on this machine or elsewhere.

1. Host must name this machine, so that no web page elsewhere reads the page by a name that was made to point here.
2. A request from another site is refused (Sec-Fetch-Site; for a POST also Origin).
3. Every request shows the key of the screen (`screen_key.py`): a browser in a cookie, a program in the header
   Authorization. Every user of this machine reaches the server; only the browser's and our own can read the key. A browser
   of our own user gets it with the page (`peer_user.py`).
4. A POST carries the token of this start of the program in a header of our own, so that no form or script of another
   site presses a button. Only that which brings the key carries none.
5. A POST is JSON of a known length, at most MAX_BODY bytes.

Source: OWASP, "Cross-Site Request Forgery Prevention": token in a header of our own, origin verified.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from email.message import Message

MAX_BODY = 1024
"""Bytes; the longest press has about fifty."""

TOKEN_HEADER = "X-Ruggespraak-Token"

COOKIE = "screen"
"""Name of the cookie in which a browser keeps the key."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(), camera=(), geolocation=()",
    "Cache-Control": "no-store",
}
"""Sent with every response. no-store: nothing of a visit may stay in the browser's profile."""


@dataclass(frozen=True, slots=True)
class RequestRefusal:
    """Why a request is not answered: an HTTP status with its reason."""

    status: int
    reason: str


LOCKED = RequestRefusal(403, "this browser has no key: open the start page")


@dataclass(frozen=True, slots=True)
class RequestGuard:
    """port: on which the server listens. token: new at every start, known only to pages that this server sent.

    key: of the screen; the same after a restart.
    """

    port: int
    token: str
    key: str

    @property
    def cookie(self) -> str:
        """The header Set-Cookie that leaves the key with a browser."""
        return f"{COOKIE}={self.key}; Path=/; HttpOnly; SameSite=Strict"

    def check_read(self, headers: Message[str, str]) -> RequestRefusal | None:
        """Why a GET is not answered; None if it may be. It is LOCKED if only the key is missing."""
        if refusal := self._check_host(headers):
            return refusal
        if headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return RequestRefusal(403, "another site asked")
        return None if self.is_key(_find_key(headers)) else LOCKED

    def check_entry(self, headers: Message[str, str]) -> RequestRefusal | None:
        """Why the form that brings the key is not read; None if it may be. It comes from a file, which has no origin."""
        return self._check_host(headers) or check_body(headers, "application/x-www-form-urlencoded")

    def is_key(self, shown: str) -> bool:
        return hmac.compare_digest(shown.encode(errors="replace"), self.key.encode())

    def is_token(self, shown: str) -> bool:
        return hmac.compare_digest(shown.encode(errors="replace"), self.token.encode())

    def _check_host(self, headers: Message[str, str]) -> RequestRefusal | None:
        if headers.get("Host", "") in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            return None
        return RequestRefusal(421, "this server is for this machine only")

    def check_write(self, headers: Message[str, str]) -> RequestRefusal | None:
        """Why a POST is not taken; None if it may be."""
        if refusal := self.check_read(headers):
            return refusal
        if headers.get("Origin", "") != f"http://{headers.get('Host', '')}":
            return RequestRefusal(403, "another site asked")
        if not self.is_token(headers.get(TOKEN_HEADER, "")):
            return RequestRefusal(403, "the page is from before a restart")
        return check_body(headers, "application/json")


def read_cookie(header: str, name: str) -> str:
    """The value of a cookie in the header Cookie; empty if it is not there."""
    for part in header.split(";"):
        found, _, value = part.strip().partition("=")
        if found == name:
            return value
    return ""


def _find_key(headers: Message[str, str]) -> str:
    scheme, _, shown = headers.get("Authorization", "").partition(" ")
    return shown if scheme == "Bearer" else read_cookie(headers.get("Cookie", ""), COOKIE)


def check_body(headers: Message[str, str], kind: str) -> RequestRefusal | None:
    """Why the body of a POST is not read: it is of another kind, has no length, or is too long. None if it may be."""
    if headers.get("Content-Type", "").partition(";")[0].strip() != kind:
        return RequestRefusal(415, f"{kind} only")
    length = headers.get("Content-Length", "")
    if not length.isdecimal() or headers.get("Transfer-Encoding"):
        return RequestRefusal(411, "the length is missing")
    return RequestRefusal(413, "too long") if int(length) > MAX_BODY else None
