"""The key that the kiosks of a practice share with their speech server: one file with a certificate that signs itself.

1. Both sides present it in TLS, and each accepts nothing else. So each knows that the other has the file, nobody in between
   can read or change a byte, and all of it holds for the connection, not for one message.
2. Only the owner may read the file, as with the key of SSH.
3. The dates in it do not count: a kiosk may have no clock that runs while it is off.
"""

from __future__ import annotations

import os
import ssl
import subprocess
from pathlib import Path

from voice.base.certificates import IGNORE_DATES
from voice.base.errors import ServerError
from voice.base.private_files import is_private

MAKE = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=ruggespraak -batch".split()


class Key:
    """A key that can be used. path: its file. Raises ServerError if that is missing, readable by others, or holds no key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _check_mode(path)
        self.client, self.server = (self._make_context(side) for side in (ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER))

    def _make_context(self, side: ssl._SSLMethod) -> ssl.SSLContext:
        context = ssl.SSLContext(side)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname = False  # the key itself is what is expected, not a name
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= IGNORE_DATES
        try:
            context.load_cert_chain(self.path, password="")
            context.load_verify_locations(self.path)
        except (OSError, ValueError) as reason:
            raise _refuse(self.path, "holds no key") from reason
        if len(context.get_ca_certs()) != 1 or context.cert_store_stats()["x509"] != 1:
            raise _refuse(self.path, "must hold one certificate, which signs itself")
        return context


def load_key(path: str) -> Key:
    """Load the key in a file that the settings name. Raises ServerError."""
    return Key(Path(path).expanduser())


def make_key(path: Path) -> None:
    """Make a new key in a new file. Raises ServerError if the file is there, or OpenSSL is not."""
    try:
        made = subprocess.run([*MAKE, "-keyout", "-", "-out", "-"], capture_output=True, check=True).stdout
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(made)
    except FileExistsError as reason:
        raise ServerError(f"{path} is there already.", "Give another name; a new key must go to every machine.") from reason
    except (OSError, subprocess.CalledProcessError) as reason:
        raise ServerError(f"No key could be made in {path} ({reason}).", "Install the package openssl.") from reason


def _check_mode(path: Path) -> None:
    try:
        private = is_private(path)
    except OSError as reason:
        raise _refuse(path, f"cannot be read: {reason.strerror}") from reason
    if not private:
        raise ServerError(f"The key {path} can be read by others than its owner.", f"Run: chmod 600 {path}")


def _refuse(path: Path, why: str) -> ServerError:
    return ServerError(f"The key {path} {why}.", "Copy the file that `ruggespraak wyoming key` made to this machine.")
