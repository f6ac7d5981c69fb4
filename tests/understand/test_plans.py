"""What a patient will do today, and what worries a patient, in words of his own."""

from __future__ import annotations

import pytest

from tests.conftest import PROMPTS
from voice.consultation.coach.chapters import CHAPTERS
from voice.consultation.loader import load_script
from voice.consultation.script import Script
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.meaning import Answer


@pytest.fixture(scope="module")
def coached() -> Script:
    return load_script(PROMPTS / "nl-BE", "kort", chapters=frozenset(CHAPTERS))


def read_rows() -> list[list[str]]:
    lines = (PROMPTS.parent / "tests" / "sentences" / "plans" / "plans.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def hear(script: Script, question: str, text: str) -> Answer:
    return understand(Transcript(text, 1.0, "text"), script.question(question).expected)


@pytest.mark.parametrize(("plan", "text"), read_rows())
def test_a_plan_is_found_in_what_people_say(coached: Script, plan: str, text: str) -> None:
    answer = hear(coached, "navertellen", text)
    assert (answer.topic or str(answer.meaning)) == plan


def test_what_is_told_of_a_flag_beside_a_plan_is_a_mention(coached: Script) -> None:
    answer = hear(coached, "navertellen", "ik ga in bed liggen want ik heb koorts")
    assert [mention.question for mention in answer.mentions] == ["koorts"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("nee", "no"),
        ("nee hoor, niets", "no"),
        ("neen, dat was alles", "no"),
        ("ik maak mij geen zorgen", "no"),
        ("ja", "yes"),
        ("ja, ik ben ongerust", "yes"),
        ("ik maak mij zorgen", "yes"),
        ("ik ben bang dat het een hernia is", "hernia"),
        ("nee, maar mag ik nog fietsen?", "bewegen"),
        ("ja, of ik later in een rolstoel kom", "gerust"),
        ("mijn tante is eraan geopereerd", "operatie"),
        ("mijn vrouw is ziek", "unclear"),
        ("dat weet ik niet", "unsure"),
        ("herhaal", "repeat"),
    ],
)
def test_a_worry_is_a_topic_or_asks_for_words_and_a_no_is_plain(coached: Script, text: str, meant: str) -> None:
    answer = hear(coached, "zorg", text)
    assert (answer.topic or str(answer.meaning)) == meant


@pytest.mark.parametrize("text", ["ik kan niet meer plassen", "mijn been valt slap", "nee, maar ik heb gisteren koorts gehad"])
def test_a_worry_that_is_a_flag_is_a_mention(coached: Script, text: str) -> None:
    assert hear(coached, "zorg", text).mentions
