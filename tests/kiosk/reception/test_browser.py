"""The page at the desk as the reception sees it: the real program, in TLS, and Debian's Chromium before it."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.helpers.desk import PIN, find_free_port, make_certificate
from tests.helpers.running_kiosk import MISSING, QUICK, RULES, Running, open_chromium, run_kiosk
from voice.bench.rigs.spectator import Spectator
from voice.kiosk.screen.screen_key import keep_key

pytestmark = pytest.mark.slow

CALM, URGENT, LOST = "Niemand vraagt u", "kiosk 1 vraagt iemand, dringend", "Geen verbinding met kiosk 1"
LATE = 30_000
"""Milliseconds that nothing takes but on a machine that is overloaded."""


@dataclass
class Practice:
    """A kiosk with a page at the desk; `patient` touches what a patient would."""

    kiosk: Running
    patient: Spectator
    address: str

    def open_desk(self, browser: Browser, width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(ignore_https_errors=True, viewport={"width": width, "height": height}, bypass_csp=True)
        tab = context.new_page()
        tab.goto(self.address)
        return tab

    def enter(self, tab: Page, pin: str = PIN) -> None:
        tab.locator("#pin").fill(pin)
        tab.locator("#gate button").click()

    def begin(self) -> None:
        """A patient begins a visit."""
        self.wait_for("start")
        assert self.patient.press("start")
        self.wait_for("help")

    def wait_for(self, press: str) -> None:
        self.wait_until(lambda shown: any(button["press"] == press for button in shown["buttons"]))

    def wait_until(self, seen: Callable[[dict[str, Any]], object]) -> None:
        """Wait until the patient's page is like that."""
        begun = time.monotonic()
        while not (self.patient.page and seen(self.patient.page)):
            assert time.monotonic() - begun < LATE / 1000, self.patient.page
            time.sleep(0.02)

    def come(self) -> None:
        """The staff confirm at the kiosk, and put the outcome away."""
        for press in ("came", "came_sure", "done"):
            self.wait_for(press)
            assert self.patient.press(press)
        self.wait_for("start")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as opened:
        yield opened


def make_settings(folder: Path) -> dict[str, object]:
    reception = {"address": "127.0.0.1", "port": find_free_port(), "certificate": str(make_certificate(folder))}
    silent = {**QUICK, "microphone": MISSING, "loudspeaker": MISSING, "models": MISSING}
    return {**silent, "staff": {"pin": PIN}, "reception": reception}


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    folder = tmp_path_factory.mktemp("desk")
    settings = make_settings(folder)
    with run_kiosk(folder, settings) as kiosk, closing(Spectator(kiosk.address, keep_key(kiosk.folder))) as patient:
        yield Practice(kiosk, patient, f"https://127.0.0.1:{settings['reception']['port']}/")


@pytest.fixture
def tab(practice: Practice, browser: Browser) -> Iterator[Page]:
    """A page at the desk that was opened with the PIN."""
    opened = practice.open_desk(browser)
    practice.enter(opened)
    expect(opened.locator("#line")).to_have_text(CALM, timeout=LATE)
    yield opened
    opened.context.close()


def test_before_the_pin_nothing_is_shown_and_a_wrong_pin_shows_nothing(practice: Practice, browser: Browser) -> None:
    tab = practice.open_desk(browser)
    expect(tab.locator("#gate")).to_be_visible()
    practice.enter(tab, "9999")
    expect(tab.locator("#refused")).to_have_text("Dat is niet de pincode.")
    assert tab.locator("#desk").is_hidden() and tab.evaluate("shown") is None
    tab.context.close()


def test_a_call_for_which_nobody_waits_can_be_put_away_at_the_desk(practice: Practice, tab: Page) -> None:
    """A reader of another language has touched it, and was led to the desk. It is first here: nobody was called just now."""
    practice.wait_for("language:fr")
    assert practice.patient.press("language:fr")
    expect(tab.locator("#line")).to_have_text(URGENT)
    expect(tab.locator("#close")).to_be_hidden()
    practice.wait_for("home")
    assert practice.patient.press("home")
    tab.locator("#close").click(timeout=LATE)
    expect(tab.locator("#line")).to_have_text(CALM)


