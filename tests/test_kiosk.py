"""The loop, with stand-ins for everything around it."""

from __future__ import annotations

import logging

import pytest

from voice import journal
from voice.dialogue import Outcome
from voice.ears import Ears
from voice.fakes import FakeEar, FakeMouth, FakeRecognizer, FakeWatcher, LoudnessActivity
from voice.kiosk import Kiosk
from voice.meaning import Meaning
from voice.script import Level, Script
from voice.segment import Limits


def hold(script: Script, words: list[str]) -> tuple[Outcome, Kiosk]:
    kiosk = Kiosk(
        mouth=FakeMouth(),
        ear=FakeEar(words),
        activity=LoudnessActivity,
        ears=Ears(FakeRecognizer([word for word in words if word])),
        limits=Limits(),
        watcher=FakeWatcher(),
    )
    return kiosk.visit(script), kiosk


def test_a_patient_who_denies_everything_is_reassured(script: Script) -> None:
    outcome, kiosk = hold(script, ["drie dagen", *["nee"] * 30])
    assert outcome == Outcome(Level.REASSURE)
    assert kiosk.watcher.outcomes == [outcome]
    assert [line.id for line in kiosk.mouth.spoken][:2] == ["welkom", "kennisgeving"]


def test_every_line_is_shown_and_spoken_in_the_same_order(script: Script) -> None:
    _, kiosk = hold(script, ["drie dagen", *["nee"] * 30])
    assert kiosk.mouth.spoken == kiosk.watcher.spoken


def test_a_room_without_a_sound_is_handed_to_the_staff(script: Script) -> None:
    outcome, kiosk = hold(script, [])
    assert outcome.level is Level.STAFF
    assert {turn.answer.meaning for turn in kiosk.watcher.turns} == {Meaning.SILENCE}


def test_the_recognizer_is_told_the_question_that_was_put(script: Script) -> None:
    _, kiosk = hold(script, ["drie dagen", "help"])
    assert [vocabulary.context for vocabulary in kiosk.ears.first.asked] == [
        script.questions[0].text,
        kiosk.watcher.questions[1].text,
    ]


def test_louder_reaches_the_mouth_and_the_question_comes_again(script: Script) -> None:
    _, kiosk = hold(script, ["luider", "drie dagen", "stop"])
    assert kiosk.mouth.adjusted[0].meaning is Meaning.LOUDER
    assert kiosk.watcher.questions[0] is kiosk.watcher.questions[1]


def test_the_journal_holds_no_word_of_the_patient(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hold(script, ["drie dagen", "olifantje", "ja", "nee", "ik kan niet meer plassen", "help"])
    for word in ("olifantje", "plassen niet", "drie dagen", "yes", "alarm"):
        assert word not in caplog.text
    assert '"question": "duur"' in caplog.text


def test_the_journal_refuses_fields_that_could_hold_words() -> None:
    with pytest.raises(ValueError, match="text"):
        journal.note("turn", text="ja")
