"""`ruggespraak bench population`: whom the scripts send where, if patients are as in the literature and answer truly.

The data is `rates.yaml`, read by `rates.py`. `truth.py` draws patients, `visits.py` holds their visits by the protocol of
`voice/consultation`, and `report.py`, `plot.py` and `page.py` say what came of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from voice.base.errors import UsageError
from voice.bench.options import Report, add_number
from voice.bench.population.page import write_page
from voice.bench.population.plot import draw_population
from voice.bench.population.rates import RATES, Rates, read_rates
from voice.bench.population.report import format_population, make_value
from voice.bench.population.visits import Population, hold_visits
from voice.consultation.loader import load_script, locales, scripts
from voice.consultation.script import Question
from voice.setup.settings import ScriptChoice, Settings
from voice.understand.expected import Kind

VISITS = 2000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_number(parser, "--visits", VISITS, f"visits in each age band and with each disease (default {VISITS})")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="other patients with another number (default 1)")
    parser.add_argument("--rates", type=Path, default=RATES, metavar="FILE.yaml", help="other rates than those of the program")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the shares into a file, too")
    parser.add_argument("--page", type=Path, metavar="FILE.md", help="write all of it, with the rates and the plot, as a page")


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Hold the visits with every script of the locale. Raises ScriptError if the rates do not fit the scripts."""
    rates = read_rates(list_asked(settings), options.rates)
    chosen = [
        load_script(settings.locale_folder, name, settings.practice, language=False) for name in scripts(settings.locale_folder)
    ]
    populations = hold_visits(rates, chosen, options.visits, options.seed)
    if options.plot:
        _save(options.plot, draw_population(populations, rates))
    if options.page:
        _save_page(options, settings, populations, rates)
    value = make_value(populations, rates, options.visits, options.seed)
    return Report(format_population(populations, rates, options.visits), value)


def list_asked(choice: ScriptChoice) -> tuple[str, ...]:
    """List the questions that need a rate, of every script and locale."""
    folders = [choice.prompts / name for name in locales(choice.prompts)]
    loaded = [load_script(folder, name, language=False) for folder in folders for name in scripts(folder)]
    return tuple(dict.fromkeys(one.id for script in loaded for one in script.questions if _needs_rate(one)))


def _needs_rate(question: Question) -> bool:
    """Whether a patient answers it by a flag, not by how long there has been pain."""
    return question.kind is Kind.FLAG and not question.limit_days


def _save_page(options: argparse.Namespace, settings: Settings, populations: Sequence[Population], rates: Rates) -> None:
    plot = options.page.with_suffix(".svg")
    command = f"ruggespraak bench population --locale {settings.locale} --visits {options.visits} --seed {options.seed}"
    _save(plot, draw_population(populations, rates))
    _save(options.page, write_page(populations, rates, f"{command} --page {options.page}", plot.name))


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as reason:
        raise UsageError(f"{path} cannot be written ({reason.strerror}).", "Name a file in a folder that is there.") from reason
