"""The proofs can fail: none of the named mutants survives, and one that did would be told."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutation import ROOT, TESTS, reports
from tests.mutation.mutants import Mutant, list_mutants
from tests.mutation.named import list_named
from tests.mutation.runner import Verdict, read_source


@pytest.mark.slow
def test_no_named_mutant_survives() -> None:
    command = [sys.executable, "-m", "tests.mutation", "--named"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_tells_of_every_named_mutant_and_that_each_of_its_judges_found_it() -> None:
    """If it fails: `python -m tests.mutation --named --write`, or the whole run."""
    rows = reports.PAGE.read_text(encoding="utf-8").partition("## Mutants with a name")[2].partition("\n## ")[0].splitlines()
    told = {tuple(cell.strip() for cell in row.strip("| ").split(" | ")) for row in rows if row.startswith("| ")}
    killed = {(name, place): set(judges.split(", ")) for name, place, judges in told if name != "mutant"}
    named = {(one.name, f"{one.mutant.file}, `{one.mutant.place or 'module'}`"): set(one.kinds) for one in list_named()}
    assert killed.keys() == named.keys()
    assert [name for name, judges in named.items() if not judges <= killed[name]] == []


def test_a_named_mutant_must_be_found_by_each_of_its_judges() -> None:
    named = list_named()[0]
    assert named.kinds == ["walk", "campaign", "tests"]
    blind = Verdict(named.mutant, {"walk": "found", "campaign": "", "tests": "a test"})
    assert list(reports.find_wrong_named([named], [blind])) == [f"not found by the campaign: {named.name} ({named.mutant.file})"]
    assert list(reports.find_wrong_named([named], [replace(blind, said=dict.fromkeys(named.kinds, "found"))])) == []


MUTANT = Mutant("voice/x.py", "f", "a < b", "a <= b", 0, 5, "a <= b", (1, 2), True)


def test_a_survivor_needs_a_reason_and_a_reason_a_survivor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived, killed = Verdict(MUTANT, {"tests": ""}), Verdict(MUTANT, {"tests": "test_f"})
    assert list(reports.find_unexplained([lived], {})) == ["lives: voice/x.py  f: a < b -> a <= b"]
    assert list(reports.find_unexplained([killed], {})) == []
    monkeypatch.setattr(reports, "SURVIVORS", tmp_path / "survivors.yaml")
    reports.SURVIVORS.write_text('voice/x.py:\n  - why: the same\n    mutants: ["f: a < b -> a <= b"]\n', encoding="utf-8")
    explained = reports.load_survivors()
    assert list(reports.find_unexplained([lived], explained)) == []
    assert list(reports.find_needless([lived], explained)) == []
    assert len(list(reports.find_needless([killed], explained))) == 1


def test_every_reason_belongs_to_a_mutant_that_exists() -> None:
    known = {(file, mutant.key) for file in TESTS for mutant in list_mutants(file, read_source(file))}
    assert set(reports.load_survivors()) <= known
