"""Draw how a population ended (SVG): one bar for each group of patients, divided by level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from voice.bench.population.rates import Estimate, Rates
from voice.bench.population.report import CALM, LEVELS, find_ends, measure, name_groups
from voice.bench.population.visits import Population
from voice.consultation.review.drawing import COLOURS
from voice.consultation.script import Level

LEFT, WIDE, ROW, BAR = 200, 660, 32, 18
"""Pixels: the left margin, the length of a bar of 100 %, from one bar to the next, and the height of a bar."""
ROOM = 0.05
"""Share (0..1) of a bar from which on its number fits in."""


def draw_population(populations: Sequence[Population], rates: Rates) -> str:
    """Draw the bars of every script, below each other, and the legend."""
    titles = name_groups(rates) | {disease.id: disease.title for disease in rates.diseases}
    parts: list[str] = []
    top = 20
    for population in populations:
        parts.append(_write(LEFT, top + 10, f"{population.script.title} ({population.script.locale})", "start", "bold"))
        for number, (group, title) in enumerate(titles.items()):
            place = top + 24 + ROW * number
            parts += (_write(LEFT - 8, place + 14, title, "end"), *_draw_bar(population, rates, group, place))
        top += 24 + ROW * len(titles) + 24
    parts += _draw_legend(top)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + 30} {top + 62}"'
    style = 'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n".join((f"{head} {style}", *parts, "</svg>")) + "\n"


def _draw_bar(population: Population, rates: Rates, group: str, top: int) -> Iterator[str]:
    ends = find_ends(population, rates, group)
    left = float(LEFT)
    for level in LEVELS:
        share = ends[Estimate.MIDDLE].share((level,)).value
        yield f'<rect x="{left:.1f}" y="{top}" width="{WIDE * share:.1f}" height="{BAR}" fill="{COLOURS[level]}"/>'
        if share >= ROOM:
            yield _write(left + WIDE * share / 2, top + 13, f"{100 * share:.0f}", "middle", colour="#ffffff")
        left += WIDE * share
    urgent, calm = measure(ends, (Level.E,)), measure(ends, CALM)
    yield _draw_range(LEFT + WIDE * urgent.low, LEFT + WIDE * urgent.high, top + BAR + 3, Level.E)
    yield _draw_range(LEFT + WIDE * (1 - calm.high), LEFT + WIDE * (1 - calm.low), top + BAR + 7, Level.REASSURE)


def _draw_range(start: float, end: float, down: int, level: Level) -> str:
    ends = "".join(f"M{at:.1f} {down - 2}v4" for at in (start, end))
    return f'<path d="M{start:.1f} {down}H{end:.1f}{ends}" stroke="{COLOURS[level]}" stroke-width="1.5" fill="none"/>'


def _draw_legend(top: int) -> Iterator[str]:
    for number, level in enumerate(LEVELS):
        left = LEFT + 95 * number + 20 * (number > LEVELS.index(Level.OUT_OF_SCOPE))
        yield f'<rect x="{left}" y="{top}" width="12" height="12" fill="{COLOURS[level]}"/>'
        yield _write(left + 17, top + 11, str(level), "start")
    for level, name, down in ((Level.E, "E", 29), (Level.REASSURE, "S or reassure, from the right", 47)):
        yield _draw_range(LEFT, LEFT + 24, top + down, level)
        yield _write(LEFT + 32, top + down + 4, f"{name}: from all rates at their lowest to all at their highest", "start")


def _write(x: float, y: float, text: str, anchor: str, weight: str = "normal", colour: str = "#000000") -> str:
    where = f'x="{x:.1f}" y="{y}" text-anchor="{anchor}" font-weight="{weight}" fill="{colour}"'
    return f"<text {where}>{escape(text)}</text>"
