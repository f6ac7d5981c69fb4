"""The sheet on the staff's page, in Debian's Chromium: read behind the PIN, printed on one A4, gone with the visit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.conftest import PROMPTS
from tests.consultation.coach.test_briefing import FULL
from tests.helpers.page_states import make_painter
from tests.helpers.running_kiosk import RULES, open_chromium
from tests.helpers.virtual_sound_card import ROOT
from tests.kiosk.screen.test_sheet import TEXTS, fill, note
from tests.kiosk.screen.test_staff_page import PIN, Desk
from voice.consultation.chapter_entries import EVERY_CHAPTER
from voice.consultation.loader import load_script
from voice.kiosk.screen.screen_key import make_key
from voice.kiosk.screen.server import Site, serve

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as opened:
        yield opened


@pytest.fixture
def desk() -> Desk:
    """The staff's page after a visit in which everything was asked."""
    example = ROOT / "docs" / "questionnaire.example.yaml"
    script, desk = load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=EVERY_CHAPTER, questionnaire=example), Desk()
    sheet = fill(script, FULL, note(script, lastigst=FULL["lastigst"], hoop=FULL["hoop"]))
    desk.records.board.change(lambda page: make_painter(script).show_sheet(page, sheet))
    return desk


@contextmanager
def open_tab(browser: Browser, desk: Desk, width: int = 1280, height: int = 800) -> Iterator[Page]:
    """A browser that has entered the PIN."""
    pages = {"/": ("page", TEXTS.fill_page("", 10, False, True)), "/staff": ("staff", {**TEXTS.staff, "demo": ""})}
    with serve(Site(desk.records.board, pages, desk.page.reads, desk.page.writes), 0, make_key()) as address:
        opened = browser.new_page(viewport={"width": width, "height": height})
        opened.goto(f"{address}/staff")
        opened.fill("#pin", PIN)
        opened.click("#gate button[type=submit]")
        yield opened
        opened.close()


@pytest.fixture(params=[(800, 480), (1280, 800)], ids=str)
def tab(request: pytest.FixtureRequest, browser: Browser, desk: Desk) -> Iterator[Page]:
    with open_tab(browser, desk, *request.param) as opened:
        yield opened


def test_the_sheet_stands_first_behind_the_pin_fits_one_a4_and_goes_with_the_visit(tab: Page, desk: Desk) -> None:
    expect(tab.locator("#paper h3")).to_be_in_viewport()
    for told in ("7 op 10", "links", "“uit mijn zetel komen”", "Geen zorgverlener luisterde mee"):
        expect(tab.locator("#paper")).to_contain_text(told)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(tab, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert tab.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    desk.records.board.change(lambda page: type(page)())
    expect(tab.locator("#sheet")).to_be_hidden(timeout=5_000)
    assert "zetel" not in tab.content()


def test_the_sheet_goes_with_a_kiosk_that_dies_or_hangs_and_is_back_with_it(browser: Browser, desk: Desk) -> None:
    def hang(route: Route) -> None:
        """Leave the request without an answer."""

    def die(route: Route) -> None:
        route.abort()

    with open_tab(browser, desk) as tab:
        for fail in (die, hang):
            expect(tab.locator("#paper")).to_contain_text("zetel")
            tab.route("**/staff/state", fail)
            expect(tab.locator("#lost")).to_be_visible(timeout=15_000)
            expect(tab.locator("#sheet")).to_be_hidden()
            assert "zetel" not in tab.content()
            tab.unroute("**/staff/state")
            expect(tab.locator("#lost")).to_be_hidden(timeout=15_000)
