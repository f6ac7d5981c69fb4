"""What an answer tells outside its question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from voice.consultation.script import Script
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.mentions import is_time_of_mention


def find_all(script: Script, text: str, at: str) -> dict[str, bool]:
    found = understand(Transcript(text, 1.0, "text"), script.question(at).expected).mentions
    return {one.question: one.certain for one in found}


def find_told(script: Script, text: str, at: str) -> list[str]:
    return [name for name, certain in find_all(script, text, at).items() if certain]


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("ik haper overal met mijn voet", ["kracht", "klapvoet"]),  # "haper" is known to the flag, and no sound of "hapert"
        ("ik sleep mijn been achter mij aan", ["kracht", "klapvoet"]),
        ("een lelijke valpartij", ["val"]),
        ("ze heeft mij geduwd", ["val"]),  # "ze" alone tells nothing, but begins this
        ("ja ik verlies pipi", ["plassen"]),  # "ja ik" is a yes, but "ik" belongs to what follows
        ("ik lag ineens tegen de grond", ["val"]),
        ("ik ben uitgeschoven", ["val"]),
        ("ja links meer dan rechts", ["beide_benen"]),
        ("ze slapen het allebei", ["beide_benen"]),  # "ze" are the legs: a word of the phrase itself is nobody else
    ],
)
def test_the_words_of_a_flag_are_heard_at_every_other_question(script: Script, text: str, flags: list[str]) -> None:
    assert find_told(script, text, "gewicht") == flags
    assert find_told(script, text, "meer") == flags


@pytest.mark.parametrize(
    "text",
    [
        "ik ga elke dag goed",
        "geen koorts of rillingen",
        "nee en geen koorts of rillingen",
        "mijn kinderen slapen allebei",
        "ze kan niet meer plassen",
        "in bepaalde gevallen",
        "in de meeste gevallen wel",
    ],
)
def test_what_is_denied_or_all_well_mentions_nothing(script: Script, text: str) -> None:
    assert find_told(script, text, "stoelgang") == []


@pytest.mark.parametrize("text", ["nee ik kan het niet ophouden", "kan het niet meer inhouden"])
def test_what_only_sounds_like_a_question_is_told_all_the_same(script: Script, text: str) -> None:
    assert "stoelgang" in find_told(script, text, "gewicht")
    assert find_told(script, "kan het kwaad als ik het niet ophoud", "gewicht") == []


TOLD = ("ik ben er niet bij geweest voor een minuut", "flauwgevallen")


@pytest.mark.parametrize("at", ["koorts", "duur", "klopt", "meer"])
@pytest.mark.parametrize(
    "beside", ["{}", "{}. nee", "stop maar, {}", "wat mag ik doen, {}", "het is goed geweest want {}", "ja dat klopt, {}"]
)
def test_what_begins_like_a_command_is_told_if_all_of_it_is_a_yes(script: Script, at: str, beside: str) -> None:
    text, flag = TOLD
    assert flag in find_told(script, beside.format(text), at)


@pytest.mark.parametrize("joint", ["maar", "want", "dus", "en", "of", "alleen", "terwijl"])
@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("links en rechts allebei", "beide_benen"),
        ("ik heb mijn evenwicht verloren en ik ben gevallen", "val"),
        ("ik kreeg het maar niet warm", "koorts"),
        ("het wil maar niet aan de gang", "plassen"),
        ("het werd donker voor mijn ogen en ik viel", "flauwgevallen"),  # "of het" alone is a yes
    ],
)
def test_a_complaint_that_holds_a_joint_is_told_after_a_further_one(script: Script, joint: str, text: str, flag: str) -> None:
    assert flag in find_told(script, f"dat heb ik niet {joint} {text}", "gewicht")


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("dat drukt op mijn borstkkas", "borstpijn"),  # a letter doubled
        ("ik was even bewustelos", "flauwgevallen"),  # one left out
        ("ik voel mijn zitvlka niet meer", "zitvlak"),  # two changed places
        ("mijn bede benen slapen", "beide_benen"),  # which might also be a sound of "bed"
        ("dat is nog normaal dooordat ik ben gevallen", "val"),  # the word that begins the clause
    ],
)
def test_a_word_that_is_misheard_by_a_letter_is_a_mention_in_doubt(script: Script, text: str, flag: str) -> None:
    assert find_all(script, text, "gewicht").get(flag) is False


@pytest.mark.parametrize(
    "text", ["geen koortz", "mijn man is gevallenn", "ik ben nooit bewusteloos gewest", "de tulpen staan prachtig"]
)
def test_a_misheard_word_mentions_nothing_that_the_word_does_not(script: Script, text: str) -> None:
    assert find_all(script, text, "gewicht") == {}


BESIDE = ("dat heb ik niet", "alles is nog normaal", "nee hoor", "daar ben ik zeker van")


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize(
    ("text", "flag"),
    [("ik kan niet meer plassen", "plassen"), ("mijn beide benen slapen", "beide_benen"), ("ik val flauw", "flauwgevallen")],
)
def test_a_complaint_beside_an_answer_is_heard_without_a_comma(script: Script, beside: str, text: str, flag: str) -> None:
    assert flag in find_all(script, f"{beside} {text}", "gewicht")
    assert flag in find_all(script, f"{text} {beside}", "gewicht")
    assert flag in find_all(script, f"drie weken {text}", "duur")


@pytest.mark.parametrize(
    "text",
    [
        "nog nooit flauwgevallen",
        "nee nooit druk op mijn borst",
        "druk op mijn borst dat heb ik niet",
        "geen gewicht verloren geen koorts",
    ],
)
def test_what_is_denied_without_a_comma_mentions_nothing(script: Script, text: str) -> None:
    assert find_all(script, text, "gewicht") == {}


def test_an_answer_to_the_open_question_mentions_no_other_flag_by_a_part_of_it(script: Script) -> None:
    assert find_all(script, "nee, dat kwam uit het niets", "val") == {}  # "dat kwam uit" alone tells of the bowels
    assert "stoelgang" in find_told(script, "ik verlies stoelgang", "val")


def test_what_is_compared_with_earlier_days_is_told_of_today(script: Script) -> None:
    assert find_told(script, "mijn been is slapper dan vroeger", "gewicht") == ["kracht"]
    assert find_told(script, "vroeger was mijn been slap", "gewicht") == []


def test_what_may_ask_for_a_repetition_is_a_mention_in_doubt(script: Script) -> None:
    assert find_all(script, "ik was even weg", "gewicht") == {"flauwgevallen": False}


@pytest.mark.parametrize(
    ("at", "text", "flags"),
    [
        ("gewicht", "nee ze heeft mij geduwd en ik ben gevallen", {"val": True}),
        ("gewicht", "nou ze heeft mij geduwd", {"val": True}),
        ("gewicht", "dat heb ik niet ze heeft mij geduwd", {"val": False}),
        ("gewicht", "ik kan niet meer plassen dat heb ik niet", {"plassen": False}),
        ("duur", "drie weken dat is verlamd", {"kracht": False}),
        ("gewicht", "drie weken dat is verlamd", {}),  # no whole answer there stands beside it
        ("gewicht", "koorts en dat is alles", {"koorts": True}),
        ("gewicht", "nou nee ik heb kanker gehad", {"kanker": True}),
        ("gewicht", "nou kan het niet meer inhouden", {"stoelgang": True}),
        ("gewicht", "weet ik niet maar het is daar doof", {"zitvlak": False}),
        ("gewicht", "wat zegt u ik was even weg", {}),
        ("gewicht", "ja maar het gaat moeilijk", {"plassen": False}),
        ("gewicht", "vroeger bloedverdunners", {"bloedverdunner": False}),
        ("gewicht", "suikerziekte vroeger", {"afweer": False}),
        ("gewicht", "mag ik bewegen met osteoporose", {"osteoporose": False}),
        ("gewicht", "mag ik bewegen met geen osteoporose", {}),
        ("gewicht", "vroeger mijn man bloedverdunners", {}),
        ("gewicht", "als ik neem cortisone", {}),
        ("leeftijd", "zestig en ik kan niet meer plassen", {"plassen": True}),
        ("leeftijd", "ik kan niet plassen, zestig", {"plassen": True}),
    ],
)  # fmt: skip
def test_what_a_clause_tells_beside_an_answer(script: Script, at: str, text: str, flags: dict[str, bool]) -> None:
    assert find_all(script, text, at) == flags


@pytest.mark.parametrize(
    ("text", "is_theirs"),
    [
        ("ik kan niet plassen sinds gisteren", True),
        ("sinds gisteren ik verlies urine", True),
        ("ik neem cortisone sinds gisteren", True),
        ("sinds gisteren, en ik kan niet plassen sinds vorige week", False),
        ("nou ik heb kanker gehad", False),
        ("drie weken en ik kan niet meer plassen", False),
        ("drie weken en het ontsnapt", False),
        ("drie weken dat ontsnapt mij", False),
        ("ik ben gevallen drie weken geleden", False),  # the pain may have begun with it
        ("drie weken", False),
    ],
)
def test_a_time_beside_another_complaint_is_that_of_the_complaint(script: Script, text: str, is_theirs: bool) -> None:
    expected = script.question("duur").expected
    assert is_time_of_mention(text, expected, date(2026, 11, 30)) is is_theirs
    assert not is_time_of_mention(text, replace(expected, listening=None), date(2026, 11, 30))
