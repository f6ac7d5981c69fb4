"""The kiosk's figures over the loopback address: /metrics for Prometheus, /day.svg for people."""

from __future__ import annotations

import time
from collections.abc import Mapping

from voice.kiosk.metrics import EXPOSITION, Metrics
from voice.kiosk.screen.day import as_svg
from voice.kiosk.screen.server import Action, Reply

LABELS = {"title": "day", "visits": "day_visits", "staff": "day_calls", "again": "day_again", "faults": "day_faults"}
"""What is written on the picture, in the words of the staff's page."""


def reads(metrics: Metrics, words: Mapping[str, str]) -> dict[str, Action]:
    """What is answered at a GET of each path. words: those of the staff's page."""
    told = {name: words[word] for name, word in LABELS.items()}
    return {
        "/metrics": lambda request: Reply(metrics.text(), EXPOSITION),
        "/day.svg": lambda request: Reply(as_svg(metrics.day(), time.time(), told).encode(), "image/svg+xml"),
    }
