"""Rules of syntax hold at every question: what is denied is a no to be read back, and no complaint turns into one."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from voice.consultation.loader import load_script
from voice.recognize.transcript import Transcript
from voice.understand.answer import apply_rules
from voice.understand.expected import Expected, Kind
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import Answer, Meaning
from voice.understand.polarity import cut_phrases
from voice.understand.shapes import bends
from voice.understand.templates import write_out_briefly

ROOT = Path(__file__).parents[2]
SCRIPTS = [load_script(ROOT / "prompts" / "nl-BE", name) for name in ("kort", "uitgebreid")]
QUESTIONS = {question.id: question.expected for script in SCRIPTS for question in script.every_question()}
FLAGS = sorted(name for name, expected in QUESTIONS.items() if expected.kind is Kind.FLAG and not expected.limit_days)
NOUNS = {
    "borstpijn": ("benauwd", "borstpijn"),
    "cortisone": ("cortisone", "prednison"),
    "flauwgevallen": ("flauwgevallen",),
    "gevoel": ("doof", "tintelingen", "gevoelloos"),
    "gewicht": ("vermagerd", "afgevallen"),
    "kanker": ("kanker", "leukemie"),
    "koorts": ("koorts", "koortsig", "verhoging"),
    "kracht": ("krachtsverlies", "verlamd", "slap"),
    "osteoporose": ("botontkalking", "osteoporose"),
    "plassen": ("incontinent", "plasproblemen"),
    "stoelgang": ("incontinent", "ongelukjes"),
    "val": ("gevallen", "gestruikeld"),
    "zitvlak": ("doof", "gevoelloos"),
    "zwanger": ("zwanger",),
    "operatie": ("geopereerd",),
}
CASES = [(name, noun) for name, nouns in NOUNS.items() for noun in nouns]
DENIED = ("{} niet", "{} niet, nee", "nee, {} niet", "{} gelukkig niet", "{} heb ik nooit gehad", "{}, dat niet", "nooit geen {}")
AFFIRMED = ("{} wel", "{}, ja", "{}, dat wel", "een soort {}, ja")
NEITHER = ("niet helemaal {}", "niet alleen {}", "niet altijd {}", "het is niet dat ik niet {} ben", "{} niet meer", "{} of niet")


def said(text: str, expected: Expected) -> Answer:
    return apply_rules(Transcript(text, 1.0, "text"), expected)


@pytest.mark.parametrize(("name", "noun"), CASES)
def test_a_denial_counts_wherever_it_stands(name: str, noun: str) -> None:
    answers = {shape: said(shape.format(noun), QUESTIONS[name]) for shape in DENIED}
    assert {shape: answer.meaning for shape, answer in answers.items()} == dict.fromkeys(DENIED, Meaning.NO)


@pytest.mark.parametrize(("name", "noun"), CASES)
def test_an_affirmation_counts_wherever_it_stands(name: str, noun: str) -> None:
    assert {shape: said(shape.format(noun), QUESTIONS[name]).meaning for shape in AFFIRMED} == dict.fromkeys(
        AFFIRMED, Meaning.YES
    )


@pytest.mark.parametrize(("name", "noun"), CASES)
def test_what_is_denied_in_part_or_twice_is_no_no(name: str, noun: str) -> None:
    assert Meaning.NO not in {said(shape.format(noun), QUESTIONS[name]).meaning for shape in NEITHER}


@pytest.mark.parametrize("name", FLAGS)
def test_no_complaint_becomes_a_no_after_nee(name: str) -> None:
    expected = QUESTIONS[name]
    yes = [template for template, phrase in expected.grammar.written_own if phrase.meaning is Meaning.YES]
    phrases = [" ".join(words) for template in yes for words in islice(write_out_briefly(template), 8)]
    noes = [text for text in phrases for lead in ("", "nee, ", "nee maar ") if said(lead + text, expected).meaning is Meaning.NO]
    assert not noes


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize(
    "tail", ["gewoon nog hetzelfde", "dat gaat best", "niks veranderd", "op dat gebied alles in orde", "alleen de rug"]
)
def test_a_nee_with_what_is_well_stays_one(name: str, tail: str) -> None:
    assert said(f"nee, {tail}", QUESTIONS[name]).meaning in (Meaning.NO, Meaning.UNCLEAR)
    assert said(f"ja, {tail}", QUESTIONS[name]).meaning is not Meaning.NO


@pytest.mark.parametrize("tail", ["gewoon nog hetzelfde", "dat gaat best", "niks veranderd", "op dat gebied alles in orde"])
def test_most_questions_take_it(tail: str) -> None:
    noes = [name for name in FLAGS if said(f"nee, {tail}", QUESTIONS[name]).meaning is Meaning.NO]
    assert len(noes) >= 0.9 * len(FLAGS)


@pytest.mark.parametrize("text", ["kracht niet", "kracht heb ik niet", "kracht heb ik niet meer"])
def test_what_is_good_if_it_is_there_is_no_complaint(text: str) -> None:
    assert said(text, QUESTIONS["kracht"]).meaning is Meaning.UNCLEAR
    assert said("pijn wel, maar kracht is er nog", QUESTIONS["kracht"]).meaning is Meaning.NO


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("afweer", "wat is weerstand?"),
        ("cortisone", "cortisone, is dat tegen de pijn?"),
        ("osteoporose", "bot wat?"),
        ("osteoporose", "wat is dat, botontkalking"),
        ("gevoel", "hoe bedoelt ge, doof"),
        ("zitvlak", "waar is dat, mijn zitvlak?"),
        ("stoelgang", "stoelgang? bedoelt u poep?"),
    ],
)
def test_a_question_back_asks_for_an_explanation(name: str, text: str) -> None:
    assert said(text, QUESTIONS[name]).meaning is Meaning.EXPLAIN


@pytest.mark.parametrize(
    ("name", "text"), [("zitvlak", "rond mijn wat?"), ("plassen", "plassen wat?"), ("koorts", "koorts sinds wat?")]
)
def test_half_a_question_heard_asks_for_it_again(name: str, text: str) -> None:
    assert said(text, QUESTIONS[name]).meaning is Meaning.REPEAT


@pytest.mark.parametrize("text", ["soms", "nee, soms", "niet elke nacht, nee", "nee, alleen als ik mij draai", "af en toe"])
def test_now_and_then_is_not_every_night(text: str) -> None:
    every_night = replace(QUESTIONS["nachtpijn"], context="Wordt u elke nacht wakker van de pijn?")
    assert said(text, every_night).meaning is Meaning.NO
    assert not said(text, every_night).certain
    as_asked = said(text, QUESTIONS["nachtpijn"])
    assert not as_asked.certain or as_asked.meaning is Meaning.UNCLEAR
    assert said(text, QUESTIONS["plassen"]).meaning is not Meaning.NO or text.startswith("nee, alleen") is False


@pytest.mark.parametrize(
    "text", ["ja, alleen rechts", "ja in mijn rechterbeen alleen", "niet links, wel rechts", "ja, enkel links"]
)
def test_one_side_is_not_both(text: str) -> None:
    assert said(text, QUESTIONS["beide_benen"]).meaning is Meaning.NO
    assert not said(text, QUESTIONS["beide_benen"]).certain


def test_a_story_that_tells_the_complaint_is_a_yes_to_be_confirmed() -> None:
    for text in ("ik liep op straat en toen ben ik gevallen", "ik was aan het wandelen en ineens lag ik op de grond"):
        assert (said(text, QUESTIONS["val"]).meaning, said(text, QUESTIONS["val"]).certain) == (Meaning.YES, False)
    assert said("mijn man liep op straat en toen is hij gevallen", QUESTIONS["val"]).meaning is Meaning.UNCLEAR


@pytest.mark.parametrize("name", FLAGS)
def test_a_long_tail_leaves_a_ja_a_ja(name: str) -> None:
    tail = "en als ik dan een tijdje gezeten heb moet ik echt even rechtstaan voor het betert"
    assert said(f"ja, {tail}", QUESTIONS[name]).meaning is Meaning.YES


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize(
    "text", ["durf ik niet te zeggen", "ik let daar niet op", "niet dat ik mij herinner, maar ik vergeet veel"]
)
def test_what_cannot_be_known_is_unsure(name: str, text: str) -> None:
    assert said(text, QUESTIONS[name]).meaning is Meaning.UNSURE


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("text", ["het is niet dat ik geen last heb", "ik kan niet beweren dat ik nooit klachten had"])
def test_a_denial_that_bends_over_a_clause_is_never_a_no(name: str, text: str) -> None:
    assert said(text, QUESTIONS[name]).meaning is not Meaning.NO
    assert bends(QUESTIONS[name].grammar.split(text), QUESTIONS[name].grammar)


@pytest.mark.parametrize("name", FLAGS)
def test_what_others_say_is_read_back(name: str) -> None:
    for text, meaning in (("mijn vrouw zegt van wel", Meaning.YES), ("mijn vrouw zegt van niet", Meaning.NO)):
        assert (said(text, QUESTIONS[name]).meaning, said(text, QUESTIONS[name]).certain) == (meaning, False)


def test_a_shape_never_decides_beyond_doubt() -> None:
    for name, noun in CASES:
        for shape in (*DENIED, *AFFIRMED):
            answer = said(shape.format(noun), QUESTIONS[name])
            heard = cut_phrases(QUESTIONS[name].grammar.split(shape.format(noun)), QUESTIONS[name])
            assert answer.matched != "shape" or not answer.certain
            assert not any(chunk.phrase.role is Role.ALONE for chunk in heard)
