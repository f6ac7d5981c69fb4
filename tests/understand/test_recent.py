"""What an answer says of whether something is new or worse: with a yes to the flag, and at the question that asks so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from voice.consultation.script import Script
from voice.recognize.transcript import Transcript
from voice.understand.answer import apply_rules, understand
from voice.understand.expected import Expected
from voice.understand.meaning import Answer, Meaning
from voice.understand.recent import apply_recent

TODAY = date(2026, 11, 30)


@pytest.fixture
def flag(script: Script) -> Expected:
    return replace(script.question("plassen").expected, recent_days=14, asks_recent=False)


@pytest.fixture
def follow_up(script: Script) -> Expected:
    return replace(script.readback.expected, kind=script.question("plassen").kind, question="", follows="plassen",
                   recent_days=14, asks_recent=True)  # fmt: skip


def hear(text: str, expected: Expected) -> Answer:
    return understand(Transcript(text, 1.0, "typed"), expected, today=TODAY)


@pytest.mark.parametrize(
    "text",
    ["ja sinds gisteren", "ja, erger geworden de laatste dagen", "ja, al jaren maar nu erger", "ja, sinds vorige week",
     "ik kan niet meer plassen sinds gisteren", "ja een dag of tien", "ja sinds kort", "ja, het is veranderd"],
)  # fmt: skip
def test_a_yes_that_says_that_it_is_new_or_worse(flag: Expected, text: str) -> None:
    answer = hear(text, flag)
    assert (answer.meaning, answer.recent) == (Meaning.YES, Meaning.YES)


@pytest.mark.parametrize(
    "text",
    ["ja maar dat is al jaren zo", "ja, al twintig jaar", "ja maar niet nieuw", "ja al lang", "dat heb ik altijd al gehad",
     "ja, dat is niet erger geworden", "ja maar dat is van de ouderdom", "ja, ik verlies al jaren urine"],
)  # fmt: skip
def test_a_yes_that_says_that_it_is_old(flag: Expected, text: str) -> None:
    answer = hear(text, flag)
    assert (answer.meaning, answer.recent) == (Meaning.YES, Meaning.NO)


@pytest.mark.parametrize("text", ["ja", "ja hoor", "ja, sinds mijn val", "nee", "nee, al jaren niet", "weet ik niet"])
def test_an_answer_that_says_nothing_of_it(flag: Expected, text: str) -> None:
    assert hear(text, flag).recent is Meaning.UNCLEAR


@pytest.mark.parametrize("text", ["dat is al jaren zo", "sinds gisteren", "al jaren maar nu erger", "al lang"])
def test_a_time_without_a_yes_is_never_a_no_but_a_yes_that_is_read_back(flag: Expected, text: str) -> None:
    answer = hear(text, flag)
    assert (answer.meaning, answer.proposed, answer.certain) == (Meaning.YES, True, False)


def test_where_it_does_not_matter_nothing_of_it_is_heard(flag: Expected) -> None:
    assert hear("ja sinds gisteren", replace(flag, recent_days=0)).recent is Meaning.UNCLEAR


@pytest.mark.parametrize(
    "text",
    ["ja", "sinds gisteren", "nee maar het is wel erger geworden", "ja dat is nieuw", "ja, sinds vorige week", "het wordt erger",
     "al jaren maar nu erger", "een week of twee", "nee, sinds gisteren", "het is veranderd", "pas begonnen", "veertien dagen"],
)  # fmt: skip
def test_new_or_worse_is_a_yes_at_once(follow_up: Expected, text: str) -> None:
    answer = hear(text, follow_up)
    assert (answer.meaning, answer.proposed) == (Meaning.YES, False)


@pytest.mark.parametrize("text", ["nee", "nee, dat is niet nieuw", "nee, niet erger", "nee hoor"])
def test_a_plain_no_to_it_counts(follow_up: Expected, text: str) -> None:
    answer = hear(text, follow_up)
    assert (answer.meaning, answer.certain) == (Meaning.NO, True)


@pytest.mark.parametrize(
    "text",
    ["al jaren", "dat is al lang", "altijd al", "een jaar of tien", "niet nieuw", "nee, al drie jaar", "een maand",
     "het is hetzelfde gebleven", "van de ouderdom", "nee, dat is niet nieuw als ik loop", "nee, niet nieuw maar wel pijn"],
)  # fmt: skip
def test_an_old_one_is_a_no_that_is_read_back(follow_up: Expected, text: str) -> None:
    answer = hear(text, follow_up)
    assert (answer.meaning, answer.certain) == (Meaning.NO, False)


@pytest.mark.parametrize(
    "text", ["een maand xqzt vlorp", "al jaren vlorp", "niet nieuw xqzt", "ik had zegt 3 heb pasen xqzt vlorp"]
)
def test_an_old_one_beside_words_that_nobody_knows_is_no_answer_by_the_rules(follow_up: Expected, text: str) -> None:
    assert apply_rules(Transcript(text, 1.0, "typed"), follow_up, today=TODAY).meaning is Meaning.UNCLEAR


@pytest.mark.parametrize(("text", "meaning"), [("weet ik niet", Meaning.UNSURE), ("wat zegt u", Meaning.REPEAT)])
def test_what_is_asked_or_not_known_stays_so(follow_up: Expected, text: str, meaning: Meaning) -> None:
    assert hear(text, follow_up).meaning is meaning


def test_a_yes_beside_a_long_time_is_no_certain_answer(follow_up: Expected) -> None:
    answer = hear("ja al jaren", follow_up)
    assert answer.meaning is Meaning.UNCLEAR or answer.proposed


def test_words_of_the_flag_are_no_mention_at_its_follow_up(follow_up: Expected) -> None:
    assert [one.question for one in hear("ik kan niet meer plassen", follow_up).mentions] == []
    assert [one.question for one in hear("ik kan niet meer plassen", replace(follow_up, follows="")).mentions] == ["plassen"]


# --- the rules themselves --------------------------------------------------------------------------

UNCLEAR, NO, DOUBTED_NO = Answer(Meaning.UNCLEAR), Answer(Meaning.NO), Answer(Meaning.NO, certain=False)


@pytest.mark.parametrize(
    ("answer", "words", "unknown", "meaning", "certain"),
    [
        (NO, "niet nieuw xyz", "", Meaning.NO, True),
        (NO, "niet nieuw xyz", "xyz", Meaning.NO, True),
        (DOUBTED_NO, "niet nieuw xyz", "", Meaning.NO, False),
        (UNCLEAR, "niet nieuw xyz", "", Meaning.NO, False),
        (UNCLEAR, "niet nieuw xyz", "xyz", Meaning.UNCLEAR, True),
        (UNCLEAR, "nee niet nieuw", "", Meaning.NO, True),
        (UNCLEAR, "nee al drie jaar", "", Meaning.NO, False),
        (Answer(Meaning.YES), "al drie jaar", "", Meaning.UNCLEAR, True),
    ],
)
def test_a_no_to_newness_is_as_plain_as_it_was_said(
    follow_up: Expected, answer: Answer, words: str, unknown: str, meaning: Meaning, certain: bool
) -> None:
    found = apply_recent(answer, tuple(words.split()), follow_up, TODAY, unknown.split())
    assert (found.meaning, found.certain) == (meaning, certain)


@pytest.mark.parametrize("meaning", [Meaning.UNSURE, Meaning.HELP, Meaning.STOP])
def test_what_is_neither_yes_nor_no_stays_so_beside_a_time(flag: Expected, follow_up: Expected, meaning: Meaning) -> None:
    for expected in (flag, follow_up):
        for words in ("al drie jaar", "niet nieuw", "sinds gisteren"):
            assert apply_recent(Answer(meaning), tuple(words.split()), expected, TODAY) == Answer(meaning)


def test_a_no_to_a_flag_stays_one_beside_what_is_old(flag: Expected) -> None:
    assert apply_recent(NO, ("al", "drie", "jaar"), flag, TODAY) == NO
    assert apply_recent(UNCLEAR, ("nee", "al", "drie", "jaar"), flag, TODAY) == UNCLEAR
    for words in ("al drie jaar", "altijd al gehad", "niet erger geworden"):
        assert apply_recent(UNCLEAR, tuple(words.split()), flag, TODAY).proposed
