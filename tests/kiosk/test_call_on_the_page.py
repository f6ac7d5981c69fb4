"""A call that does not reach the staff is on the patient's page of a real kiosk until the broker is back and has it."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.mqtt_broker import run_broker
from tests.helpers.running_kiosk import MISSING, QUICK, run_kiosk
from voice.bench.rigs.spectator import Spectator
from voice.kiosk.screen.screen_key import keep_key

pytestmark = pytest.mark.slow

UNIT = Path(__file__).parents[2] / "packaging" / "debian-kiosk" / "ruggespraak.service"

LATE = 60.0
"""Seconds that no step takes."""


def wait_until(page: Spectator, seen: Callable[[dict[str, Any]], object]) -> None:
    begun = time.monotonic()
    while not (page.page and seen(page.page)):
        assert time.monotonic() - begun < LATE, page.page
        time.sleep(0.02)


def test_help_that_reaches_nobody_is_told_and_arrives_when_the_broker_is_back(tmp_path: Path) -> None:
    login = tmp_path / "broker.yaml"
    login.write_text("user: kiosk\npassword: geheim\n", encoding="utf-8")
    login.chmod(0o600)
    with run_broker() as gone:
        pass
    staff = {"broker": f"mqtt://127.0.0.1:{gone.port}", "broker_login": str(login)}
    settings = {**QUICK, "microphone": MISSING, "loudspeaker": MISSING, "engine": "vosk", "unreviewed": "demo", "staff": staff}
    with run_kiosk(tmp_path, settings) as kiosk, closing(Spectator(kiosk.address, keep_key(kiosk.folder))) as page:
        wait_until(page, lambda shown: shown["face"] == "idle")
        assert page.press("start")
        wait_until(page, lambda shown: any(button["press"] == "help" for button in shown["buttons"]))
        assert page.press("help")
        wait_until(page, lambda shown: shown["uncalled"].startswith("Een oproep is nog niet aangekomen."))
        with run_broker(port=gone.port, login=("kiosk", "geheim")) as back:
            wait_until(page, lambda shown: not shown["uncalled"])
        assert [message["level"] for _, message in back.calls] == ["staff"]
        assert "geheim" not in "".join(kiosk.printed)


def test_a_kiosk_that_its_service_stops_tells_which_call_was_lost(tmp_path: Path) -> None:
    with run_broker() as gone:
        pass
    staff = {"broker": f"mqtt://127.0.0.1:{gone.port}"}
    settings = {**QUICK, "microphone": MISSING, "loudspeaker": MISSING, "engine": "vosk", "unreviewed": "demo", "staff": staff}
    sign, code = (
        re.search(rf"^{name}=(\w+)$", UNIT.read_text(), re.MULTILINE)[1] for name in ("KillSignal", "SuccessExitStatus")
    )
    with run_kiosk(tmp_path, settings) as kiosk, closing(Spectator(kiosk.address, keep_key(kiosk.folder))) as page:
        wait_until(page, lambda shown: shown["face"] == "idle")
        assert page.press("start")
        wait_until(page, lambda shown: any(button["press"] == "help" for button in shown["buttons"]))
        assert page.press("help")
        wait_until(page, lambda shown: shown["uncalled"])
        kiosk.process.send_signal(signal.Signals[sign])
        assert kiosk.process.wait(20) == int(code)
    assert re.search(r"not delivered before the end \(\d\d:\d\d:\d\d\) are lost", "".join(kiosk.printed))
