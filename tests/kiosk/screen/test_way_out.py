"""The kiosk's browser as it is installed: Cage, Chromium, its policy and its keyboard. No key and no address leads out of it.

Cage draws into a virtual screen of X (Xvfb), and keys are pressed there by their places on the keyboard (xdotool).
"""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, sync_playwright

from tests.conftest import load_shipped
from tests.helpers.page_states import make_painter, make_site
from tests.helpers.running_kiosk import CHROMIUM
from tests.helpers.virtual_sound_card import ROOT
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.handler import Request, Response, as_json
from voice.kiosk.screen.screen_key import START_PAGE, make_key, write_start_page
from voice.kiosk.screen.server import serve

pytestmark = pytest.mark.slow

FOLDER = ROOT / "packaging" / "debian-kiosk"
POLICY = FOLDER / "chromium-policy.json"
CREDENTIALS = "/run/credentials/ruggespraak-screen.service"
KEY = make_key()
DEADLINE = 60.0
STILL = 1.0
"""Seconds without a change after which a screen is taken for finished."""

BACKGROUND = bytes.fromhex("eff8fd")
"""A pixel of the start page, as X has it: blue, green, red."""

INSTALLED = f"""
set -e
mount -t tmpfs tmpfs /run
cp -r /etc /run/etc 2>/dev/null || true
mount --bind /run/etc /etc
mkdir -p {CREDENTIALS} /run/ruggespraak-screen /etc/ruggespraak /etc/chromium.d
echo 'CHROMIUM_FLAGS="$CHROMIUM_FLAGS --no-sandbox --disable-gpu"' > /etc/chromium.d/test
chmod 0700 /run/ruggespraak-screen
cp "$HERE/{START_PAGE}" {CREDENTIALS}/
cp "$HERE/settings.yaml" /etc/ruggespraak/
mount -t tmpfs tmpfs /opt
mkdir -p /opt/ruggespraak/share /opt/ruggespraak/bin
cp -r {FOLDER}/xkb /opt/ruggespraak/share/
cp "$POLICY" /opt/ruggespraak/share/chromium-policy.json
cp {FOLDER}/screen.sh /opt/ruggespraak/bin/ruggespraak-screen
printf '#!/bin/sh\nPYTHONPATH={FOLDER.parents[1]} exec {sys.executable} -m voice "$@"\n' > /opt/ruggespraak/bin/ruggespraak
chmod 0755 /opt/ruggespraak/bin/ruggespraak
/opt/ruggespraak/bin/ruggespraak-screen policy
"""
"""Lays everything out as install.sh and systemd do, in a namespace of its own."""

OPENERS = """ctrl+n ctrl+shift+n ctrl+t ctrl+o ctrl+s ctrl+h ctrl+j ctrl+p ctrl+u ctrl+shift+i ctrl+shift+j ctrl+shift+t
    ctrl+shift+o ctrl+shift+delete ctrl+f ctrl+k ctrl+e ctrl+d ctrl+plus ctrl+alt+F1 alt+home alt+left alt+f alt+d shift+escape
    F1 F3 F5 F6 F7 F10 F11 F12 super menu""".split()
"""Keys that open or change something in a browser, or switch to a console."""

CLOSERS = "escape ctrl+w ctrl+shift+w alt+F4 ctrl+shift+q".split()
"""Keys that close something, so also what another key opened: they are pressed last."""

PLACES = {
    "escape": 9, "plus": 21, "tab": 23, "enter": 36, "ctrl": 37, "shift": 50, "alt": 64, "F11": 95, "F12": 96, "home": 110,
    "left": 113, "delete": 119, "super": 133, "menu": 135,
    **{f"F{number}": 66 + number for number in range(1, 11)},
    **{letter: 24 + place for place, letter in enumerate("qwertyuiop")},
    **{letter: 38 + place for place, letter in enumerate("asdfghjkl;")},
    **{letter: 52 + place for place, letter in enumerate("zxcvbnm,./")},
    **{digit: 10 + place for place, digit in enumerate("1234567890")},
}  # fmt: skip
"""Where the keys of an American keyboard are: their codes in X."""


@dataclass
class Neighbour:
    """Another program of this machine that serves something. asked: what it was asked for."""

    port: int
    asked: list[str] = field(default_factory=list)


