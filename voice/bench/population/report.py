"""Say how a population ended: as a table for people, and as a value for programs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voice.bench.population.rates import OLD, OLD_RECENT, Aim, Estimate, Ground, Rates
from voice.bench.population.visits import Ends, Population, Share
from voice.consultation.script import Level

LEVELS = (Level.E, Level.STAFF, Level.T, Level.W, Level.OUT_OF_SCOPE, Level.S, Level.REASSURE)
"""The levels that a visit can end at if nobody stops it, most urgent first."""
CALM = (Level.S, Level.REASSURE)
"""Levels after which nobody is sent to a doctor."""
NEED: Mapping[str, tuple[Level, ...]] = {
    "E or staff": LEVELS[:2],
    "T or sooner": LEVELS[:3],
    "not reassured": LEVELS[:-1],
}
"""What may be asked for a patient with a planted disease."""
REASONS = 6
"""How many reasons of a level are named."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A share at the middle estimate. low, high: the smallest and the largest of the three estimates (0..1)."""

    share: Share
    low: float
    high: float


Row = tuple[str, tuple[Cell, ...]]
"""The name of a group of patients, and a cell for each column."""


def measure(ends: Mapping[Estimate, Ends], levels: Collection[Level]) -> Cell:
    """Return the share that ended at one of the levels, with its range over the estimates."""
    shares = {estimate: one.share(levels) for estimate, one in ends.items()}
    values = [share.value for share in shares.values()]
    return Cell(shares[Estimate.MIDDLE], min(values), max(values))


def find_ends(population: Population, rates: Rates, group: str) -> dict[Estimate, Ends]:
    """Return how the patients of a band, of a disease, of OLD or of OLD_RECENT ended."""
    if group == OLD_RECENT:
        return {estimate: ends.leave_long() for estimate, ends in find_ends(population, rates, OLD).items()}
    both = {**population.ordinary, **population.planted}
    groups = [band.id for band in rates.bands if band.youngest >= rates.old] if group == OLD else [group]
    return {estimate: sum((both[name, estimate] for name in groups), Ends()) for estimate in Estimate}


def name_groups(rates: Rates) -> dict[str, str]:
    """Return every group of ordinary patients by its id, in words."""
    old = f"{rates.old} and over"
    return {band.id: band.id for band in rates.bands} | {OLD: old, OLD_RECENT: f"{old}, recent pain"}


def list_ordinary(population: Population, rates: Rates) -> list[Row]:
    """Make a row for each group of ordinary patients."""
    groups = {title: find_ends(population, rates, group) for group, title in name_groups(rates).items()}
    return [(title, tuple(measure(ends, (level,)) for level in LEVELS)) for title, ends in groups.items()]


def list_planted(population: Population, rates: Rates) -> list[Row]:
    """Make a row for each disease, and one for the ordinary old, to compare: others are referred by chance as they are."""
    titles = {disease.id: disease.title for disease in rates.diseases} | {OLD: f"none, {name_groups(rates)[OLD]}"}
    groups = {title: find_ends(population, rates, group) for group, title in titles.items()}
    return [(title, tuple(measure(ends, levels) for levels in NEED.values())) for title, ends in groups.items()]


@dataclass(frozen=True, slots=True)
class Reason:
    """What raised patients to a level: the id of a flag or rule. old: share of those in whom it is an old complaint."""

    name: str
    share: Share
    old: Share


def list_reasons(population: Population, rates: Rates) -> Iterator[tuple[Level, list[Reason]]]:
    """Return what raised ordinary old patients to E, T and W, the most frequent first."""
    ends = find_ends(population, rates, OLD)[Estimate.MIDDLE]
    total = ends.counted.total()
    for level in (Level.E, Level.T, Level.W):
        found, old = ends.count_reasons(level)
        yield level, [Reason(name, Share(count, total), Share(old[name], total)) for name, count in found.most_common(REASONS)]


def write_reason(reason: Reason) -> str:
    """Write the share in per cent, and how much of it is by old complaints."""
    old = f", {100 * reason.old.value:.1f} of it an old complaint" if reason.old.count else ""
    return f"{reason.name} {100 * reason.share.value:.1f}{old}"


