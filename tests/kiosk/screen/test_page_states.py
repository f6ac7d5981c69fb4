"""Every face of the page, as Debian's Chromium shows it: accessible, large enough, whole, at every size of screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.conftest import loaded
from tests.helpers.page_states import SIZES, faces, shown_at
from tests.helpers.running_kiosk import RULES, chromium
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.view import Page as Shown
from voice.setup.settings import Screen

pytestmark = pytest.mark.slow

FACES = faces(loaded("nl-BE", "kort"))

SCREENS = [*((*size, Screen().diagonal) for size in SIZES), (1024, 600, 7.0)]
"""Pixels, and inches from corner to corner."""


def millimetre(width: int, height: int, diagonal: float) -> float:
    """CSS pixels on such a screen."""
    return math.hypot(width, height) / (diagonal * 25.4)


FAULTS = """() => {
  const faults = [], box = (element) => element.getBoundingClientRect();
  const shown = [...document.querySelectorAll("body *")].filter((element) => element.checkVisibility() && !element.closest(".signs"));
  for (const element of shown) {
    const { left, top, right, bottom } = box(element);
    if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) faults.push(`outside: ${element.outerHTML.slice(0, 80)}`);
    if (element.scrollWidth > element.clientWidth + 2 && element.clientWidth && !element.closest("svg")) faults.push(`cut: ${element.outerHTML.slice(0, 80)}`);
  }
  const main = document.querySelector("main");
  if (main.scrollHeight > main.clientHeight + 2) faults.push(`main overflows by ${main.scrollHeight - main.clientHeight}`);
  return faults;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module", params=SCREENS, ids=lambda size: "x".join(map(str, size)))
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, Callable[[Shown], None], float]]:
    """A tab, how to show a face in it, and how many pixels a millimetre is."""
    with shown_at(browser, *request.param) as (tab, show):
        yield tab, show, millimetre(*request.param)


@pytest.mark.parametrize("name", FACES)
def test_nothing_is_cut_off_and_every_button_is_at_least_18_mm(
    screen: tuple[Page, Callable[[Shown], None], float], name: str
) -> None:
    tab, show, millimetre = screen
    show(FACES[name])
    assert tab.evaluate(FAULTS) == []
    for button in tab.locator("button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 18 * millimetre - 0.5, (button.inner_text(), box)
    if not FACES[name].code:
        assert tab.evaluate("parseFloat(getComputedStyle(document.getElementById('line')).fontSize)") >= 28


@pytest.mark.parametrize("name", FACES)
def test_axe_finds_nothing(accessible: tuple[Page, Board], name: str) -> None:
    tab, show = accessible
    show(FACES[name])
    found = Axe().run(tab, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert {"color-contrast-enhanced", *(["target-size"] if FACES[name].buttons else [])} <= passed(found)


def test_axe_finds_nothing_where_the_kiosk_has_gone(accessible: tuple[Page, Board]) -> None:
    tab, show = accessible
    show(FACES["listening"])
    tab.evaluate("source.onerror()")
    tab.locator("#away").wait_for()
    found = Axe().run(tab, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def passed(found: AxeResults) -> set[str]:
    return {rule["id"] for rule in found.response["passes"]}


@pytest.fixture(scope="module")
def accessible(browser: Browser) -> Iterator[tuple[Page, Board]]:
    with shown_at(browser, 1280, 800) as found:
        yield found


def test_who_wants_no_motion_gets_none(browser: Browser) -> None:
    with shown_at(browser, 1280, 800, reduced_motion="reduce") as (tab, show):
        show(FACES["listening"])
        assert tab.evaluate("document.getAnimations().length") == 0
    with shown_at(browser, 1280, 800, reduced_motion="no-preference") as (tab, show):
        show(FACES["listening"])
        assert tab.evaluate("document.getAnimations().length") == 1
