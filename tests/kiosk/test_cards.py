"""What is told after a calm outcome comes as few cards: the voice keeps the pace, and a touch goes to the next one at once."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from tests.helpers.fake_patient import FakeEar, FakeObserver
from tests.helpers.page_states import make_painter
from tests.kiosk.test_session import hold
from voice.audio.loudspeaker import Halted, never
from voice.bench.rigs.fakes import FakeMouth
from voice.consultation.script import Level, Script
from voice.consultation.visit import Outcome
from voice.kiosk.controls import Controls
from voice.kiosk.screen.board import Board, Display
from voice.kiosk.screen.presses import Presses
from voice.kiosk.screen.view import Painter
from voice.kiosk.turns.observer import Observers
from voice.speak.utterance import Utterance

DENIED = ["drie dagen", *["nee"] * 30]
MESSAGES = ["kern.1", "kern.2", "kern.3"]
LONG = 120.0
"""Seconds for which nobody may wait in a test."""


@dataclass
class TurningMouth(FakeMouth):
    """Touches VOLGENDE while each line of that id is spoken, or after it; notes what was cut, and in which turn the touch was."""

    presses: Presses | None = None
    cut: tuple[str, ...] = ()

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        super().speak(utterance, halted)
        if self.presses and utterance.id in MESSAGES:
            assert self.presses.press("next", self.presses.display.board.page.turn)
            self.cut += (utterance.id,) if halted() else ()


def make_presses(script: Script) -> Presses:
    display = Display(Board(), make_painter(script))
    ignored = [lambda: None] * 5
    return Presses(display, Controls(), *ignored)


def list_told(mouth: FakeMouth) -> list[str]:
    """The ids of what was told between the last question about the back and the topics."""
    ids = [line.id for line in mouth.spoken]
    return ids[ids.index("gerust_inleiding") : ids.index("meer.vraag")]


def test_each_touch_goes_to_the_next_card_at_once_and_skips_no_other(script: Script) -> None:
    presses = make_presses(script)
    mouth = TurningMouth(presses=presses)
    observer = FakeObserver()
    outcome, _ = hold(
        script, DENIED, mouth=mouth, ear=FakeEar(DENIED), observer=Observers(observer, presses.display),
        touches=presses.controls.touches, digest=LONG,
    )  # fmt: skip
    assert outcome == Outcome(Level.REASSURE)
    assert list_told(mouth) == ["gerust_inleiding", "gerust_kine", *MESSAGES]
    assert mouth.cut == tuple(MESSAGES), "a touch ends the sentence as well as the pause after it"
    assert mouth.stops == len(MESSAGES)


def test_if_nobody_touches_the_voice_tells_all_and_each_message_stays_for_a_while(script: Script) -> None:
    begun = time.monotonic()
    _, session = hold(script, DENIED, digest=0.3)
    assert list_told(session.mouth) == ["gerust_inleiding", "gerust_kine", *MESSAGES]
    assert time.monotonic() - begun >= 0.3 * len(MESSAGES)


@pytest.fixture(scope="module")
def paint(script: Script) -> Painter:
    return make_painter(script)


def test_each_message_is_a_card_with_its_own_drawing_and_turn(paint: Painter, script: Script) -> None:
    page = paint.show_told(paint.show_question(Board().page, script.menu), Outcome(Level.REASSURE))
    shown = [page := paint.show_line(page, line) for line in script.topic("kern").lines]
    assert len({card.picture for card in shown}) == len({card.turn for card in shown}) == len(MESSAGES)
    assert all(card.picture and card.after for card in shown)
    assert {(button.press, button.label) for card in shown for button in card.buttons if button.main} == {("next", "VOLGENDE")}
    asked = paint.show_line(paint.show_put(page, script.menu), script.menu.ask)
    assert asked.turn == page.turn, "its answers settle because it is put now"


def test_a_late_touch_turns_no_second_card(paint: Painter, script: Script) -> None:
    presses = make_presses(script)
    board, touches = presses.display.board, presses.controls.touches
    board.change(lambda page: paint.show_told(paint.show_question(page, script.menu), Outcome(Level.REASSURE)))
    first, second = (board.change(lambda page, line=line: paint.show_line(page, line)) for line in script.topic("kern").lines[:2])
    assert not presses.press("next", first.turn)
    assert not touches.turned
    assert presses.press("next", second.turn)
    assert (touches.turned, touches.skipped) == (True, False)


def test_a_preface_before_the_outcome_is_skipped_as_a_whole(paint: Painter, script: Script) -> None:
    presses = make_presses(script)
    presses.controls.touches.open("zitvlak", lambda: None)
    page = presses.display.board.change(lambda page: paint.show_question(page, script.question("zitvlak")))
    page = presses.display.board.change(lambda page: paint.show_line(page, script.line("persoonlijk")))
    assert presses.press("next", page.turn)
    assert (presses.controls.touches.turned, presses.controls.touches.skipped) == (False, True)
