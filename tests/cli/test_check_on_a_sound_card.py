"""`check` on a sound card made of software, on a machine that is set to Dutch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.running_kiosk import write_yaml
from tests.helpers.virtual_sound_card import ROOT, virtual_sound_card

pytestmark = pytest.mark.slow

SETTINGS = {"microphone": "kiosk_mic", "loudspeaker": "kiosk_speaker", "engine": "vosk", "voice": "pyttsx3", "unreviewed": "demo"}


def test_it_plays_and_hears_itself_and_says_what_a_patient_can_do(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(write_yaml({**SETTINGS, "speech": tmp_path / "speech", "screen": {"port": 0}}))
    order = [sys.executable, "-m", "voice", "check", "--settings", str(tmp_path / "settings.yaml")]
    dutch = {
        "LC_ALL": "nl_BE.UTF-8",
        "LANG": "nl_BE.UTF-8",
        "LANGUAGE": "nl_BE",
        "PYTHONUTF8": "1",
        "RUNTIME_DIRECTORY": str(tmp_path),
    }
    with virtual_sound_card(leak=True) as card:
        done = subprocess.run(
            order, env={**card.environment, **dutch}, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
            encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "De microfoon hoort hem." in done.stdout
    assert lines[-1] == "Een patiënt kan hier nu luisteren. Antwoorden kan met de stem en met de knoppen."
