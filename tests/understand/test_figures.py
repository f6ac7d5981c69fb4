"""A figure is an answer only where it can be one, and a no by a figure is never certain."""

from __future__ import annotations

import math
from datetime import date

import pytest

from tests.conftest import load_shipped
from voice.recognize.transcript import Transcript
from voice.understand.answer import apply_rules, understand
from voice.understand.figures import Figure, FigureKind
from voice.understand.meaning import Answer, Meaning

TODAY = date(2026, 11, 29)


def said(text: str, name: str, today: date | None = TODAY) -> Answer:
    return apply_rules(Transcript(text, 1.0, "text"), load_shipped("nl-BE", "uitgebreid").question(name).expected, today=today)


@pytest.mark.parametrize(
    ("name", "text", "meaning"),
    [
        ("koorts", "achtendertig komma twee", Meaning.YES),
        ("koorts", "eerst 37 en dan 39,4", Meaning.YES),
        ("koorts", "ik heb gemeten en het was zesendertig acht", Meaning.NO),
        ("koorts", "36,5 graden", Meaning.NO),
        ("koorts", "37,6", Meaning.UNCLEAR),
        ("koorts", "nog geen achtendertig", Meaning.UNCLEAR),
        ("koorts", "mijn man had 36", Meaning.UNCLEAR),
        ("koorts", "zeven", Meaning.UNCLEAR),
        ("koorts", "44", Meaning.UNCLEAR),
        ("koorts", "achtendertig tien", Meaning.UNCLEAR),
        ("onder_vijftig", "zesenveertig", Meaning.YES),
        ("onder_vijftig", "Nee, 67.", Meaning.NO),
        ("onder_vijftig", "ik word in mei tachtig", Meaning.NO),
        ("onder_vijftig", "ik word vijftig", Meaning.YES),
        ("onder_vijftig", "bijna vijftig", Meaning.YES),
        ("onder_vijftig", "van 1948", Meaning.NO),
        ("onder_vijftig", "van achtenveertig", Meaning.NO),
        ("onder_vijftig", "geboren in 1990", Meaning.YES),
        ("onder_vijftig", "mijn man is 80", Meaning.UNCLEAR),
        ("onder_vijftig", "een", Meaning.UNCLEAR),
        ("onder_vijftig", "nee 45", Meaning.UNCLEAR),
        ("minderjarig", "ik word volgende maand achttien", Meaning.YES),
        ("minderjarig", "18", Meaning.NO),
        ("minderjarig", "ik ben veertig", Meaning.NO),
        ("minderjarig", "ik ben veertig of toch wel", Meaning.UNCLEAR),
        ("onder_vijftig", "achtenzestig of negenenzestig", Meaning.NO),
        ("gewicht", "vijf of zes kilo", Meaning.YES),
        ("gewicht", "tachtig kilo", Meaning.UNCLEAR),
        ("gewicht", "een kilo", Meaning.YES),
        ("gewicht", "nul kilo", Meaning.UNCLEAR),
        ("gewicht", "drie", Meaning.UNCLEAR),
        ("gewicht", "vijf kilo aangekomen", Meaning.UNCLEAR),
    ],
)
def test_a_figure_answers_the_question_that_it_goes_with(name: str, text: str, meaning: Meaning) -> None:
    assert said(text, name).meaning is meaning


def test_a_figure_against_its_particle_is_asked_or_read_back() -> None:
    assert said("ja, 67", "onder_vijftig").meaning is Meaning.YES
    assert not said("ja, 67", "onder_vijftig").certain
    assert said("nee, negenendertig", "koorts").meaning is Meaning.UNCLEAR
    for text in ("ja, 36,5", "ja, misschien 39"):
        assert (said(text, "koorts").meaning, said(text, "koorts").certain) == (Meaning.YES, False)


def test_a_no_by_a_figure_is_read_back() -> None:
    assert not said("67", "onder_vijftig").certain
    assert not said("zesendertig acht", "koorts").certain


def test_a_year_of_birth_without_today_is_read_back_or_asked_again() -> None:
    assert said("van 1948", "onder_vijftig", today=None).meaning is Meaning.NO
    assert not said("van 1948", "onder_vijftig", today=None).certain
    assert said("van 1980", "onder_vijftig", today=None).meaning is Meaning.UNCLEAR


def test_between_the_limits_a_figure_is_no_answer() -> None:
    fever = Figure(FigureKind.TEMPERATURE, yes_from=38, no_below=37.5)
    assert [fever.decide(value) for value in (38, 37.5, 37.4)] == [Meaning.YES, Meaning.UNCLEAR, Meaning.NO]
    assert Figure(FigureKind.KILOS, yes_from=2).decide(-math.inf) is Meaning.UNCLEAR


def test_an_age_tells_nothing_of_a_fever() -> None:
    expected = load_shipped("nl-BE", "uitgebreid").question("minderjarig").expected
    assert not understand(Transcript("achtendertig", 1.0, "text"), expected, today=TODAY).mentions
    told = understand(Transcript("achtendertig graden koorts", 1.0, "text"), expected, today=TODAY).mentions
    assert [mention.question for mention in told] == ["koorts"]
