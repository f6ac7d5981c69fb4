"""Turns as patients take them, over a sound card on which the kiosk hears itself 18 dB softer."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.helpers.virtual_sound_card import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def turns() -> dict[str, dict[str, Any]]:
    command = [sys.executable, "-m", "tests.helpers.turn_taking_scenarios"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {turn["way"]: turn for turn in told}


@pytest.mark.parametrize("way", ["as usual", "early", "late", "softly", "over babble"])
def test_an_answer_is_heard_however_it_comes(turns: dict[str, dict[str, Any]], way: str) -> None:
    assert turns[way]["meaning"] == "yes"


def test_an_answer_in_two_parts_is_heard_to_its_end(turns: dict[str, dict[str, Any]]) -> None:
    assert turns["in two parts"]["meaning"] == "repeat"


def test_a_no_that_goes_on_is_not_taken_for_a_no(turns: dict[str, dict[str, Any]]) -> None:
    heard = turns["no, and then yes"]
    assert (heard["meaning"], heard["certain"]) != ("no", True)


def test_nobody_is_cut_off(turns: dict[str, dict[str, Any]]) -> None:
    assert [way for way, turn in turns.items() if turn["cut"]] == []


@pytest.mark.parametrize("way", ["not at all", "not at all again"])
def test_the_kiosk_never_takes_its_own_voice_for_an_answer(turns: dict[str, dict[str, Any]], way: str) -> None:
    assert (turns[way]["meaning"], turns[way]["began"]) == ("silence", False)
