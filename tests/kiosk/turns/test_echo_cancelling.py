"""Interrupting the kiosk by voice, over a sound card whose echo a real canceller (WebRTC's, in PulseAudio) takes out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.helpers.virtual_sound_card import run, virtual_sound_card

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def happened() -> dict[str, Any]:
    with virtual_sound_card(leak=True, cancelling=True) as card:
        done = run(card, "-m", "tests.helpers.echo_cancelled_kiosk", timeout=90)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_kiosk_whose_echo_is_cancelled_does_not_interrupt_itself(happened: dict[str, Any]) -> None:
    assert happened["to_nobody"] == {"welkom": 1.0, "kennisgeving": 1.0}


def test_a_patient_who_speaks_silences_it_within_150_ms_of_being_noticed(happened: dict[str, Any]) -> None:
    assert happened["interrupted"]
    assert happened["spoken"] < 0.8
    assert happened["silent"] < 0.15
