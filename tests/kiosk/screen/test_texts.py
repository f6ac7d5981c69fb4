"""The words on the screen: all there, and refused in plain words where something is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import PROMPTS, load_shipped
from voice.base.errors import ScriptError
from voice.consultation.loader import locales
from voice.consultation.practice import Details
from voice.kiosk.screen.texts import ScreenTexts, load_screen_texts
from voice.kiosk.screen.view import list_numbered
from voice.understand.meaning import Days


def words_of(locale: str, details: Details = Details(), root: Path = PROMPTS) -> ScreenTexts:
    return load_screen_texts(root / locale, details, load_shipped(locale, "kort").readback.expected.grammar)


@pytest.mark.parametrize("locale", locales(PROMPTS))
def test_every_locale_has_a_screen_and_addresses_patients_with_u(locale: str) -> None:
    words = words_of(locale)
    shown = (
        " ".join((*words.page.values(), *words.buttons.values(), *words.understood.values(), *words.staff.values()))
        .lower()
        .split()
    )
    assert not {"je", "jij", "jouw", "ge"}.intersection(shown)


@pytest.mark.parametrize("locale", locales(PROMPTS))
def test_the_lengths_of_time_lie_clear_of_the_limit_and_leave_no_gap_before_it(locale: str) -> None:
    spans = [choice.answer.days for choice in words_of(locale).durations]
    limit = load_shipped(locale, "kort").question("duur").limit_days
    assert all(span.high < limit or span.low >= limit for span in spans)
    assert [span.low for span in spans[1:-1]] == [span.high + 1 for span in spans[:-2]]
    assert spans[0] == Days(0, 6)


def test_the_practice_has_its_name_on_the_screen() -> None:
    words = words_of("nl-BE", Details(medewerker="Ann aan het onthaal", noodnummer="113"))
    assert words.outcomes["staff"].heading == "Spreek nu Ann aan het onthaal aan"
    assert words.outcomes["E_112"].heading == "Bel samen 113"
    assert words.fill_page("Kine De Linde", 10, demo=False)["practice"] == "Kine De Linde"
    assert words.fill_page("", 10, demo=False)["practice"] == "Rugcheck"


def test_the_start_page_tells_how_long_it_takes_and_whether_there_is_a_hearing_loop() -> None:
    words, questions = words_of("nl-BE"), len(list_numbered(load_shipped("nl-BE", "kort")))
    page = words.fill_page("", 10, demo=False, questions=questions, hearing_loop=True)
    assert page["length"] == "Ongeveer drie minuten, 13 korte vragen"
    assert "stand T" in page["hearing_loop"]
    assert words.fill_page("", 10, demo=False)["hearing_loop"] == ""


@pytest.mark.parametrize("locale", locales(PROMPTS))
def test_who_speaks_another_language_is_told_so_in_it(locale: str) -> None:
    cards = {language.id: language.card for language in words_of(locale).languages}
    assert set(cards) == {"en", "fr", "de", "tr", "ar", "uk"}
    assert all(len(card) > 60 for card in cards.values()) and len(set(cards.values())) == 6


@pytest.mark.parametrize("said", ["start", "Hallo!", "ja start maar", "Goeiedag", "goede morgen mevrouw", "ik wil beginnen"])
def test_these_words_begin_a_visit(said: str) -> None:
    assert load_shipped("nl-BE", "kort").readback.expected.grammar.spelling.split(said) in words_of("nl-BE").start


@pytest.mark.parametrize(
    "said", ["", "ja", "nee", "we beginnen straks", "hallo Marie hoe is het", "de auto start niet", "dag schat"]
)
def test_what_people_say_to_each_other_does_not(said: str) -> None:
    assert load_shipped("nl-BE", "kort").readback.expected.grammar.spelling.split(said) not in words_of("nl-BE").start


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('  start: "START"\n', "", "'start' must be a text"),
        ('  start: "START"', '  start: "START"\n  strat: "x"', "'strat' is not known here"),
        ("{medewerker} aan.", "{medewerkster} aan.", "{medewerkster} is not a detail of the practice"),
        ('low: "7"', 'low: "70"', "14 days is less than 70"),
        ('low: "7"', 'low: "seven"', "'seven' is not a whole number"),
        ('"[ja] (start|', '"[ja (start|', "Look at the brackets"),
        ("  stopped:\n    word", "  stoped:\n    word", "'stoped' is not known here"),
        ("    phone: ", "    fone: ", "'fone' is not known here"),
        ('rows: ["Blijf rustig."', 'rows: ["Blijf {rustig}."', "{rustig} is not a detail of the practice"),
    ],
)
def test_a_wrong_screen_is_refused_in_words(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    shutil.copytree(PROMPTS, tmp_path / "prompts")
    file = tmp_path / "prompts/nl-BE/screen.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScriptError) as refused:
        words_of("nl-BE", root=tmp_path / "prompts")
    assert complaint in str(refused.value)
    assert "screen.yaml, line" in str(refused.value)
