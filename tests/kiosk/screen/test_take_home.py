"""What a patient takes home: the outcome, the advice and the warning signs, as a code, and on paper."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

import pytest

from tests.helpers.page_states import make_painter
from tests.kiosk.screen.test_handover import end, end_asked
from tests.kiosk.screen.test_texts import words_of
from voice.consultation.script import Finding, Level, Script
from voice.consultation.unattended import LEFT
from voice.consultation.visit import Outcome
from voice.kiosk.screen.board import Board, Display
from voice.kiosk.screen.card import Card, write_card
from voice.kiosk.screen.card_pdf import Paper, draw_pdf
from voice.kiosk.screen.handover import draw_code
from voice.kiosk.screen.shown_page import CARD, ROWS
from voice.kiosk.screen.take_home import TakeHomeObserver, find_drawer, print_card, show_card

NOON = datetime(2026, 11, 30, 12, 0)
YES, UNKNOWN = Finding.PRESENT, Finding.UNKNOWN
CALM = Outcome(Level.REASSURE)


def write(
    script: Script, outcome: Outcome = CALM, practice: str = "Kine De Linde", at: datetime = NOON, **found: Finding
) -> Card:
    card = write_card(words_of(script.locale), outcome, end_asked(script, **found), practice, at)
    assert card
    return card


def read_rows(card: Card, title: str) -> tuple[str, ...]:
    return next((section.rows for section in card.sections if section.title == title), ())


def test_a_calm_card_says_that_nothing_was_told_the_advice_and_the_signs(script: Script) -> None:
    card = write(script)
    assert card.head == "Kine De Linde, 30/11/2026"
    assert card.heading == "Geen alarmteken in uw antwoorden"
    assert read_rows(card, "U zei") == ("U noemde geen alarmteken.",)
    assert read_rows(card, "Wat u kunt doen") == tuple(line.text for line in script.topic("kern").lines)
    assert script.line("vangnet_plassen").text in card.text


def test_a_card_says_what_was_found_whom_to_call_and_warns_of_nothing_that_was_told(script: Script) -> None:
    card = write(script, Outcome(Level.T, ("koorts",)), koorts=YES)
    assert read_rows(card, "U zei") == (script.question("koorts").positive,)
    assert "1733" in card.text and card.word == "VANDAAG"
    assert script.line("vangnet_koorts").text not in card.text
    assert script.line("vangnet_zieker").text in card.text


@pytest.mark.parametrize("level", [Level.T, Level.W, Level.OUT_OF_SCOPE, Level.STOPPED])
def test_no_card_but_a_calm_one_tells_to_go_on_as_usual(level: Level, script: Script) -> None:
    card = write(script, Outcome(level, ("koorts",)), koorts=YES)
    assert read_rows(card, "Wat u kunt doen") == ()
    assert script.topic("kern").lines[0].text not in card.text


def test_a_card_says_that_a_complaint_is_old(script: Script) -> None:
    card = write(script, Outcome(Level.S, ("plassen",)), plassen=YES, plassen_nieuw=Finding.ABSENT)
    assert read_rows(card, "U zei") == (script.question("plassen").positive, script.question("plassen_nieuw").negative)


def test_a_card_says_that_something_stayed_open(script: Script) -> None:
    assert "Niet op elke vraag" in write(script, Outcome(Level.S, unknown=("gewicht",)), gewicht=UNKNOWN).text
    assert "Niet op elke vraag" not in write(script).text


@pytest.mark.parametrize("level", [Level.E, Level.STAFF])
def test_who_waits_for_somebody_takes_nothing_home(level: Level, script: Script) -> None:
    assert write_card(words_of("nl-BE"), Outcome(level), end(script), "", NOON) is None


def test_a_card_of_an_unsigned_script_says_that_it_was_a_trial(script: Script) -> None:
    assert "proefversie" in write(script).foot


def test_a_clock_that_is_wrong_gives_no_date(script: Script) -> None:
    assert write(script, at=datetime(1970, 1, 1)).head == "Kine De Linde"
    assert write(script, practice="", at=datetime(1970, 1, 1)).head == "Rugcheck"


def list_cards(script: Script) -> list[Card]:
    """For each outcome with a card: nothing told, one flag, more than anybody tells, and all there are."""
    told = {question.id: YES for question in script.questions}
    levels = [level for level in Level if level not in (Level.NONE, Level.E, Level.STAFF)]
    return [write(script, Outcome(level, tuple(found)), **found) for level in levels for found in ({}, {"koorts": YES}, told)]


def test_every_card_fits_a_code_that_a_telephone_reads(script: Script, long_script: Script) -> None:
    for card in (*list_cards(script), *list_cards(long_script)):
        told = len(read_rows(card, "U zei"))
        _, side = draw_code(card.text)
        assert side <= (145 if told <= 8 else 185), "at 480 pixels each of its squares has 2"


def test_the_card_is_offered_beside_the_outcome_and_goes_with_the_visit(script: Script) -> None:
    board, paint = Board(), make_painter(script)
    display = Display(board, paint)
    observer = TakeHomeObserver(words_of("nl-BE"), "", (lambda card: show_card(display, card),), lambda: NOON)
    observer.on_end(CALM, end_asked(script))
    page = paint.show_countdown(board.page, 60)
    assert page.offers(CARD)
    shown = paint.show_coded(page, CARD)
    assert shown.offers(ROWS) and shown.plain()["shown"][0] == page.card
    idle = paint.show_idle(shown)
    assert (idle.card, idle.coded, idle.plain()["shown"]) == ("", "", None)


def test_a_patient_who_has_left_gets_no_card(script: Script) -> None:
    given: list[Card] = []
    TakeHomeObserver(words_of("nl-BE"), "", (given.append,)).on_end(Outcome(Level.S, reasons=(LEFT,)), end(script))
    assert given == []


SIZES = {Paper.A5: (420, 595), Paper.RECEIPT: (227, None)}


@pytest.mark.parametrize("paper", list(Paper))
def test_every_card_is_one_page_of_its_paper(paper: Paper, script: Script, long_script: Script) -> None:
    for card in (*list_cards(script), *list_cards(long_script)):
        pdf = draw_pdf(card, paper)
        assert pdf.startswith(b"%PDF") and pdf.count(b"/Type /Page\n") == 1
        width, height = map(float, re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf).groups())
        wanted_width, wanted_height = SIZES[paper]
        assert round(width) == wanted_width and (wanted_height is None or round(height) == wanted_height)


def test_the_same_card_is_the_same_file(script: Script) -> None:
    assert draw_pdf(write(script), Paper.A5) == draw_pdf(write(script), Paper.A5)


@pytest.mark.slow
def test_the_paper_comes_out_of_the_printer_and_the_screen_says_so(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lp").write_text(f"#!/bin/sh\ncat > {tmp_path}/printed\n")
    (tmp_path / "lp").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    board = Board()
    print_card(Display(board, make_painter(script)), "kine", find_drawer("receipt"), write(script))
    assert (tmp_path / "printed").read_bytes() == draw_pdf(write(script), Paper.RECEIPT)
    assert "Neem het mee" in board.page.rows[-1]
