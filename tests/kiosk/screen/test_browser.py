"""The kiosk as a patient meets it: the real program, and Debian's Chromium before it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.helpers.running_kiosk import (
    CHROMIUM,
    MISSING,
    QUICK,
    RULES,
    Running,
    line,
    open_chromium,
    run_kiosk,
    settle,
    touch,
    write_yaml,
)
from tests.helpers.virtual_sound_card import ROOT, VirtualSoundCard, virtual_sound_card
from voice.audio.loudness import measure_loudness as dbfs
from voice.base.errors import ReviewError
from voice.consultation.script import Script
from voice.kiosk.screen.screen_key import START_PAGE

pytestmark = pytest.mark.slow

TOUCH_ONLY = {**QUICK, "models": MISSING}
FEW_DAYS, ADULT, OLD = "duration:0", "age:leeftijd:1", "age:leeftijd:2"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A kiosk without a sound card and without a model."""
    with run_kiosk(tmp_path_factory.mktemp("kiosk"), TOUCH_ONLY) as started:
        yield started


@pytest.fixture
def tab(browser: Browser, running: Running) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    running.open_in(opened)
    yield opened
    leave(opened)
    opened.close()


def leave(tab: Page) -> None:
    """End a visit that a test has left open when it failed, so that the next test has a kiosk that waits."""
    for _ in range(20):
        if tab.locator('button[data-press="start"]').is_visible():
            return
        for press in ("came", "came_sure", "done", "stop"):
            button = tab.locator(f'button[data-press="{press}"]')
            if button.is_visible():
                button.click()
        tab.wait_for_timeout(500)


def begin(tab: Page) -> None:
    touch(tab, "start")
    wait_until_put(tab)
    touch(tab, "yes")
    tab.wait_for_function("page.question && page.question !== 'hoort' && page.put && !offering", timeout=60_000)


def reach_questions(tab: Page) -> None:
    """Begin a visit and answer how long and how old, so that the first question with yes and no is open."""
    begin(tab)
    for press in (FEW_DAYS, ADULT):
        touch(tab, press)
    assert tab.evaluate("page.question") == "beide_benen"


def wait_until_put(tab: Page) -> str:
    """Wait until the page shows a question with its answers, after the lines that lead to it. Return the id of the question."""
    tab.wait_for_function("page.question && page.put", timeout=60_000)
    return str(tab.evaluate("page.question"))


def stop(tab: Page) -> None:
    """Touch STOP, and that it is right."""
    touch(tab, "stop")
    tab.wait_for_function("page.question === 'klopt' && page.put", timeout=60_000)
    touch(tab, "yes")


def end_visit(tab: Page) -> None:
    """Touch that the outcome has been read, and check that the page is as it was before the visit."""
    leave_outcome(tab)
    expect(tab.locator('button[data-press="start"]')).to_be_visible()


def leave_outcome(tab: Page) -> None:
    """Touch that the outcome has been read, and before that, if the staff are waited for, that they are there."""
    tab.wait_for_function("page.buttons.some((button) => ['came', 'done'].includes(button.press))", timeout=60_000)
    if tab.locator('button[data-press="came"]').is_visible():
        touch(tab, "came")
        touch(tab, "came_sure")
    touch(tab, "done")


def test_a_whole_visit_by_touch_on_a_machine_without_sound(tab: Page, script: Script) -> None:
    expect(tab.locator("#notes")).to_contain_text("Ik kan u nu niet horen", timeout=20_000)
    begin(tab)
    touch(tab, FEW_DAYS)
    assert tab.locator("#answers button").all_inner_texts() == [
        "Jonger dan 18", "18 tot 74 jaar", "75 jaar of ouder", "WEET IK NIET", "ZEG IK LIEVER NIET",
    ]  # fmt: skip
    touch(tab, ADULT)
    asked = []
    while (question := wait_until_put(tab)) != script.menu.id:
        asked.append(question)
        touch(tab, "no")
    put = [one.id for one in script.questions if not (one.if_mentioned or one.settled_by or one.gate)]
    assert asked == [name for name in put if name not in ("duur", "leeftijd")] and len(asked) > 10
    assert tab.locator("#heading").inner_text() == "Geen alarmteken in uw antwoorden"
    touch(tab, "topic:bewegen")
    touch(tab, "no_thanks")
    end_visit(tab)


