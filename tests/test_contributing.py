"""What is written is true: the house stands as CONTRIBUTING.md draws it; files, tests, commands and extras that are named exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.helpers.virtual_sound_card import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PAGES = sorted(
    str(path.relative_to(ROOT))
    for glob in ("*.md", "docs/*.md", "models/*.md", "models/train/*.md", "models/*-ruggespraak/*.md")
    for path in ROOT.glob(glob)
)
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
BY_PROGRAM = {"docs/population.md", "docs/licences.md", "docs/mutation.md"}
"""Pages of which a command writes every line, with texts out of data or lines of code in them."""


def drawn() -> list[tuple[str, ...]]:
    """The floors of the house as it is drawn, from the top: on each its rooms, with folders inside them as "kiosk/turns"."""
    floors: list[tuple[str, ...]] = []
    for line in TEXT.partition("\nvoice/\n")[2].partition("```")[0].splitlines():
        indent, names = re.match(r"( *)((?:[a-z_]+(?:/|\.py) +)*)", line).groups()
        rooms = tuple(name.rstrip("/") for name in names.split())
        if rooms and len(indent) == 2:
            floors.append(rooms)
        elif rooms:
            floors[-1] += tuple(f"{floors[-1][0]}/{room}" for room in rooms)
    return floors


def test_every_room_is_drawn_and_every_room_that_is_drawn_is_there() -> None:
    rooms = [room for floor in drawn() for room in floor]
    assert [room for room in rooms if not (ROOT / "voice" / room).exists()] == []
    there = {path.name for path in (ROOT / "voice").iterdir() if not path.name.startswith("__")}
    assert there == {room for room in rooms if "/" not in room}


def test_the_rooms_are_drawn_in_the_order_of_the_contract() -> None:
    layers = re.findall(r'^    "([a-z |]+)",$', PROJECT.partition("\nlayers = [")[2].partition("]")[0], re.MULTILINE)
    assert len(layers) > 8
    assert [{room.removesuffix(".py") for room in floor if "/" not in room} for floor in drawn()] == [
        set(layer.split(" | ")) for layer in layers
    ]


def test_the_layers_and_the_types_are_checked_before_the_tests() -> None:
    lint = MAKEFILE.partition("\nlint:")[2].partition("\n\n")[0]
    assert all(f".venv/bin/{tool}" in lint for tool in ("ruff check", "ruff format --check", "lint-imports", "mypy"))
    assert "\ntest: lint " in MAKEFILE
    assert "exec make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:voice|prompts|tests|models|docs|packaging|supply)/[^`<:]*)(?:::\w+(?:\[\w+\])?)?`", text)
    # Code is no link: `PHASES[phase](visit)` has the same brackets.
    prose = re.sub(r"`[^`\n]*`", "", re.sub(r"(?ms)^```.*?^```", "", text))
    linked = [(ROOT / page).parent / link for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose)]
    assert [path for path in map(str, [*(ROOT / name for name in named), *linked]) if not Path(path).exists()] == []


@pytest.mark.parametrize("page", sorted(set(PAGES) - BY_PROGRAM))
def test_no_line_of_prose_is_wider_than_a_line_of_code(page: str) -> None:
    width = re.search(r"^line-length = (\d+)$", PROJECT, re.MULTILINE)
    prose = re.sub(r"(?ms)^ *```.*?^ *```$", "", (ROOT / page).read_text(encoding="utf-8"))
    # A table cannot be wrapped, nor can the address of a link.
    lines = [re.sub(r"\]\([^)]*\)", "]()", line) for line in prose.splitlines() if not line.lstrip().startswith("|")]
    assert width and [line for line in lines if len(line) > int(width[1])] == []


def test_every_file_of_contributing_is_looked_at() -> None:
    assert len(re.findall(r"`(?:voice|prompts|tests|models|docs)/[^`<]*`", TEXT)) > 25


def test_every_test_that_shows_a_control_is_there() -> None:
    hazards = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")
    named = re.findall(r"`(?:([a-z_/]+/test_\w+\.py))?(?:::(test_\w+))?`", hazards)
    file, missing = "", []
    for path, name in named:
        file = path or file
        source = ROOT / "tests" / file
        if not source.is_file() or (name and f"def {name}(" not in source.read_text(encoding="utf-8")):
            missing.append((file, name))
    assert len([name for _, name in named if name]) > 25
    assert missing == []


def test_the_hazard_log_has_the_figures_of_the_grounds() -> None:
    hazards, grounds = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("hazards.md", "grounds.md"))
    measured = re.search(r"^\| misheard \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", grounds, re.MULTILINE)
    told = re.search(
        r"of (\d+) simulated visits .* (\d+) ended in wrong reassurance, (\d+) in too low a level, and (\d+) lost", hazards
    )
    assert measured and told and told.groups() == measured.groups()


def test_every_make_target_that_is_named_is_there() -> None:
    named = {
        word
        for line in re.findall(r"^make ([a-z -]+)|`make ([a-z -]+)`", TEXT, re.MULTILINE)
        for word in " ".join(line).split("#")[0].split()
    }
    assert {"test", "wheels", "model-wheel"} <= named
    assert [target for target in named if f"\n{target}:" not in MAKEFILE] == []


def test_every_extra_for_users_is_explained() -> None:
    section = PROJECT.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    extras = set(re.findall(r"^(\w+) = ", section, re.MULTILINE)) - {"dev", "tools"}
    assert {"whisper", "piper", "ovos", "wyoming", "fhir"} <= extras
    assert [name for name in extras if f"| `{name}` |" not in TEXT] == []