def test_a_call_is_shown_and_sounds_within_a_second(practice: Practice, tab: Page) -> None:
    """A machine that does nothing else is judged; `make test` runs this one apart."""
    assert tab.evaluate("played") == 0
    practice.begin()
    tab.evaluate("""window.turnedAt = 0; new MutationObserver(() => { turnedAt ||= Date.now(); })
        .observe(document.body, { attributeFilter: ["data-state"] })""")
    called = time.time()
    assert practice.patient.press("help")
    tab.wait_for_function("turnedAt && played", timeout=LATE)
    assert tab.evaluate("turnedAt") / 1000 - called < 1.0
    practice.come()
    expect(tab.locator("#line")).to_have_text(CALM)


def test_a_call_stays_until_the_staff_confirm_at_the_kiosk(practice: Practice, tab: Page) -> None:
    practice.begin()
    assert practice.patient.press("help")
    tab.wait_for_function("played", timeout=LATE)
    expect(tab.locator("#line")).to_have_text(URGENT)
    assert tab.title() == URGENT
    assert (tab.locator("#call").text_content() or "").strip() == URGENT, "and nothing about anybody's health"
    assert not tab.locator("#close").is_visible(), "somebody waits"

    tab.locator("#come").click()
    expect(tab.locator("#more")).to_have_text("Er komt iemand. De kiosk blijft roepen tot die het daar bevestigt.")
    practice.wait_until(lambda shown: shown["told"] == "Er komt iemand van de praktijk. Ik blijf roepen tot die er is.")
    expect(tab.locator("#come")).to_be_hidden()
    expect(tab.locator("#line")).to_have_text(URGENT)
    practice.come()
    expect(tab.locator("#line")).to_have_text(CALM)
    assert tab.evaluate("shown.asked") == "nothing" and tab.locator("#calls li").count() == 0


def test_what_is_opened_with_the_pin_is_the_level_and_the_time_and_goes_with_the_call(practice: Practice, tab: Page) -> None:
    practice.begin()
    assert practice.patient.press("help")
    expect(tab.locator("#line")).to_have_text(URGENT)
    tab.locator("#open-pin").fill("9999")
    tab.locator("#open button").click()
    expect(tab.locator("#refused")).to_have_text("Dat is niet de pincode.")
    assert tab.locator("#opened").is_hidden()
    tab.locator("#open-pin").fill(PIN)
    tab.locator("#open button").click()
    expect(tab.locator("#calls li")).to_have_text(re.compile(r"^\d\d:\d\d {1,2}Hulp gevraagd$"))
    practice.come()
    expect(tab.locator("#line")).to_have_text(CALM)
    assert tab.locator("#calls li").count() == 0 and tab.locator("#opened").is_hidden()


def test_after_a_reload_it_asks_for_the_touch_that_sound_needs_and_not_for_the_pin(practice: Practice, tab: Page) -> None:
    expect(tab.locator("#sound-note")).to_be_hidden()
    tab.reload()
    expect(tab.locator("#line")).to_have_text(CALM)
    expect(tab.locator("#sound-note")).to_contain_text("U hoort nog geen oproepen.")
    tab.locator("#sound").click()
    tab.wait_for_function("played", timeout=LATE)
    expect(tab.locator("#sound-note")).to_be_hidden()
    expect(tab.locator("#sound")).to_have_text("PROBEER HET GELUID")


def test_a_browser_that_gives_no_sound_is_told_to_be_looked_at(practice: Practice, browser: Browser) -> None:
    tab = practice.open_desk(browser)
    tab.add_init_script("delete window.AudioContext")
    tab.reload()
    practice.enter(tab)
    expect(tab.locator("#sound-note")).to_have_text("Deze browser geeft geen geluid. Houd dit scherm in het oog.")
    tab.context.close()


def test_who_leaves_must_give_the_pin_again(practice: Practice, tab: Page) -> None:
    tab.locator("#leave").click()
    expect(tab.locator("#gate")).to_be_visible()
    tab.reload()
    expect(tab.locator("#gate")).to_be_visible()
    assert tab.locator("#desk").is_hidden()


def test_a_page_whose_pass_has_ended_says_that_it_shows_no_calls(practice: Practice, tab: Page) -> None:
    tab.context.clear_cookies()
    tab.evaluate("connect()")
    expect(tab.locator("#refused")).to_have_text("Dit scherm is gesloten. U ziet hier pas weer oproepen na de pincode.")
    assert tab.locator("#desk").is_hidden()
    practice.enter(tab)
    expect(tab.locator("#line")).to_have_text(CALM)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("state", ["gate", "calm", "urgent", "quiet", "coming", "lost", "interrupted", "opened"])
