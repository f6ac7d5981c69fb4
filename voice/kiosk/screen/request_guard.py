"""Decide which requests the server answers. Pure: headers in, a refusal or None out.

The page is for the browser on the same machine and for nobody else.

1. Host must name this machine, so that no web page elsewhere reads the page by a name that was made to point here.
2. A request from another site is refused (Sec-Fetch-Site; for a POST also Origin).
3. A POST carries the token of this start of the program in a header of our own, so that no form or script of another
   site presses a button.
4. A POST is JSON of a known length, at most MAX_BODY bytes.

Source: OWASP, "Cross-Site Request Forgery Prevention": token in a header of our own, origin verified.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from email.message import Message

MAX_BODY = 1024
"""Bytes; the longest press has about fifty."""

TOKEN_HEADER = "X-Ruggespraak-Token"

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
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


@dataclass(frozen=True, slots=True)
class RequestGuard:
    """port: on which the server listens. token: new at every start, known only to pages that this server sent."""

    port: int
    token: str

    def check_read(self, headers: Message[str, str]) -> RequestRefusal | None:
        """Why a GET is not answered; None if it may be."""
        if headers.get("Host", "") not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            return RequestRefusal(421, "this server is for this machine only")
        if headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return RequestRefusal(403, "another site asked")
        return None

    def check_write(self, headers: Message[str, str]) -> RequestRefusal | None:
        """Why a POST is not taken; None if it may be."""
        if refusal := self.check_read(headers):
            return refusal
        if headers.get("Origin", "") != f"http://{headers.get('Host', '')}":
            return RequestRefusal(403, "another site asked")
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self.token.encode()):
            return RequestRefusal(403, "the page is from before a restart")
        return _check_body(headers)


def _check_body(headers: Message[str, str]) -> RequestRefusal | None:
    if headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
        return RequestRefusal(415, "JSON only")
    length = headers.get("Content-Length", "")
    if not length.isdecimal() or headers.get("Transfer-Encoding"):
        return RequestRefusal(411, "the length is missing")
    return RequestRefusal(413, "too long") if int(length) > MAX_BODY else None