def test_who_answers_alike_by_key_gets_as_far(tab: Page) -> None:
    """A button box for hands that cannot point acts as a keyboard; every key of it is a function key."""
    expect(tab.locator('button[data-press="start"]')).to_be_focused()
    duration = (("Enter", "hoort"), ("F1", "duur"), ("F3", "zes_weken"), ("F2", "leeftijd"))
    age = (("F3", "minderjarig"), ("F2", "vijfenzeventig"), ("F2", "beide_benen"))
    for key, question in (*duration, *age, ("F9", "")):
        tab.wait_for_function("!page.question || page.put", timeout=60_000)
        settle(tab)
        tab.keyboard.press(key)
        tab.wait_for_function(f"page.question === '{question}' && page.turn > 1", timeout=30_000)
    assert tab.locator("#heading").inner_text() == "Spreek nu iemand van de praktijk aan"
    end_visit(tab)


def test_every_button_can_be_reached_with_the_tab_key(tab: Page) -> None:
    begin(tab)
    buttons = tab.locator("nav button:visible").all_inner_texts()
    tab.evaluate("document.activeElement.blur()")
    reached = []
    for _ in buttons:
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.activeElement.innerText"))
    assert reached == buttons
    stop(tab)
    end_visit(tab)


def test_a_private_question_can_be_answered_in_silence(tab: Page) -> None:
    reach_questions(tab)
    touch(tab, "no")
    assert tab.evaluate("page.question") == "zitvlak"
    settle(tab)
    tab.locator('button[data-press="quiet"]').click()
    expect(tab.locator('button[data-press="sound"]')).to_be_visible()
    touch(tab, "decline")
    assert tab.locator("#heading").inner_text() == "Spreek nu iemand van de praktijk aan"
    end_visit(tab)


def test_the_second_half_of_a_double_tap_answers_nothing(tab: Page) -> None:
    reach_questions(tab)
    settle(tab)
    tab.locator('button[data-press="no"]').dblclick(delay=20)
    tab.wait_for_function("page.question === 'zitvlak' && page.put", timeout=15_000)
    settle(tab)
    assert tab.evaluate("page.question") == "zitvlak"
    stop(tab)
    end_visit(tab)


def test_a_touch_while_a_line_leads_to_a_question_answers_nothing(browser: Browser, tmp_path: Path, script: Script) -> None:
    """Neither on the page nor beside it. Who reads turns one line after the other, and then the answers must have been there for
    a while. Nothing speaks of hearing.
    """
    slowly = {**TOUCH_ONLY, "screen": {**QUICK["screen"], "reading": 10}}
    with run_kiosk(tmp_path, slowly) as running:
        tab = browser.new_page(viewport={"width": 800, "height": 480}, bypass_csp=True)
        running.open_in(tab)
        touch(tab, "start")
        tab.evaluate(HASTY)
        read = []
        while script.lines["hoort_lezen"] not in read:
            expect(tab.locator('button[data-press="next"]')).to_be_visible()
            assert tab.locator("nav button").evaluate_all("all => all.map((one) => one.dataset.press)") == [
                "next", "repeat", "back", "stop", "help",
            ]  # fmt: skip
            turn = tab.evaluate("page.turn")
            assert [tab.evaluate(PRESS, [press, turn]) for press in ("yes", "no", "unsure")] == [{"taken": False}] * 3
            read += [line(tab), tab.locator("#state-text").inner_text()]
            settle(tab)
            tab.locator('button[data-press="next"]').click()
            tab.wait_for_function("(before) => page.line !== before", arg=read[-2], timeout=15_000)
            read += [line(tab)] if tab.evaluate("page.put") else []
        assert read[::2] == [script.lines[name] for name in ("welkom_lezen", "proefversie", "kennisgeving_lezen", "hoort_lezen")]
        assert set(read[1::2]) == {"Lees en raak een knop aan"}
        tab.wait_for_function("hasty")
        settle(tab)
        assert tab.evaluate("page.turn") == turn, "what was touched at once has answered nothing"
        touch(tab, "help")
        assert tab.locator("#heading").inner_text() == "Spreek nu iemand van de praktijk aan"
        tab.close()


