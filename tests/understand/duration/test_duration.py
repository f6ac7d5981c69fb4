"""Durations as old people say them become ranges of days."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.duration.dates import Calendar, find_days_since, find_easter_sunday
from voice.understand.duration.duration import Durations, find_days
from voice.understand.expected import Expected, Kind
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.loader import load_grammar
from voice.understand.meaning import NO_DAYS, Days, Meaning

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 23)
ROWS = yaml.safe_load((ROOT / "tests" / "sentences" / "nl" / "answers" / "durations.yaml").read_text(encoding="utf-8"))


@cache
def grammar() -> Grammar:
    return load_grammar(ROOT / "prompts" / "nl-BE")


def durations() -> Durations:
    return grammar().durations


def days(text: str) -> Days:
    return find_days(grammar().spelling.split(text), durations(), TODAY).days


def answer(text: str, kind: Kind = Kind.DURATION, limit: int = 42, today: date | None = TODAY):  # type: ignore[no-untyped-def]
    expected = Expected(kind=kind, limit_days=limit, grammar=grammar())
    return understand(Transcript(text, 1.0, "text"), expected, today=today)


@pytest.mark.parametrize(("text", "expected"), ROWS.items())
def test_every_duration_is_understood(text: str, expected: list[int]) -> None:
    assert days(text) == (Days(*expected) if expected else NO_DAYS)


@pytest.mark.parametrize("text", ["zes weken", "een week of zes", "vijf zes weken"])
def test_six_weeks_is_on_the_boundary(text: str) -> None:
    found = days(text)
    assert found.low <= 42 <= found.high


def test_contradictory_times_give_the_range_that_holds_both() -> None:
    assert days("drie weken of drie maanden") == Days(21, 90)


def test_a_time_taken_back_does_not_count() -> None:
    assert days("drie maanden nee drie dagen") == Days(3, 3)


def test_a_weekday_without_a_date_is_a_wide_range_and_a_feast_is_asked() -> None:
    assert find_days(("sinds", "maandag"), durations()).days == Days(1, 7)
    assert find_days(("sinds", "pasen"), durations()).reason == "calendar day"
    assert find_days(("sinds", "maandag", "drie", "maart"), durations()).days == Days(0, 0)
    assert answer("sinds maandag", today=None).meaning is Meaning.UNCLEAR


def test_an_event_or_a_mood_is_unclear_with_its_reason() -> None:
    assert (answer("sinds mijn val").meaning, answer("sinds mijn val").matched) == (Meaning.UNCLEAR, "gebeurtenis")
    assert answer("al een tijdje").meaning is Meaning.UNCLEAR
    assert answer("altijd al maar nu erger").meaning is Meaning.UNCLEAR


def test_not_knowing_and_asking_go_through_on_the_question_of_duration() -> None:
    assert answer("ik weet het niet").meaning is Meaning.UNSURE
    assert answer("wat zegt u").meaning is Meaning.REPEAT
    assert answer("ik weet het niet meer juist, een week of drie").meaning is Meaning.DURATION


def test_the_question_after_six_weeks_takes_yes_no_and_durations() -> None:
    assert answer("ja", Kind.FLAG).meaning is Meaning.YES
    assert answer("nee", Kind.FLAG).meaning is Meaning.NO
    assert answer("drie maanden", Kind.FLAG).days == Days(90, 90)
    assert answer("ja al drie maanden", Kind.FLAG).meaning in (Meaning.YES, Meaning.DURATION)


def test_easter_falls_where_the_almanac_says() -> None:
    assert [find_easter_sunday(year) for year in (2024, 2025, 2026)] == [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5)]


def test_a_part_of_the_month_that_a_short_month_lacks_is_its_last_day() -> None:
    calendar = Calendar(months={"februari": 2}, parts={"laatst": (30, 31)})
    assert find_days_since(("laatst", "februari"), calendar, TODAY) == Days(268, 268)
