"""What a page at the desk needs around it: a certificate of one's own, and a port that is free."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

PIN = "471108"


def make_certificate(folder: Path, address: str = "127.0.0.1", days: int = 1) -> Path:
    """A file with a key and a certificate of that address, which signs itself."""
    file = folder / "desk.pem"
    make = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days {days} -subj /CN=kiosk -batch"
    make += f" -addext subjectAltName=IP:{address} -keyout - -out -"
    file.write_bytes(subprocess.run(make.split(), capture_output=True, check=True).stdout)
    file.chmod(0o600)
    return file


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
