"""Every text of every state of every script, in the font that is shipped and with a practice's longest names: whole at every
size, beside every other text, and crossed by no frame; also in the largest letters that a patient can ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from tests.conftest import PROMPTS
from tests.helpers.page_states import make_painter, open_screen, paint_states
from tests.helpers.running_kiosk import open_chromium
from voice.consultation.chapter_entries import EVERY_CHAPTER
from voice.consultation.loader import load_script
from voice.consultation.practice import Details
from voice.kiosk.screen.shown_page import Page as Shown

pytestmark = pytest.mark.slow

LONGEST = Details(
    praktijk="Groepspraktijk voor kinesitherapie De Nieuwe Wandeling", kinesitherapeut="bekkenbodemkinesitherapeut",
    medewerker="een medewerker aan het onthaal", wachtdienst="de wachtpost op 0470 12 34 56", noodnummer="112",
)  # fmt: skip

FAULTS = """() => {
  const faults = [], texts = [], slack = 1;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const owner = node.parentElement;
    if (!node.data.trim() || !owner.checkVisibility({ visibilityProperty: true }) || owner.closest(".signs, script")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    // the letters themselves: a line box is higher than what is printed in it
    const size = parseFloat(getComputedStyle(owner).fontSize);
    const boxes = [...range.getClientRects()].map(({ left, right, top, bottom }) => {
      const middle = (top + bottom) / 2;
      return { left, right, top: middle - size * 0.4, bottom: middle + size * 0.4 };
    });
    texts.push({ owner, boxes, said: node.data.trim().slice(0, 40) });
  }
  for (const { owner, boxes, said } of texts) for (const box of boxes) {
    if (box.left < -slack || box.top < -slack || box.right > innerWidth + slack || box.bottom > innerHeight + slack) faults.push(`outside: ${said}`);
    for (let element = owner; element && element !== document.body; element = element.parentElement) {
      const around = element.getBoundingClientRect(), style = getComputedStyle(element), width = (side) => parseFloat(style[`border${side}Width`]);
      const framed = ["Left", "Top", "Right", "Bottom"].some((side) => width(side));
      const clips = style.overflowX !== "visible" || style.overflowY !== "visible";
      if (!framed && !clips) continue;
      const inset = parseFloat(style.outlineWidth) && style.outlineStyle !== "none" ? Math.max(0, -parseFloat(style.outlineOffset)) : 0;
      if (box.left < around.left + Math.max(width("Left"), inset) - slack || box.right > around.right - Math.max(width("Right"), inset) + slack
        || box.top < around.top + Math.max(width("Top"), inset) - slack || box.bottom > around.bottom - Math.max(width("Bottom"), inset) + slack)
        faults.push(`${framed ? "crossed by the frame of" : "cut by"} ${element.id || element.className || element.tagName}: ${said}`);
    }
  }
  texts.forEach((one, place) => texts.slice(place + 1).forEach((other) => {
    const meet = one.boxes.some((a) => other.boxes.some((b) => a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack));
    if (meet) faults.push(`on each other: ${one.said} / ${other.said}`);
  }));
  return faults;
}"""
"""What is wrong with the text boxes of the page that is shown."""

SHOW = """([next, letters]) => {
  page.face = "preparing"; step = letters;
  show({ ...next, turn: page.turn + 1, boot: page.boot });
  clearTimeout(offering);
  if (letters && larger()) offerLarger(Number(document.documentElement.dataset.step));
}"""
"""Shows a page as if it had come from the kiosk, in letters of that step if they fit."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as opened:
        yield opened


def paint_all() -> dict[str, Shown]:
    """Every state of every script, each page once."""
    found: dict[Shown, str] = {}
    for locale in ("nl-BE", "nl-NL"):
        for name in ("kort", "uitgebreid"):
            script = load_script(PROMPTS / locale, name, LONGEST, chapters=EVERY_CHAPTER)
            paint = make_painter(script, LONGEST)
            for state, page in paint_states(script, LONGEST).items():
                found.setdefault(replace(page, turn=0), f"{locale} {name} {state}")
            for question in script.every_question():
                page = paint.show_line(paint.show_put(paint.show_question(Shown(), question), question), question.ask)
                found.setdefault(replace(paint.show_listening(page, question), turn=0), f"{locale} {name} {question.id}")
    return {state: page for page, state in found.items()}


@pytest.mark.parametrize("size", [(800, 480), (1280, 800), (1920, 1080), (1080, 1920)], ids=lambda size: "x".join(map(str, size)))
def test_no_text_overlaps_another_is_cut_or_is_crossed_by_a_frame(browser: Browser, size: tuple[int, int]) -> None:
    with open_screen(browser, *size, demo=True, practice=LONGEST.praktijk) as (tab, show):
        show(Shown())
        assert tab.evaluate("document.fonts.check('700 20px \"Atkinson Hyperlegible\"')")
        faults = {}
        for name, page in paint_all().items():
            for letters in (0, 2):
                tab.evaluate(SHOW, [page.plain(), letters])
                if found := tab.evaluate(FAULTS):
                    faults[f"{name}, step {letters}"] = found
        assert not faults, "\n".join(f"{name}: {found[:3]}" for name, found in faults.items())
