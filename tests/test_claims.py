"""What README and the pages for engineers claim is made by what `tests/claims.yaml` names, and what is cheap is made here and compared."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from contextlib import redirect_stdout
from functools import cache
from importlib import import_module

import pytest

from tests.helpers.claims import (
    PAGES,
    Claim,
    find_unnamed,
    has_figure,
    read_blocks,
    read_claims,
    read_commands,
    split_command,
)
from tests.helpers.virtual_sound_card import ROOT
from voice.cli.main import make_parser
from voice.setup.models.catalogue import read_catalogue

pytestmark = pytest.mark.slow

CLAIMS = read_claims()
WITH_COMMANDS = sorted(
    str(path.relative_to(ROOT))
    for part in ("README*.md", "CONTRIBUTING.md", "docs/*.md", "models/*.md", "models/*/README.md")
    for path in ROOT.glob(part)
)
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
    known = [claim for claim in CLAIMS if claim.page == page]
    assert [block for block in figures if not any(claim.find_in(block) for claim in known)] == []
    assert [figure for block in figures for figure in find_unnamed(block, known)] == []


def test_a_figure_is_found_unless_the_claim_of_its_block_answers_for_it() -> None:
    block = "It ends after 10 s in all, `within 3 s`; 51 of 60 are heard."
    assert find_unnamed(block, [Claim("page", "after (10) s", constant="a:B")]) == ["51 of 60 are heard."]
    assert find_unnamed(block, [Claim("page", "after 10 s", test="a"), Claim("page", "(51) of 60", test="a")]) == [block[14:]]
    assert find_unnamed(block, [Claim("page", "It ends", fact="by hand")]) == []


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim.says for claim in CLAIMS])
def test_every_claim_stands_on_its_page_and_is_made_in_one_way(claim: Claim) -> None:
    claim.find_figures()
    assert claim.ways == 1


@pytest.mark.parametrize("claim", [*list_claims("command"), *list_claims("text")], ids=lambda claim: claim.says)
def test_what_a_cheap_command_prints_or_a_file_holds_is_what_is_claimed(claim: Claim) -> None:
    text = run(claim.command) if claim.command else (ROOT / claim.text).read_text(encoding="utf-8")
    printed = [match.groups() for match in re.finditer(claim.prints, text, re.MULTILINE)]
    assert printed == [claim.find_figures()]


def read_constant(name: str) -> float:
    """Read module:NAME, module:Class.field (its default), or module:NAME/1024 in another unit."""
    place, _, unit = name.partition("/")
    module, _, attributes = place.partition(":")
    value = import_module(module)
    for attribute in attributes.split("."):
        value = getattr(value() if isinstance(value, type) else value, attribute)
    return float(value) / float(unit or 1)


@pytest.mark.parametrize("claim", list_claims("constant"), ids=lambda claim: claim.says)
def test_a_limit_is_the_one_in_the_program(claim: Claim) -> None:
    figures = [float(figure.replace(",", "")) for figure in claim.find_figures()]
    assert figures == [read_constant(name) for name in claim.constant.split()]


@pytest.mark.parametrize("claim", [*list_claims("files"), *list_claims("models")], ids=lambda claim: claim.says)
def test_a_size_is_that_of_the_files_or_of_the_models(claim: Claim) -> None:
    unit = re.search(r" ([kM]B)", claim.says)
    to_fetch = {model.name: model.bytes for model in read_catalogue()}
    size = sum((ROOT / name).stat().st_size for name in claim.files) + sum(to_fetch[name] for name in claim.models)
    assert unit and [str(round(size / UNITS[unit[1]]))] == list(claim.find_figures())


@pytest.mark.parametrize("claim", list_claims("test"), ids=lambda claim: claim.says)
def test_a_test_that_is_named_is_there_and_takes_the_figures_from_the_page(claim: Claim) -> None:
    path, _, name = claim.test.partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert f"def {name}(" in text
    assert not claim.find_figures() or f'read_claimed("{name}")' in text


@cache
def list_options(command: tuple[str, ...]) -> set[str]:
    """The options that a command has, as its help names them. An unknown command ends the test."""
    if command[0] == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert [target for target in command[1:] if f"\n{target}:" not in makefile] == []
        return set()
    printed = io.StringIO()
    if command[0] == "ruggespraak":
        with redirect_stdout(printed), pytest.raises(SystemExit) as ended:
            make_parser().parse_args([*command[1:], "--help"])
        assert ended.value.code == 0, command
        return set(re.findall(r"--[a-z-]+", printed.getvalue()))
    words = " ".join(command).split()[1:]
    done = subprocess.run([sys.executable, *words, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(re.findall(r"--[a-z-]+", done.stdout))


@pytest.mark.parametrize("claim", list_claims("costly"), ids=lambda claim: claim.says)
def test_a_costly_command_exists_with_its_options(claim: Claim) -> None:
    command, options = split_command(claim.costly)
    assert set(options) <= list_options(command)


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_every_command_that_a_page_names_exists_with_its_options(page: str) -> None:
    commands = read_commands(page)
    assert [(command, options) for command, options in commands if not set(options) <= list_options(command)] == []
