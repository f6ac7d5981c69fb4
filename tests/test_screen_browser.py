"""The kiosk as a patient meets it: the real program, and Debian's Chromium before it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kiosks import MISSING, QUICK, Running, chromium, kiosk, touch
from tests.soundcard import VirtualSoundCard, virtual_sound_card
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


SOCIETY = Path("/usr/share/games/fillets-ng/sound/society/nl/mik-v-tak.ogg")
NEE = Path("/usr/share/games/fillets-ng/sound/dump/nl/sm-v-jine2.ogg")
CAVE = Path("/usr/share/games/fillets-ng/sound/cave/nl/jes-v-nevim.ogg")


@dataclass(frozen=True, slots=True)
class Voice:
    """A patient who speaks into the virtual microphone."""

    card: VirtualSoundCard
    folder: Path

    def says(self, clip: Path) -> None:
        subprocess.run(["paplay", "--device=kiosk_mic", str(clip)], env=self.card.environment, check=True, timeout=30)

    def spoken(self, text: str) -> Path:
        """A clip of a synthetic voice."""
        clip = self.folder / f"{text}.wav"
        subprocess.run(["espeak-ng", "-v", "nl", "-s", "130", "-w", str(clip), text], check=True, timeout=30)
        return clip


def listens(tab: Page, question: str) -> None:
    """Wait until the kiosk does, and for as long as a patient needs to draw breath."""
    tab.wait_for_function(f"page.question === '{question}' && page.face === 'listening'", timeout=60_000)
    tab.wait_for_timeout(800)


def test_a_visit_by_voice_is_shown_as_it_goes_and_ends_as_the_same_visit_by_touch(browser: Browser, tmp_path: Path) -> None:
    devices = {"microphone": "kiosk_mic", "loudspeaker": "kiosk_speaker", "rate": 380, "speech": tmp_path / "speech"}
    with virtual_sound_card() as card, kiosk(tmp_path, {**QUICK, **devices}, card.environment) as running:
        voice, tab = Voice(card, tmp_path), browser.new_page(bypass_csp=True)
        tab.goto(running.address)
        expect(tab.locator("#start-voice")).to_be_visible(timeout=60_000)
        spoken_for(voice, tab)
        heading = tab.locator("#heading").inner_text()
        touch(tab, "done")
        begin(tab)
        for press in ("unsure", "no", "yes", "yes"):
            touch(tab, press)
        assert tab.locator("#heading").inner_text() == heading == "Spreek nu meteen iemand van de praktijk aan"
        tab.close()


def spoken_for(voice: Voice, tab: Page) -> None:
    """Begin by voice, hear well, not know how long, less than six weeks, last in both legs, and that is right."""
    voice.says(voice.spoken("hallo"))
    for question, clip in (("hoort", SOCIETY), ("duur", CAVE), ("zes_weken", NEE), ("beide_benen", SOCIETY), ("klopt", SOCIETY)):
        listens(tab, question)
        voice.says(clip)
        if question == "beide_benen":
            expect(tab.locator("#understood")).to_have_text("Ik begreep: ja", timeout=20_000)
    expect(tab.locator("#heading")).to_be_visible(timeout=60_000)
