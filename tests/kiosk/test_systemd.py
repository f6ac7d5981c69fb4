"""Telling systemd that the kiosk lives."""

from __future__ import annotations

import socket
from pathlib import Path
from threading import Thread, Timer

from voice.kiosk.systemd import BEAT_SECONDS, READY, Heartbeat, make_notifier


def test_a_state_reaches_the_socket_that_systemd_names(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "s"))
        make_notifier({"NOTIFY_SOCKET": str(tmp_path / "s")})("READY=1")
        assert systemd.recv(100) == b"READY=1"


def test_a_systemd_that_takes_nothing_or_has_gone_does_not_hold_the_kiosk_up(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "s"))
        notify = make_notifier({"NOTIFY_SOCKET": str(tmp_path / "s")})
        beats = Thread(target=lambda: [notify("WATCHDOG=1") for _ in range(10_000)], daemon=True)  # far more than a socket holds
        beats.start()
        beats.join(10)
        assert not beats.is_alive()
        assert systemd.recv(100) == b"WATCHDOG=1"
    notify("WATCHDOG=1")


def test_a_busy_systemd_still_learns_that_the_kiosk_is_ready(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "s"))
        notify = make_notifier({"NOTIFY_SOCKET": str(tmp_path / "s")})
        for _ in range(10_000):  # far more than a socket holds
            notify("WATCHDOG=1")
        taken: list[bytes] = []
        systemd.settimeout(1)
        reader = Timer(0.2, lambda: taken.append(systemd.recv(100)))
        reader.start()
        notify(READY)
        reader.join()
        systemd.setblocking(False)
        while taken[-1] != READY.encode():
            taken.append(systemd.recv(100))


def test_an_abstract_socket_is_understood_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0ruggespraak-test")
        make_notifier({"NOTIFY_SOCKET": "@ruggespraak-test"})("WATCHDOG=1")
        assert systemd.recv(100) == b"WATCHDOG=1"


def test_without_systemd_nothing_happens() -> None:
    make_notifier({})("READY=1")


def test_a_heart_that_beats_often_is_told_seldom() -> None:
    said: list[str] = []
    times = iter([0.0, 0.0, 0.1, BEAT_SECONDS, BEAT_SECONDS, 2 * BEAT_SECONDS - 0.1])
    beat = Heartbeat(said.append, lambda: next(times))
    for _ in range(4):
        beat()
    assert said == ["WATCHDOG=1", "WATCHDOG=1"]
