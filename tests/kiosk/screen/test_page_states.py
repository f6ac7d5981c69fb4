"""Every state of the page in Debian's Chromium: accessible, large enough, and whole at every size of screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.conftest import PROMPTS
from tests.helpers.page_states import SIZES, open_screen, paint_states
from tests.helpers.read_code import read_code, read_picture
from tests.helpers.running_kiosk import RULES, open_chromium
from voice.consultation.chapter_entries import EVERY_CHAPTER
from voice.consultation.loader import load_script
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.shown_page import Page as Shown
from voice.setup.settings import Screen

pytestmark = pytest.mark.slow

STATES = paint_states(load_script(PROMPTS / "nl-BE", "kort", chapters=EVERY_CHAPTER))

SCREENS = [*((*size, Screen().diagonal) for size in SIZES), (1024, 600, 7.0)]
"""Pixels, and inches from corner to corner."""


def measure_millimetre(width: int, height: int, diagonal: float) -> float:
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
    with open_chromium() as opened:
        yield opened


@pytest.fixture(scope="module", params=SCREENS, ids=lambda size: "x".join(map(str, size)))
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, Callable[[Shown], None], float]]:
    """A tab, how to show a state in it, and how many pixels a millimetre is."""
    with open_screen(browser, *request.param) as (tab, show):
        yield tab, show, measure_millimetre(*request.param)


@pytest.mark.parametrize("name", STATES)
def test_nothing_is_cut_off_and_every_button_is_at_least_18_mm(
    screen: tuple[Page, Callable[[Shown], None], float], name: str
) -> None:
    tab, show, millimetre = screen
    show(STATES[name])
    assert tab.evaluate(FAULTS) == []
    for button in tab.locator("button:visible").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 18 * millimetre - 0.5, (button.inner_text(), box)
    if not STATES[name].code:
        assert tab.evaluate("parseFloat(getComputedStyle(document.getElementById('line')).fontSize)") >= 28


BESIDE_THE_BANNER = """() => {
  const box = (element) => element.getBoundingClientRect(), demo = box(document.getElementById("demo"));
  const leaves = [...document.querySelectorAll("body *")].filter((element) =>
    element.checkVisibility() && !element.closest(".signs, #demo") && (!element.children.length || element.matches("button, svg")));
  const over = leaves.filter((element) => {
    const { left, top, right, bottom } = box(element);
    return right > demo.left && left < demo.right && bottom > demo.top + 1 && top < demo.bottom - 1 && right > left;
  });
  return { whole: demo.height > 19 && demo.top >= 0 && demo.bottom <= innerHeight, over: over.map((element) => element.outerHTML.slice(0, 80)) };
}"""


@pytest.mark.parametrize("size", [(800, 480), (1280, 800), (1920, 1080), (1080, 1920)], ids=str)
def test_the_banner_of_a_trial_is_on_every_page_and_overlaps_nothing(browser: Browser, size: tuple[int, int]) -> None:
    with open_screen(browser, *size, demo=True) as (tab, show):
        for name, state in STATES.items():
            show(state)
            assert tab.evaluate(BESIDE_THE_BANNER) == {"whole": True, "over": []}, name
            assert tab.evaluate(FAULTS) == [], name
        tab.evaluate("source.onerror()")
        assert tab.evaluate(BESIDE_THE_BANNER)["whole"]
        found = tab.evaluate("document.elementFromPoint(innerWidth / 2, document.getElementById('demo').offsetTop + 5).id")
        assert found == "demo", "it stays in front while the kiosk is away"


def test_axe_finds_nothing_beside_the_banner_of_a_trial(browser: Browser) -> None:
    with open_screen(browser, 1280, 800, demo=True) as (tab, show):
        show(STATES["listening"])
        found = Axe().run(tab, options=RULES)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing(accessible: tuple[Page, Board], name: str) -> None:
    tab, show = accessible
    show(STATES[name])
    found = Axe().run(tab, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert {"color-contrast-enhanced", *(["target-size"] if STATES[name].buttons else [])} <= find_passed_rules(found)


def test_axe_finds_nothing_when_the_kiosk_has_gone(accessible: tuple[Page, Board]) -> None:
    tab, show = accessible
    show(STATES["listening"])
    tab.evaluate("source.onerror()")
    tab.locator("#away").wait_for()
    found = Axe().run(tab, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", [(800, 480), *SIZES], ids=str)
def test_the_card_can_be_read_from_the_screen_with_a_telephone(browser: Browser, size: tuple[int, int]) -> None:
    with open_screen(browser, *size, demo=True) as (tab, show):
        show(STATES["card"])
        shown = STATES["card"].plain()["shown"]
        assert read_picture(tab.screenshot()) == read_code(*shown)


def find_passed_rules(found: AxeResults) -> set[str]:
    return {rule["id"] for rule in found.response["passes"]}


@pytest.fixture(scope="module")
def accessible(browser: Browser) -> Iterator[tuple[Page, Board]]:
    with open_screen(browser, 1280, 800) as found:
        yield found


def test_a_patient_who_wants_no_motion_gets_none(browser: Browser) -> None:
    with open_screen(browser, 1280, 800, reduced_motion="reduce") as (tab, show):
        show(STATES["listening"])
        assert tab.evaluate("document.getAnimations().length") == 0
    with open_screen(browser, 1280, 800, reduced_motion="no-preference") as (tab, show):
        show(STATES["listening"])
        assert tab.evaluate("document.getAnimations().length") == 1