@contextmanager
def open_neighbour() -> Iterator[Neighbour]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            neighbour.asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *about: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        neighbour = Neighbour(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield neighbour
        server.shutdown()


@contextmanager
def serve_page(folder: Path, port: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Serve the idle page, with its start page in the folder. Gives the port, and what is pressed on it."""
    board, pressed = Board(), []
    script = load_shipped("nl-BE", "kort")

    def note(request: Request) -> Response:
        pressed.append(request.body["press"])
        return as_json({"taken": True})

    board.change(make_painter(script).show_idle)
    with serve(replace(make_site(script, board), writes={"/press": note}), port, KEY) as address:
        write_start_page(folder, address, KEY, "Even geduld")
        port = int(address.rpartition(":")[2])
        (folder / "settings.yaml").write_text(f"screen:\n  port: {port}\n")
        yield port, pressed


@dataclass(frozen=True)
class Screen:
    """The virtual screen, and the keyboard before it."""

    environment: dict[str, str]
    folder: Path

    def look(self) -> bytes:
        return (self.folder / "Xvfb_screen0").read_bytes()

    def wait_until_still(self) -> bytes:
        """Wait until the picture does not change any more, and return it."""
        return wait_for(self._find_still, "the screen never stops changing")

    def _find_still(self) -> bytes:
        before = self.look()
        time.sleep(STILL)
        return before if self.look() == before else b""

    def press(self, *shortcuts: str, pause: float = 0.15) -> None:
        """Press each of them, one after the other. pause: seconds after each, for what it may open."""
        words: list[str] = []
        for shortcut in shortcuts:
            places = [str(PLACES[key]) for key in shortcut.split("+")]
            words += [word for place in places for word in ("keydown", place)]
            words += [word for place in reversed(places) for word in ("keyup", place)]
            words += ["sleep", str(pause)]
        subprocess.run(["xdotool", *words], env=self.environment, check=True, timeout=60)

    def press_all(self) -> None:
        """Press every shortcut, and after each wait for the picture of before: a button may light up, and what opens stays."""
        before = self.wait_until_still()
        for keys in (OPENERS, CLOSERS):
            for shortcut in keys:
                self.press(shortcut)
                wait_for(lambda: self.look() == before, f"{shortcut}, or a key before it, changes the screen")
            assert self.wait_until_still() == before, "one of these keys changes the screen, and takes its time"

    def type_address(self, address: str) -> None:
        self.press("ctrl+l")
        self.press(*("shift+;" if letter == ":" else letter for letter in address), pause=0.01)
        self.press("enter")

    def plug_in(self, symbols: str) -> None:
        """Give X that keyboard. From X, and not from its own, Cage takes which of Control and Alt are down."""
        keymap = 'xkb_keymap { xkb_keycodes { include "evdev" }; xkb_types { include "complete" }; '
        keymap += f'xkb_compatibility {{ include "complete" }}; xkb_symbols {{ include "{symbols}" }}; }};'
        command = ["xkbcomp", "-w0", f"-I{FOLDER}/xkb", "-", self.environment["DISPLAY"]]
        subprocess.run(command, input=keymap.encode(), env=self.environment, check=True, capture_output=True, timeout=30)


AMERICAN, OURS = "pc+us+inet(evdev)", "ruggespraak(kiosk)"


@contextmanager
def open_screen(folder: Path) -> Iterator[Screen]:
    """Show the kiosk's browser with the start page in the folder."""
    with ExitStack() as parts:
        environment = parts.enter_context(open_display(folder))
        # An ordinary user inside, because Cage refuses to run as root. The browser's own sandbox needs what is taken here.
        inside = f"{INSTALLED}\nexec unshare -U --map-user=1000 --map-group=1000 {read_start_command()}"
        environment |= {"HERE": str(folder), "POLICY": str(POLICY), "CREDENTIALS_DIRECTORY": CREDENTIALS}
        environment |= {"WLR_BACKENDS": "x11", "WLR_RENDERER": "pixman", "WLR_NO_HARDWARE_CURSORS": "1"}
        with (folder / "log").open("w") as log:
            cage = subprocess.Popen(["unshare", "-rm", "sh", "-c", inside], env=environment, stdout=log, stderr=log)
        parts.callback(end, cage)
        yield Screen(environment, folder)


def read_start_command() -> str:
    """What systemd would start."""
    unit = (FOLDER / "ruggespraak-screen.service").read_text().replace("\\\n", "")
    return next(line.removeprefix("ExecStart=") for line in unit.splitlines() if line.startswith("ExecStart="))


@contextmanager
def open_display(folder: Path) -> Iterator[dict[str, str]]:
    readable, writable = os.pipe()
    command = ["Xvfb", "-displayfd", str(writable), "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-fbdir", str(folder)]
    display = subprocess.Popen(command, pass_fds=[writable], stderr=subprocess.DEVNULL)
    os.close(writable)
    try:
        with os.fdopen(readable) as number:
            yield {**os.environ, "DISPLAY": f":{number.readline().strip()}"}
    finally:
        end(display)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(20)


def wait_for(find: Callable[[], Any], complaint: str) -> Any:
    deadline = time.monotonic() + DEADLINE
    while not (found := find()):
        assert time.monotonic() < deadline, complaint
        time.sleep(0.1)
    return found


def test_no_key_leads_out_of_the_page(tmp_path: Path) -> None:
    """On an American keyboard with every key: the page itself takes them all."""
    with open_neighbour() as neighbour, serve_page(tmp_path) as (_, pressed), open_screen(tmp_path) as screen:
        screen.plug_in(AMERICAN)
        reach_page(screen, pressed)
        before = screen.wait_until_still()
        screen.press_all()
        for address in ("chrome://history", "file:///etc/passwd", f"127.0.0.1:{neighbour.port}"):
            screen.type_address(address)
            assert screen.wait_until_still() == before, address
        count = len(pressed)
        screen.press("enter")
        wait_for(lambda: len(pressed) > count, "the page is not before the keyboard any more")
        assert neighbour.asked == []


def reach_page(screen: Screen, pressed: list[str]) -> None:
    """Press Enter until the page tells the kiosk."""

    def try_once() -> list[str]:
        screen.press("enter")
        return pressed

    wait_for(try_once, (screen.folder / "log").read_text())


def test_the_keyboard_of_the_kiosk_opens_nothing_even_when_no_page_of_ours_is_there(tmp_path: Path) -> None:
    """The kiosk has gone, so that the browser waits on the start page, and the keys are its own. Then the kiosk is back."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    write_start_page(tmp_path, f"http://127.0.0.1:{port}", KEY, "Even geduld")
    (tmp_path / "settings.yaml").write_text(f"screen:\n  port: {port}\n")
    with open_screen(tmp_path) as screen:
        wait_for(lambda: screen.look().count(BACKGROUND) > 100_000, (tmp_path / "log").read_text())
        before = screen.wait_until_still()
        screen.plug_in(OURS)
        screen.press_all()
        with serve_page(tmp_path, port) as (_, pressed):
            reach_page(screen, pressed)
        screen.plug_in(AMERICAN)
        screen.press("ctrl+n")
        wait_for(lambda: screen.look() != before, "the keys must reach the browser")


@pytest.fixture(scope="module")
def shut_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BrowserContext, int, Neighbour]]:
    """Chromium with the kiosk's policy, but for what forbids to drive it from a test; its page's port; and a neighbour."""
    folder = tmp_path_factory.mktemp("policy")
    driven = ("DeveloperToolsAvailability", "RemoteDebuggingAllowed", "IncognitoModeAvailability")
    policy = json.loads(POLICY.read_text())
    (folder / "policy.json").write_text(json.dumps({name: value for name, value in policy.items() if name not in driven}))
    inside = f'HERE={folder} POLICY={folder}/policy.json\n{INSTALLED}\nexec /usr/bin/chromium "$@"'
    program = folder / "chromium"
    program.write_text(f'#!/bin/sh\nexec unshare -rm sh -c {shlex.quote(inside)} sh "$@"\n')
    program.chmod(0o755)
    with open_neighbour() as neighbour, serve_page(folder) as (port, _), sync_playwright() as playwright:
        profile = playwright.chromium.launch_persistent_context(
            str(folder / "profile"), executable_path=program, args=CHROMIUM, bypass_csp=True
        )
        yield profile, port, neighbour
        profile.close()


def test_the_policy_lets_the_start_page_lead_to_the_page(shut_in: tuple[BrowserContext, int, Neighbour]) -> None:
    profile, port, _ = shut_in
    tab = profile.pages[0]
    tab.goto(f"file://{CREDENTIALS}/{START_PAGE}")
    tab.wait_for_url(f"http://127.0.0.1:{port}/")
    tab.wait_for_function("page.face === 'idle'")


@pytest.mark.parametrize(
    "address",
    """chrome://history chrome://settings chrome://downloads chrome://newtab chrome://version chrome://policy chrome://flags
    chrome://inspect chrome://extensions chrome-untrusted://print/ file:///etc/passwd file:///
    file:///run/credentials/ data:text/html,x view-source:http://127.0.0.1:PORT/ http://localhost:PORT/ http://[::1]:PORT/
    http://127.0.0.1:NEIGHBOUR/ http://127.0.0.1/ http://127.0.0.2:PORT/ https://example.org/ ftp://127.0.0.1/""".split(),
)
def test_the_policy_opens_no_other_address(shut_in: tuple[BrowserContext, int, Neighbour], address: str) -> None:
    profile, port, neighbour = shut_in
    tab = profile.new_page()
    with pytest.raises(Error, match="ERR_BLOCKED_BY_ADMINISTRATOR"):
        tab.goto(address.replace("PORT", str(port)).replace("NEIGHBOUR", str(neighbour.port)))
    tab.close()
    assert neighbour.asked == []
