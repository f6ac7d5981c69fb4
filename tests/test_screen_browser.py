"""The kiosk as a patient meets it: the real program, and Debian's Chromium before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kiosks import MISSING, QUICK, Running, chromium, kiosk, touch
from voice.script import Script

TOUCH_ONLY = {**QUICK, "models": MISSING}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A kiosk without a sound card and without a model."""
    with kiosk(tmp_path_factory.mktemp("kiosk"), TOUCH_ONLY) as started:
        yield started


@pytest.fixture
def tab(browser: Browser, running: Running) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    opened.goto(running.address)
    yield opened
    opened.close()


def begin(tab: Page) -> None:
    touch(tab, "start")
    touch(tab, "yes")


def ended(tab: Page) -> None:
    """Touch that the outcome has been read, and see that the page is as it was before the visit."""
    touch(tab, "done")
    expect(tab.locator('button[data-press="start"]')).to_be_visible()


def test_a_whole_visit_by_touch_on_a_machine_without_sound(tab: Page, script: Script) -> None:
    expect(tab.locator("#notes")).to_contain_text("Ik kan u nu niet horen", timeout=20_000)
    begin(tab)
    touch(tab, "duration:0")
    asked = []
    while tab.locator('button[data-press="no"]').count() and not tab.locator('button[data-press^="topic:"]').count():
        asked.append(tab.evaluate("page.question"))
        touch(tab, "no")
    assert asked == [question.id for question in script.questions if question.id not in ("duur", "zes_weken")]
    assert tab.locator("#heading").inner_text() == "Geen alarmteken in uw antwoorden"
    touch(tab, "topic:bewegen")
    touch(tab, "no_thanks")
    ended(tab)
