"""A real sound server that hangs (SIGSTOP) or dies (SIGKILL) at every moment of a visit, under a real kiosk and real commands.

Each test runs the program on a sound card made of software, and stops the server of that.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

from tests.helpers.desk import PIN
from tests.helpers.running_kiosk import QUICK, Running, run_kiosk, write_yaml
from tests.helpers.virtual_sound_card import ROOT, VirtualSoundCard, virtual_sound_card
from tests.test_packaging import read_service
from voice.bench.rigs.spectator import Spectator
from voice.kiosk.screen.screen_key import keep_key
from voice.speak.engines.pyttsx3 import READY_SECONDS

pytestmark = pytest.mark.slow

SOON = 5.0
"""Seconds within which the kiosk speaks again or has called the staff; the deadlines of `soundcard.py` add up to less."""
AT_ONCE = 1.0
"""Seconds within which HELP is on the screen, whatever the loop does."""
LATE = 40.0
"""Seconds that no step takes."""
DEVICES = {
    "unreviewed": "demo",
    "microphone": "kiosk_mic",
    "loudspeaker": "kiosk_speaker",
    "engine": "vosk",
    "voice": "pyttsx3",
    "rate": 380,
}
STAFF = "Spreek nu iemand van de praktijk aan"


@dataclass
class Systemd:
    """Takes the place of systemd: notes when the kiosk has beaten."""

    address: str
    beats: list[float] = field(default_factory=list)

    @property
    def longest_gap(self) -> float:
        return max(after - before for before, after in zip(self.beats, [*self.beats[1:], time.monotonic()], strict=True))


@contextmanager
def take_place_of_systemd(folder: Path) -> Iterator[Systemd]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(folder / "notify"))
        made = Systemd(str(folder / "notify"))

        def listen() -> None:
            while state := channel.recv(100):
                if state == b"WATCHDOG=1":
                    made.beats.append(time.monotonic())

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        yield made
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", made.address)
        listener.join(LATE)


@dataclass
class Patient:
    """Somebody before the page of a kiosk."""

    card: VirtualSoundCard
    kiosk: Running
    page: Spectator

    def wait_until(self, seen: Callable[[dict[str, Any]], object], seconds: float = LATE) -> float:
        """Wait until the page shows that. Return the seconds that it took."""
        begun = time.monotonic()
        while not (self.page.page and seen(self.page.page)):
            assert time.monotonic() - begun < seconds, self.page.page
            time.sleep(0.02)
        return time.monotonic() - begun

    def begin(self) -> None:
        """Begin a visit on a kiosk whose devices work."""
        self.wait_until(lambda page: page["face"] == "idle" and not page["notes"])
        assert self.page.press("start")

    def end(self) -> None:
        """Have the staff come, and have read the outcome."""
        self.wait_until(lambda page: page["clearing"] or any(button["press"] == "came" for button in page["buttons"]))
        for press in ("came", "came_sure"):
            if not self.page.page["clearing"]:
                self.wait_until(lambda page, press=press: any(button["press"] == press for button in page["buttons"]))
                assert self.page.press(press)
        self.wait_until(lambda page: page["clearing"])
        assert self.page.press("done")


@contextmanager
def stopped(card: VirtualSoundCard) -> Iterator[None]:
    """Let the sound server hang for the duration of a block."""
    os.kill(card.server, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(card.server, signal.SIGCONT)


@pytest.fixture(scope="module")
def devices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Settings of which lines are rendered once for all tests."""
    return {**DEVICES, "speech": tmp_path_factory.mktemp("speech")}


@pytest.fixture
def patient(tmp_path: Path, devices: dict[str, object]) -> Iterator[Patient]:
    settings = {**QUICK, **devices, "staff": {"pin": PIN}}
    with take_place_of_systemd(tmp_path) as systemd, virtual_sound_card() as card:
        environment = {**card.environment, "NOTIFY_SOCKET": systemd.address}
        with (
            run_kiosk(tmp_path, settings, environment) as kiosk,
            closing(Spectator(kiosk.address, keep_key(kiosk.folder))) as page,
        ):
            yield Patient(card, kiosk, page)
            assert kiosk.process.poll() is None
            assert "Traceback" not in "".join(kiosk.printed)
        assert systemd.longest_gap < int(read_service("ruggespraak")["WatchdogSec"])


