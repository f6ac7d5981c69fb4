"""The hand-over follows the same consultation as the kiosk."""

from __future__ import annotations

import pytest

from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.fake_patient import FakeEar, FakeObserver
from voice.audio.segment import Limits
from voice.bench.rigs.fakes import FakeMouth, LoudnessActivity
from voice.consultation.dialogue import begin, break_off
from voice.consultation.script import Finding, Script
from voice.consultation.visit import Phase
from voice.kiosk.session import Session
from voice.kiosk.turns.observer import Observers, Turn
from voice.kiosk.turns.visit_tracker import VisitTracker
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.fusion.hearing import Ears

DENIES = ["drie dagen", "zestig", *["nee"] * 30]
HAS_FEVER = ["drie dagen", "zestig", *["nee"] * 7, "ja", *["nee"] * 2, "ja"]


def track(script: Script, words: list[str]) -> tuple[VisitTracker, FakeObserver]:
    observer, follower = FakeObserver(), VisitTracker(script)
    both = Observers(observer, follower)
    Session(FakeMouth(), FakeEar(words).blocks, LoudnessActivity, Ears(FakeRecognizer(words)), Limits(), both).hold(script)
    return follower, observer


@pytest.mark.parametrize("words", [DENIES, HAS_FEVER, ["help"]])
def test_the_visit_that_is_followed_ends_as_the_kiosk_ends_it(script: Script, words: list[str]) -> None:
    follower, observer = track(script, words)
    assert follower.visit.phase is Phase.ENDED
    assert observer.outcomes == [follower.visit.outcome]


def test_what_was_found_is_in_it(script: Script) -> None:
    follower, observer = track(script, HAS_FEVER)
    flags = follower.visit.having(Finding.PRESENT)
    assert flags == observer.outcomes[0].flags and len(flags) == 1


def test_a_kiosk_that_breaks_off_is_followed_to_its_end(script: Script) -> None:
    follower = VisitTracker(script)
    ended = break_off(follower.visit, "storing").then
    follower.on_ending(ended)
    assert follower.visit.outcome == ended


def test_an_answer_that_goes_on_takes_the_place_of_its_beginning(script: Script) -> None:
    follower, question = VisitTracker(script), script.question("duur")
    for words in ("drie maanden", "drie dagen"):
        follower.on_turn(
            Turn(question, Transcript(words, 1.0, "x"), understand(Transcript(words, 1.0, "x"), question.expected), 0.0)
        )
        follower.on_resume(question)
    assert follower.visit == begin(script).visit
