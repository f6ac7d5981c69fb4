"""No touched answer is taken for a question that was not shown, however hasty the hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from types import ModuleType
from typing import Any

import pytest

from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.page_states import make_painter
from voice.audio.loudspeaker import Halted, never
from voice.audio.segment import Limits
from voice.bench.rigs.fakes import QUIET, FakeMouth, LoudnessActivity
from voice.consultation import dialogue, unattended
from voice.consultation.script import Question, Script
from voice.consultation.visit import Outcome, Phase
from voice.kiosk.controls import Controls
from voice.kiosk.screen.board import Board, Display
from voice.kiosk.screen.presses import CALLS, Presses
from voice.kiosk.session import ANSWERING, Session, _put_first
from voice.kiosk.turns.observer import TOUCH, Turn
from voice.kiosk.turns.ports import Moment
from voice.kiosk.turns.touch import WISHES
from voice.recognize.transcript import Transcript
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import NO_YEARS, Answer, Days, Meaning, Mention, Years

VISITS = 12
TURNS = 60


@dataclass
class WatchedTalk:
    """The consultation of a kiosk. own: the line with which the open question is put, the last of its step."""

    own: Utterance | None = None

    def begin(self, script: Script) -> Moment:
        return self._note(unattended.begin(script))

    def advance(self, visit: Any, answer: Answer) -> Moment:
        return self._note(unattended.advance(visit, answer))

    def break_off(self, visit: Any, reason: str) -> Moment:
        return self._note(unattended.break_off(visit, reason))

    def _note(self, moment: Moment) -> Moment:
        self.own = moment.say[-1] if isinstance(moment.then, Question) else None
        return moment


@dataclass
class HastyHand(FakeMouth):
    """While each line is said, somebody tries every answer on the page and beside it, in any order.

    taken: for each touch that counted, the line that was on the screen, and the one with which the question is put.
    """

    presses: Presses | None = None
    talk: WatchedTalk = field(default_factory=WatchedTalk)
    chance: random.Random = field(default_factory=random.Random)
    taken: list[tuple[str, str]] = field(default_factory=list)

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        super().speak(utterance, halted)
        display = self.presses.display
        answers = [press for press, answer in display.painter.answers.items() if answer.meaning not in CALLS]
        for press in self.chance.sample(answers, len(answers)):
            own = self.talk.own.text if self.talk.own else ""
            meaning = display.painter.answers[press].meaning
            if self.presses.press(press, display.board.page.turn) and meaning not in WISHES:
                self.taken.append((display.board.page.line, own))


def listen(question: Question) -> Iterator[bytes]:
    return repeat(QUIET)


@pytest.mark.parametrize("seed", range(VISITS))
def test_no_touched_answer_is_taken_for_a_question_that_was_not_shown(script: Script, seed: int) -> None:
    board, controls, talk = Board(), Controls(), WatchedTalk()
    display = Display(board, make_painter(script))
    presses = Presses(display, controls, *[lambda: None] * 5)
    hand = HastyHand(presses=presses, talk=talk, chance=random.Random(seed))
    session = Session(
        mouth=hand, ear=listen, activity=LoudnessActivity, ears=Ears(FakeRecognizer([])), limits=Limits(),
        observer=display, talk=talk, touches=controls.touches,
    )  # fmt: skip
    assert isinstance(session.hold(script), Outcome)
    assert len(hand.taken) > 1
    assert [(shown, own) for shown, own in hand.taken if shown != own] == []


def answer_somehow(chance: random.Random) -> Answer:
    days, years = chance.choice([Days(3, 3), Days(90, 120)]), chance.choice([Years(30, 30), Years(80, 80)])
    meaning = chance.choice([meaning for meaning in Meaning if meaning not in (Meaning.HELP, Meaning.ALARM)])
    return Answer(meaning, days=days, years=years if meaning is Meaning.AGE else NO_YEARS, certain=chance.random() < 0.7)


@pytest.mark.parametrize("talk", [dialogue, unattended], ids=["consultation", "kiosk"])
def test_the_last_line_of_each_step_puts_its_question_or_keeps_it_open(script: Script, talk: ModuleType) -> None:
    """The kiosk takes answers from the last line of a step on: it must never be a line before another question."""
    chance, asked = random.Random(24), 0
    for _ in range(200):
        step, before = talk.begin(script), ""
        for _ in range(TURNS):
            if not isinstance(step.then, Question):
                break
            asked += 1
            own = step.say[-1].id
            assert own.partition(".")[0] == step.then.id or before == step.then.id, (own, step.then.id)
            before = step.then.id
            step = talk.advance(step.visit, answer_somehow(chance))
    assert asked > 1000


@pytest.mark.parametrize("meaning", list(Meaning))
def test_what_is_said_over_the_lines_before_a_question_does_not_answer_it(script: Script, meaning: Meaning) -> None:
    """With a microphone that cancels our echo a patient may interrupt these lines, too."""
    said = Answer(meaning, mentions=(Mention("plassen"),))
    turn = _put_first(Turn(script.question("zitvlak"), Transcript("", 1.0, TOUCH), said, 0.0))
    assert turn.answer.mentions == said.mentions
    assert turn.answer.meaning is (Meaning.REPEAT if meaning in ANSWERING else meaning)
    if meaning in ANSWERING:
        visit = dialogue.begin(script).visit
        step = dialogue.advance(visit, Answer(turn.answer.meaning))
        assert (step.visit.phase, step.visit.findings, step.then.id) == (Phase.ASK, (), visit.open.id)