def restart(kiosk: Running) -> None:
    """End the visit at the page of the staff."""
    browser = build_opener(ProxyHandler({}), HTTPCookieProcessor())
    with browser.open(Request(f"{kiosk.address}staff", headers=kiosk.key), timeout=LATE) as page:
        token = re.search(rb'name="token" content="([^"]+)"', page.read())[1].decode()
    headers = {"Content-Type": "application/json", "Origin": kiosk.address.rstrip("/"), "X-Ruggespraak-Token": token}
    for path, body in (("enter", {"pin": PIN}), ("restart", {})):
        asked = Request(f"{kiosk.address}staff/{path}", json.dumps(body).encode(), {**kiosk.key, **headers})
        browser.open(asked, timeout=LATE).close()


def is_staff_called(page: dict[str, Any]) -> bool:
    return bool(page["heading"] == STAFF)


def is_speaking(page: dict[str, Any]) -> bool:
    return bool(page["question"] and page["face"] == "speaking")


def is_listening(page: dict[str, Any]) -> bool:
    return bool(page["face"] == "listening")


def test_a_server_that_hangs_at_any_moment_brings_the_staff_and_the_kiosk_comes_back_by_itself(patient: Patient) -> None:
    for moment in (is_speaking, is_listening):
        patient.begin()
        patient.wait_until(moment)
        time.sleep(0.3)
        with stopped(patient.card):
            assert patient.wait_until(is_staff_called) < SOON, moment.__name__
            patient.end()
            patient.wait_until(lambda page: page["face"] == "idle")
    told = "".join(patient.kiosk.printed)
    assert "does not answer. Thread" in told and "answers again. Thread" in told


def test_help_is_called_at_once_while_the_server_hangs_the_staff_can_end_the_visit_and_the_ending_does_not_hang_either(
    patient: Patient,
) -> None:
    patient.begin()
    patient.wait_until(is_speaking)
    with stopped(patient.card):
        time.sleep(2)  # the loop waits for a device to close
        assert patient.page.press("help")
        assert patient.wait_until(is_staff_called) < AT_ONCE
        restart(patient.kiosk)
        assert patient.wait_until(lambda page: page["face"] == "idle") < SOON
    patient.begin()
    patient.wait_until(is_speaking)
    assert patient.page.press("help")
    patient.wait_until(lambda page: is_staff_called(page) and page["face"] == "speaking")
    with stopped(patient.card):
        patient.end()


def test_a_visit_that_begins_while_the_server_hangs_goes_on_by_touch(patient: Patient) -> None:
    patient.wait_until(lambda page: page["face"] == "idle" and not page["notes"])
    with stopped(patient.card):
        assert patient.page.press("start")
        assert patient.wait_until(lambda page: is_listening(page) or is_staff_called(page)) < SOON
        if not is_staff_called(patient.page.page):
            assert patient.page.press("stop")
            patient.wait_until(lambda page: is_staff_called(page) or (page["question"] == "klopt" and page["put"]))
            assert is_staff_called(patient.page.page) or patient.page.press("yes")
        patient.end()


def test_a_server_that_is_killed_leaves_a_kiosk_that_is_used_by_touch_until_the_next_server_runs(patient: Patient) -> None:
    patient.begin()
    patient.wait_until(is_listening)
    os.kill(patient.card.server, signal.SIGKILL)
    assert patient.wait_until(lambda page: page["notes"]) < SOON
    patient.wait_until(lambda page: page["line"] == "Hoort u mij goed?")
    assert patient.page.press("help")
    assert patient.wait_until(is_staff_called) < AT_ONCE
    with patient.card.run_server():
        patient.end()
        patient.begin()