HASTY = """() => {
  window.hasty = false;
  const unhurried = show;
  show = (next) => {
    unhurried(next);
    const no = document.querySelector('button[data-press="no"]');
    if (no && !hasty) { hasty = true; no.click(); }
  };
}"""
"""Touches NEE once, in the moment in which it comes onto the page; no speed of any machine decides."""

PRESS = """([press, turn]) => fetch("/press", {
  method: "POST", headers: { "Content-Type": "application/json", "X-Ruggespraak-Token": token }, body: JSON.stringify({ press, turn }),
}).then((reply) => reply.json())"""
"""Sends a press past the buttons of the page."""


@pytest.mark.parametrize(("press", "shown"), [("help", "page.level === 'staff'"), ("stop", "page.question === 'klopt'")])
def test_a_call_counts_in_the_moment_in_which_the_page_turns(tab: Page, press: str, shown: str) -> None:
    """The page is told that it has just turned, so that no speed decides."""
    begin(tab)
    turn = tab.evaluate("page.turn")
    tab.evaluate(f"""changedAt = Date.now(); document.querySelector('button[data-press="{press}"]').click()""")
    tab.wait_for_function(f"{shown} && page.turn > {turn}", timeout=20_000)
    if press == "stop":
        wait_until_put(tab)
        touch(tab, "yes")
    end_visit(tab)


def test_help_calls_at_once_and_a_patient_can_go_on_after_all(tab: Page) -> None:
    reach_questions(tab)
    turn = tab.evaluate("page.turn")
    settle(tab)
    tab.locator('button[data-press="help"]').click()
    expect(tab.locator("#heading")).to_have_text("Spreek nu iemand van de praktijk aan")
    tab.wait_for_timeout(1300)
    tab.locator('button[data-press="resume"]').click()
    tab.wait_for_function(f"page.turn > {turn} && page.question === 'beide_benen' && page.put", timeout=15_000)
    expect(tab.locator("#outcome")).to_be_hidden()
    stop(tab)
    end_visit(tab)


def test_a_stop_can_be_taken_back(tab: Page) -> None:
    begin(tab)
    touch(tab, "stop")
    wait_until_put(tab)
    touch(tab, "no")
    assert wait_until_put(tab) == "duur"
    stop(tab)
    end_visit(tab)


def test_a_finger_that_rests_on_help_while_the_page_turns_has_called(tab: Page) -> None:
    reach_questions(tab)
    settle(tab)
    box = tab.locator('button[data-press="help"]').bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    tab.keyboard.press("F2")
    tab.wait_for_function("page.question === 'zitvlak'", timeout=15_000)
    assert tab.locator('button[data-press="quiet"]').count() == 1, "a page with one button more"
    tab.mouse.up()
    expect(tab.locator("#heading")).to_have_text("Spreek nu iemand van de praktijk aan")
    end_visit(tab)


def test_the_second_half_of_a_double_tap_on_start_calls_nobody(tab: Page) -> None:
    touch(tab, "start")
    tab.evaluate("""calledAt = Date.now(); document.querySelector('button[data-press="help"]').click()""")
    tab.wait_for_timeout(400)
    assert not tab.evaluate("page.heading")
    stop(tab)
    end_visit(tab)


def test_stop_and_help_keep_their_place_from_one_question_to_the_next(tab: Page) -> None:
    reach_questions(tab)
    places = []
    for _ in range(2):
        wait_until_put(tab)
        places.append([tab.locator(f'button[data-press="{press}"]').bounding_box() for press in ("stop", "help")])
        count = tab.locator("#requests button").count()
        touch(tab, "no")
    assert count == 6 and tab.evaluate("page.turn") > 0
    for before, after in zip(*places, strict=True):
        assert before["y"] == after["y"] and abs(before["x"] - after["x"]) < 13 and abs(before["width"] - after["width"]) < 13
    stop(tab)
    end_visit(tab)


