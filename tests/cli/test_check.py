"""The self-test of an installation: a line a part for the practice, and JSON for programs."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from voice.base.errors import DeviceError, ModelError, Symptom
from voice.cli import check
from voice.cli.check import Detail
from voice.setup.settings import Screen, Settings, Staff


def fine(settings: Settings) -> Iterator[Detail]:
    yield "disk", {"megabytes": 500}


def silent(settings: Settings) -> Iterator[Detail]:
    raise DeviceError("Microphone Jabra gives digital silence.", "Unmute it.", Symptom.MUTE, "Jabra")


def deaf(settings: Settings) -> Iterator[Detail]:
    raise ModelError("No model that hears Dutch is installed.", "Fetch one.", Symptom.NO_MODEL)


@pytest.fixture(autouse=True)
def memory_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "find_swap", lambda: ())


def run_check(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    json: bool = False,
    settings: Settings = Settings(unreviewed="demo"),
    **tests: check.Test,
) -> tuple[int, list[str]]:
    monkeypatch.setattr(check, "_TESTS", tests)
    code = check.run(Namespace(json=json), settings)
    return code, capsys.readouterr().out.splitlines()


def test_a_part_that_works_is_told_in_one_line_of_dutch(monkeypatch, capsys) -> None:
    code, lines = run_check(monkeypatch, capsys, disk=fine)
    assert (code, lines[0].split(maxsplit=2)) == (0, ["goed", "opslag", "Er is 500 MB vrij."])


def test_a_device_that_is_missing_is_a_note_for_patients_go_on_by_touch(monkeypatch, capsys) -> None:
    code, lines = run_check(monkeypatch, capsys, microphone=silent)
    assert code == 0
    assert lines[0].startswith("let op  microfoon    Jabra geeft geen geluid. Staat hij op stil?")
    assert lines[0].endswith("(Voor de technicus: Microphone Jabra gives digital silence. Unmute it.)")
    assert lines[-1] == "De kiosk werkt. Lees wel wat na let op staat."


def test_what_keeps_a_consultation_from_being_held_is_wrong(monkeypatch, capsys) -> None:
    code, lines = run_check(monkeypatch, capsys, microphone=silent, ears=deaf, disk=fine)
    assert code == 1
    assert lines[1].startswith("FOUT    verstaan     Ik versta nog geen Nederlands.")
    assert lines[-1].startswith("De kiosk is nog niet klaar.")


def test_a_script_that_nobody_signed_is_a_note_where_it_is_shown_as_a_trial(monkeypatch, capsys) -> None:
    code, lines = run_check(monkeypatch, capsys)
    assert code == 0
    assert lines[0].startswith("let op  nagelezen    Geen zorgverlener")


def test_a_script_that_nobody_signed_is_wrong_where_the_kiosk_refuses_it(monkeypatch, capsys) -> None:
    code, lines = run_check(monkeypatch, capsys, settings=Settings())
    assert code == 1
    assert lines[0].startswith("FOUT    nagelezen    De kiosk start niet. Geen zorgverlener heeft dit gesprek nagelezen")
    assert "--demo" in lines[0] and "unreviewed: demo" in lines[0] and "kort.yaml" in lines[0]


def test_a_script_that_is_signed_is_fine_with_the_name_of_its_reviewer(monkeypatch, capsys, signed: Path) -> None:
    code, lines = run_check(monkeypatch, capsys, settings=Settings(prompts=signed))
    assert (code, lines[0].split(maxsplit=2)) == (0, ["goed", "nagelezen", "Nagelezen door Dr. Peeters op 2026-12-01."])


def test_memory_that_may_go_to_a_disk_is_a_note(monkeypatch, capsys) -> None:
    monkeypatch.setattr(check, "find_swap", lambda: ("/dev/sda3",))
    code, lines = run_check(monkeypatch, capsys)
    assert code == 0 and any(line.startswith("let op  privacy") and "/dev/sda3" in line for line in lines)


def test_programs_get_fixed_names_and_the_english(monkeypatch, capsys) -> None:
    code, lines = run_check(monkeypatch, capsys, json=True, ears=deaf, disk=fine)
    found = {record["part"]: record for record in map(json.loads, lines)}
    assert code == 1 and found.keys() == {"ears", "disk", "review"}
    assert (found["ears"]["mark"], found["disk"]["mark"]) == ("wrong", "fine")
    assert found["ears"]["english"] == "No model that hears Dutch is installed. Fetch one."


def test_the_screen_tells_its_address_the_size_of_its_buttons_and_whether_there_is_a_pin() -> None:
    said = dict(check._check_screen(Settings(screen=Screen(diagonal=15.6, port=0), staff=Staff(pin="4711"))))
    assert said == {"can_be_served": {"address": "http://127.0.0.1:0/"}, "buttons": {"inches": "15.6"}, "pin": {}}
