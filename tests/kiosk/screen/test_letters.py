"""A patient raises the letters by a touch: what is read grows, as far as there is room, and only until the page is wiped."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.conftest import load_shipped
from tests.helpers.page_states import open_screen, paint_states
from tests.helpers.running_kiosk import open_chromium, settle
from voice.kiosk.screen.shown_page import Page as Shown

pytestmark = pytest.mark.slow

SIZES = ((800, 480), (1280, 800), (1920, 1080), (1080, 1920))
STATES = paint_states(load_shipped("nl-BE", "kort"))
READ = """() => ["#line", "#answers button span", ".welcome p, #progress-text"].map((where) => {
  const found = document.querySelector(where);
  return found ? parseFloat(getComputedStyle(found).fontSize) : 0;
})"""
"""Sizes in pixels of the line, of the first answer, and of the smallest letters that belong to it."""

DOUBLE_TAP = """() => {
  changedAt = 0;
  for (const _ of "12") larger().click();
  return [document.documentElement.dataset.step, Date.now() - changedAt < SETTLE_MS];
}"""
"""Touches the patient's own button twice at once. Returns which step is shown, and whether the page settles."""

Show = Callable[[Shown], None]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as opened:
        yield opened


def enlarge(tab: Tab) -> str:
    """Touch the patient's own button, and return which step is shown."""
    button = tab.locator('button[data-press="larger"]')
    expect(button).to_be_visible()
    settle(tab)
    button.click()
    return find_step(tab)


def find_step(tab: Tab) -> str:
    return str(tab.evaluate("document.documentElement.dataset.step"))


def turn_to(tab: Tab, state: Shown) -> None:
    """Show a state without a new page."""
    tab.evaluate("(next) => show({ ...next, turn: page.turn + 1, boot: page.boot })", state.plain())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_what_a_patient_raises_on_the_start_page_is_larger_there_and_at_the_questions(
    browser: Browser, size: tuple[int, int]
) -> None:
    with open_screen(browser, *size) as (tab, show):
        show(STATES["idle"])
        start = tab.evaluate(READ)
        assert enlarge(tab) > "0"
        raised = tab.evaluate(READ)
        assert raised[1] >= 1.15 * start[1] or raised[2] >= 1.15 * start[2]
        assert raised[0] > raised[2], "what it is about stays the largest"
        for name in ("rehearsal", "listening", "duration", "topics"):
            turn_to(tab, STATES[name])
            raised = tab.evaluate(READ)
            usual = tab.evaluate(f"(() => {{ fitAt(0); return ({READ})(); }})()")
            assert all(one >= other for one, other in zip(raised, usual, strict=True)), name
            assert raised[1] >= 1.15 * usual[1], name


def test_the_letters_go_up_in_steps_and_then_back_and_the_kiosk_is_told_nothing(browser: Browser) -> None:
    with open_screen(browser, 1280, 800) as (tab, show):
        show(STATES["rehearsal"])
        pressed: list[str] = []
        tab.on("request", lambda request: pressed.append(request.url))
        button = tab.locator('button[data-press="larger"]')
        expect(button).to_have_text("LETTERS GROTER")
        steps = [enlarge(tab), enlarge(tab)]
        expect(button).to_have_text("LETTERS GEWOON")
        assert [*steps, enlarge(tab)] == ["1", "2", "0"]
        assert not [url for url in pressed if url.endswith("/press")]


def test_the_second_half_of_a_double_tap_raises_nothing_and_answers_nothing(browser: Browser) -> None:
    with open_screen(browser, 1280, 800) as (tab, show):
        show(STATES["rehearsal"])
        expect(tab.locator('button[data-press="larger"]')).to_be_visible()
        assert tab.evaluate(DOUBLE_TAP) == ["1", True], "the answers have moved, so they settle again"


def test_the_next_patient_has_the_usual_letters(browser: Browser) -> None:
    with open_screen(browser, 1280, 800) as (tab, show):
        show(STATES["rehearsal"])
        assert enlarge(tab) == "1"
        with tab.expect_navigation():
            turn_to(tab, STATES["idle"])
        tab.wait_for_function("page.turn >= 0")
        assert (find_step(tab), tab.evaluate("step")) == ("0", 0)


def test_a_start_page_that_nobody_begins_goes_back_to_the_usual_letters(browser: Browser) -> None:
    with open_screen(browser, 1280, 800) as (tab, show):
        show(STATES["idle"])
        settle(tab)
        tab.clock.install()
        tab.evaluate("changedAt = 0")
        assert enlarge(tab) == "1"
        tab.clock.run_for(59_000)
        assert find_step(tab) == "1"
        tab.clock.run_for(2_000)
        assert find_step(tab) == "0"
