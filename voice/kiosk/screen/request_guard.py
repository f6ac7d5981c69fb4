"""Who may ask what of the server. Pure: headers in, a refusal or nothing out.

The page is for the browser on the same machine and for nobody else. A web page elsewhere must not be able to read it
(Host: a name that was made to point at this machine) nor to press its buttons (Origin and token: a form or a script of
another site). OWASP, "Cross-Site Request Forgery Prevention": token in a header of our own, origin verified.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_BODY = 1024
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
"""Sent with every answer. no-store: nothing of a visit may stay in the browser's profile."""


@dataclass(frozen=True, slots=True)
class RequestRefusal:
    """Why a request is not answered: an HTTP status with its reason."""

    status: int
    reason: str


ALLOWED = RequestRefusal(200, "")


@dataclass(frozen=True, slots=True)
class RequestGuard:
    """port: on which the server listens. token: made anew at every start, known only to pages that it served."""

    port: int
    token: str

    @property
    def hosts(self) -> tuple[str, ...]:
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    def reading(self, headers: Mapping[str, str]) -> RequestRefusal:
        """Whether a GET may be answered."""
        if headers.get("Host", "") not in self.hosts:
            return RequestRefusal(421, "this server is for this machine only")
        if headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return RequestRefusal(403, "another site asked")
        return ALLOWED

    def writing(self, headers: Mapping[str, str]) -> RequestRefusal:
        """Whether a POST may be taken."""
        refusal = self.reading(headers)
        if refusal is not ALLOWED:
            return refusal
        if headers.get("Origin", "") != f"http://{headers['Host']}":
            return RequestRefusal(403, "another site asked")
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self.token.encode()):
            return RequestRefusal(403, "the page is from before a restart")
        return _body(headers)


def _body(headers: Mapping[str, str]) -> RequestRefusal:
    if headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
        return RequestRefusal(415, "JSON only")
    length = headers.get("Content-Length", "")
    if not length.isdecimal() or headers.get("Transfer-Encoding"):
        return RequestRefusal(411, "the length is missing")
    return ALLOWED if int(length) <= LONGEST_BODY else RequestRefusal(413, "too long")
