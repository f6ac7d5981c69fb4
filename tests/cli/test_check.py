"""The self-test of an installation: a line a part for the practice, and JSON for programs."""

from __future__ import annotations

import errno
import json
import subprocess
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.helpers.desk import find_free_port, make_certificate
from tests.helpers.fake_engines import FakeSynthesizer
from tests.helpers.mqtt_broker import run_broker
from voice.audio.segment import Limits
from voice.base.errors import DeviceError, ModelError, RuggespraakError, ScriptError, ServerError, SettingsError, Symptom
from voice.cli import check, self_test
from voice.cli.self_test import Detail
from voice.consultation.practice import Details
from voice.setup import voices
from voice.setup.settings import HandOverForm, Reception, Screen, Settings, Staff


def fine(settings: Settings) -> Iterator[Detail]:
    yield "disk", {"megabytes": 500}


def silent(settings: Settings) -> Iterator[Detail]:
    raise DeviceError("Microphone Jabra gives digital silence.", "Unmute it.", Symptom.MUTE, "Jabra")


def deaf(settings: Settings) -> Iterator[Detail]:
    raise ModelError("No model that hears Dutch is installed.", "Fetch one.", Symptom.NO_MODEL)


@pytest.fixture(autouse=True)
def memory_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "find_swap", lambda: ())
    monkeypatch.setattr(self_test, "is_overwritten_when_freed", lambda: True)


def run_check(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    json: bool = False,
    settings: Settings = Settings(unreviewed="demo"),
    **tests: self_test.Test,
) -> tuple[int, list[str]]:
    monkeypatch.setattr(self_test, "TESTS", tests)
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
    assert lines[-2] == "De kiosk werkt. Lees wel wat na let op staat."
    assert lines[-1] == "Een patiënt kan hier nu luisteren. Antwoorden kan alleen met de knoppen, want ik hoor niets."


def test_devices_that_do_not_answer_are_named_and_the_kiosk_is_not_said_to_work(monkeypatch, capsys) -> None:
    def hang(name: str) -> self_test.Test:
        def test(settings: Settings) -> Iterator[Detail]:
            raise DeviceError(f"{name} does not answer.", "Restart the sound server.", Symptom.HANGS, name)
            yield

        return test

    code, lines = run_check(monkeypatch, capsys, microphone=hang("Jabra"), loudspeaker=hang("Box"), disk=fine)
    assert code == 1
    assert lines[-2].startswith("Jabra, Box antwoordt niet. Zo kunnen patiënten alleen lezen en aanraken.")
    code, lines = run_check(monkeypatch, capsys, microphone=hang("Jabra"), ears=deaf)
    assert code == 1 and lines[-2].startswith("De kiosk is nog niet klaar.")


def test_devices_are_looked_at_before_what_takes_long() -> None:
    assert list(self_test.TESTS)[3:5] == ["microphone", "loudspeaker"]


def test_what_keeps_a_consultation_from_being_held_is_wrong(monkeypatch, capsys) -> None:
    code, lines = run_check(monkeypatch, capsys, microphone=silent, ears=deaf, disk=fine)
    assert code == 1
    assert lines[1].startswith("FOUT    verstaan     Ik versta nog geen Nederlands.")
    assert lines[-2].startswith("De kiosk is nog niet klaar.")
    assert lines[-1] == "Laat hier nu nog geen patiënt beginnen."


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
    monkeypatch.setattr(self_test, "find_swap", lambda: ("/dev/sda3",))
    code, lines = run_check(monkeypatch, capsys)
    assert code == 0 and any(line.startswith("let op  privacy") and "/dev/sda3" in line for line in lines)


def test_a_system_that_keeps_what_is_freed_is_a_note(monkeypatch, capsys) -> None:
    monkeypatch.setattr(self_test, "is_overwritten_when_freed", lambda: False)
    code, lines = run_check(monkeypatch, capsys)
    assert code == 0 and any(line.startswith("let op  privacy") and "wist het geheugen niet" in line for line in lines)


def test_programs_get_fixed_names_and_the_english(monkeypatch, capsys) -> None:
    code, lines = run_check(monkeypatch, capsys, json=True, ears=deaf, disk=fine)
    found = {record["part"]: record for record in map(json.loads, lines)}
    assert code == 1 and found.keys() == {"ears", "disk", "review"}
    assert (found["ears"]["mark"], found["disk"]["mark"]) == ("wrong", "fine")
    assert found["ears"]["english"] == "No model that hears Dutch is installed. Fetch one."


def mute(settings: Settings) -> Iterator[Detail]:
    raise DeviceError("No loudspeaker found.", "Plug one in.", Symptom.ABSENT)


def unheard(settings: Settings) -> Iterator[Detail]:
    raise DeviceError("The microphone does not hear what Jabra plays.", "", Symptom.UNHEARD, "Jabra")


