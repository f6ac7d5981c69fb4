"""What becomes of a population: patients answer truly, shares add up, and a changed script shows."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from tests.helpers.virtual_sound_card import ROOT
from voice.base.errors import UsageError
from voice.bench.population import list_asked, run
from voice.bench.population.page import write_rates
from voice.bench.population.plot import BAR, LEFT, WIDE
from voice.bench.population.rates import LONG_DAYS, OLD, RATES, Estimate, Flag, Rates, read_rates
from voice.bench.population.report import CALM, LEVELS, find_ends, judge_aims, make_value, name_groups
from voice.bench.population.truth import Truth, answer, draw_band, draw_truth
from voice.bench.population.visits import End, Ends, Holder, Population, Share, hold_visits
from voice.cli.bench import BENCHES
from voice.consultation.loader import load_script
from voice.consultation.script import Finding, Gate, Level, Rule, Script
from voice.setup.settings import ScriptChoice, Settings
from voice.understand.expected import Kind
from voice.understand.meaning import Meaning

CHOICE = ScriptChoice()
VISITS = 60
KORT = load_script(CHOICE.locale_folder, "kort", language=False)
MIDDLE = Estimate.MIDDLE


@pytest.fixture(scope="module")
def rates() -> Rates:
    return read_rates(list_asked(CHOICE))


@pytest.fixture(scope="module")
def population(rates: Rates) -> Population:
    return hold_visits(rates, [KORT], VISITS, seed=1)[0]


def change_level(script: Script, name: str, level: Level) -> Script:
    return replace(script, questions=tuple(replace(q, level=level) if q.id == name else q for q in script.questions))


def tell(*flags: str, days: int = 5) -> Truth:
    """Make a patient who says yes to these questions only, and to whether that is new."""
    says_yes = frozenset(flags).union(question.id for question in KORT.questions if question.recent_of in flags)
    return Truth(80 if "vijfenzeventig" in flags else 70, True, frozenset(flags), says_yes, days)


# --- patients -------------------------------------------------------------------------------------


PLAIN = [
    q.id
    for q in KORT.questions
    if q.kind is Kind.FLAG and not (q.limit_days or q.gate or q.if_mentioned or q.settled_by or q.recent_of)
]
RULES = [rule for rule in KORT.rules if not any(KORT.question(name).if_mentioned for name in rule.when)]
LIMIT = next(question.limit_days for question in KORT.questions if question.limit_days)


@pytest.mark.parametrize("name", PLAIN)
def test_a_patient_with_one_flag_ends_at_its_level_because_of_it(name: str) -> None:
    level = KORT.question(name).level
    assert Holder(KORT).hold(tell(name)) == End(level, (name,))


def test_patients_without_a_flag_end_by_how_long_there_has_been_pain() -> None:
    holder = Holder(KORT)
    for days, end in {
        LIMIT - 1: End(Level.REASSURE),
        LIMIT: End(Level.S, ("duur",), is_long=True),
        3 * LIMIT: End(Level.S, ("duur",), is_long=True),
        5: End(Level.REASSURE),
    }.items():
        assert holder.hold(tell(days=days)) == end
    assert holder.hold(tell("something that no question asks")) == End(Level.REASSURE)


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_flags_that_are_worse_together_end_at_the_level_of_their_rule(rule: Rule) -> None:
    assert Holder(KORT).hold(tell(*rule.when)) == End(rule.level, (rule.id,))


def test_an_old_complaint_is_no_flag_but_some_say_yes_to_it(rates: Rates) -> None:
    def draw(agrees: float) -> list[Truth]:
        flag = next(flag for flag in rates.flags if flag.id == "plassen")
        assert flag.rate and flag.chronic and flag.chronic_says_yes
        never, always = (replace(flag.rate, women=(share,) * 4, men=(share,) * 4) for share in (0.0, 1.0))
        changed = replace(
            flag, rate=never, chronic=always, chronic_says_yes=replace(always, women=(agrees,) * 4, men=(agrees,) * 4)
        )
        patients = replace(rates, flags=(changed,))
        return [draw_truth(patients, 3, Random(number), MIDDLE) for number in range(20)]

    assert all("plassen" in truth.says_yes and "plassen" not in truth.present for truth in draw(1.0))
    assert not any("plassen" in truth.says_yes for truth in draw(0.0))


def test_a_referral_for_an_old_complaint_is_counted_as_such() -> None:
    holder, name = Holder(KORT), next(q.id for q in KORT.questions if q.level is Level.E and q.id in PLAIN)
    new, old = tell(name), replace(tell(name), present=frozenset())
    ends = Ends(Counter(map(holder.hold, (new, old, old, tell()))))
    assert ends.count_reasons(Level.E) == ({name: 3}, {name: 2})
    assert ends.count_reasons(Level.T) == ({}, {})


def test_whether_it_is_new_is_answered_by_what_is_there_now(rates: Rates) -> None:
    follow_up = Flag("plassen_nieuw", None, new_of="plassen")
    patients = replace(rates, flags=(*rates.flags, follow_up))
    truths = [draw_truth(patients, 3, Random(number), Estimate.HIGH) for number in range(600)]
    says = [truth for truth in truths if "plassen" in truth.says_yes]
    assert Counter("plassen_nieuw" in truth.says_yes for truth in says).keys() == {True, False}
    assert all(("plassen_nieuw" in truth.says_yes) is ("plassen" in truth.present) for truth in truths)
    question = replace(KORT.question("plassen"), id="plassen_nieuw", gate=Gate(("plassen",), (Finding.PRESENT,)))
    assert {answer(truth, question).meaning for truth in says} == {Meaning.YES, Meaning.NO}


def test_at_a_higher_estimate_the_same_patient_has_no_flag_less(rates: Rates) -> None:
    for number in range(200):
        low, middle, high = (draw_truth(rates, number % 4, Random(number), estimate).says_yes for estimate in Estimate)
        assert low <= middle <= high


def test_leg_pain_makes_weakness_more_likely(rates: Rates) -> None:
    truths = [draw_truth(rates, 2, Random(number), MIDDLE) for number in range(3000)]
    weak = {has: [t for t in truths if ("sciatica" in t.present) is has] for has in (True, False)}
    shares = {has: sum("kracht" in truth.present for truth in some) / len(some) for has, some in weak.items()}
    assert shares[True] > 2 * shares[False]


def test_patients_with_a_disease_have_its_flags_as_often_as_the_rates_say(rates: Rates) -> None:
    for disease in rates.diseases:
        if not disease.at_least_one:
            truths = [draw_truth(rates, 3, Random(number), MIDDLE, disease) for number in range(400)]
            for name, rate in disease.rates.items():
                wanted, found = rate.share(3, True, MIDDLE), sum(name in truth.present for truth in truths) / 400
                assert abs(found - wanted) < 0.1, (disease.id, name)


def test_pain_is_as_old_as_the_group_says(rates: Rates) -> None:
    long = replace(rates.long_pain, women=(1.0,) * 4, men=(1.0,) * 4)
    old = replace(rates.diseases[-1], long_pain=long)
    days = [draw_truth(rates, 2, Random(number), MIDDLE, disease).days for disease in (None, old) for number in range(200)]
    assert 0.2 < sum(day > LONG_DAYS for day in days[:200]) / 200 < 0.5 and min(days) >= 1
    assert all(day > LONG_DAYS for day in days[200:])


def test_the_ages_of_a_disease_are_drawn_as_its_entry_says(rates: Rates) -> None:
    disease = replace(rates.diseases[0], ages=(0.0, 0.25, 0.0, 0.75))
    drawn = Counter(draw_band(disease, Random(number)) for number in range(400))
    assert drawn.keys() == {1, 3} and 0.65 < drawn[3] / 400 < 0.85


@pytest.mark.parametrize("estimate", Estimate)
def test_cauda_equina_has_one_of_its_signs(estimate: Estimate, rates: Rates) -> None:
    disease = next(disease for disease in rates.diseases if disease.id == "cauda_equina")
    truths = [draw_truth(rates, 0, Random(number), estimate, disease) for number in range(300)]
    assert all(truth.present.intersection(disease.at_least_one) for truth in truths)


# --- counts ---------------------------------------------------------------------------------------


def test_the_shares_of_each_group_add_up(population: Population, rates: Rates) -> None:
    for estimate in Estimate:
        for group in (*(band.id for band in rates.bands), *(disease.id for disease in rates.diseases)):
            ends = find_ends(population, rates, group)[estimate]
            assert sum(ends.share((level,)).count for level in LEVELS) == VISITS == ends.share(LEVELS).total
        old = find_ends(population, rates, OLD)[estimate]
        assert old.share(LEVELS) == Share(2 * VISITS, 2 * VISITS)
        assert old.leave_long().share((Level.E, Level.T)).total < 2 * VISITS


def test_the_same_seed_gives_the_same_visits_and_another_others(population: Population, rates: Rates) -> None:
    def value(seed: int) -> str:
        return json.dumps(make_value(hold_visits(rates, [KORT], VISITS, seed), rates, VISITS, seed)["scripts"])

    assert value(1) == json.dumps(make_value([population], rates, VISITS, 1)["scripts"])
    assert value(2) != value(1)


def test_a_changed_level_moves_the_shares(population: Population, rates: Rates) -> None:
    changed = hold_visits(rates, [change_level(KORT, "gevoel", Level.E)], VISITS, seed=1)[0]
    urgent, calmer = (find_ends(one, rates, OLD)[MIDDLE].share((Level.E,)).count for one in (changed, population))
    assert urgent > calmer + 5
    assert find_ends(changed, rates, OLD)[MIDDLE].count_reasons(Level.E)[0]["gevoel"] > 5


def test_a_script_that_refers_everybody_is_shown_as_such(tmp_path: Path) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text(
        RATES.read_text(encoding="utf-8").replace("all: 0.1\n      times: [0.5, 1.9]", "all: 1\n      times: [1, 1]", 1),
        encoding="utf-8",
    )
    everybody = read_rates(list_asked(CHOICE), path)
    referring = hold_visits(everybody, [change_level(KORT, "nachtpijn", Level.E)], VISITS, seed=1)[0]
    ends = find_ends(referring, everybody, OLD)
    assert ends[MIDDLE].share((Level.E,)) == Share(2 * VISITS, 2 * VISITS)
    assert ends[MIDDLE].share(CALM).count == 0
    reached = {name: met for name, _, _, met in judge_aims(referring, everybody)}
    assert not reached["65 and over: E"] and not reached["65 and over: S or reassure"]
    assert reached["cauda equina syndrome: E or staff"]


def test_a_script_that_reassures_everybody_misses_every_disease(rates: Rates) -> None:
    blind = replace(KORT, questions=tuple(q for q in KORT.questions if q.limit_days), rules=())
    population = hold_visits(rates, [blind], VISITS, seed=1)[0]
    reached = [met for name, _, _, met in judge_aims(population, rates) if not name.startswith("65")]
    assert len(reached) == len(rates.diseases) and not any(reached)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"), [(0, 10, 0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1), (0, 0, 0, 1)]
)
def test_the_interval_is_that_of_wilson(count: int, total: int, low: float, high: float) -> None:
    assert Share(count, total).interval == pytest.approx((low, high), abs=0.0002)


# --- the command ----------------------------------------------------------------------------------


def make_options(**given: object) -> Namespace:
    return Namespace(**{"visits": 20, "seed": 1, "rates": RATES, "plot": None, "page": None} | given)


def test_the_report_names_every_script_group_and_disease_and_what_is_unknown(tmp_path: Path, rates: Rates) -> None:
    plot = tmp_path / "plot.svg"
    report = run(make_options(plot=plot), Settings())
    text, value = "\n".join(report.lines), json.loads(json.dumps(report.value))
    assert set(value["scripts"]) == {"kort", "uitgebreid"}
    for words in (*(disease.title for disease in rates.diseases), *rates.unknown, "measured", "assumed", "65 and over"):
        assert words in text
    for script in value["scripts"].values():
        for levels in script["ordinary"].values():
            assert sum(cell["share"] for cell in levels.values()) == pytest.approx(1)
            assert all(cell["range"][0] <= cell["share"] <= cell["range"][1] for cell in levels.values())
    drawn = ElementTree.parse(plot).getroot()
    shown = " ".join(element.text or "" for element in drawn.iter())
    assert all(title in shown for title in ("75+", "65 and over", *(disease.title for disease in rates.diseases)))
    bars: dict[str, float] = {}
    for part in drawn.iter("{http://www.w3.org/2000/svg}rect"):
        if part.get("height") == str(BAR):
            assert float(part.attrib["x"]) == pytest.approx(LEFT + bars.get(part.attrib["y"], 0), abs=0.5), (
                "parts touch each other"
            )
            bars[part.attrib["y"]] = bars.get(part.attrib["y"], 0) + float(part.attrib["width"])
    assert len(bars) == 2 * (len(name_groups(rates)) + len(rates.diseases))
    assert all(width == pytest.approx(WIDE, abs=0.5) for width in bars.values())


def test_the_page_holds_the_plot_the_figures_and_every_rate(tmp_path: Path, rates: Rates) -> None:
    page = tmp_path / "population.md"
    run(make_options(page=page), Settings())
    text = page.read_text(encoding="utf-8")
    assert "(population.svg)" in text and (tmp_path / "population.svg").is_file()
    assert f"--visits 20 --seed 1 --page {page}" in text
    for group, what, rate in rates.every_rate():
        assert f"| {group} | {what} | " in text
        assert all(f"- {name}: " in text for name in rate.sources)


def test_a_file_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere/plot\.svg cannot be written \(No such file or directory\)\."):
        run(make_options(plot=tmp_path / "nowhere" / "plot.svg"), Settings())


def test_the_page_in_the_documents_has_the_rates_of_today(rates: Rates) -> None:
    page = (ROOT / "docs" / "population.md").read_text(encoding="utf-8")
    assert "\n".join(write_rates(rates)) in page, "make the page again; its second line says how"
    assert "population" in BENCHES