def test_after_a_visit_nothing_of_it_is_left_anywhere(browser: Browser, tmp_path: Path, script: Script) -> None:
    """Looks for marker words of the visit in the page, its memory, the browser's profile, the logs and the disk."""
    markers = ("Bel vandaag nog uw huisarts", script.question("val").positive)
    profile, folder = tmp_path / "profile", tmp_path / "kiosk"
    folder.mkdir()
    with run_kiosk(folder, TOUCH_ONLY) as running, open_with_profile(browser, profile) as context:
        tab = context.pages[0]
        running.open_in(tab)
        begin(tab)
        for press in (FEW_DAYS, OLD, *["no"] * 4, "yes", *["no"] * 10, "yes"):
            touch(tab, press)
        assert tab.locator("#heading").inner_text() == markers[0]
        assert find_in_memory(tab, markers) == set(markers), "the search must be able to find them"
        end_visit(tab)
        assert find_in_memory(tab, markers) == set()
    assert not [line for line in running.printed for marker in markers if marker in line]
    assert not [file for root in (profile, folder) for file in root.rglob("*") if file.is_file() and holds(file, markers)]


def test_an_emergency_stays_on_the_page_until_the_staff_say_that_they_are_there(browser: Browser, tmp_path: Path) -> None:
    """The settings leave an outcome for five seconds."""
    with run_kiosk(tmp_path, {**TOUCH_ONLY, "screen": {**QUICK["screen"], "linger": 5}}) as running:
        tab = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
        running.open_in(tab)
        check_emergency(tab)
        tab.close()


def check_emergency(tab: Page) -> None:
    reach_questions(tab)
    for press in ("no", "yes", "yes", "yes"):
        touch(tab, press)
    expect(tab.locator('button[data-press="came"]')).to_be_visible(timeout=60_000)
    shown = [tab.locator(f"#{part}").inner_text() for part in ("word", "heading", "action", "phone")]
    assert shown == [
        "DRINGEND",
        "Spreek nu meteen iemand van de praktijk aan",
        "Zeg dat het dringend is.",
        "Ziet u niemand? Bel 112",
    ]
    assert tab.locator("#rows li").all_inner_texts() == ["Blijf rustig.", "Rijd niet zelf met de auto."]
    tab.wait_for_timeout(7_000)
    assert [tab.locator(f"#{part}").inner_text() for part in ("word", "heading", "action", "phone")] == shown
    touch(tab, "came")
    expect(tab.locator("#line")).to_have_text("Bent u van de praktijk? Dan stop ik met roepen.")
    touch(tab, "not_yet")
    touch(tab, "came")
    touch(tab, "came_sure")
    left = """(heading) => $("clearing").textContent.includes("seconden") && $("heading").textContent === heading"""
    tab.wait_for_function(left, arg=shown[1])
    expect(tab.locator('button[data-press="start"]')).to_be_visible()


def test_what_to_do_stays_with_the_warning_signs_and_can_be_heard_again(browser: Browser, tmp_path: Path, script: Script) -> None:
    with run_kiosk(tmp_path, TOUCH_ONLY) as running:
        tab = browser.new_page(viewport={"width": 800, "height": 480}, bypass_csp=True)
        running.open_in(tab)
        begin(tab)
        stop(tab)
        expect(tab.locator('button[data-press="longer"]')).to_be_visible(timeout=60_000)
        rows = tab.locator("#rows li").all_inner_texts()
        assert rows == [script.lines["vangnet_zitvlak"], script.lines["vangnet_plassen"]]
        assert "Dank u wel" not in tab.locator("main").inner_text()
        tab.evaluate("""window.seen = [];
            new MutationObserver(() => seen.push($("line").textContent)).observe($("line"), { childList: true })""")
        settle(tab)
        tab.locator('button[data-press="repeat"]').click()
        tab.wait_for_function("seen.filter(Boolean).length", timeout=15_000)
        expect(tab.locator("#rows")).to_be_visible(timeout=15_000)
        assert tab.locator("#rows li").all_inner_texts() == rows
        end_visit(tab)
        tab.close()


