"""The public interface: the ten lines work as they are shown, and everything in it explains itself."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.virtual_sound_card import ROOT
from voice import api
from voice.api import Outcome, ScriptError, Transcript, advance, begin, script, understand
from voice.consultation.script import Level

EXAMPLE = ROOT / "docs" / "example.py"


def run(answers: str) -> str:
    done = subprocess.run(
        [sys.executable, EXAMPLE], input=answers, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60
    )
    return done.stdout


@pytest.mark.slow
def test_the_ten_lines_hold_a_consultation_that_reassures() -> None:
    shown = run("drie dagen\n" + "neen\n" * 30)
    assert shown.splitlines()[-1].startswith("Outcome(level=<Level.REASSURE")
    assert "koorts" in shown


def test_the_ten_lines_find_a_flag_and_read_it_back() -> None:
    said = {"duur": "een week of twee", "koorts": "ja toch wel", "klopt": "dat klopt"}
    step = begin(script())
    while not isinstance(step.then, Outcome):
        step = advance(step.visit, understand(Transcript(said.get(step.then.id, "nee"), 1.0, "text"), step.then))
    assert (step.then.level, step.then.flags) == (Level.T, ("koorts",))


def test_the_example_is_the_one_in_the_documentation() -> None:
    code = EXAMPLE.read_text(encoding="utf-8").partition("\n\n")[2]
    assert code.strip() in inspect.getdoc(api)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10


def test_every_public_name_says_what_it_is() -> None:
    silent = [name for name in api.__all__ if not inspect.getdoc(getattr(api, name))]
    assert not silent


def test_a_script_that_is_not_there_is_told_with_the_choices() -> None:
    with pytest.raises(ScriptError, match="nl-BE"):
        script("fr-BE")
    with pytest.raises(ScriptError, match="kort"):
        script("nl-NL", "lang")


@pytest.mark.slow
def test_the_documentation_is_generated_and_shows_every_public_name(tmp_path: Path) -> None:
    import pdoc

    pdoc.pdoc("voice.api", output_directory=tmp_path)
    page = (tmp_path / "voice" / "api.html").read_text(encoding="utf-8")
    assert [name for name in api.__all__ if f'id="{name}"' not in page] == []