@pytest.mark.parametrize(
    ("microphone", "loudspeaker", "told"),
    [
        (fine, fine, "Een patiënt kan hier nu luisteren. Antwoorden kan met de stem en met de knoppen."),
        (fine, unheard, "Een patiënt kan hier nu luisteren. Antwoorden kan met de stem en met de knoppen."),
        (fine, mute, "Een patiënt kan hier nu alleen lezen, want ik spreek niet. Antwoorden kan met de stem en met de knoppen."),
    ],
)
def test_the_last_line_tells_what_a_patient_can_do_now(monkeypatch, capsys, microphone, loudspeaker, told: str) -> None:
    code, lines = run_check(monkeypatch, capsys, microphone=microphone, loudspeaker=loudspeaker)
    assert (code, lines[-1]) == (0, told)


def test_a_kiosk_that_neither_hears_nor_speaks_is_not_said_to_work(monkeypatch, capsys) -> None:
    code, lines = run_check(monkeypatch, capsys, microphone=silent, loudspeaker=mute)
    assert code == 1
    assert lines[-2].startswith("De kiosk hoort niets en spreekt niet. Sluit een microfoon en een luidspreker aan.")
    assert lines[-1] == "Een patiënt kan hier nu alleen lezen en op de knoppen drukken. Ik hoor niets en ik spreek niet."


def test_a_fault_that_several_parts_have_is_told_once(monkeypatch, capsys) -> None:
    def broken(settings: Settings) -> Iterator[Detail]:
        raise ScriptError("kort.yaml, line 3: 'ask' is empty.", "Write [first, second, ...].")
        yield

    code, lines = run_check(monkeypatch, capsys, script=broken, voice=broken, screen=broken)
    assert code == 1
    assert [line.startswith("FOUT") for line in lines[:3]] == [True, False, False]
    assert lines[1].split(maxsplit=3)[2:] == ["stem", "Dat kan ik nog niet zien. Los eerst op wat bij gesprek staat."]
    assert sum("kort.yaml, line 3" in line for line in lines) == 1


def test_another_emergency_number_than_the_usual_is_a_note() -> None:
    fault = find_fault(self_test._check_limits, Settings(practice=Details(noodnummer="122")))
    assert (fault.trouble.symptom, fault.trouble.subject) == (Symptom.EMERGENCY_NUMBER, "122")
    assert [name for name, _ in self_test._check_limits(Settings(practice=Details(noodnummer="112")))] == ["settings"]


def find_fault(test: self_test.Test, settings: Settings) -> RuggespraakError:
    with pytest.raises(RuggespraakError) as failed:
        list(test(settings))
    return failed.value


def test_a_folder_into_which_nothing_can_be_written_is_wrong_though_there_is_room(tmp_path: Path, monkeypatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    settings = Settings(speech=tmp_path / "speech")
    assert [name for name, _ in self_test._check_disk(settings)] == ["disk"]
    monkeypatch.setattr(self_test.tempfile, "TemporaryFile", refuse)
    fault = find_fault(self_test._check_disk, settings)
    assert (fault.trouble.symptom, fault.trouble.subject) == (Symptom.READ_ONLY, str(tmp_path / "speech"))


def test_the_folder_of_the_screen_is_tried_too(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "file" / "run"))
    fault = find_fault(self_test._check_disk, Settings(speech=tmp_path / "speech"))
    assert (fault.trouble.symptom, fault.trouble.subject) == (Symptom.READ_ONLY, str(tmp_path / "file" / "run"))


@pytest.mark.parametrize("patience", [Limits(decided=0.1), Limits(pause=0.2), Limits(nobody=1.0), Limits(longest=2.0)])
def test_a_patience_that_cuts_patients_off_is_wrong(patience: Limits) -> None:
    assert find_fault(self_test._check_limits, Settings(patience=patience)).trouble.symptom is Symptom.IMPATIENT


@pytest.mark.parametrize("settings", [Settings(rate=300), Settings(screen=Screen(linger=3)), Settings(screen=Screen(reading=90))])
def test_a_kiosk_that_patients_do_not_keep_up_with_is_a_note(settings: Settings) -> None:
    fault = find_fault(self_test._check_limits, settings)
    assert (fault.trouble.symptom, type(fault)) == (Symptom.HASTY, self_test.Advice)


@pytest.mark.parametrize("answer", [1, subprocess.TimeoutExpired("lpstat", 5), FileNotFoundError()], ids=repr)
def test_a_printer_that_nobody_knows_is_wrong(monkeypatch, answer: int | Exception) -> None:
    def ask(order: list[str], **_: object) -> SimpleNamespace:
        assert order == ["lpstat", "-p", "balie"]
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(returncode=answer)

    monkeypatch.setattr(self_test.shutil, "which", lambda tool: tool)
    monkeypatch.setattr(self_test.subprocess, "run", ask)
    fault = find_fault(self_test._check_handover, Settings(handover=HandOverForm("paper", "balie")))
    assert (fault.trouble.symptom, fault.trouble.subject) == (Symptom.PRINTER_UNKNOWN, "balie")


def test_the_usual_settings_are_fine_and_so_is_the_clock() -> None:
    assert [name for name, _ in self_test._check_limits(Settings())] == ["settings"]
    assert [name for name, _ in self_test._check_clock(Settings())] == ["clock"]