def test_who_walks_away_is_warned_and_leaves_nothing_behind(browser: Browser, tmp_path: Path, script: Script) -> None:
    """Somebody answered yes, and is not there any more when the next question is put."""
    markers = (script.question("val").text, script.question("ongeval").text, script.question("ongeval").clarify, "Ik begreep: ja")
    profile, folder = tmp_path / "profile", tmp_path / "kiosk"
    folder.mkdir()
    settings = {**TOUCH_ONLY, "patience": {"nobody": 3}}
    with run_kiosk(folder, settings) as running, open_with_profile(browser, profile) as context:
        tab = context.pages[0]
        running.open_in(tab)
        reach_questions(tab)
        for press in (*["no"] * 4, "yes"):
            touch(tab, press)
        assert find_in_memory(tab, markers) > {markers[1]}, "the search must be able to find them"
        expect(tab.locator('button[data-press="here"]')).to_be_visible(timeout=120_000)
        assert tab.locator("#line").inner_text() == script.presence.text
        expect(tab.locator('button[data-press="start"]')).to_be_visible(timeout=120_000)
        assert find_in_memory(tab, markers) == set()
        assert not [marker for marker in markers if marker in read_all_served(running)]
    assert not [line for line in running.printed for marker in markers if marker in line]
    assert not [file for root in (profile, folder) for file in root.rglob("*") if file.is_file() and holds(file, markers)]


def read_all_served(running: Running) -> str:
    """Read everything that the kiosk serves now: the page, what it shows, and the metrics."""
    bodies = []
    for path in ("", "metrics", "day.svg"):
        with urlopen(Request(f"{running.address}{path}", headers=running.key), timeout=5) as reply:
            bodies.append(reply.read().decode())
    with urlopen(Request(f"{running.address}events", headers=running.key), timeout=5) as stream:
        bodies.append("".join(stream.readline().decode() for _ in range(2)))
    assert '"face": "idle"' in bodies[-1]
    return "".join(bodies)


def holds(file: Path, markers: tuple[str, ...]) -> bool:
    content = file.read_bytes()
    return any(marker.encode() in content or marker.encode("utf-16-le") in content for marker in markers)


@contextmanager
def open_with_profile(browser: Browser, folder: Path) -> Iterator[BrowserContext]:
    """A browser with a profile on disk, as a kiosk's may be."""
    context = browser.browser_type.launch_persistent_context(
        str(folder), executable_path="/usr/bin/chromium", args=CHROMIUM, bypass_csp=True
    )
    yield context
    context.close()


def find_in_memory(tab: Page, markers: tuple[str, ...]) -> set[str]:
    """The texts that the page or its JavaScript memory still holds after garbage collection."""
    session, pieces = tab.context.new_cdp_session(tab), []
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda event: pieces.append(event["chunk"]))
    session.send("HeapProfiler.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.takeHeapSnapshot")
    session.detach()
    held = "".join(pieces) + tab.content()
    return {marker for marker in markers if marker in held}