def judge_aims(population: Population, rates: Rates) -> Iterator[tuple[str, Cell, str, bool]]:
    """Return each aim in words, what was reached, what was aimed at, and whether the middle estimate reaches it."""
    for aim in rates.aims:
        cell = measure(find_ends(population, rates, aim.group), aim.levels)
        wanted = f"at most {aim.most:.0%}" if aim.most < 1 else f"at least {aim.least:.0%}"
        yield _name_aim(aim, rates), cell, wanted, aim.least <= cell.share.value <= aim.most


def _name_aim(aim: Aim, rates: Rates) -> str:
    titles = name_groups(rates) | {disease.id: disease.title for disease in rates.diseases}
    known = next((name for name, levels in NEED.items() if levels == aim.levels), " or ".join(aim.levels))
    return f"{titles[aim.group]}: {known}"


def count_grounds(rates: Rates) -> dict[Ground, int]:
    """How many rates are measured, derived and assumed."""
    grounds = [rate.ground for _, _, rate in rates.every_rate()]
    return {ground: grounds.count(ground) for ground in Ground}


# --- for people -----------------------------------------------------------------------------------


def write_cell(cell: Cell) -> str:
    """Write the share in per cent, with its interval."""
    low, high = cell.share.interval
    return f"{100 * cell.share.value:.1f} ({100 * low:.1f}-{100 * high:.1f})"


def write_range(cell: Cell) -> str:
    return f"{100 * cell.low:.0f} to {100 * cell.high:.0f}"


def format_population(populations: Sequence[Population], rates: Rates, visits: int) -> Iterator[str]:
    """Write the tables of every script."""
    yield f"{visits} visits in each age band and with each disease; per cent, with 95 % interval of the simulation;"
    yield "second line: from all rates at their lowest to all at their highest"
    for population in populations:
        yield ""
        yield from _format_table(f"script {population.script.id}", LEVELS, list_ordinary(population, rates))
        for level, reasons in list_reasons(population, rates):
            yield f"  {rates.old} and over at {level} by: {'; '.join(map(write_reason, reasons)) or 'nothing'}"
        yield from _format_table("  planted disease", tuple(NEED), list_planted(population, rates))
        for name, cell, wanted, reached in judge_aims(population, rates):
            yield f"  aim, {name}: {wanted}; {write_cell(cell)}, {write_range(cell)}: {'reached' if reached else 'NOT REACHED'}"
    yield ""
    yield from (f"{sum(count_grounds(rates).values())} rates: {_write_grounds(rates)}.", "Not known:")
    yield from (f"- {text}" for text in rates.unknown)


def _write_grounds(rates: Rates) -> str:
    return ", ".join(f"{count} {ground}" for ground, count in count_grounds(rates).items())


def _format_table(title: str, columns: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    yield f"{title:30}" + "".join(f"{column!s:>20}" for column in columns)
    for name, cells in rows:
        for label, write in ((name, write_cell), ("", write_range)):
            yield f"  {label:28}" + "".join(f"{write(cell):>20}" for cell in cells)


# --- for programs ---------------------------------------------------------------------------------


def make_value(populations: Sequence[Population], rates: Rates, visits: int, seed: int) -> dict[str, Any]:
    """Make the JSON value."""
    return {
        "visits": visits,
        "seed": seed,
        "scripts": {one.script.id: _make_script_value(one, rates) for one in populations},
        "rates": {str(ground): count for ground, count in count_grounds(rates).items()},
        "unknown": list(rates.unknown),
    }


def _make_script_value(population: Population, rates: Rates) -> dict[str, Any]:
    return {
        "locale": population.script.locale,
        "ordinary": {name: _make_row(LEVELS, cells) for name, cells in list_ordinary(population, rates)},
        "reasons": {
            str(level): {one.name: {"share": one.share.value, "old": one.old.value} for one in reasons}
            for level, reasons in list_reasons(population, rates)
        },
        "planted": {name: _make_row(tuple(NEED), cells) for name, cells in list_planted(population, rates)},
        "aims": [
            {"aim": f"{name} {wanted}", "reached": reached, **_make_cell(cell)}
            for name, cell, wanted, reached in judge_aims(population, rates)
        ],
    }


def _make_row(columns: Sequence[str], cells: Sequence[Cell]) -> dict[str, Any]:
    return {str(column): _make_cell(cell) for column, cell in zip(columns, cells, strict=True)}


def _make_cell(cell: Cell) -> dict[str, Any]:
    return {"share": cell.share.value, "interval": list(cell.share.interval), "range": [cell.low, cell.high]}
