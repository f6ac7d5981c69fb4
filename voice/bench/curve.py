"""Draw the calibration (SVG): how many answers are right and how many wrong, over the threshold that an answer must reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape

from voice.bench.score import GroupCounts
from voice.understand.fusion.weighing import Weights

LEFT, TOP, WIDE, TALL = 60, 40, 560, 300
"""Pixels: the left and top margins, and the width and height of the field with the lines."""
LINES = {"short": "#00695c", "longer": "#1565c0", "disturbed": "#8a6d00", "other sounds": "#b3261e"}
"""Colour of each group. For answers the line shows how many are right, for other sounds how many are taken for an answer."""
NAMES = {
    "short": "clean answers up to 2 s, right", "longer": "longer clean answers, right",
    "disturbed": "disturbed answers down to 10 dB, right", "other sounds": "other sounds taken for yes or no",
}  # fmt: skip


def draw_curve(curve: Mapping[float, Mapping[str, GroupCounts]]) -> str:
    """Draw a line for every group over the thresholds of `curve`, and mark the threshold in use."""
    wide, high = LEFT + WIDE + 20, TOP + TALL + 50 + 18 * len(LINES)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="13">'
    across = _make_scale(min(curve), max(curve), LEFT, LEFT + WIDE)
    parts = (*_draw_frame(curve, across), *_draw_lines(curve, across), *_draw_legend())
    return "\n".join((head, '<rect width="100%" height="100%" fill="#ffffff"/>', *parts, "</svg>")) + "\n"


def _make_scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _up(share: float) -> float:
    return TOP + TALL * (1 - share)


def _draw_frame(curve: Mapping[float, Mapping[str, GroupCounts]], across: Callable[[float], float]) -> Iterator[str]:
    for share in (0, 0.25, 0.5, 0.75, 1):
        yield f'<path d="M{LEFT} {_up(share)}h{WIDE}" stroke="#cccccc"/>'
        yield f'<text x="{LEFT - 8}" y="{_up(share) + 4}" text-anchor="end">{share:.0%}</text>'
    for other in list(curve)[::2]:
        yield f'<text x="{across(other):.1f}" y="{TOP + TALL + 18}" text-anchor="middle">{f"{other:+.0f}" if other else 0}</text>'
    stands = across(Weights().other)
    yield f'<path d="M{stands:.1f} {TOP}v{TALL}" stroke="#000000" stroke-dasharray="4 3"/>'
    yield f'<text x="{stands + 6:.1f}" y="{TOP - 8}">as it runs</text>'
    below = "what speaks for something else, natural logarithm of odds"
    yield f'<text x="{LEFT + WIDE / 2}" y="{TOP + TALL + 38}" text-anchor="middle">{below}</text>'


def _draw_lines(curve: Mapping[float, Mapping[str, GroupCounts]], across: Callable[[float], float]) -> Iterator[str]:
    for group, colour in LINES.items():
        counts = ((other, counted[group]) for other, counted in curve.items() if group in counted)
        points = " ".join(f"{across(other):.1f},{_up(_share(tally, group)):.1f}" for other, tally in counts)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>'


def _share(tally: GroupCounts, group: str) -> float:
    return (tally.taken if group == "other sounds" else tally.right) / tally.total


def _draw_legend() -> Iterator[str]:
    for place, (group, colour) in enumerate(LINES.items()):
        down = TOP + TALL + 60 + 18 * place
        yield f'<path d="M{LEFT} {down - 4}h24" stroke="{colour}" stroke-width="2.5"/>'
        yield f'<text x="{LEFT + 32}" y="{down}">{escape(NAMES[group])}</text>'
