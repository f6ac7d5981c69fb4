"""What README and the pages for engineers claim is made by what `tests/claims.yaml` names, and what is cheap is made here and compared."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from importlib import import_module

import pytest

from tests.helpers.claims import PAGES, Claim, has_figure, read_blocks, read_claims
from tests.helpers.virtual_sound_card import ROOT

pytestmark = pytest.mark.slow

CLAIMS = read_claims()
UNITS = {"kB": 1_000, "MB": 1_000_000}


def list_claims(field: str) -> list[Claim]:
    return [claim for claim in CLAIMS if getattr(claim, field)]


@cache
def run(command: str) -> str:
    """What a command of the program prints."""
    done = subprocess.run([sys.executable, "-m", "voice", *command.split()], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_of_a_page_is_named_with_what_makes_it(page: str) -> None:
    figures = [block for block in read_blocks(page) if has_figure(block)]
    assert figures
    known = [claim.says for claim in CLAIMS if claim.page == page]
    assert [block for block in figures if not any(re.search(says, block) for says in known)] == []


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim.says for claim in CLAIMS])
def test_every_claim_stands_on_its_page_and_is_made_in_one_way(claim: Claim) -> None:
    claim.find_figures()
    assert claim.ways == 1


@pytest.mark.parametrize("claim", list_claims("command"), ids=lambda claim: claim.says)
def test_what_a_cheap_command_prints_is_what_is_claimed(claim: Claim) -> None:
    printed = [match.groups() for match in re.finditer(claim.prints, run(claim.command), re.MULTILINE)]
    assert printed == [claim.find_figures()]


def read_constant(name: str) -> float:
    """Read module:NAME, or module:NAME/1024 in another unit."""
    place, _, unit = name.partition("/")
    module, _, attribute = place.partition(":")
    return float(getattr(import_module(module), attribute)) / int(unit or 1)


@pytest.mark.parametrize("claim", list_claims("constant"), ids=lambda claim: claim.says)
def test_a_limit_is_the_one_in_the_program(claim: Claim) -> None:
    figures = [float(figure.replace(",", "")) for figure in claim.find_figures()]
    assert figures == [read_constant(name) for name in claim.constant.split()]


@pytest.mark.parametrize("claim", list_claims("files"), ids=lambda claim: claim.says)
def test_a_size_is_that_of_the_files(claim: Claim) -> None:
    unit = re.search(r" ([kM]B)", claim.says)
    size = sum((ROOT / name).stat().st_size for name in claim.files)
    assert unit and [str(round(size / UNITS[unit[1]]))] == list(claim.find_figures())


@pytest.mark.parametrize("claim", list_claims("test"), ids=lambda claim: claim.says)
def test_a_test_that_is_named_is_there(claim: Claim) -> None:
    path, _, name = claim.test.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("claim", list_claims("costly"), ids=lambda claim: claim.says)
def test_a_costly_command_exists(claim: Claim) -> None:
    make = re.match(r"make (\w+)", claim.costly)
    if make:
        assert f"\n{make[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    elif claim.costly.startswith("bench "):
        assert "usage" in run(f"bench {claim.costly.split()[1]} --help")
    else:
        assert claim.costly.startswith("the same, ")
