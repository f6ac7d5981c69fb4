"""The script of the tests of a visit's mechanics: twelve questions that follow each other, whatever is asked besides today."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.conftest import load_shipped
from tests.helpers.running_kiosk import LATE
from voice.consultation.script import Script

PLAIN = ("duur", "zes_weken", "beide_benen", "zitvlak", "plassen", "stoelgang", "val", "kracht", "gevoel", "koorts", "gewicht",
         "nachtpijn")  # fmt: skip


expect.set_options(timeout=LATE)


@pytest.fixture(scope="session")
def script() -> Script:
    """The script of a kiosk without settings, cut down to questions that need no other answer than yes or no."""
    whole = load_shipped("nl-BE", "kort")
    questions = tuple(replace(whole.question(name), recent=None) for name in PLAIN)
    rules = tuple(rule for rule in whole.rules if set(rule.when) <= set(PLAIN))
    return replace(whole, questions=questions, rules=rules)
