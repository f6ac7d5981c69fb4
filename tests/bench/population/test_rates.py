"""The rates: the file that ships is complete, and a wrong one is refused with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.base.errors import ScriptError
from voice.bench.population import list_asked
from voice.bench.population.rates import RATES, Estimate, Ground, Rates, read_rates
from voice.consultation.loader import load_script, locales, scripts
from voice.setup.settings import ScriptChoice
from voice.understand.expected import Kind

CHOICE = ScriptChoice()
ASKED = list_asked(CHOICE)
TEXT = RATES.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rates() -> Rates:
    return read_rates(ASKED)


def change(folder: Path, old: str, new: str) -> Path:
    """Write the file that ships with its first `old` replaced."""
    assert old in TEXT
    path = folder / "rates.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_flag_of_every_script_and_locale_has_a_rate(rates: Rates) -> None:
    folders = [CHOICE.prompts / name for name in locales(CHOICE.prompts)]
    loaded = [load_script(folder, name, language=False) for folder in folders for name in scripts(folder)]
    assert len(loaded) >= 4
    drawn = {flag.id for flag in rates.flags}
    asked = [question for script in loaded for question in script.questions if question.kind is Kind.FLAG]
    assert [question.id for question in asked if not question.limit_days and question.id not in drawn] == []


def test_every_number_names_its_source_or_says_why_it_was_assumed(rates: Rates) -> None:
    every = list(rates.every_rate())
    assert {rate.ground for _, _, rate in every} == set(Ground)
    for group, what, rate in every:
        assert rate.sources if rate.ground is not Ground.ASSUMED else rate.because, (group, what)
        assert rate.ground is Ground.MEASURED or rate.because, (group, what)
        lows, highs = ([rate.share(band, True, e) for band in range(4)] for e in (Estimate.LOW, Estimate.HIGH))
        assert all(0 <= low <= high <= 1 for low, high in zip(lows, highs, strict=True))


def test_a_new_question_without_a_rate_is_named() -> None:
    with pytest.raises(ScriptError, match=r"rates\.yaml, line \d+: these questions have no entry: sleepvoet, een_nieuwe\."):
        read_rates((*ASKED, "sleepvoet", "een_nieuwe"))


def test_a_rate_for_what_no_script_asks_is_named_with_its_line() -> None:
    line = TEXT[: TEXT.index("  - id: koorts")].count("\n") + 1
    with pytest.raises(ScriptError, match=rf"rates\.yaml, line {line}: no script asks 'koorts'\."):
        read_rates([name for name in ASKED if name != "koorts"])


def test_what_is_marked_as_unasked_may_not_be_asked(tmp_path: Path) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text(TEXT.replace("  - id: stijf\n", '  - id: stijf\n    unasked: "true"\n', 1), encoding="utf-8")
    assert read_rates([name for name in ASKED if name != "stijf"], path)
    with pytest.raises(ScriptError, match=r"line \d+: 'stijf' is asked by now\. Remove 'unasked'\."):
        read_rates(ASKED, path)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("kind: measured", "kind: guessed", "'guessed' is not a kind"),
        ("all: 0.1", "all: 1.9", "a share lies between 0 and 1"),
        ("all: 0.1", "all: often", "'often' is not a number"),
        ("all: 0.1", "all: [0.1, 0.2]", "2 numbers for 4 bands"),
        ("all: 0.1", "women: 0.1", "'men' is empty"),
        ("times: [0.5, 1.6]", "times: [1.2, 1.6]", "the range must lie around 1"),
        ("      source: [harding]\n", "", "what is derived needs a source"),
        ("source: [harding]", "source: [hearsay]", "'hearsay' is not known"),
        (
            "      kind: derived\n      source: [harding]",
            "      kind: assumed\n      source: [harding]",
            "what is assumed has a source",
        ),
        ("sources:\n", "sources:\n  unused: somebody\n", "no rate rests on 'unused'"),
        ("      - of: sciatica", "      - of: gout", "'gout' is not known"),
        ("    chronic_says_yes:\n      all: 0.1\n", "    says_yes:\n      all: 0.1\n", "'says_yes' is not known here"),
        ("  - id: zitvlak\n", "  - id: beide_benen\n", "'beide_benen' stands here a second time"),
        ("ages: [0.55, 0.25, 0.12, 0.08]", "ages: [0.55, 0.25, 0.12, 0.28]", "the shares of the bands make 1.2, not 1"),
        ('age_below: "50"', 'unasked: "false"', "'onder_vijftig' needs one of rate, age_below, age_from and new_of"),
        ("at_least_one: [zitvlak,", "at_least_one: [nachtpijn,", "'nachtpijn' is not known"),
        ("youngest: 75, oldest: 95", "youngest: 75, oldest: 65", "this band holds no age"),
        ("{of: old, levels", "{of: young, levels", "'young' is not known"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_file_and_line(old: str, new: str, problem: str, tmp_path: Path) -> None:
    path = change(tmp_path, old, new)
    with pytest.raises(ScriptError) as raised:
        read_rates(ASKED, path)
    assert problem in str(raised.value)
    where, _, rest = str(raised.value).partition(", line ")
    assert where == str(path)
    line, first = int(rest.partition(":")[0]), TEXT[: TEXT.index(old)].count("\n") + 1
    assert abs(line - first) <= 6, (line, first)


def test_a_complaint_without_the_yes_that_it_brings_is_refused(tmp_path: Path) -> None:
    old = TEXT[TEXT.index("    chronic_says_yes:") : TEXT.index("  - id: zitvlak")]
    with pytest.raises(ScriptError, match="'chronic' and 'chronic_says_yes' belong together"):
        read_rates(ASKED, change(tmp_path, old, ""))
