"""Ages as people say them become ranges of years."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
import yaml

from tests.conftest import PROMPTS, load_shipped
from tests.helpers.virtual_sound_card import ROOT
from voice.base.errors import ScriptError
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.expected import Expected, Kind
from voice.understand.grammar.loader import load_grammar
from voice.understand.meaning import NO_YEARS, Answer, Meaning, Years

TODAY = date(2026, 11, 30)
ROWS = yaml.safe_load((ROOT / "tests" / "sentences" / "nl" / "answers" / "ages.yaml").read_text(encoding="utf-8"))
NOT_KNOWN = ("dat zeg ik niet", "dat vraagt men niet aan een dame", "weet ik niet", "herhaal")


@cache
def expected(locale: str = "nl-BE") -> Expected:
    return load_shipped(locale, "kort").question("leeftijd").expected


def said(text: str, today: date | None = TODAY, locale: str = "nl-BE") -> Answer:
    return understand(Transcript(text, 1.0, "text"), expected(locale), today=today)


@pytest.mark.parametrize("locale", ["nl-BE", "nl-NL"])
@pytest.mark.parametrize(("text", "years"), ROWS.items(), ids=str)
def test_an_age_is_understood(text: str, years: list[int], locale: str) -> None:
    answer = said(text, locale=locale)
    assert answer.years == (Years(*years) if years else NO_YEARS)
    assert (answer.meaning is Meaning.AGE) == bool(years)


@pytest.mark.parametrize("text", [text for text, years in ROWS.items() if not years and text not in NOT_KNOWN])
def test_what_is_no_age_is_asked_again(text: str) -> None:
    assert said(text).meaning is Meaning.UNCLEAR


def test_who_would_rather_not_say_declines_and_who_does_not_know_does_not() -> None:
    assert [str(said(text).meaning) for text in NOT_KNOWN] == ["decline", "decline", "unsure", "repeat"]


def test_every_age_that_is_written_plainly_is_certain() -> None:
    beside = ("ik ben achtenzeventig en ik heb al jaren last", "achtenzeventig en ik heb al tien jaar pijn")
    assert not [text for text in beside if said(text).certain]
    assert all(said(text).certain for text in ("78", "achtenzeventig", "ik ben er tachtig", "van 1948", "in de zeventig"))


def test_without_a_clock_a_year_of_birth_is_not_certain_and_a_number_is() -> None:
    born = said("van 1948", today=None)
    assert (born.meaning, born.certain) == (Meaning.AGE, False)
    assert born.years.low <= 77 and born.years.high >= 80
    assert said("achtenzeventig", today=None) == said("achtenzeventig")


def test_every_age_is_understood_in_figures_and_in_words() -> None:
    numbers = load_grammar(PROMPTS / "nl-BE").ages.numbers
    for age in set(range(10, 116)) - {112}:  # the emergency number
        words = [word for word, number in numbers.items() if number == age]
        assert words and {said(text).years for text in (str(age), *words[:3])} == {Years(age, age)}


def test_what_is_told_beside_an_age_is_heard_too() -> None:
    answer = said("achtenzeventig en ik kan niet meer plassen")
    assert answer.years == Years(78, 78)
    assert [mention.question for mention in answer.mentions] == ["plassen"]


def test_an_age_tells_nothing_of_another_flag() -> None:
    assert [text for text, years in ROWS.items() if years and said(text).mentions] == []


def test_an_age_means_nothing_to_other_questions() -> None:
    assert (
        understand(Transcript("achtenzeventig", 1.0, "text"), Expected(kind=Kind.READBACK, grammar=expected().grammar)).years
        == NO_YEARS
    )


def test_a_key_that_is_no_range_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import shutil

    shutil.copytree(PROMPTS, tmp_path / "prompts")
    file = tmp_path / "prompts" / "nl" / "answers" / "ages.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace('"-3 -1":', '"-1 -3":'), encoding="utf-8")
    with pytest.raises(ScriptError, match=r"ages.yaml, line \d+: '-1 -3' is not a range of years"):
        load_grammar(tmp_path / "prompts" / "nl-BE")
