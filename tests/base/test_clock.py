"""The clock: a day before the release is no day to reckon from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from voice.base.clock import RELEASED, find_clock_trouble, find_today
from voice.base.errors import Symptom


@pytest.mark.parametrize("shown", [date(1970, 1, 1), RELEASED - timedelta(days=1)])
def test_a_day_before_the_release_is_not_today(shown: date) -> None:
    trouble = find_clock_trouble(shown)
    assert find_today(lambda: shown) is None
    assert trouble and (trouble.symptom, trouble.subject) == (Symptom.CLOCK, f"{shown:%d/%m/%Y}")


@pytest.mark.parametrize("shown", [RELEASED, RELEASED + timedelta(days=3000)])
def test_a_day_since_the_release_is_today(shown: date) -> None:
    assert find_today(lambda: shown) == shown
    assert find_clock_trouble(shown) is None
