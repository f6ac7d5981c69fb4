"""Tell today's date, if the clock of the machine can be right: a small computer without a network has none that runs while it
is off, and begins anew in 1970 or where it was switched off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from voice.base.errors import Symptom, Trouble

RELEASED = date(2026, 11, 1)
"""No machine runs this program before that day. Each release moves it."""


def find_today(clock: Callable[[], date] = date.today) -> date | None:
    """Return today's date; None if the clock shows a day before this release, so that no day of the calendar can be reckoned."""
    today = clock()
    return today if today >= RELEASED else None


def find_clock_trouble(today: date) -> Trouble | None:
    """Return what is wrong with a clock that shows that day; None if it can be right."""
    if today >= RELEASED:
        return None
    shown = f"{today:%d/%m/%Y}"
    problem = f"The clock shows {shown}, before this program was made. Days of the calendar are not understood. Set the clock."
    return Trouble(problem, Symptom.CLOCK, shown)
