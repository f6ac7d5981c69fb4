"""A spoken visit with every chapter, over a sound card: a recorded patient moves along, and speaks into the counts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROMPTS
from tests.helpers.tempo import measure_visit
from tests.helpers.virtual_sound_card import ROOT
from voice.consultation.loader import load_script

pytestmark = pytest.mark.slow

PATIENT = ROOT / "tests" / "conversations" / "alle_hoofdstukken.yaml"
Coached = dict[str, tuple[Path, dict[str, Any]]]

STEADY = 50.0
"""Milliseconds by which a word of a count may stray from its beat, as it sounds in the room."""


@pytest.fixture(scope="module")
def coached(tmp_path_factory: pytest.TempPathFactory) -> Coached:
    """The folder of a visit with every chapter, and what was seen of it, by locale. Both are held at the same time."""
    folders = {locale: tmp_path_factory.mktemp(locale) for locale in ("nl-BE", "nl-NL")}
    command = [sys.executable, "-m", "tests.helpers.coached_visit"]
    visits = {
        locale: subprocess.Popen([*command, str(folder), locale, str(PATIENT)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for locale, folder in folders.items()
    }
    return {locale: (folders[locale], json.loads(visit.communicate(timeout=900)[0])) for locale, visit in visits.items()}


@pytest.mark.parametrize("locale", ["nl-BE", "nl-NL"])
def test_a_spoken_visit_goes_through_every_chapter_to_the_card(coached: Coached, locale: str) -> None:
    """A count is not waited for: "trager", "te veel" and "stop" are said into the second, the third and the fourth."""
    visit, lines = coached[locale][1], [shown["line"] for shown in coached[locale][1]["shown"]]
    assert (visit["level"], visit["card"], visit["handover"]) == ("reassure", True, True)
    script = load_script(PROMPTS / locale, "kort", language=False, chapters=frozenset(("movement", "hardest")))
    names = ("dat_geef_ik_door", "samen_begin", "samen_trager", "samen_minder", "samen_gestopt")
    taken = [script.line(name).text for name in names]
    assert [line for line in lines if line in taken] == taken


@pytest.mark.parametrize("locale", ["nl-BE", "nl-NL"])
def test_a_count_keeps_its_beat_in_the_room(coached: Coached, locale: str) -> None:
    """Also one that is spoken into; the first is not, and has all of its words."""
    folder = coached[locale][0]
    counts = sorted(measure_visit(folder / "consult.wav", folder / "kiosk.yaml"), key=lambda count: count["begins"])
    assert [count["beat"] for count in counts[:3]] == [4.0, 3.0, 4.5], counts
    assert counts[0]["words"] == 5, counts
    assert max(count["stray_ms"] for count in counts) < STEADY, counts
