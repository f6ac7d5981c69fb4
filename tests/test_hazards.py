"""The hazard log: every line is judged on the scales of the page, and names a test or a command that is there."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.helpers.virtual_sound_card import ROOT
from voice.cli.main import make_parser

PAGE = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, as its cells stand there. before, left: the probability without and with the control."""

    id: str
    hazard: str
    severity: str
    before: str
    cause: str
    control: str
    shown_by: str
    left: str
    acceptable: str


def read_rows(first_cell: str) -> list[list[str]]:
    """The cells of the rows of tables whose first cell is like that."""
    rows = [row for row in PAGE.splitlines() if re.match(rf"\| {first_cell} \|", row)]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


LINES = [Line(*row) for row in read_rows(r"H\d+")]
MATRIX = {row[0]: row[1:] for row in read_rows(r"[1-5]") if len(row) == 6}


def test_the_lines_are_numbered_and_both_scales_are_explained() -> None:
    assert [line.id for line in LINES] == [f"H{number}" for number in range(1, len(LINES) + 1)]
    assert [row[0] for row in read_rows(r"[1-5]") if len(row) == 2] == [*"12345", *"12345"]
    assert list(MATRIX) == [*"12345"]


def test_more_severe_or_more_frequent_is_never_more_acceptable() -> None:
    ranks = [[("yes", "weigh", "no").index(cell) for cell in MATRIX[severity]] for severity in "12345"]
    assert all(row == sorted(row) for row in ranks)
    assert all(list(column) == sorted(column) for column in zip(*ranks, strict=True))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.id)
def test_every_hazard_has_a_control_a_residual_risk_and_what_the_page_says_of_it(line: Line) -> None:
    assert line.cause and line.control
    assert line.left <= line.before, "a control makes nothing more probable"
    assert line.acceptable == MATRIX[line.severity][int(line.left) - 1]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.id)
def test_every_control_names_a_test_or_a_command_that_is_there(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    tests = re.findall(r"`(?:([a-z_/]+/test_\w+\.py))?(?:::(test_\w+))?`", line.shown_by)
    commands = re.findall(r"`ruggespraak ([a-z ]+)`", line.shown_by)
    assert tests or commands
    named = re.findall(r"`[^`]*`", line.shown_by.partition("residual risk")[0])
    assert len(named) == len(tests) + len(commands), "something else is named than tests and commands"
    path = ""
    for file, name in tests:
        path = file or path
        assert not name or f"def {name}(" in (ROOT / "tests" / path).read_text(encoding="utf-8"), (path, name)
        assert (ROOT / "tests" / path).is_file()
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            make_parser().parse_args([*command.split(), "--help"])
        assert ended.value.code == 0 and "usage" in capsys.readouterr().out


def test_as_long_as_a_line_is_not_acceptable_the_page_says_not_on_patients() -> None:
    assert ("The residual risk is not acceptable for use on patients" in PAGE) == any(line.acceptable == "no" for line in LINES)


@pytest.mark.parametrize("page", ["README.md", "README.nl.md", "docs/intended-use.md", "docs/kiosk.md", "docs/hazards.md"])
def test_every_page_says_that_it_is_not_for_patients_as_it_stands(page: str) -> None:
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert re.search("not (acceptable )?(for use )?on patients|no patients", text)
    assert page == "docs/intended-use.md" or "intended-use.md" in text


@pytest.mark.parametrize(
    "named",
    ["not CE-marked", "2017/745", "rule 11", "IIb or III", "2024/1689", "9(2)(h)", "Article 30", "Article 35", "IEC 62304",
     "IEC 62366-1", "ISO 14971", "--demo", "unreviewed: demo", "hazards.md"],
)  # fmt: skip
def test_the_intended_use_names_what_a_practice_and_a_manufacturer_need(named: str) -> None:
    assert named in " ".join((ROOT / "docs" / "intended-use.md").read_text(encoding="utf-8").split())


def test_what_it_would_need_is_one_page() -> None:
    needed = (ROOT / "docs" / "intended-use.md").read_text(encoding="utf-8").partition("## What it would need")[2]
    assert 300 < len(needed.partition("### Sources")[0].split()) < 600