def test_a_clock_before_the_release_is_a_note(monkeypatch) -> None:
    monkeypatch.setattr(self_test, "datetime", SimpleNamespace(now=lambda: datetime(1970, 1, 1)))
    fault = find_fault(self_test._check_clock, Settings())
    assert (fault.trouble.symptom, type(fault)) == (Symptom.CLOCK, self_test.Advice)


def test_the_plain_voice_of_the_computer_is_a_note_and_a_natural_one_is_fine(monkeypatch, capsys, tmp_path: Path) -> None:
    settings = Settings(unreviewed="demo", speech=tmp_path, models=tmp_path, recordings=tmp_path / "recordings")
    voice = FakeSynthesizer()
    monkeypatch.setattr(voices, "_load_pyttsx3", lambda settings, slow: voice)
    assert run_check(monkeypatch, capsys, settings=settings, voice=self_test._check_voice)[1][0].startswith("goed    stem")
    voice.name = "pyttsx3"
    code, lines = run_check(monkeypatch, capsys, settings=settings, voice=self_test._check_voice)
    assert code == 0 and lines[-1].startswith("Een patiënt kan hier nu luisteren.")
    assert lines[0].startswith("let op  stem") and "natuurlijke stem" in lines[0] and "record" in lines[0]


def test_a_call_that_reaches_nobody_is_wrong() -> None:
    fault = find_fault(self_test._check_calls, Settings(staff=Staff(chime=False)))
    assert (fault.trouble.symptom, type(fault)) == (Symptom.NOBODY_CALLED, SettingsError)


@pytest.mark.parametrize(("chime", "kind"), [(True, self_test.Advice), (False, ServerError)])
def test_a_broker_that_refuses_is_wrong_if_a_call_is_heard_nowhere_else(chime: bool, kind: type) -> None:
    with run_broker(login=("kiosk", "geheim")) as broker:
        staff = Staff(chime=chime, broker=f"mqtt://127.0.0.1:{broker.port}")
        fault = find_fault(self_test._check_calls, Settings(staff=staff))
    assert (fault.trouble.symptom, type(fault)) == (Symptom.BROKER_LOGIN, kind)


def test_a_broker_that_lets_the_kiosk_in_is_fine_and_gets_no_call() -> None:
    with run_broker() as broker:
        said = list(self_test._check_calls(Settings(staff=Staff(broker=f"mqtt://127.0.0.1:{broker.port}"))))
    assert [name for name, _ in said] == ["broker", "chime"]
    assert broker.calls == []


def test_the_screen_tells_its_address_the_size_of_its_buttons_and_whether_there_is_a_pin() -> None:
    said = dict(self_test._check_screen(Settings(screen=Screen(diagonal=15.6, port=0), staff=Staff(pin="4711"))))
    assert said == {"can_be_served": {"address": "http://127.0.0.1:0/"}, "buttons": {"inches": "15.6"}, "pin": {}}


def test_without_a_page_at_the_desk_the_check_says_so() -> None:
    assert list(self_test._check_reception(Settings())) == [("reception_off", {})]


def test_a_page_at_the_desk_that_is_not_encrypted_is_a_note_that_names_what_can_be_read() -> None:
    reception = Reception("127.0.0.1", find_free_port())
    fault = find_fault(self_test._check_reception, Settings(staff=Staff(pin="471108"), reception=reception))
    assert (fault.trouble.symptom, type(fault)) == (Symptom.RECEPTION_PLAIN, self_test.Advice)
    assert "can read the pin" in str(fault)


@pytest.mark.slow
def test_a_page_at_the_desk_with_a_certificate_for_its_address_is_fine_and_any_other_is_a_note(tmp_path: Path) -> None:
    for address, name in (("127.0.0.1", "fine"), ("192.168.1.31", "other")):
        (tmp_path / name).mkdir()
        make_certificate(tmp_path / name, address)
    port = find_free_port()
    fine = Reception("127.0.0.1", port, certificate=str(tmp_path / "fine" / "desk.pem"))
    said = list(self_test._check_reception(Settings(staff=Staff(pin="471108"), reception=fine)))
    assert said == [("reception", {"address": f"https://127.0.0.1:{port}/"})]
    fault = find_fault(self_test._check_reception, Settings(staff=Staff(pin="4711"), reception=fine))
    assert (fault.trouble.symptom, fault.trouble.subject) == (Symptom.RECEPTION_PIN, "4")
    for certificate in ("other/desk.pem", "missing.pem"):
        reception = replace(fine, certificate=str(tmp_path / certificate))
        fault = find_fault(self_test._check_reception, Settings(staff=Staff(pin="471108"), reception=reception))
        assert (fault.trouble.symptom, type(fault)) == (Symptom.RECEPTION_CERTIFICATE, self_test.Advice)


def test_an_address_that_is_not_this_machines_is_a_note() -> None:
    reception = Reception("203.0.113.9", 8443)
    fault = find_fault(self_test._check_reception, Settings(staff=Staff(pin="471108"), reception=reception))
    assert (fault.trouble.symptom, type(fault)) == (Symptom.RECEPTION_ADDRESS, self_test.Advice)
