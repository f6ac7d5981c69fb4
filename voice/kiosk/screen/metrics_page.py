"""The kiosk's figures over the loopback address: /metrics for Prometheus, /day.svg for people."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from voice.kiosk.metrics import EXPOSITION, HOUR, HOURS, Hour, Metrics
from voice.kiosk.screen.server import Action, Response

LABELS = {"title": "day", "visits": "day_visits", "staff": "day_calls", "again": "day_again", "faults": "day_faults"}
"""What is written on the picture, in the words of the staff's page."""


def reads(metrics: Metrics, words: Mapping[str, str]) -> dict[str, Action]:
    """What is answered at a GET of each path. words: those of the staff's page."""
    told = {name: words[word] for name, word in LABELS.items()}
    return {
        "/metrics": lambda request: Response(metrics.exposition(), EXPOSITION),
        "/day.svg": lambda request: Response(as_svg(metrics.day(), time.time(), told).encode(), "image/svg+xml"),
    }


SLOT, TALL, TOP, FOOT = 24, 96, 28, 20
"""Pixels: the width of an hour, the height of the tallest bar, the room above and below."""


FAULT_SIZE = 4


def as_svg(hours: Iterable[Hour], now: float, words: Mapping[str, str]) -> str:
    """The day until `now` (seconds since the epoch) as SVG, the oldest hour at the left.

    words: what is written on it, under title, visits, staff, again and faults.
    """
    newest = int(now) // HOUR * HOUR
    by_start = {hour.start: hour for hour in hours}
    day = [by_start.get(newest - back * HOUR, Hour(newest - back * HOUR)) for back in range(HOURS - 1, -1, -1)]
    tallest = max(4, *(max(hour.visits, hour.again) for hour in day))
    drawn = "".join(_hour(place, hour, TALL / tallest, words) for place, hour in enumerate(day))
    wide, high, told = SLOT * HOURS, TOP + TALL + FOOT, _told(day, words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" aria-label={quoteattr(told)}'
        f' font-family="sans-serif" font-size="10"><text x="0" y="12" font-size="12">{escape(told)}</text>'
        f'<path d="M0 {TOP + TALL}H{wide}" stroke="currentColor"/>{drawn}</svg>'
    )


def _told(day: list[Hour], words: Mapping[str, str]) -> str:
    """The picture in one line, for whoever cannot see it."""
    sums = ((words[name], sum(getattr(hour, name) for hour in day)) for name in ("visits", "staff", "again", "faults"))
    return f"{words['title']}: {', '.join(f'{word} {total}' for word, total in sums)}"


def _hour(place: int, hour: Hour, scale: float, words: Mapping[str, str]) -> str:
    left, foot = place * SLOT, TOP + TALL
    bars = (("#4a7ebb", left + 3, 10, hour.visits), ("#b3541e", left + 3, 10, hour.staff), ("#9a9a9a", left + 14, 6, hour.again))
    shapes = "".join(
        f'<rect x="{x}" y="{foot - count * scale:.1f}" width="{wide}" height="{count * scale:.1f}" fill="{colour}"/>'
        for colour, x, wide, count in bars
        if count
    )
    if hour.faults:
        shapes += f'<circle cx="{left + SLOT / 2}" cy="{TOP}" r="{FAULT_SIZE}" fill="#c00000"/>'
    if not shapes and place % 3:
        return ""
    clock = f'<text x="{left + 3}" y="{foot + 13}">{time.localtime(hour.start).tm_hour}</text>' if not place % 3 else ""
    return f"<g><title>{escape(_told([hour], words))}</title>{shapes}{clock}</g>"
