"""Serve the kiosk's metrics on the loopback address: /metrics for Prometheus, /day.svg for people.

The picture has one slot an hour: a bar of the visits, over it the part that went to the staff, beside it the answers that
were asked again, and a dot if a device failed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from voice.kiosk.metrics import EXPOSITION, HOUR, HOURS, Hour, Metrics
from voice.kiosk.screen.server import Action, Response

LABELS = {"title": "day", "visits": "day_visits", "calls": "day_calls", "again": "day_again", "faults": "day_faults"}
"""What is written on the picture, by the keys of the texts of the staff's page."""

SLOT, BAR, TOP, FOOT = 24, 96, 28, 20
"""Pixels: width of an hour, height of the tallest bar, space above and below."""
DOT = 4


def make_metrics_reads(metrics: Metrics, texts: Mapping[str, str]) -> dict[str, Action]:
    """The answer to a GET of each path. texts: those of the staff's page."""
    labels = {name: texts[key] for name, key in LABELS.items()}
    return {
        "/metrics": lambda request: Response(metrics.write_exposition(), EXPOSITION),
        "/day.svg": lambda request: Response(draw_day(metrics.read_day(), time.time(), labels).encode(), "image/svg+xml"),
    }


def draw_day(hours: Iterable[Hour], now: float, labels: Mapping[str, str]) -> str:
    """Draw the day until `now` (seconds since the epoch) as SVG, the oldest hour at the left. labels: as in LABELS."""
    newest = int(now) // HOUR * HOUR
    by_start = {hour.start: hour for hour in hours}
    day = [by_start.get(newest - back * HOUR, Hour(newest - back * HOUR)) for back in reversed(range(HOURS))]
    tallest = max(4, *(max(hour.visits, hour.calls, hour.again) for hour in day))
    slots = "".join(_draw_hour(place, hour, BAR / tallest, labels) for place, hour in enumerate(day))
    width, height, text = SLOT * HOURS, TOP + BAR + FOOT, _describe(day, labels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label={quoteattr(text)}'
        f' font-family="sans-serif" font-size="10"><text x="0" y="12" font-size="12">{escape(text)}</text>'
        f'<path d="M0 {TOP + BAR}H{width}" stroke="currentColor"/>{slots}</svg>'
    )


def _draw_hour(place: int, hour: Hour, scale: float, labels: Mapping[str, str]) -> str:
    left, foot = place * SLOT, TOP + BAR
    bars = (("#4a7ebb", left + 3, 10, hour.visits), ("#b3541e", left + 3, 10, hour.calls), ("#9a9a9a", left + 14, 6, hour.again))
    shapes = "".join(
        f'<rect x="{x}" y="{foot - count * scale:.1f}" width="{width}" height="{count * scale:.1f}" fill="{colour}"/>'
        for colour, x, width, count in bars
        if count
    )
    if hour.faults:
        shapes += f'<circle cx="{left + SLOT / 2}" cy="{TOP}" r="{DOT}" fill="#c00000"/>'
    if not shapes and place % 3:
        return ""
    clock = "" if place % 3 else f'<text x="{left + 3}" y="{foot + 13}">{time.localtime(hour.start).tm_hour}</text>'
    return f"<g><title>{escape(_describe([hour], labels))}</title>{shapes}{clock}</g>"


def _describe(hours: list[Hour], labels: Mapping[str, str]) -> str:
    """The picture in one line, for people who cannot see it."""
    sums = ((labels[name], sum(getattr(hour, name) for hour in hours)) for name in ("visits", "calls", "again", "faults"))
    return f"{labels['title']}: {', '.join(f'{label} {total}' for label, total in sums)}"
