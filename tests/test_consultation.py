"""Whole consultations: recorded patients through the real recognizer and voice, without network, and over a sound card."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.helpers.virtual_sound_card import ROOT, run, virtual_sound_card

pytestmark = pytest.mark.slow

CONVERSATIONS = ROOT / "tests" / "conversations"
EXPECTED = {
    "geen_alarm": ("reassure", [], []),
    "koorts": ("T", ["koorts"], []),
    "weet_het_niet": ("staff", [], ["plassen"]),
    "stil": ("staff", [], ["duur"]),
    "vraagt_herhaling": ("reassure", [], []),
}


def consult(*options: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "voice", "consult", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)


def events(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_patient_gets_the_outcome_that_the_answers_call_for(name: str) -> None:
    done = consult("--patient", str(CONVERSATIONS / f"{name}.yaml"), "--json")
    assert done.returncode == 0, done.stderr
    outcome = events(done.stdout)[-1]
    assert (outcome["level"], outcome["flags"], outcome["unknown"]) == EXPECTED[name]


def test_the_patient_who_asks_for_repetition_hears_the_question_again() -> None:
    turns = events(consult("--patient", str(CONVERSATIONS / "vraagt_herhaling.yaml"), "--json").stdout)
    meanings = [turn["meaning"] for turn in turns if turn.get("question") == "koorts"]
    assert meanings == ["repeat", "no"]


def test_a_consultation_needs_no_network_and_leaves_both_voices(tmp_path: Path) -> None:
    record = tmp_path / "consult.wav"
    done = consult("--patient", str(CONVERSATIONS / "koorts.yaml"), "--record", str(record), before=("unshare", "-rn"))
    assert done.returncode == 0, done.stderr
    assert "Uitkomst T" in done.stdout
    samples, rate = soundfile.read(record)
    assert 60 < len(samples) / rate < 600
    assert abs(samples).max() > 0.1


def test_without_a_sound_card_the_recorded_patient_is_offered() -> None:
    done = consult()
    assert done.returncode == 6
    assert "--patient" in done.stderr and "Traceback" not in done.stderr


def test_a_consultation_over_a_sound_card(tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("microphone: kiosk_mic\nnoise_gate: yes\nloudspeaker: kiosk_speaker\nrate: 320\n", encoding="utf-8")
    patient = tmp_path / "patient.yaml"
    clips = Path("/usr/share/games/fillets-ng/sound")
    patient.write_text(
        f"default: [{clips}/keys/nl/rand-4-5.ogg, {clips}/keys/nl/rand-4-5.ogg]\n"
        f"answers:\n  duur: [{clips}/turtle/nl/zel-m-nevim0.ogg]\n"
        f"  leeftijd: [{clips}/turtle/nl/zel-m-nevim0.ogg]\n"
        f"  beide_benen: [&ja {clips}/society/nl/mik-v-tak.ogg]\n  beide_benen_nieuw: [*ja]\n"
        f"confirm: [{clips}/society/nl/mik-v-tak.ogg]\n",
        encoding="utf-8",
    )
    with virtual_sound_card() as card:
        done = run(card, "-m", "tests.helpers.acoustic_visit", str(patient), str(settings), timeout=400)
    assert done.returncode == 0, done.stderr
    *turns, outcome, heard = events(done.stdout)
    assert (outcome["level"], outcome["flags"]) == ("E", ["beide_benen"]), turns
    assert set(heard["likeness"]) == set(outcome["spoken"])
    assert min(heard["likeness"].values()) > 0.8, heard
