"""The sheet says how it ended and why, what was answered, and what was not; nothing of it reads as all clear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from tests.conftest import PROMPTS
from tests.consultation.coach.test_briefing import CONSENT, FULL, hold
from tests.helpers.virtual_sound_card import ROOT
from voice.consultation.coach.chapters import CHAPTERS
from voice.consultation.loader import load_script
from voice.consultation.practice import Details
from voice.consultation.script import Finding, Level, Script
from voice.consultation.unattended import LEFT, NOBODY
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.handover import HandoverObserver, draw_code, write_lines
from voice.kiosk.screen.sheet import Sheet, write_sheet
from voice.kiosk.screen.shown_page import Page
from voice.kiosk.screen.texts import load_screen_texts
from voice.kiosk.turns.notes import MOST_CHARACTERS, HandoverNotes
from voice.kiosk.turns.observer import TOUCH, Turn
from voice.recognize.transcript import Transcript
from voice.understand.meaning import Answer, Days, Meaning, Score, Side

NOON = datetime(2026, 11, 30, 12, 0)


@pytest.fixture(scope="module")
def script() -> Script:
    example = ROOT / "docs" / "questionnaire.example.yaml"
    return load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=frozenset(CHAPTERS), questionnaire=example)


TEXTS = load_screen_texts(
    PROMPTS / "nl-BE", Details(), load_script(PROMPTS / "nl-BE", "kort", language=False).readback.expected.grammar
)


def fill(script: Script, answers: Mapping[str, Answer], notes: HandoverNotes | None = None) -> Sheet:
    visit, _ = hold(script, answers)
    return write_sheet(TEXTS, visit.outcome, visit, notes or HandoverNotes(), NOON)


def rows(sheet: Sheet) -> dict[str, str]:
    return {row.label: row.value for section in sheet.sections for row in section.rows}


def note(script: Script, **answers: Answer) -> HandoverNotes:
    notes = HandoverNotes()
    for name, answer in answers.items():
        notes.on_turn(Turn(script.question(name), Transcript("", 1.0, TOUCH), answer, 0.0))
    return notes


def test_it_tells_the_outcome_the_answers_and_what_was_asked_for_the_physiotherapist(script: Script) -> None:
    notes = note(script, duur=Answer(Meaning.DURATION, days=Days(14, 21)), lastigst=FULL["lastigst"], hoop=FULL["hoop"])
    items = {f"dagelijks.{name}": Answer(Meaning.NO) for name in ("aankleden", "wandelen", "plezier", "piekeren")}
    sheet = fill(script, {**FULL, **items, "dagelijks.hinder": Answer(Meaning.SCORE, score=Score(7, 8))}, notes)
    assert (sheet.title, sheet.heading) == ("Rugcheck van 30/11/2026 12:00", "Geen alarmteken in uw antwoorden")
    assert rows(sheet) | {"": ""} == {
        "Ja": "niets", "Nee": "op alle andere vragen", "Niet gevraagd": "niets", "Hoe lang al": "2-3 weken",
        "Pijn nu": "7 op 10", "Kant": "links", "Tot in het been": "nee", "Bang dat bewegen slecht is": "ja",
        "Nu het moeilijkst": "“uit mijn zetel komen” (zoals het toestel het verstond)", "Hoopt weer te doen": "“uit mijn zetel komen” (zoals het toestel het verstond)",
        "Uw rug in het dagelijks leven": "weinig last (Totaal 2 van 5, Stemming 1 van 2). Dit ondersteunt en beslist niets.",
        "": "",
    }  # fmt: skip
    assert sheet.sections[-1].title == "Hoorde uitleg over" and sheet.sections[-1].rows
    assert "Geen zorgverlener luisterde mee" in sheet.caution


def test_what_is_not_known_not_said_not_heard_and_not_certain_stays_apart(script: Script) -> None:
    range_ = Answer(Meaning.SCORE, score=Score(5.5, 7), certain=False)
    both = Answer(Meaning.SIDE, sides=(Side.LEFT, Side.RIGHT))
    found = rows(
        fill(script, {**FULL, "pijn": range_, "kant": both, "been": Answer(Meaning.UNSURE), "bang": Answer(Meaning.DECLINE)})
    )
    assert found["Pijn nu"] == "5,5-7 op 10", "said twice"
    assert (found["Kant"], found["Tot in het been"]) == ("links + rechts", "weet het niet")
    assert found["Bang dat bewegen slecht is"] == "wil er niet op antwoorden"
    assert found["Nu het moeilijkst"] == "niet gehoord of niet begrepen", "what was told has not been noted"
    unheard = rows(fill(script, {**FULL, "pijn": Answer(Meaning.UNCLEAR), CONSENT: Answer(Meaning.NO)}))
    assert unheard["Pijn nu"] == "niet gehoord of niet begrepen" and "Nu het moeilijkst" not in unheard


def test_an_emergency_says_that_the_rest_was_not_asked(script: Script) -> None:
    yes = Answer(Meaning.YES)
    sheet = fill(script, {"plassen": yes, "plassen_nieuw": yes})
    found = rows(sheet)
    assert sheet.level == "E" and script.question("plassen").positive.rstrip(".") in found["Ja"]
    assert found[""] == "Het gesprek is niet afgemaakt." and found["Niet gevraagd"] != "niets"
    assert "Pijn nu" not in found


@pytest.mark.parametrize(
    ("days", "told"),
    [(Days(0, 0), ""), (Days(1, 1), "1 dagen"), (Days(3, 5), "3-5 dagen"), (Days(14, 15), "2-3 weken"), (Days(365, 365), "1 jaar"),
     (Days(90, 120), "3-4 maanden")],
)  # fmt: skip
def test_how_long_it_lasts_is_told_in_a_unit_that_fits(script: Script, days: Days, told: str) -> None:
    notes = note(script, duur=Answer(Meaning.DURATION, days=days))
    assert rows(fill(script, FULL, notes)).get("Hoe lang al", "") == told


def test_the_longest_sentences_fit_a_code_that_a_telephone_reads(script: Script) -> None:
    long = Answer(Meaning.SENTENCE, sentence="opstaan en gaan zitten " * 40)
    notes = note(script, lastigst=long, hoop=long)
    visit, _ = hold(script, {**FULL, "koorts": Answer(Meaning.UNSURE)})
    assert all(len(sentence) <= MOST_CHARACTERS + 1 for sentence in notes.sentences.values())
    _, side = draw_code("\n".join(write_lines(TEXTS, visit.outcome, visit, notes, NOON)))
    assert side <= 133


def test_the_sheet_goes_to_no_browser_of_the_patient_and_goes_with_the_page(script: Script) -> None:
    from tests.helpers.page_states import make_painter

    painter, sheet = make_painter(script), fill(script, FULL)
    shown = painter.show_sheet(Page(), sheet)
    assert shown.sheet is sheet and shown.plain()["sheet"] is None
    assert painter.show_idle(shown).sheet is None


def test_who_must_not_travel_alone_is_sent_to_the_same_number_on_paper_as_on_the_screen(script: Script) -> None:
    outcome, visit = Outcome(Level.E, ("borstpijn",)), Visit(script, findings=(("borstpijn", Finding.PRESENT),))
    assert "112" in write_sheet(TEXTS, outcome, visit, HandoverNotes(), NOON).heading
    assert any("112" in line for line in write_lines(TEXTS, outcome, visit, HandoverNotes(), NOON))


@pytest.mark.parametrize("reasons", [(), (LEFT,), (NOBODY,)])
def test_the_patients_own_words_are_gone_once_the_visit_has_ended(script: Script, reasons: tuple[str, ...]) -> None:
    notes = note(script, lastigst=FULL["lastigst"])
    HandoverObserver(TEXTS, (), notes).on_end(Outcome(Level.S, reasons=reasons), Visit(script))
    assert notes == HandoverNotes()


def test_notes_are_forgotten(script: Script) -> None:
    notes = note(script, lastigst=FULL["lastigst"], meer=Answer(Meaning.TOPIC, topic="bewegen"))
    assert (notes.sentences, notes.topics) == ({"lastigst": "uit mijn zetel komen"}, ["bewegen"])
    notes.forget()
    assert notes == HandoverNotes()
