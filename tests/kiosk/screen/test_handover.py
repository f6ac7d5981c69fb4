"""What the physiotherapist gets: only where they are wanted, and nowhere else afterwards."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.helpers.page_states import make_painter
from tests.kiosk.screen.test_texts import words_of
from voice.consultation.script import Finding, Level, Script
from voice.consultation.unattended import LEFT
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.board import Board, Display
from voice.kiosk.screen.handover import HandoverObserver, draw_code, print_text, show_code, write_lines
from voice.kiosk.screen.shown_page import Page
from voice.kiosk.turns.notes import HandoverNotes

NOON = datetime(2026, 11, 24, 12, 0)
YES, NO, UNKNOWN = Finding.PRESENT, Finding.ABSENT, Finding.UNKNOWN


def end(script: Script, **found: Finding) -> Visit:
    """A visit in which these were put, and no other."""
    return Visit(script, path=tuple(found), findings=tuple(found.items()))


def end_asked(script: Script, **found: Finding) -> Visit:
    """A visit in which all were put; whatever is not named was denied."""
    return end(script, **{question.id: found.get(question.id, NO) for question in script.questions})


def write(visit: Visit, outcome: Outcome, at: datetime = NOON) -> tuple[str, ...]:
    return write_lines(words_of("nl-BE"), outcome, visit, HandoverNotes(), at)


def test_it_tells_who_asked_the_outcome_and_what_is_known_of_each_flag(script: Script) -> None:
    visit = replace(end_asked(script, koorts=YES, beide_benen=YES, gewicht=UNKNOWN, kanker=UNKNOWN), declined=("kanker",))
    lines = write(visit, Outcome(Level.T, ("koorts", "beide_benen"), ("gewicht", "kanker")))
    assert lines[:5] == (
        "Rugcheck van 24/11/2026 12:00",
        f"Gesprek: nl-BE/kort {script.version}, door niemand nagelezen",
        "Uitkomst: Bel vandaag nog uw huisarts",
        "Ja: De pijn straalt uit naar allebei uw benen; U hebt koorts gehad sinds de rugpijn begon",
        "Nee: op alle andere vragen",
    )
    assert lines[5:] == (
        f"Niet geweten of niet gehoord: {script.question('gewicht').positive.rstrip('.')}",
        f"Wil er niet op antwoorden: {script.question('kanker').positive.rstrip('.')}",
        "Niet gevraagd: niets",
        "Gevraagd door een computer. Vraag alles opnieuw.",
    )


def test_a_visit_that_ended_early_says_so_and_what_was_not_asked(script: Script) -> None:
    """Stopped after ten questions it once read as if all were well: "Ja geantwoord op: niets"."""
    for outcome in (Outcome(Level.STOPPED), Outcome(Level.E, ("plassen",))):
        lines = write(end(script, beide_benen=NO, zitvlak=NO), outcome)
        assert "Het gesprek is niet afgemaakt." in lines
        assert "Nee: De pijn straalt uit naar allebei uw benen; Het is doof tussen uw benen, rond uw zitvlak" in lines
        not_put = next(line for line in lines if line.startswith("Niet gevraagd: "))
        for name in ("plassen", "koorts", "kanker"):
            assert script.question(name).positive.rstrip(".") in not_put
        assert script.question("bloedverdunner").positive.rstrip(".") not in "".join(lines), "only a fall opens it"


def test_what_was_told_and_not_settled_is_not_known(script: Script) -> None:
    lines = write(replace(end(script, beide_benen=NO), pending=("borstpijn",)), Outcome(Level.STOPPED))
    assert f"Niet geweten of niet gehoord: {script.question('borstpijn').positive.rstrip('.')}" in lines


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.NONE])
def test_no_id_of_the_program_is_in_it(level: Level, script: Script, long_script: Script) -> None:
    for one in (script, long_script):
        for visit in (end(one), end_asked(one), end_asked(one, **{question.id: YES for question in one.questions})):
            text = "\n".join(write(visit, Outcome(level))[2:])
            assert not {question.id for question in one.questions if "_" in question.id}.intersection(text.split())
            assert "(" not in text and "; ;" not in text and ": ;" not in text


def test_the_longest_fits_a_code_that_a_telephone_reads(long_script: Script) -> None:
    _, side = draw_code("\n".join(write(end(long_script), Outcome(Level.STOPPED))))
    assert side <= 133, "at 480 pixels each of its squares has 3.6"


def test_a_hand_over_has_no_date_while_the_clock_is_wrong(script: Script) -> None:
    visit, outcome = end_asked(script), Outcome(Level.S)
    undated = write(visit, outcome, datetime(1970, 1, 1))
    assert undated[0] == "Rugcheck zonder datum: de klok staat verkeerd"
    assert undated[1:] == write(visit, outcome)[1:]


def test_a_hand_over_says_that_a_clinician_has_signed_the_script(script: Script) -> None:
    signed = write(end_asked(replace(script, reviewed=True)), Outcome(Level.S))
    assert signed[1] == f"Gesprek: nl-BE/kort {script.version}, nagelezen door een zorgverlener"


def test_it_is_handed_over_at_the_end_unless_the_patient_has_left(script: Script) -> None:
    given: list[str] = []
    paper, visit = HandoverObserver(words_of("nl-BE"), (given.append,), clock=lambda: NOON), end(script, koorts=YES)
    paper.on_end(Outcome(Level.STAFF, ("koorts",), reasons=(LEFT,)), visit)
    assert given == []
    paper.on_end(Outcome(Level.T, ("koorts",)), visit)
    assert "Ja: U hebt koorts gehad sinds de rugpijn begon" in given[0].splitlines()


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
    assert "papier" in board.page.rows[-1]


@pytest.mark.slow
def test_without_a_printer_the_visit_ends_as_usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: Script) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    board = Board()
    print_text(Display(board, make_painter(script)), "", "een")
    assert board.page == Page()
