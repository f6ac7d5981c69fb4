"""A whole visit in each way in which a patient may hold it: to the same outcome, and with the card to take home at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle, repeat

import pytest

from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.fake_patient import FakeObserver
from tests.helpers.page_states import load_texts, make_painter
from tests.helpers.read_code import read_code
from voice.audio.segment import Limits
from voice.bench.rigs.fakes import QUIET, SPEECH, FakeMouth, LoudnessActivity
from voice.consultation import unattended
from voice.consultation.script import Level, Question, Script
from voice.kiosk.controls import Controls
from voice.kiosk.private_mode import PrivateEar, PrivateMouth
from voice.kiosk.screen.board import Board, Display
from voice.kiosk.screen.card import Card
from voice.kiosk.screen.presses import Presses
from voice.kiosk.screen.shown_page import CARD
from voice.kiosk.screen.take_home import TakeHomeObserver, show_card
from voice.kiosk.session import Session
from voice.kiosk.turns.observer import TOUCH, Observers, Turn
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.fusion.hearing import Ears

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 30, 12, 0)
SPOKEN = {"yes": "ja", "no": "nee", "duration:0": "drie dagen", "no_thanks": "nee"}


@dataclass
class Patient:
    """Hears well, has had pain for some days, denies all but `yes`, and says that what is read back is right.

    touches: whether the next answer is touched.
    """

    presses: Presses
    touches: Callable[[], bool]
    yes: frozenset[str]
    said: list[str] = field(default_factory=list)

    def choose(self, question: Question) -> str:
        if question.kind is Kind.DURATION:
            return "duration:0"
        if question.kind is Kind.TOPICS:
            return "no_thanks"
        return "yes" if question.kind is Kind.READBACK or question.id in {"hoort", *self.yes} else "no"

    def answer(self, question: Question) -> Iterator[bytes]:
        """Touch an answer or say it, once the kiosk listens. Nothing is said to a kiosk that does not listen."""
        board, press = self.presses.display.board, self.choose(question)
        if self.touches() or board.page.plain()["deaf"]:
            assert self.presses.press(press, board.page.turn), (press, board.page)
        else:
            self.said.append(SPOKEN[press])
            yield from repeat(SPEECH, 16)
        yield from repeat(QUIET)

    def recognize(self) -> Iterator[str]:
        while True:
            yield self.said.pop(0) if self.said else ""


@dataclass
class Silencing(FakeMouth):
    """Touches IN STILTE while the private questions are announced, if the patient wants that."""

    presses: Presses | None = None

    def speak(self, utterance: Utterance, halted: Callable[[], bool] = lambda: False) -> None:
        super().speak(utterance, halted)
        if self.presses and utterance.id == "persoonlijk":
            assert self.presses.press("quiet", self.presses.display.board.page.turn)


@dataclass
class Held:
    """What a visit was: its outcome, its turns, what was spoken aloud and only shown, the page at its end, and its card."""

    level: Level
    turns: list[Turn]
    aloud: list[Utterance]
    shown: list[Utterance]
    display: Display
    cards: list[Card]


def hold_visit(script: Script, touches: Callable[[], bool], *yes: str, in_silence: bool = False) -> Held:
    display, controls, observer = Display(Board(), make_painter(script)), Controls(), FakeObserver()
    cards: list[Card] = []
    mouth, reading = Silencing(), FakeMouth()
    presses = Presses(display, controls, mouth.stop, *[lambda: None] * 4)
    mouth.presses = presses if in_silence else None
    patient = Patient(presses, touches, frozenset(yes))
    take_home = TakeHomeObserver(
        load_texts(script), "Kine De Linde", (cards.append, lambda card: show_card(display, card)), lambda: NOON
    )
    display.show_idle()

    def listen_to(question: Question) -> Iterator[bytes]:
        return PrivateEar(lambda: patient.answer(question), controls.private_mode, lambda: None).blocks(question)

    session = Session(
        mouth=PrivateMouth(mouth, reading, controls.private_mode, script, lambda: None),
        ear=listen_to,
        activity=LoudnessActivity,
        ears=Ears(FakeRecognizer(patient.recognize())),
        limits=Limits(),
        observer=Observers(display, take_home, observer),
        touches=controls.touches,
        talk=unattended,
    )
    conclusion = session.conclude(script)
    display.show_countdown(60)
    return Held(conclusion.outcome.level, observer.turns, mouth.spoken, reading.spoken, display, cards)


def list_ways(held: Held) -> set[bool]:
    """Whether answers were touched."""
    return {turn.transcript.engine == TOUCH for turn in held.turns}


def always() -> bool:
    return True


def never() -> bool:
    return False


@pytest.mark.parametrize(
    ("touches", "ways"),
    [(always, {True}), (never, {False}), (cycle((True, False)).__next__, {True, False})],
    ids=["touch", "voice", "mixed"],
)
@pytest.mark.parametrize(("yes", "level"), [((), Level.REASSURE), (("koorts",), Level.T)], ids=["calm", "fever"])
def test_a_visit_ends_with_the_same_card_in_whatever_way_it_is_held(
    script: Script, touches: Callable[[], bool], ways: set[bool], yes: tuple[str, ...], level: Level
) -> None:
    held = hold_visit(script, touches, *yes)
    assert (held.level, list_ways(held)) == (level, ways)
    assert [turn.answer.meaning for turn in held.turns] == [
        turn.answer.meaning for turn in hold_visit(script, always, *yes).turns
    ]
    assert not held.shown
    check_card(held)


def test_a_visit_in_silence_speaks_no_private_question_and_ends_with_the_card(script: Script) -> None:
    held = hold_visit(script, never, in_silence=True)
    private = {question.id for question in script.questions if question.private}
    assert private == {line.id.partition(".")[0] for line in held.shown}
    assert not private & {line.id.partition(".")[0] for line in held.aloud}
    assert {turn.question.private for turn in held.turns if turn.transcript.engine == TOUCH} == {True}
    assert held.level is Level.REASSURE
    check_card(held)


def check_card(held: Held) -> None:
    """The card is offered at the end, and the code that the page shows gives its text."""
    (card,) = held.cards
    page = held.display.painter.show_coded(held.display.board.page, CARD)
    assert held.display.board.page.offers(CARD) and page.coded == CARD
    shown = page.plain()["shown"]
    assert read_code(*shown) == card.text
    assert held.display.painter.show_idle(page).card == "", "it goes with the visit"
