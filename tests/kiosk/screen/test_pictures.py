"""The drawings beside what is said: each is there, says what it shows, stays small, and frightens by no colour."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import PROMPTS, load_shipped
from tests.helpers.page_states import make_painter, open_screen
from tests.helpers.running_kiosk import open_chromium
from voice.base.errors import ScriptError
from voice.base.inheritance import read_layered
from voice.consultation.loader import load_script
from voice.consultation.script import Script
from voice.kiosk.screen.pictures import read_pictures
from voice.kiosk.screen.shown_page import Page

SCRIPTS = [(locale, name) for locale in ("nl-BE", "nl-NL") for name in ("kort", "uitgebreid")]
BUDGET = 150_000
"""Bytes of all drawings together."""
COLOURS = {"none", "#14212e", "#b84a00", "#0b4a2f", "#fbf8f1"}
"""Ink, mark, a calm green, and the ground of the page."""


def read_shipped(locale: str) -> dict:
    folder = PROMPTS / locale
    return dict(read_pictures(read_layered(folder / "screen.yaml").inside("pictures"), folder))


def load_moving(locale: str, name: str) -> Script:
    """A script with moving together."""
    return load_script(PROMPTS / locale, name, language=False, chapters=frozenset(("movement",)))


@pytest.mark.parametrize(("locale", "name"), SCRIPTS)
def test_every_question_every_topic_and_every_movement_has_a_drawing(locale: str, name: str) -> None:
    script = load_moving(locale, name)
    assert script.moving.movements
    wanted = {part.id for part in (*script.questions, *script.topics, *script.moving.movements)}
    assert wanted - set(read_shipped(locale)) == set()


@pytest.mark.parametrize("locale", ["nl-BE", "nl-NL"])
def test_every_drawing_that_is_named_belongs_to_something_that_is_said(locale: str) -> None:
    said = {utterance.id for name in ("kort", "uitgebreid") for utterance in load_moving(locale, name).utterances()}
    assert set(read_shipped(locale)) - said - {name.partition(".")[0] for name in said} == {"start"}


def test_every_drawing_is_used_and_all_together_are_small() -> None:
    files = {path.stem: path for path in (PROMPTS / "nl" / "pictures").glob("*.svg")}
    assert set(files) == {picture.name for picture in read_shipped("nl-BE").values()}
    assert sum(path.stat().st_size for path in files.values()) < BUDGET


def test_the_drawings_have_one_style_and_fetch_nothing() -> None:
    for path in (PROMPTS / "nl" / "pictures").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', text)) <= COLOURS, path.name
        assert not re.search(r"<script|<image|href|url\(|<style|<text", text), path.name
        assert 'viewBox="0 0 120 120"' in text


def copy_prompts(folder: Path) -> Path:
    shutil.copytree(PROMPTS / "nl-BE", folder / "nl-BE")
    shutil.copytree(PROMPTS / "nl" / "pictures", folder / "nl" / "pictures")
    return folder


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "there is no drawing 'thermometer'"),
        ("not a drawing", "is no SVG"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "does not say what it shows"),
    ],
)
def test_a_drawing_that_is_missing_or_wrong_is_named_with_its_line(tmp_path: Path, content: str | None, complaint: str) -> None:
    prompts = copy_prompts(tmp_path)
    drawing = prompts / "nl" / "pictures" / "thermometer.svg"
    drawing.unlink() if content is None else drawing.write_text(content, encoding="utf-8")
    place = read_layered(prompts / "nl-BE" / "screen.yaml").inside("pictures")
    with pytest.raises(ScriptError, match=complaint) as raised:
        read_pictures(place, prompts / "nl-BE")
    assert re.search(r"screen\.yaml, line \d+", str(raised.value))


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    prompts = copy_prompts(tmp_path)
    screen = prompts / "nl-BE" / "screen.yaml"
    screen.write_text(screen.read_text(encoding="utf-8").replace("koorts: thermometer", "koorts: ../../secret"), encoding="utf-8")
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>', encoding="utf-8")
    with pytest.raises(ScriptError, match="there is no drawing"):
        read_pictures(read_layered(screen).inside("pictures"), prompts / "nl-BE")


def test_a_question_shows_its_drawing_with_its_own_line_and_keeps_it_until_the_next() -> None:
    script = load_shipped("nl-BE", "kort")
    paint, fever, weight = make_painter(script), script.question("koorts"), script.question("gewicht")
    page = paint.show_line(paint.show_question(Page(), fever), script.line("dat_geeft_niet"))
    assert page.picture == ""
    page = paint.show_line(paint.show_put(page, fever), fever.ask)
    assert (page.picture, page.picture_text) == ("/pictures/thermometer.svg", "Een koortsthermometer")
    assert paint.show_line(page, script.line("niet_begrepen_1")).picture == "/pictures/thermometer.svg"
    assert paint.show_question(page, weight).picture == ""


def test_advice_shows_its_own_drawing() -> None:
    script = load_shipped("nl-BE", "kort")
    page = make_painter(script).show_line(Page(), script.topic("warmte").lines[0])
    assert page.picture == "/pictures/kruik.svg"
    assert make_painter(script).show_line(page, script.line("afscheid")).picture == ""


def test_a_movement_is_drawn_while_it_is_described_at_ready_and_while_it_is_counted() -> None:
    script = load_moving("nl-BE", "kort")
    paint, turning, ready = make_painter(script), script.moving.movement("draaien"), script.question("klaar")
    opened = paint.show_line(paint.show_question(Page(), ready), script.line("samen_goed"))
    assert opened.picture == ""
    described = paint.show_line(opened, turning.lines[0])
    assert described.picture == "/pictures/schouders_draaien.svg" and "gekruiste armen" in described.picture_text
    put = paint.show_listening(paint.show_line(paint.show_put(described, ready), ready.ask), ready)
    assert put.picture == described.picture
    after = paint.show_question(put, script.question("gaat_het"))
    assert after.picture == ""
    assert paint.show_line(after, script.moving.count_out(turning, 3, slowly=False)).picture == described.picture


@pytest.mark.slow
def test_the_drawing_is_on_the_page_with_its_text() -> None:
    script = load_shipped("nl-BE", "kort")
    paint, fever = make_painter(script), script.question("koorts")
    with open_chromium() as browser, open_screen(browser, 800, 480) as (tab, show):
        show(paint.show_listening(paint.show_line(paint.show_put(paint.show_question(Page(), fever), fever), fever.ask), fever))
        drawing = tab.get_by_role("img", name="Een koortsthermometer")
        expect(drawing).to_be_visible()
        assert tab.evaluate("document.getElementById('picture').naturalWidth") > 0
        assert drawing.bounding_box()["height"] >= 90
        show(paint.show_line(Page(turn=9), script.line("afscheid")))
        expect(drawing).to_be_hidden()
