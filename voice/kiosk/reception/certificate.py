"""Use the certificate that a practice gives the page at the desk, and find out whether a browser there would believe it."""

from __future__ import annotations

import ssl
from pathlib import Path

from voice.base.errors import ServerError, Symptom
from voice.base.private_files import is_private


def load_certificate(certificate: str, key: str) -> ssl.SSLContext:
    """Load a certificate (PEM, with the others up to the practice's own, if there are any) and its key. key: may be empty, if
    both are in one file.

    Raises ServerError if a file is missing or holds neither, or if others than its owner may read the key.
    """
    shown, secret = (Path(name).expanduser() for name in (certificate, key or certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        private = is_private(secret)
        context.load_cert_chain(shown, secret, password="")
    except (OSError, ValueError) as reason:
        why = getattr(reason, "strerror", "") or "it holds no certificate with its key"
        remedy = "Both must be PEM files that the user of the kiosk may read (docs/kiosk.md)."
        raise _refuse(f"The certificate {shown} cannot be used ({why}).", remedy, shown) from reason
    if not private:
        raise _refuse(f"The key {secret} can be read by others than its owner.", f"Run: chmod 600 {secret}", secret)
    return context


def check_believable(context: ssl.SSLContext, certificate: str, host: str) -> None:
    """Shake hands with ourselves as a browser does that knows this certificate.

    Raises ServerError if it is not for `host`, or not for today.
    """
    browser = ssl.create_default_context(cafile=Path(certificate).expanduser())
    browser.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # whether the browser knows who signed it cannot be seen from here
    to_server, to_browser = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = (
        browser.wrap_bio(to_browser, to_server, server_hostname=host),
        context.wrap_bio(to_server, to_browser, server_side=True),
    )
    try:
        while not all([_has_shaken(side) for side in sides]):
            pass
    except ssl.SSLCertVerificationError as reason:
        problem = f"A browser would not believe the certificate: {reason.verify_message}."
        remedy = f"Make one for {host} (docs/kiosk.md)."
        raise ServerError(problem, remedy, Symptom.RECEPTION_CERTIFICATE, host) from reason


def _has_shaken(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def _refuse(problem: str, remedy: str, file: Path) -> ServerError:
    return ServerError(problem, remedy, Symptom.RECEPTION_CERTIFICATE, file.name)
