"""The bench of the screen measures what was served."""

from __future__ import annotations

import pytest

from tests.kiosk.screen.test_texts import words_of
from voice.bench.rigs import browser
from voice.bench.rigs.screen import Shown, measure, table

pytestmark = pytest.mark.slow


def test_every_event_is_waited_for_and_the_whole_page_counted() -> None:
    shown = measure(words_of("nl-BE"), 3)
    assert 0 < shown.median <= shown.worst
    assert 5_000 < shown.page <= 100_000
    assert shown.polled > 250


def test_the_table_tells_how_much_longer_polling_takes() -> None:
    assert table(Shown(2.0, 9.0, 300.0, 21_000))[1] == "a page that polls  300 ms on average, 150 times as long"


def test_a_browser_is_waited_for_until_it_has_drawn_each_event() -> None:
    drawn = browser.measure(words_of("nl-BE"), 1, 3)
    assert drawn.first_paint > 0
    assert 0 < drawn.median <= drawn.worst
    assert browser.table(drawn)[1].startswith("first paint        at most ")
