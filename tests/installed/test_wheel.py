"""The wheel alone: what it holds and what it leaves out, the example, the commands, FHIR."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone
from importlib.metadata import entry_points, metadata
from pathlib import Path

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

import voice
from voice.api import Outcome, Transcript, advance, begin, script, understand
from voice.bridges.fhir import questionnaire_response
from voice.consultation.script import Level


def start(*arguments: str, folder: Path, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def run(*arguments: str, folder: Path, text: str = "") -> str:
    done = start(*arguments, folder=folder, text=text)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_the_wheel_that_is_tested(checkout: Path) -> None:
    assert Path(voice.__file__).is_relative_to(sys.prefix)
    assert not Path(voice.__file__).is_relative_to(checkout / "voice")


def test_the_example_runs(checkout: Path, tmp_path: Path) -> None:
    shown = run(str(checkout / "docs" / "example.py"), folder=tmp_path, text="drie dagen\n" + "nee\n" * 30)
    assert "Level.REASSURE" in shown.splitlines()[-1]


def test_every_script_is_in_it_and_sound(tmp_path: Path) -> None:
    shown = run("-m", "voice", "script", "check", folder=tmp_path)
    assert [line for line in shown.splitlines() if line.endswith(": sound")] and "WRONG" not in shown


def test_the_catalogue_is_in_it(tmp_path: Path) -> None:
    assert "vosk-model-small-nl-0.22" in run("-m", "voice", "models", "list", folder=tmp_path)


@pytest.mark.parametrize("bench", ["consult", "turns", "wyoming", "screen", "soak"])
@pytest.mark.parametrize("options", [(), ("--help",), ("--json", "--locale", "nl-NL")])
def test_a_bench_that_needs_the_checkout_says_so_in_one_line(bench: str, options: tuple[str, ...], tmp_path: Path) -> None:
    done = start("-m", "voice", "bench", bench, *options, folder=tmp_path)
    told = f"ruggespraak: `ruggespraak bench {bench}` is not part of the installed package. Run it in a checkout of the source"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(told) and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("bench", ["answers", "calibration", "ears"])
def test_a_bench_for_recordings_of_ones_own_is_in_it(bench: str, tmp_path: Path) -> None:
    assert "--recordings FILE.tsv" in run("-m", "voice", "bench", bench, "--help", folder=tmp_path)


def test_the_rates_of_a_population_are_in_it(tmp_path: Path) -> None:
    value = json.loads(run("-m", "voice", "bench", "population", "--visits", "2", "--json", folder=tmp_path))
    assert set(value["scripts"]) == {"kort", "uitgebreid"}


def test_a_bench_says_which_package_it_needs(tmp_path: Path) -> None:
    done = start("-m", "voice", "bench", "voice", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "ruggespraak: This needs the package jiwer. Run `pip install jiwer`.\n"


def test_written_answers_are_measured(tmp_path: Path) -> None:
    (tmp_path / "words.tsv").write_text("label\tutterance\nyes\tja zeker\nno\tneen\n", encoding="utf-8")
    scores = json.loads(run("-m", "voice", "bench", "answers", "--words", "words.tsv", "--json", folder=tmp_path))
    assert (scores["words"][0]["right"], scores["words"][0]["total"]) == (2, 2)


def test_openvoiceos_is_told_of_the_skill_and_the_engine() -> None:
    found = {
        group: {entry.value for entry in entry_points(group=group)}
        for group in ("opm.skill", "ovos.plugin.skill", "opm.agents.yesno")
    }
    assert "voice.bridges.ovos:Rugcheck" in found["opm.skill"] & found["ovos.plugin.skill"]
    assert "voice.bridges.ovos_yesno:DutchYesNo" in found["opm.agents.yesno"]


def test_the_extras_are_there() -> None:
    assert set(metadata("ruggespraak").get_all("Provides-Extra")) >= {"whisper", "piper", "ovos", "wyoming", "fhir"}


def test_the_questionnaire_and_its_answers_are_valid(tmp_path: Path) -> None:
    asked = Questionnaire.model_validate(json.loads(run("-m", "voice", "fhir", folder=tmp_path)))
    step = begin(script("nl-BE", "kort"))
    while not isinstance(step.then, Outcome):
        words = {"duur": "drie dagen", "leeftijd": "zestig", "koorts": "ja", "klopt": "ja"}.get(step.then.id, "nee")
        step = advance(step.visit, understand(Transcript(words, 1.0, "text"), step.then))
    answers = QuestionnaireResponse.model_validate(questionnaire_response(step.visit, datetime.now(timezone.utc)))
    assert step.then.level is Level.T
    assert answers.questionnaire == f"{asked.url}|{asked.version}"
