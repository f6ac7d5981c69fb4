"""A visit by touch to the real kiosk, on a machine whose only network is itself, watched system call by system call.

Run as a program of its own in a network namespace, with the folder that the kiosk may use. One answer is a yes. Prints one
JSON object: the questions that were put, what was on the page during the visit, and all that is served afterwards.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.helpers.running_kiosk import write_yaml
from tests.test_privacy import STRACE
from voice.base.console import print_json
from voice.base.paths import find_runtime
from voice.bench.processes import find_children
from voice.bench.rigs.spectator import Spectator
from voice.bench.rigs.spoken_kiosk import choose_press
from voice.kiosk.screen.screen_key import keep_key, show_key

DEADLINE = 60.0
"""Seconds that anything may take here; being watched makes a program slow."""
YES = ("hoort", "koorts", "klopt")
SERVED = ("", "metrics", "day.svg")


def main(folder: Path) -> None:
    raise_loopback()
    with run_kiosk(folder) as address, closing(Spectator(address, key := keep_key(find_runtime()))) as browser:
        pages = list(visit(browser))
        requests = [Request(address + path, headers=show_key(key)) for path in SERVED]
        afterwards = [urlopen(request, timeout=10).read().decode() for request in requests] + [json.dumps(browser.page)]
    print_json({"asked": [page["question"] for page in pages], "shown": pages, "afterwards": afterwards})


def raise_loopback() -> None:
    """What `ip link set lo up` does."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH22x", b"lo", 0x1 | 0x40))


@contextmanager
def run_kiosk(folder: Path) -> Iterator[str]:
    """Run a kiosk without a sound card while the block runs, and give its address."""
    settings, printed = folder / "kiosk.yaml", folder / "printed"
    settings.write_text(write_yaml({"screen": {"port": 8321, "linger": 60, "reading": 900}}), encoding="utf-8")
    command = [
        *STRACE,
        str(folder.parent / "trace"),
        sys.executable,
        "-B",
        "-m",
        "voice",
        "kiosk",
        "--demo",
        "--settings",
        str(settings),
    ]
    with printed.open("w") as lines, subprocess.Popen(command, cwd=folder / "here", stderr=lines) as tracer:
        try:
            yield read_address(printed)
        finally:
            for process in find_children(tracer.pid):
                os.kill(process, signal.SIGTERM)


def read_address(printed: Path) -> str:
    deadline = time.monotonic() + DEADLINE
    while "The screen is at " not in printed.read_text(encoding="utf-8"):
        if time.monotonic() > deadline:
            raise TimeoutError(printed.read_text(encoding="utf-8"))
        time.sleep(0.05)
    return printed.read_text(encoding="utf-8").splitlines()[0].split()[-1]


def visit(browser: Spectator) -> Iterator[Mapping[str, Any]]:
    """Hold a visit, and yield every page that was touched until the kiosk invites the next patient."""
    deadline, begun = time.monotonic() + DEADLINE, False
    while not (begun and browser.page["face"] == "idle"):
        if time.monotonic() > deadline:
            raise TimeoutError(json.dumps(browser.page))
        page = browser.page
        press = choose_press(page, YES)
        if press and browser.press(press):
            begun = begun or bool(page["question"])
            yield page
        time.sleep(0.1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
