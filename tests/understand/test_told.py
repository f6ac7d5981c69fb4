"""What patients tell that belongs to no question that is open: sentences of tests/sentences/told, of which half was kept apart."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from tests.helpers.virtual_sound_card import ROOT
from voice.consultation.script import Script
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.meaning import CALLS, Meaning

PLACES = ("gewicht", "duur", "meer")
"""Questions that are about none of it: yes or no, how long, and the menu."""
ALARM, HARMLESS = "alarm", "-"


def read_rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "tests" / "sentences" / "told" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def opens(script: Script, text: str, at: str) -> set[str]:
    """What the text opens at that question: the ids of questions, ALARM if somebody is called."""
    answer = understand(Transcript(text, 1.0, "text"), script.question(at).expected)
    return {one.question for one in answer.mentions} | ({ALARM} if answer.meaning in CALLS else set())


def is_right(flag: str, opened: set[str]) -> bool:
    """An alarm beside the flag is right too: it brings in the staff at once."""
    return not opened if flag == HARMLESS else bool(opened & {flag, ALARM})


def count(script: Script, name: str, at: str) -> tuple[Counter[str], Counter[str]]:
    """How many sentences are right, and how many there are, by flag."""
    rows = read_rows(name)
    right = Counter(row["flag"] for row in rows if is_right(row["flag"], opens(script, row["text"], at)))
    return right, Counter(row["flag"] for row in rows)


@pytest.mark.parametrize("at", PLACES)
@pytest.mark.parametrize(("name", "least"), [("seen.tsv", 0.93), ("kept.tsv", 0.87)])
def test_most_of_what_is_told_is_heard_wherever_it_is_told(script: Script, name: str, least: float, at: str) -> None:
    right, every = count(script, name, at)
    told = every.total() - every[HARMLESS]
    assert told >= 85
    assert (right.total() - right[HARMLESS]) / told >= least
    assert right[ALARM] / every[ALARM] >= 0.85
    assert right["aneurysma"] / every["aneurysma"] >= 0.75


@pytest.mark.parametrize("at", PLACES)
@pytest.mark.parametrize(("name", "most"), [("seen.tsv", 1), ("kept.tsv", 2)])
def test_hardly_any_harmless_sentence_with_the_same_words_opens_anything(script: Script, name: str, most: int, at: str) -> None:
    right, every = count(script, name, at)
    assert every[HARMLESS] >= 40
    assert every[HARMLESS] - right[HARMLESS] <= most


@pytest.mark.parametrize(
    "text",
    [
        "mijn vrouw is zwanger",
        "ik heb geen osteoporose",
        "mijn kleinzoon is zestien jaar",
        "ik ben al zestien dagen thuis",
        "mijn moeder heeft kanker gehad",
        "mijn man neemt bloedverdunners",
        "mijn knie is goed",
        "is het kanker",
        "het straalt uit tot in mijn knie",
    ],
)
def test_what_is_denied_asked_or_somebody_else_s_opens_nothing(script: Script, text: str) -> None:
    for at in PLACES:
        assert opens(script, text, at) == set()


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("mag ik heffen met osteoporose", "osteoporose"),
        ("mag ik heffen als ik zwanger ben", "zwanger"),
        ("kan ik gaan fietsen met mijn osteoporose", "osteoporose"),
        ("jaren geleden heb ik darmkanker gehad", "kanker"),
    ],
)
def test_what_somebody_has_for_good_is_told_by_a_question_and_of_long_ago_in_doubt(script: Script, text: str, flag: str) -> None:
    mentions = understand(Transcript(text, 1.0, "text"), script.menu.expected).mentions
    assert [(one.question, one.certain) for one in mentions] == [(flag, False)]


@pytest.mark.parametrize(
    ("at", "text", "flag"),
    [
        ("gevoel", "ja, tussen mijn benen", "zitvlak"),
        ("gevoel", "rond mijn poep", "zitvlak"),
        ("gevoel", "in allebei mijn benen", "beide_benen"),
        ("kracht", "ja, in allebei mijn benen", "beide_benen"),
        ("kracht", "ja, links en rechts", "beide_benen"),
        ("kracht", "ja, helemaal verlamd", "klapvoet"),
        ("klopt", "ja, vanonder ook", "zitvlak"),
    ],
)
def test_a_word_that_makes_an_answer_more_than_its_question_tells_of_another(
    script: Script, at: str, text: str, flag: str
) -> None:
    mentions = understand(Transcript(text, 1.0, "text"), script.question(at).expected).mentions
    assert [one.question for one in mentions if one.certain] == [flag]


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("gevoel", "nee, tussen mijn benen voel ik alles"),
        ("val", "ja, op mijn poep"),
        ("gevoel", "ja, mijn dochter heeft het tussen de benen"),
        ("gevoel", "ja, een beetje aan mijn bil"),
    ],
)
def test_a_word_beside_a_no_at_another_question_or_of_somebody_else_makes_it_no_more(script: Script, at: str, text: str) -> None:
    mentions = understand(Transcript(text, 1.0, "text"), script.question(at).expected).mentions
    assert [one for one in mentions if one.certain and one.question in ("zitvlak", "beide_benen")] == []


@pytest.mark.parametrize("text", ["nee, tussen mijn benen niet", "nee alles normaal, ook tussen mijn benen"])
def test_a_word_in_a_no_tells_nothing(script: Script, text: str) -> None:
    answer = understand(Transcript(text, 1.0, "text"), script.question("gevoel").expected)
    assert (answer.meaning, answer.mentions) == (Meaning.NO, ())


@pytest.mark.parametrize("text", ["in het verleden wel", "tien jaar geleden", "dat was lang geleden wel"])
def test_a_milder_flag_is_only_told_with_a_word_of_its_own(script: Script, text: str) -> None:
    """Each is a yes to the question of cancer, and may be anything elsewhere."""
    for at in PLACES:
        assert "kanker" not in opens(script, text, at)


def test_a_word_beside_a_denial_is_a_mention_in_doubt(script: Script) -> None:
    mentions = understand(Transcript("ja, maar niet tussen mijn benen", 1.0, "text"), script.question("gevoel").expected).mentions
    assert [(one.question, one.certain) for one in mentions] == [("zitvlak", False)]