@pytest.mark.parametrize(("command", "told"), [
    ("check", "kiosk_mic antwoordt niet. Zet de kiosk uit en weer aan."),
    ("consult", "kiosk_speaker does not answer. Restart the sound server"),
])  # fmt: skip
def test_a_command_names_the_device_and_the_remedy_and_ends(
    tmp_path: Path, devices: dict[str, object], command: str, told: str
) -> None:
    (tmp_path / "settings.yaml").write_text(write_yaml(devices))
    order = [sys.executable, "-m", "voice", *command.split(), "--settings", str(tmp_path / "settings.yaml")]
    with virtual_sound_card() as card, stopped(card):
        done = subprocess.run(
            order,
            env=card.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert told in done.stdout + done.stderr
    assert done.returncode == (1 if command == "check" else 6)
    if command == "check":
        assert done.stdout.splitlines()[-2].startswith("kiosk_mic, kiosk_speaker antwoordt niet. Zo kunnen patiënten alleen")


def test_a_voice_needs_no_sound_server_to_start(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(write_yaml({"voice": "pyttsx3", "speech": tmp_path / "speech"}))
    order = [sys.executable, "-m", "voice", "say", "Goeiedag", "--out", str(tmp_path / "said.wav")]
    order += ["--settings", str(tmp_path / "settings.yaml")]
    with virtual_sound_card() as card, stopped(card):
        begun = time.monotonic()
        subprocess.run(order, env=card.environment, cwd=ROOT, check=True, timeout=60)
    assert time.monotonic() - begun < READY_SECONDS


INTERRUPTED = """
import os, signal, sys, threading, time
from voice.audio.soundcard import PORTAUDIO
from voice.__main__ import main

def interrupt():
    sys.stdin.readline()  # the server hangs from now on
    while not {moment}:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=interrupt, daemon=True).start()
sys.exit(main())
"""
"""A consultation that is broken off as soon as that is so; no speed of any machine decides when."""


@pytest.mark.parametrize("moment", ["True", "PORTAUDIO._running", "PORTAUDIO.hangs"])
def test_a_consultation_that_is_broken_off_while_the_server_hangs_ends(
    tmp_path: Path, devices: dict[str, object], moment: str
) -> None:
    """Before anything asks the server, while a device waits for it, and after that was given up."""
    (tmp_path / "settings.yaml").write_text(write_yaml(devices))
    order = [sys.executable, "-c", INTERRUPTED.format(moment=moment), "consult", "--settings", str(tmp_path / "settings.yaml")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with (
        virtual_sound_card() as card,
        subprocess.Popen(order, env=card.environment, cwd=ROOT, text=True, **pipes) as running,
        ended_at_last(running),
    ):
        while not running.stdout.readline().startswith("Kiosk"):
            assert running.poll() is None
        with stopped(card):
            running.stdin.write("\n")
            running.stdin.flush()
            assert running.wait(LATE) == 130
            assert running.stdout.read().endswith("ruggespraak: stopped.\n")


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_kiosk_that_is_ended_while_the_server_hangs_ends(
    tmp_path: Path, devices: dict[str, object], sign: signal.Signals, code: int
) -> None:
    with (
        virtual_sound_card() as card,
        run_kiosk(tmp_path, {**QUICK, **devices}, card.environment) as kiosk,
        ended_at_last(kiosk.process),
        closing(Spectator(kiosk.address, keep_key(kiosk.folder))) as page,
    ):
        patient = Patient(card, kiosk, page)
        patient.begin()
        patient.wait_until(is_speaking)
        with stopped(card):
            while "does not answer. Thread" not in "".join(kiosk.printed):
                assert kiosk.process.poll() is None
                time.sleep(0.02)
            kiosk.process.send_signal(sign)
            assert kiosk.process.wait(LATE) == code


@contextmanager
def ended_at_last(process: subprocess.Popen[str]) -> Iterator[None]:
    """End a process that does not end by itself, so that nothing waits for it."""
    try:
        yield
    finally:
        process.kill()
