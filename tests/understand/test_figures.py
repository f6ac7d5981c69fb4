"""A figure is an answer only where it can be one, and a no by a figure is never certain."""

from __future__ import annotations

import math
from datetime import date

import pytest

from tests.conftest import load_shipped
from voice.recognize.transcript import Transcript
from voice.understand.answer import apply_rules, understand
from voice.understand.chunks import Chunk
from voice.understand.figures import Figure, FigureKind, FigureWords, decide_by_figure, find_figures, split_particle
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Answer, Meaning
from voice.understand.normalise import POINT

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


# --- the figures themselves ------------------------------------------------------------------------

AROUND = {
    "temperature": FigureWords(frozenset({"het", "was"}), frozenset({"graden"}), frozenset({"komma", "en"})),
    "kilos": FigureWords(frozenset({"of", "zo", "en"}), frozenset({"kilo"})),
}
NUMBERS = {"achtendertig": (38.0, 38.0), "half": (0.5, 0.5), "nul": (0.0, 0.0), "vijf": (5.0, 5.0), "paar": (2.0, 4.0)}


def find(text: str, kind: FigureKind) -> list[float]:
    return find_figures(tuple(text.replace(",", POINT).split()), kind, AROUND, NUMBERS)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("38,5", [38.5]),
        ("het was achtendertig", [38.0]),
        ("achtendertig vijf", [38.5]),
        ("achtendertig komma vijf", [38.5]),
        ("achtendertig graden", [38.0]),
        ("achtendertig graden vijf", [38.5]),
        ("achtendertig graden komma vijf", [38.5]),
        ("achtendertig en half", [38.5]),
        ("achtendertig 1", [38.1]),
        ("achtendertig 9", [38.9]),
        ("37 39", [37.0, 39.0]),
        ("achtendertig vijf 39", [38.5, 39.0]),
        ("34 43", [34.0, 43.0]),
    ],
)
def test_a_temperature_is_read_to_its_tenth(text: str, values: list[float]) -> None:
    assert find(text, FigureKind.TEMPERATURE) == values


@pytest.mark.parametrize(
    "text",
    ["33,9", "43,1", "achtendertig tien", "achtendertig nul", "achtendertig het vijf", "38,2 vijf", "39 moeder", "paar", "39 paar",
     "kilo", ""],
)  # fmt: skip
def test_what_cannot_be_a_temperature_or_is_said_beside_one_leaves_none(text: str) -> None:
    assert find(text, FigureKind.TEMPERATURE) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3 kilo", [3.0]),
        ("3 kilo en", [3.0]),
        ("4 5 kilo", [4.0, 5.0]),
        ("4 of 5 kilo", [4.0, 5.0]),
        ("1 kilo of 5", [1.0, 5.0]),
        ("0,5 kilo 34 kilo", [0.5, 34.0]),
        ("kilo of 5", [5.0]),
        ("kilo of zo 5", []),
        ("5 of zo en kilo", []),
        ("5 of zo kilo", [5.0]),
        ("3 of zo en 5 kilo", [5.0]),
        ("5", []),
        ("3 kilo paar", []),
        ("0,4 kilo", []),
        ("nul kilo", []),
        ("34,5 kilo", []),
        ("3 of 80 kilo", []),
    ],
)
def test_a_weight_needs_its_unit_close_by_and_must_be_possible(text: str, values: list[float]) -> None:
    assert find(text, FigureKind.KILOS) == values


@pytest.mark.parametrize(
    ("meanings", "answer", "particle", "decided"),
    [
        ([Meaning.YES], Answer(Meaning.YES, "ja"), None, Answer(Meaning.YES, "ja")),
        ([Meaning.YES], Answer(Meaning.YES, "ja", certain=False), None, Answer(Meaning.YES, "ja", certain=False)),
        ([Meaning.NO], Answer(Meaning.YES, "ja"), Meaning.YES, Answer(Meaning.YES, "ja", certain=False)),
        ([Meaning.YES], Answer(Meaning.NO, "nee"), None, Answer(Meaning.UNCLEAR, "nee")),
        ([Meaning.YES], Answer(Meaning.UNCLEAR, "x"), Meaning.NO, Answer(Meaning.UNCLEAR, "x")),
        ([Meaning.YES], Answer(Meaning.UNSURE, "x"), None, Answer(Meaning.UNSURE, "x")),
        ([Meaning.YES], Answer(Meaning.UNCLEAR, "x"), None, Answer(Meaning.YES, "39 graden")),
        ([Meaning.YES], Answer(Meaning.UNCLEAR, "x"), Meaning.YES, Answer(Meaning.YES, "39 graden")),
        ([Meaning.NO], Answer(Meaning.NO, "nee"), Meaning.NO, Answer(Meaning.NO, "39 graden", certain=False)),
        ([Meaning.NO], Answer(Meaning.UNCLEAR, "x"), None, Answer(Meaning.NO, "39 graden", certain=False)),
        ([Meaning.NO, Meaning.YES], Answer(Meaning.UNCLEAR, "x"), None, Answer(Meaning.YES, "39 graden")),
        ([Meaning.NO, Meaning.UNCLEAR], Answer(Meaning.UNCLEAR, "x"), None, Answer(Meaning.UNCLEAR, "x")),
        ([Meaning.UNCLEAR], Answer(Meaning.NO, "nee"), Meaning.NO, Answer(Meaning.NO, "nee")),
        ([], Answer(Meaning.NO, "nee"), None, Answer(Meaning.NO, "nee")),
    ],
)
def test_what_figures_mean_decides_beside_the_particle(
    meanings: list[Meaning], answer: Answer, particle: Meaning | None, decided: Answer
) -> None:
    assert decide_by_figure(answer, particle, ("39", "graden"), set(meanings)) == decided


def chunk(words: str, meaning: Meaning, role: Role = Role.PHRASE) -> Chunk:
    return Chunk(tuple(words.split()), Phrase(meaning, role))


def test_a_particle_opens_an_answer_also_behind_what_stands_aside() -> None:
    polite, no, figure = (
        chunk("nou", Meaning.UNCLEAR, Role.POLITE),
        chunk("nee", Meaning.NO, Role.PARTICLE),
        chunk("39", Meaning.UNCLEAR),
    )
    assert split_particle((no, figure)) == (Meaning.NO, ("39",))
    assert split_particle((polite, no, figure)) == (Meaning.NO, ("39",))
    assert split_particle((figure, no)) == (None, ("39", "nee"))
    assert split_particle((polite, figure)) == (None, ("nou", "39"))
    assert split_particle((polite,)) == (None, ("nou",))
    assert split_particle(()) == (None, ())