def test_every_state_is_accessible_and_fits(practice: Practice, browser: Browser, state: str, width: int, height: int) -> None:
    tab = practice.open_desk(browser, width, height)
    if state != "gate":
        practice.enter(tab)
        expect(tab.locator("#line")).to_have_text(CALM)
        tab.evaluate(SHOW, state)
    violations = Axe().run(tab, options=RULES).response["violations"]
    assert not violations, [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if state not in ("gate", "opened"):
        assert tab.locator("#call").bounding_box()["height"] > height / 4
        assert tab.evaluate("document.documentElement.scrollHeight <= innerHeight")
    tab.context.close()


SHOW = """(state) => {
  stop();
  const urgent = { asked: "urgent", rung: 1, coming: state === "coming", closable: false, boot: "a", version: "b" };
  shown = { calm: { ...urgent, asked: "nothing" }, quiet: { ...urgent, asked: "quiet", closable: true } }[state] || urgent;
  interrupted = state === "interrupted";
  if (state === "lost") return showLost();
  show();
  if (state === "opened") showOpened({ calls: [{ level: "E", at: "11:20" }, { level: "T", at: "11:05" }] });
}"""
"""Shows a state as if the kiosk had said so, and hears nothing more of it."""


def test_a_kiosk_that_dies_is_never_calm_and_is_heard_again_without_the_pin(browser: Browser, tmp_path: Path) -> None:
    """It dies while it calls: the desk has not forgotten that, though the kiosk has."""
    settings = make_settings(tmp_path)
    with run_kiosk(tmp_path, settings) as kiosk, closing(Spectator(kiosk.address, keep_key(tmp_path))) as patient:
        practice = Practice(kiosk, patient, f"https://127.0.0.1:{settings['reception']['port']}/")
        practice.wait_for("start")
        tab = practice.open_desk(browser)
        practice.enter(tab)
        expect(tab.locator("#line")).to_have_text(CALM)
        kiosk.process.send_signal(signal.SIGSTOP)
        expect(tab.locator("#line")).to_have_text(LOST, timeout=LATE)
        assert tab.title() == LOST
        kiosk.process.send_signal(signal.SIGCONT)
        expect(tab.locator("#line")).to_have_text(CALM, timeout=LATE)
        practice.begin()
        assert patient.press("help")
        expect(tab.locator("#line")).to_have_text(URGENT)
        kiosk.process.kill()
        expect(tab.locator("#line")).to_have_text(LOST)
    with run_kiosk(tmp_path, settings):
        expect(tab.locator("#line")).to_have_text("kiosk 1 viel uit tijdens een oproep. Ga kijken.", timeout=LATE)
        tab.locator("#close").click()
        expect(tab.locator("#line")).to_have_text(CALM)
    tab.context.close()


def test_a_kiosk_listens_for_the_desk_where_the_settings_say_and_without_them_not_at_all(
    practice: Practice, tmp_path: Path
) -> None:
    assert list_listening(practice.kiosk) == sorted(
        urlsplit(address).netloc for address in (practice.kiosk.address, practice.address)
    )
    settings = {name: value for name, value in make_settings(tmp_path).items() if name != "reception"}
    with run_kiosk(tmp_path, settings) as kiosk:
        assert list_listening(kiosk) == [urlsplit(kiosk.address).netloc]
        assert "desk" not in "".join(kiosk.printed)


def list_listening(kiosk: Running) -> list[str]:
    """Where the kiosk's process listens, as proc(5) tells it."""
    folder = Path(f"/proc/{kiosk.process.pid}")
    ours = set()
    for file in (folder / "fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            ours.add(os.readlink(file))
    lines = [line.split() for table in ("tcp", "tcp6") for line in (folder / "net" / table).read_text().splitlines()[1:]]
    listening = [line[1] for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in ours]
    return sorted(
        f"{socket.inet_ntoa(int(address[:8], 16).to_bytes(4, sys.byteorder))}:{int(address[-4:], 16)}" for address in listening
    )


def test_a_certificate_that_a_browser_does_not_know_is_really_used(practice: Practice) -> None:
    with pytest.raises(URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urlopen(practice.address, timeout=5)