def test_a_kiosk_that_is_started_again_is_shown_again_without_a_hand(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    settings = {**TOUCH_ONLY, "screen": {**QUICK["screen"], "port": port}}
    tab = browser.new_page(bypass_csp=True)
    with run_kiosk(tmp_path, settings) as running:
        running.open_in(tab)
        begin(tab)
    expect(tab.locator("#away")).to_be_visible(timeout=20_000)
    with run_kiosk(tmp_path, settings):
        expect(tab.locator("#away")).to_be_hidden(timeout=20_000)
        expect(tab.locator('button[data-press="start"]')).to_be_visible(timeout=20_000)
        begin(tab)
    tab.close()


def test_a_trial_is_shown_on_both_pages_and_said_at_the_start(browser: Browser, tmp_path: Path, script: Script) -> None:
    with run_kiosk(tmp_path, {**TOUCH_ONLY, "staff": {"pin": "4711"}}) as running:
        tab = browser.new_page(bypass_csp=True)
        tab.add_init_script("addEventListener('DOMContentLoaded', () => { seen = []; const line = document.getElementById('line');"
                            " if (line) new MutationObserver(() => seen.push(line.textContent)).observe(line, {childList: true}); })")  # fmt: skip
        running.open_in(tab)
        expect(tab.locator("#demo")).to_have_text("Proefversie. Geen zorgverlener heeft dit nagelezen.")
        touch(tab, "start")
        expect(tab.locator('button[data-press="yes"]')).to_be_visible(timeout=15_000)
        tab.wait_for_function("seen.some((line) => line.startsWith('Dit is een proefversie.'))", timeout=15_000)
        tab.goto(f"{running.address}staff")
        expect(tab.locator("#demo")).to_contain_text("Gebruik het nog niet bij patiënten.")
        assert tab.locator("#demo").bounding_box()["y"] < tab.locator("header").bounding_box()["y"]
        tab.close()


def test_a_script_that_is_signed_starts_by_itself_and_shows_nothing_of_a_trial(
    browser: Browser, tmp_path: Path, signed: Path
) -> None:
    settings = {**TOUCH_ONLY, "prompts": signed, "staff": {"pin": "4711"}}
    with run_kiosk(tmp_path, settings, options=()) as running:
        tab = browser.new_page(bypass_csp=True)
        running.open_in(tab)
        begin(tab)
        expect(tab.locator("#line")).to_contain_text("rug", timeout=15_000)
        for page in ("", "staff"):
            tab.goto(f"{running.address}{page}")
            expect(tab.locator("#demo")).to_be_hidden()
            assert "roefversie" not in tab.content()
        tab.close()


def test_a_kiosk_that_refuses_says_so_on_its_screen_until_it_may_start(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    settings = {**TOUCH_ONLY, "screen": {**QUICK["screen"], "port": port}}
    (tmp_path / "kiosk.yaml").write_text(write_yaml(settings), encoding="utf-8")
    command = [sys.executable, "-m", "voice", "kiosk", "--settings", str(tmp_path / "kiosk.yaml")]
    refused = subprocess.run(command, cwd=ROOT, env={**os.environ, "RUNTIME_DIRECTORY": str(tmp_path)}, check=False)
    assert refused.returncode == ReviewError.exit_code
    tab = browser.new_page(viewport={"width": 800, "height": 480}, bypass_csp=True)
    tab.goto((tmp_path / START_PAGE).as_uri())
    expect(tab.locator("#waiting")).to_contain_text("geen zorgverlener heeft het gesprek nagelezen", timeout=15_000)
    assert tab.evaluate("document.documentElement.scrollHeight <= innerHeight")
    with run_kiosk(tmp_path, settings):
        tab.wait_for_url(f"http://127.0.0.1:{port}/", timeout=30_000)
    tab.close()


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


def test_the_staff_see_a_call_mute_the_kiosk_and_end_a_visit(browser: Browser, tmp_path: Path) -> None:
    with run_kiosk(tmp_path, {**TOUCH_ONLY, "staff": {"pin": "4711"}}) as running:
        patient, desk = browser.new_page(bypass_csp=True), browser.new_page(bypass_csp=True)
        running.open_in(patient)
        touch(patient, "start")
        touch(patient, "help")
        enter(desk, running, "0000")
        expect(desk.locator("#refused")).to_have_text("Dat is niet de pincode.")
        enter(desk, running, "4711")
        expect(desk.locator("#alarms")).to_contain_text("Hulp gevraagd")
        expect(desk.locator("#faults")).to_contain_text("Ik versta nog geen Nederlands")
        check_accessibility(desk)
        desk.locator("#seen").click()
        expect(desk.locator("#seen")).to_be_hidden()
        expect(desk.locator("#alarms")).to_have_text(re.compile(r"^\d\d:\d\d +Gezien$"))
        touch(patient, "done")
        expect(patient.locator('button[data-press="start"]')).to_be_visible(timeout=20_000)
        desk.locator("#mute").click()
        expect(patient.locator("#notes")).to_contain_text("Ik ben stil")
        touch(patient, "start")
        desk.locator("#restart").click(timeout=10_000)
        desk.locator("#restart").click()
        expect(patient.locator('button[data-press="start"]')).to_be_visible()
        expect(desk.locator('[data-count="abandoned"]')).to_have_text("1")
        desk.locator("#leave").click()
        desk.wait_for_url(running.address)
        assert desk.evaluate("fetch('/staff/state').then((reply) => reply.status)") == 401
        patient.close()
        desk.close()


def test_the_staff_open_their_page_without_scrolling_on_the_smallest_screen(browser: Browser, tmp_path: Path) -> None:
    with run_kiosk(tmp_path, {**TOUCH_ONLY, "staff": {"pin": "4711"}}) as running:
        tab = browser.new_page(viewport={"width": 800, "height": 480}, bypass_csp=True)
        running.open_in(tab)
        tab.goto(f"{running.address}staff")
        for button in (tab.locator("#gate button[type=submit]"), tab.locator("#keys button").last):
            box = button.bounding_box()
            assert box["y"] + box["height"] <= 480 and box["height"] >= 50, box
        assert tab.locator("#demo").bounding_box()["y"] < 20, "that nobody has signed the script stands on top"
        tab.close()


def rest(tab: Page, x: float, y: float) -> None:
    """Let a hand lie there for longer than the staff need to hold the corner."""
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.clock.run_for(4000)
    tab.wait_for_timeout(500)
    tab.mouse.up()


def test_a_hand_that_rests_on_the_screen_leads_nowhere_without_a_pin(tab: Page, running: Running) -> None:
    tab.clock.install()
    running.open_in(tab)
    touch(tab, "start")
    for x, y in ((20, 20), (20, 60), (640, 20), (1260, 20)):
        rest(tab, x, y)
        assert tab.url == running.address
    for path in ("staff", "staff/state", "nothing"):
        tab.goto(running.address + path)
        expect(tab.locator('button[data-press="help"]')).to_be_visible()
        assert tab.url == running.address
    stop(tab)
    end_visit(tab)


def test_the_pages_of_the_staff_go_back_by_themselves(browser: Browser, tmp_path: Path) -> None:
    """From the page for the PIN, and from the one behind it, which asks every two seconds how the kiosk is."""
    with run_kiosk(tmp_path, {**TOUCH_ONLY, "staff": {"pin": "4711"}}) as running:
        tab = browser.new_page(viewport={"width": 800, "height": 480}, bypass_csp=True)
        tab.clock.install()
        running.open_in(tab)
        expect(tab.locator('button[data-press="start"]')).to_be_visible(timeout=15_000)
        rest(tab, 400, 20)
        assert tab.url == running.address, "only the corner leads there"
        rest(tab, 20, 20)
        tab.wait_for_url(f"{running.address}staff")
        tab.clock.run_for(50_000)
        assert tab.url == f"{running.address}staff"
        left = []
        tab.on("request", lambda request: left.append(request) if request.url.endswith("/staff/leave") else None)
        tab.clock.run_for(12_000)
        tab.wait_for_url(running.address)
        assert len(left) == 1, "each further time would break off the loading of the patient's page"
        enter(tab, running, "4711")
        expect(tab.locator("#desk")).to_be_visible()
        tab.clock.run_for(30_000)
        tab.locator("#now-title").click()
        tab.clock.run_for(50_000)
        assert tab.url == f"{running.address}staff", "a touch keeps it"
        tab.clock.run_for(12_000)
        tab.wait_for_url(running.address)
        assert tab.evaluate("fetch('/staff/state').then((reply) => reply.status)") == 401
        tab.close()


def enter(desk: Page, running: Running, pin: str) -> None:
    running.open_in(desk)
    desk.goto(f"{running.address}staff")
    check_accessibility(desk)
    for key in pin:
        desk.locator("#keys button", has_text=key).click()
    desk.locator("#gate button[type=submit]").click()


def check_accessibility(desk: Page) -> None:
    found = Axe().run(desk, options=RULES)
    assert found.violations_count == 0, found.generate_report()


SOCIETY = Path("/usr/share/games/fillets-ng/sound/society/nl/mik-v-tak.ogg")
NEE = Path("/usr/share/games/fillets-ng/sound/dump/nl/sm-v-jine2.ogg")
CAVE = Path("/usr/share/games/fillets-ng/sound/cave/nl/jes-v-nevim.ogg")


@dataclass(frozen=True, slots=True)
class Voice:
    """A patient who speaks into the virtual microphone."""

    card: VirtualSoundCard
    folder: Path

    def say(self, clip: Path) -> None:
        subprocess.run(["paplay", "--device=kiosk_mic", str(clip)], env=self.card.environment, check=True, timeout=30)

    @contextmanager
    def measure_loudness(self) -> Iterator[list[float]]:
        """Measure how loud (dBFS) the loudspeaker is while the block runs; the list holds it after the block."""
        tap = ["parec", "--device=kiosk_out.monitor", "--format=s16le", "--rate=16000", "--channels=1", "--latency-msec=20"]
        process, loudness = subprocess.Popen(tap, env=self.card.environment, stdout=subprocess.PIPE), []
        yield loudness
        process.terminate()
        loudness.append(dbfs(process.communicate(timeout=10)[0]))

    def synthesize(self, text: str) -> Path:
        """Write a clip of a synthetic voice."""
        clip = self.folder / f"{text}.wav"
        subprocess.run(["espeak-ng", "-v", "nl", "-s", "130", "-w", str(clip), text], check=True, timeout=30)
        return clip


def wait_until_listening(tab: Page, question: str) -> None:
    """Wait until the kiosk listens, and then for as long as a patient needs to draw breath."""
    tab.wait_for_function(
        f"typeof page === 'object' && page.question === '{question}' && page.face === 'listening'", timeout=60_000
    )
    tab.wait_for_timeout(800)


def test_a_visit_by_voice_is_shown_as_it_goes_and_ends_as_the_same_visit_by_touch(browser: Browser, tmp_path: Path) -> None:
    devices = {"microphone": "kiosk_mic", "loudspeaker": "kiosk_speaker", "rate": 380, "speech": tmp_path / "speech"}
    devices["patience"] = {"nobody": 3}
    with virtual_sound_card() as card, run_kiosk(tmp_path, {**QUICK, **devices}, card.environment) as running:
        voice, tab = Voice(card, tmp_path), browser.new_page(bypass_csp=True)
        running.open_in(tab)
        expect(tab.locator("#start-voice")).to_be_visible(timeout=60_000)
        speak_visit(voice, tab)
        heading = tab.locator("#heading").inner_text()
        leave_outcome(tab)
        begin(tab)
        for press in ("unsure", "no", ADULT, "yes", "yes", "yes"):
            touch(tab, press)
        assert tab.locator("#heading").inner_text() == heading == "Spreek nu meteen iemand van de praktijk aan"
        leave_outcome(tab)
        begin(tab)
        walk_away(voice, tab)
        tab.close()


def walk_away(voice: Voice, tab: Page) -> None:
    """Answer nothing: the kiosk asks aloud and on the screen whether somebody is there, and then wipes everything."""
    tab.wait_for_function("page.question === 'aanwezig' && page.face === 'speaking'", timeout=60_000)
    with voice.measure_loudness() as loudness:
        tab.wait_for_function("page.face === 'listening'", timeout=20_000)
        expect(tab.locator('button[data-press="here"]')).to_be_visible()
    assert loudness[0] > -40
    expect(tab.locator('button[data-press="start"]')).to_be_visible(timeout=30_000)


def confirm_if_asked(voice: Voice, tab: Page, question: str) -> None:
    """Say that it is right if the no to the question is read back: a "nee" with more behind it may not be certain."""
    tab.wait_for_function(f"page.question !== '{question}' && page.face === 'listening'", timeout=60_000)
    if tab.evaluate("page.question") == "klopt":
        tab.wait_for_timeout(800)
        voice.say(SOCIETY)


def speak_visit(voice: Voice, tab: Page) -> None:
    """Answer by voice: start, hears well, knows neither how long nor how old, but that it is less than six weeks and that the
    age is from 18 to 74; in both legs, that is new, and right.
    """
    tab.wait_for_timeout(2000)
    voice.say(voice.synthesize("hallo"))
    duration = (("hoort", SOCIETY), ("duur", CAVE), ("zes_weken", NEE))
    age = (("leeftijd", CAVE), ("minderjarig", NEE), ("vijfenzeventig", NEE))
    for question, clip in (*duration, *age, *((name, SOCIETY) for name in ("beide_benen", "beide_benen_nieuw", "klopt"))):
        wait_until_listening(tab, question)
        voice.say(clip)
        if clip == NEE:
            confirm_if_asked(voice, tab, question)
        if question == "beide_benen":
            expect(tab.locator("#before")).to_have_text("Vorige vraag. Ik begreep: ja", timeout=20_000)
    expect(tab.locator("#heading")).to_be_visible(timeout=60_000)
