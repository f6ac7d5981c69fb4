"""Numbers on a scale as people say them become ranges from 0 to 10."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from tests.conftest import PROMPTS, load_shipped
from tests.helpers.virtual_sound_card import ROOT
from voice.base.errors import ScriptError
from voice.recognize.transcript import Transcript, Trust
from voice.understand.answer import understand
from voice.understand.expected import Expected, Kind
from voice.understand.fusion.agreement import Opinion, agree
from voice.understand.grammar.loader import load_grammar
from voice.understand.meaning import Answer, Meaning, Score

ROWS = yaml.safe_load((ROOT / "tests" / "sentences" / "nl" / "answers" / "scales.yaml").read_text(encoding="utf-8"))


@cache
def expected(locale: str = "nl-BE") -> Expected:
    return replace(load_shipped(locale, "kort").readback.expected, kind=Kind.SCALE, question="pijn")


def said(text: str, locale: str = "nl-BE") -> Answer:
    return understand(Transcript(text, 1.0, "text"), expected(locale))


def write(answer: Answer) -> str:
    if answer.meaning is not Meaning.SCORE:
        return str(answer.meaning)
    return f"{answer.score.low:g}-{answer.score.high:g}{'' if answer.certain else '?'}"


@pytest.mark.parametrize("locale", ["nl-BE", "nl-NL"])
def test_a_score_is_understood(locale: str) -> None:
    assert {text: write(said(text, locale)) for text in ROWS} == ROWS


def test_every_number_is_understood_in_figures_in_words_and_with_a_half() -> None:
    words = "nul een twee drie vier vijf zes zeven acht negen tien".split()
    for value, word in enumerate(words):
        assert {said(text).score for text in (str(value), word, f"een {word}", f"{word} op tien")} == {Score(value, value)}
        if 1 < value < 10:
            half = Score(value + 0.5, value + 0.5)
            assert {said(text).score for text in (f"{word} en een half", f"{word}enhalf", f"{word}eneenhalf", f"{value},5")} == {
                half
            }


def test_no_score_lies_outside_the_scale_and_no_range_is_turned_round() -> None:
    scores = [said(text).score for text in ROWS if said(text).meaning is Meaning.SCORE]
    assert scores and all(0 <= score.low <= score.high <= 10 for score in scores)


def test_what_is_told_beside_a_score_is_heard_too() -> None:
    answer = said("een acht en ik kan niet meer plassen")
    assert (answer.score, answer.certain) == (Score(8, 8), False)
    assert [mention.question for mention in answer.mentions] == ["plassen"]


def test_a_score_tells_nothing_of_a_flag() -> None:
    assert [text for text in ROWS if "verlamd" not in text and said(text).mentions] == []


def test_an_alarm_and_a_call_for_help_go_before_a_score() -> None:
    assert said("een tien, ik krijg geen lucht").meaning is Meaning.ALARM
    assert said("een tien, haal iemand").meaning is Meaning.HELP


def test_a_score_that_was_not_heard_well_is_not_certain() -> None:
    unsure = understand(Transcript("een zeven", 0.5, "text"), expected(), Trust(sure=0.9, reject=0.1))
    assert (unsure.score, unsure.certain) == (Score(7, 7), False)


def test_two_engines_that_hear_another_score_are_not_certain() -> None:
    first, other = (Opinion(said(text), said(text), Transcript(text, 1.0, "text")) for text in ("een zes", "een zeven"))
    assert agree(first, first).certain and not agree(first, other).certain


def test_a_key_that_is_no_range_is_refused(tmp_path: Path) -> None:
    copytree(PROMPTS, tmp_path / "prompts")
    file = tmp_path / "prompts" / "nl" / "answers" / "scales.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('"7 10":', '"10 7":'), encoding="utf-8")
    with pytest.raises(ScriptError, match=r"scales.yaml, line \d+: '10 7' is not a range"):
        load_grammar(tmp_path / "prompts" / "nl-BE")
