"""Write the page about a population (docs/population.md): the figures, and where each rate comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voice.bench.population.rates import Disease, Ground, Rate, Rates
from voice.bench.population.report import (
    LEVELS,
    NEED,
    Row,
    count_grounds,
    judge_aims,
    list_ordinary,
    list_planted,
    list_reasons,
    write_cell,
    write_range,
    write_reason,
)
from voice.bench.population.visits import Population
from voice.consultation.review.signature import hash_content


def write_page(populations: Sequence[Population], rates: Rates, command: str, plot: str) -> str:
    """Write the page. command: what made it. plot: name of the picture beside it."""
    return (
        "\n".join((*_write_introduction(rates, command, plot), *_write_figures(populations, rates), *write_rates(rates))) + "\n"
    )


def _write_introduction(rates: Rates, command: str, plot: str) -> Iterator[str]:
    grounds = count_grounds(rates)
    yield from (
        "# Whom the scripts send where",
        "",
        f"Made by `{command}`.",
        "Do not edit it: change `voice/bench/population/rates.yaml` or the script, and make it again.",
        "",
        "Patients are drawn at random from published frequencies and answer every question truly. No sound is made and no words",
        "are said, so what is misheard or misunderstood does not count here (`ruggespraak bench words` does that). Ordinary",
        "patients have low back pain and no planted disease. Others have one, and what they answer follows from it. A share of",
        "those with an old complaint says yes to a question that means new ones.",
        "",
        f"Of the {sum(grounds.values())} rates {grounds[Ground.MEASURED]} are measured, {grounds[Ground.DERIVED]} derived from "
        f"measured ones, and {grounds[Ground.ASSUMED]} assumed. So the figures",
        "say how scripts compare, and which question sends most people where. They are no forecast for a practice.",
        "",
        "Each cell holds the share in per cent, its 95 % interval (Wilson), and its range. The interval is the chance of the",
        "simulation only. The range shows what the rates may be: from all at their lowest to all at their highest. In the",
        "picture it is the lines under each bar: red for E, green for S or reassure, from the right.",
        "",
        f"![Where ordinary patients and patients with a disease end, by script]({plot})",
        "",
    )


def _write_figures(populations: Sequence[Population], rates: Rates) -> Iterator[str]:
    for population in populations:
        script = population.script
        content = hash_content(script)[:12]
        yield from (f"## {script.id} ({script.locale})", "", f"Version {script.version}, content {content}.", "")
        yield from _write_table("ordinary patients, %", tuple(map(str, LEVELS)), list_ordinary(population, rates))
        yield from (f"What raises ordinary patients of {rates.old} and over, per cent:", "")
        for level, reasons in list_reasons(population, rates):
            yield f"- to {level}: {'; '.join(map(write_reason, reasons)) or 'nothing'}"
        yield ""
        yield from _write_table("planted disease, %", tuple(NEED), list_planted(population, rates))
        yield from ("| aim | wanted | reached, % | range, % | |", "|---|---|---|---|---|")
        for name, cell, wanted, reached in judge_aims(population, rates):
            yield f"| {name} | {wanted} | {write_cell(cell)} | {write_range(cell)} | {'yes' if reached else '**no**'} |"
        yield ""


def _write_table(title: str, columns: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    yield from (f"| {' | '.join((title, *columns))} |", "|---" * (1 + len(columns)) + "|")
    for name, cells in rows:
        yield f"| {name} | {' | '.join(f'{write_cell(cell)}; {write_range(cell)}' for cell in cells)} |"
    yield ""


def write_rates(rates: Rates) -> Iterator[str]:
    """Write what is unknown, every rate, and the sources."""
    yield from ("## What is not known", "", *(f"- {text}" for text in rates.unknown), "", "## The rates", "")
    yield f"One number for each age band ({', '.join(band.id for band in rates.bands)}), or one for all, in per cent."
    yield from ("", "| of | what | rate | times | kind | source, ground |", "|---|---|---|---|---|---|")
    for group, what, rate in rates.every_rate():
        ground = "; ".join(filter(None, (", ".join(rate.sources), rate.because)))
        times = "" if rate.times == (1, 1) else f"{rate.times[0]:g} to {rate.times[1]:g}"
        yield f"| {group} | {what} | {_write_rate(rate)} | {times} | {rate.ground} | {ground} |"
    yield from ("", "| disease | share of its patients in each band | source |", "|---|---|---|")
    yield from map(_write_disease, rates.diseases)
    yield from ("", "## Sources", "", *(f"- {name}: {text}" for name, text in rates.sources.items()))


def _write_disease(disease: Disease) -> str:
    needs = f"; by definition one of {', '.join(disease.at_least_one)}" if disease.at_least_one else ""
    return f"| {disease.title}{needs} | {_write_shares(disease.ages)} | {', '.join(disease.sources)} |"


def _write_rate(rate: Rate) -> str:
    if rate.women == rate.men:
        return _write_shares(rate.women)
    return f"women {_write_shares(rate.women)}; men {_write_shares(rate.men)}"


def _write_shares(shares: Sequence[float]) -> str:
    return ", ".join(f"{100 * share:g}" for share in (shares[:1] if len(set(shares)) == 1 else shares))
