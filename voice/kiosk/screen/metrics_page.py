"""Serve the kiosk's metrics on the loopback address: /metrics for Prometheus, /day.svg for people.

The picture has one slot an hour: a bar of the visits, over it one of the calls for the staff, beside it the answers that
were asked again, and a dot if a device failed. A legend says so, with the sums of the day.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from voice.kiosk.metrics import EXPOSITION, HOUR, HOURS, Hour, Metrics
from voice.kiosk.screen.handler import Action, Response

LABELS = {"title": "day", "visits": "day_visits", "calls": "day_calls", "again": "day_again", "faults": "day_faults"}
"""What is written on the picture, by the keys of the texts of the staff's page."""

SLOT, BAR, LEFT, TOP, FOOT = 24, 96, 24, 46, 20
"""Pixels: width of an hour, height of the tallest bar, space at the left, above and below."""
DOT = 4
LEGEND = 140
"""Pixels from one entry of the legend to the next."""
COLOURS = {"visits": "#4a7ebb", "calls": "#b3541e", "again": "#767676", "faults": "#c00000"}


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
    width, height, text = LEFT + SLOT * HOURS, TOP + BAR + FOOT, _describe(day, labels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label={quoteattr(text)}'
        f' font-family="sans-serif" font-size="11"><text x="0" y="12" font-size="13">{escape(labels["title"])}</text>'
        f"{_draw_legend(day, labels)}{_draw_axes(tallest, width)}{slots}</svg>"
    )


def _draw_legend(day: list[Hour], labels: Mapping[str, str]) -> str:
    """What each colour is, with its sum; a device's fault is a dot there as it is in the picture."""
    drawn = []
    for place, (name, colour) in enumerate(COLOURS.items()):
        x, said = LEFT + place * LEGEND, f"{labels[name]}: {sum(getattr(hour, name) for hour in day)}"
        square = f'<rect x="{x}" y="21" width="10" height="10" fill="{colour}"/>'
        dot = f'<circle cx="{x + 5}" cy="26" r="{DOT}" fill="{colour}"/>'
        drawn.append(f'{dot if name == "faults" else square}<text x="{x + 15}" y="30">{escape(said)}</text>')
    return "".join(drawn)


def _draw_axes(tallest: int, width: int) -> str:
    """The hours run along the foot; how many stands at the left, at none, half of the tallest bar and the tallest."""
    foot, ticks = TOP + BAR, (0, tallest // 2, tallest)
    heights = ((count, foot - count * BAR / tallest) for count in ticks)
    lines = "".join(
        f'<path d="M{LEFT} {y:.1f}H{width}" stroke="#c9c9c9"/>'
        f'<text x="{LEFT - 4}" y="{y + 4:.1f}" text-anchor="end">{count}</text>'
        for count, y in heights
    )
    return f'{lines}<path d="M{LEFT} {TOP}V{foot}H{width}" stroke="currentColor" fill="none"/>'


def _draw_hour(place: int, hour: Hour, scale: float, labels: Mapping[str, str]) -> str:
    left, foot = LEFT + place * SLOT, TOP + BAR
    bars = (("visits", left + 3, 10), ("calls", left + 3, 10), ("again", left + 14, 6))
    shapes = "".join(
        f'<rect x="{x}" y="{foot - count * scale:.1f}" width="{width}" height="{count * scale:.1f}" fill="{COLOURS[name]}"/>'
        for name, x, width in bars
        if (count := getattr(hour, name))
    )
    if hour.faults:
        shapes += f'<circle cx="{left + SLOT / 2}" cy="{TOP}" r="{DOT}" fill="{COLOURS["faults"]}"/>'
    if not shapes and place % 3:
        return ""
    clock = "" if place % 3 else f'<text x="{left + 3}" y="{foot + 13}">{time.localtime(hour.start).tm_hour}:00</text>'
    return f"<g><title>{escape(_describe([hour], labels))}</title>{shapes}{clock}</g>"


def _describe(hours: list[Hour], labels: Mapping[str, str]) -> str:
    """The picture in one line, for people who cannot see it."""
    sums = ((labels[name], sum(getattr(hour, name) for hour in hours)) for name in ("visits", "calls", "again", "faults"))
    return f"{labels['title']}: {', '.join(f'{label} {total}' for label, total in sums)}"
