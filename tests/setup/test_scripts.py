"""Which script may be shown to patients, and what is told of one that may not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.helpers.content import edit
from voice.base.errors import ReviewError
from voice.cli.wyoming_server import _load_consultations
from voice.setup.scripts import load_chosen_script, refuse_unreviewed, warn_unreviewed
from voice.setup.settings import Chapters, PlaceToMove, Settings


def test_a_script_that_nobody_signed_is_refused_with_its_file_and_the_remedy() -> None:
    with pytest.raises(ReviewError) as refused:
        refuse_unreviewed(Settings())
    assert refused.value.trouble.subject.endswith("nl-BE/kort.yaml")
    assert "script show" in refused.value.remedy and "--demo" in refused.value.remedy


@pytest.mark.parametrize(("script", "told"), [("kort", ""), ("uitgebreid", "nl-BE/uitgebreid: No clinician has reviewed")])
def test_a_signature_is_of_one_script(signed: Path, script: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(prompts=signed, script=script)
    warn_unreviewed(settings)
    heard = capsys.readouterr().err
    assert heard.startswith(told) and bool(heard) == bool(told)
    if not told:
        refuse_unreviewed(settings)


def test_a_trial_is_shown_where_a_person_asked_for_one() -> None:
    refuse_unreviewed(Settings(unreviewed="demo"))


def test_a_server_tells_of_each_consultation_that_nobody_signed(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = _load_consultations(Settings(prompts=signed), ("nl-BE", "nl-NL"))
    assert [script.reviewed for script in held.scripts.values()] == [True, False]
    told = capsys.readouterr().err
    assert "nl-NL/kort: No clinician" in told and "nl-BE/kort" not in told


BOTH = Chapters(movement=PlaceToMove(staff_in_sight=True, chair_with_arms=True))


def moves(settings: Settings) -> bool:
    return bool(load_chosen_script(settings).moving.movements)


@pytest.mark.parametrize("place", [PlaceToMove(), PlaceToMove(staff_in_sight=True), PlaceToMove(chair_with_arms=True)])
def test_nobody_moves_unless_the_practice_promises_both_staff_in_sight_and_a_chair_with_arms(place: PlaceToMove) -> None:
    assert not moves(Settings(unreviewed="demo", chapters=Chapters(movement=place)))
    assert moves(Settings(unreviewed="demo", chapters=BOTH))


def test_nobody_moves_by_a_script_that_nobody_signed_unless_it_is_a_trial(signed: Path, tmp_path: Path) -> None:
    assert not moves(Settings(chapters=BOTH))
    assert moves(Settings(prompts=signed, chapters=BOTH))
    changed = shutil.copytree(signed, tmp_path / "prompts")
    edit(changed / "nl-BE", "movements.yaml", 'times: "5"', 'times: "6"')
    assert not moves(Settings(prompts=changed, chapters=BOTH))
