"""What the parts of a kiosk are wired to."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from voice.kiosk.controls import Controls
from voice.kiosk.metrics import Metrics
from voice.kiosk.staff_calls import StaffCalls
from voice.kiosk.turns.notes import HandoverNotes
from voice.setup.kiosk_wiring import _build_visits
from voice.setup.settings import Settings


def test_after_a_visit_the_notes_for_the_hand_over_are_wiped() -> None:
    records = SimpleNamespace(metrics=Metrics(), calls=StaffCalls([], datetime.now))
    front: Any = SimpleNamespace(controls=Controls(), records=records, display=None)
    station: Any = SimpleNamespace(wait=None, hold_visit=None, beat_in_visit=None, observer=None)
    notes = HandoverNotes(sentences={"hoop": "wandelen"}, topics=["bewegen"])
    _build_visits(front, station, Settings(), notes).wipe()
    assert notes == HandoverNotes()
