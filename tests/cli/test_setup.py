"""A kiosk is set up on a terminal and a sound card made of software: everything is asked, tried, and written on a yes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.terminal import Terminal, open_terminal
from tests.helpers.virtual_sound_card import ROOT, virtual_sound_card
from voice.setup.settings import Settings
from voice.setup.settings_reader import load_settings

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "voice", "setup", "--settings")


def choose(terminal: Terminal, question: str, label: str) -> None:
    """Choose what is offered under that name."""
    terminal.wait_for(question)
    offered = terminal.wait_for("> ")
    terminal.type(next(line.split()[0] for line in offered.splitlines() if line.endswith(label)))


def test_a_kiosk_is_set_up_from_nothing_and_each_part_is_tried(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    with virtual_sound_card(leak=True) as card:
        environment = {**card.environment, "RUGGESPRAAK_CACHE": str(tmp_path / "cache")}
        with open_terminal([*COMMAND, str(path)], environment) as terminal:
            choose(terminal, "Waar staat de kiosk?", "in België")
            terminal.answer("Hoe heet de praktijk?", "Kiné De Linde")
            terminal.answer("Op welk nummer", "014 12 34 56")
            terminal.answer("Wanneer is de praktijk open?", "terug")
            terminal.answer("Op welk nummer", "")
            terminal.answer("Wanneer is de praktijk open?", "op weekdagen van acht tot zes")
            terminal.answer("Welk nummer belt een patiënt als", "abc")
            assert "Dat is geen telefoonnummer." in terminal.answer("Welk nummer belt een patiënt als", "1733")
            terminal.answer("Welk nummer belt een patiënt in nood?", "122")
            assert "Patiënten horen 122 als noodnummer." in terminal.answer("Was dat goed?", "opnieuw")
            terminal.answer("Welk nummer belt een patiënt in nood?", "112")
            terminal.answer("Was dat goed?", "")
            terminal.answer("Hoe groot is het scherm", "15.6")
            choose(terminal, "Met welke microfoon", "kiosk_mic")
            assert "kiosk_mic hoort de zaal" in terminal.answer("Was dat goed?", "")
            choose(terminal, "Met welke luidspreker", "kiosk_speaker")
            assert "De microfoon hoort hem." in terminal.answer("Was dat goed?", "")
            choose(terminal, "Met welke stem", "pyttsx3")
            terminal.answer("Was dat goed?", "")
            terminal.answer("Welke pincode", "1234")
            assert "Die pincode kan niet." in terminal.answer("Welke pincode", "4711")
            choose(terminal, "Hoort u een gong", "ja")
            assert "Een oproep klinkt aan de kiosk." in terminal.answer("Was dat goed?", "")
            terminal.answer("geeft oproepen door", "")
            terminal.answer("in de browser aan de balie?", "0.0.0.0")
            assert "Typ het adres van deze kiosk" in terminal.answer("in de browser aan de balie?", "")
            terminal.answer("In welk bestand zit het certificaat", "")
            choose(terminal, "Wat doet de kiosk dan?", "niet starten")
            assert not path.exists()
            assert "4711" not in terminal.answer("Bewaren in", "ja")
            assert terminal.end() == 0
    settings = load_settings(path)
    assert (settings.practice.praktijk, settings.practice.telefoon) == ("Kiné De Linde", "Het nummer is 014 12 34 56.")
    assert (settings.microphone, settings.loudspeaker, settings.voice) == ("kiosk_mic", "kiosk_speaker", "pyttsx3")
    assert (settings.staff.pin, settings.screen.diagonal, settings.unreviewed) == ("4711", 15.6, "refuse")
    assert path.stat().st_mode & 0o777 == 0o600
    example = (ROOT / "settings.example.yaml").read_text(encoding="utf-8")
    written = path.read_text(encoding="utf-8")
    assert [line.partition("#")[2] for line in written.splitlines()] == [line.partition("#")[2] for line in example.splitlines()]


def type_lines(path: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    typed = "".join(f"{line}\n" for line in lines)
    return subprocess.run(
        [*COMMAND, str(path)], cwd=ROOT, input=typed, capture_output=True, encoding="utf-8", timeout=60, check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.mark.parametrize("lines", [("2", "stop", ""), ("2", "stop", "nee"), ("2",), ()])
def test_nothing_is_written_without_a_yes(tmp_path: Path, lines: tuple[str, ...]) -> None:
    done = type_lines(tmp_path / "settings.yaml", *lines)
    assert done.returncode == 0 and done.stdout.endswith(("Ik heb niets bewaard.\n", "Er is niets veranderd.\n"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_keeps_what_is_not_asked_and_whoever_leaves_may_save(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("# Ours.\nrate: 130\npractice: {praktijk: Kine De Es, wachtdienst: '1733'}\n", encoding="utf-8")
    done = type_lines(path, "", "Kiné De Linde", "stop", "ja")
    assert "Nu: Kine De Es" in done.stdout
    text = "# Ours.\nrate: 130\npractice:\n  praktijk: \"Kiné De Linde\"\n  wachtdienst: '1733'\n"
    assert path.read_text(encoding="utf-8") == text


def test_a_file_that_cannot_be_read_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("enigne: vosk\n", encoding="utf-8")
    done = type_lines(path, "2", "stop", "ja")
    assert done.returncode == 9 and "Did you mean engine?" in done.stderr
    assert path.read_text(encoding="utf-8") == "enigne: vosk\n"


def test_the_settings_that_setup_begins_with_are_the_usual_ones() -> None:
    assert load_settings(ROOT / "settings.example.yaml") == Settings()
