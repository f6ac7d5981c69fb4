"""Six lines for the physiotherapist: only where they are wanted, and nowhere else afterwards."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.helpers.page_states import make_painter
from tests.kiosk.screen.test_texts import words_of
from voice.consultation.script import Level, Script
from voice.consultation.unattended import LEFT
from voice.consultation.visit import Outcome
from voice.kiosk.screen.board import Board, Display
from voice.kiosk.screen.handover import HandoverObserver, draw_code, print_text, show_code, write_lines
from voice.kiosk.screen.view import Page

NOON = datetime(2026, 11, 24, 12, 0)
OUTCOME = Outcome(Level.T, ("koorts", "beide_benen"), ("gewicht",))


def test_six_lines_tell_who_asked_the_outcome_what_was_answered_yes_and_what_is_unknown(script: Script) -> None:
    assert write_lines(words_of("nl-BE"), script, OUTCOME, NOON) == (
        "Rugcheck van 24/11/2026 12:00",
        f"Gesprek: nl-BE/kort {script.version}, door niemand nagelezen",
        "Uitkomst: Bel vandaag nog uw huisarts (T)",
        "Ja geantwoord op: koorts, beide benen",
        "Niet geweten of niet gehoord: gewicht",
        "Gevraagd door een computer. Vraag alles opnieuw.",
    )
    assert write_lines(words_of("nl-BE"), script, Outcome(Level.REASSURE), NOON)[3:5] == (
        "Ja geantwoord op: niets",
        "Niet geweten of niet gehoord: niets",
    )


def test_a_hand_over_has_no_date_while_the_clock_is_wrong(script: Script) -> None:
    undated = write_lines(words_of("nl-BE"), script, OUTCOME, datetime(1970, 1, 1))
    assert undated[0] == "Rugcheck zonder datum: de klok staat verkeerd"
    assert undated[1:] == write_lines(words_of("nl-BE"), script, OUTCOME, NOON)[1:]


def test_a_hand_over_says_that_a_clinician_has_signed_the_script(script: Script) -> None:
    signed = write_lines(words_of("nl-BE"), replace(script, reviewed=True), OUTCOME, NOON)
    assert signed[1] == f"Gesprek: nl-BE/kort {script.version}, nagelezen door een zorgverlener"


def test_it_is_handed_over_at_the_end_unless_the_patient_has_left(script: Script) -> None:
    given: list[str] = []
    paper = HandoverObserver(words_of("nl-BE"), script, (given.append,), lambda: NOON)
    paper.on_end(Outcome(Level.STAFF, ("koorts",), reasons=(LEFT,)))
    assert given == []
    paper.on_end(OUTCOME)
    assert given[0].count("\n") == 5


def test_the_code_on_the_screen_holds_the_text_and_goes_with_the_visit(script: Script) -> None:
    board, paint = Board(), make_painter(script)
    show_code(Display(board, paint), "een\ntwee")
    assert (board.page.code, board.page.code_size) == draw_code("een\ntwee")
    assert paint.show_idle(board.page).code == ""


@pytest.fixture
def printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for CUPS that keeps what it is given."""
    (tmp_path / "lp").write_text(f'#!/bin/sh\ncat > {tmp_path}/printed\necho "$@" > {tmp_path}/asked\n')
    (tmp_path / "lp").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@pytest.mark.slow
def test_paper_goes_to_the_printer_of_the_settings_by_way_of_standard_input(printer: Path, script: Script) -> None:
    board = Board()
    print_text(Display(board, make_painter(script)), "balie", "een\ntwee")
    assert (printer / "printed").read_text() == "een\ntwee"
    assert "-d balie" in (printer / "asked").read_text()
    assert "papier" in board.page.line


@pytest.mark.slow
def test_without_a_printer_the_visit_ends_as_usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: Script) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    board = Board()
    print_text(Display(board, make_painter(script)), "", "een")
    assert board.page == Page()
