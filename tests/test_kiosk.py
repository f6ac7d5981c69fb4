"""The loop, with stand-ins for everything around it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from voice import journal
from voice.dialogue import Outcome
from voice.ears import Ears
from voice.fakes import FakeEar, FakeMouth, FakeRecognizer, FakeWatcher, LoudnessActivity
from voice.kiosk import Kiosk
from voice.loudspeaker import Halted, never
from voice.meaning import Answer, Meaning
from voice.script import Level, Question, Script, Utterance
from voice.segment import Limits
from voice.touch import Touches
from voice.watcher import Watchers


def hold(script: Script, words: list[str], **parts: Any) -> tuple[Outcome, Kiosk]:
    usual = {
        "mouth": FakeMouth(),
        "ear": FakeEar(words),
        "activity": LoudnessActivity,
        "ears": Ears(FakeRecognizer([word for word in words if word])),
        "limits": Limits(),
        "watcher": FakeWatcher(),
    }
    kiosk = Kiosk(**(usual | parts))
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


def test_a_watcher_is_told_what_happens_in_this_order(script: Script) -> None:
    _, kiosk = hold(script, ["drie dagen", "help"])
    first, after = ["opened", *["spoke", "finished"] * 3, "listening", "thinking", "turned"], kiosk.watcher.events
    assert after[: len(first)] == first
    spoken = len(kiosk.mouth.spoken) - after[: after.index("ending")].count("spoke")
    assert after[after.index("ending") :] == ["ending", *["spoke", "finished"] * spoken, "ended"]


def test_the_level_of_the_room_is_told_while_the_kiosk_listens(script: Script) -> None:
    _, kiosk = hold(script, ["drie dagen", "help"])
    assert {sound.speech for sound in kiosk.watcher.sounds} == {0.0, 1.0}
    assert max(sound.dbfs for sound in kiosk.watcher.sounds) == pytest.approx(-18, abs=0.1)


def test_several_watchers_are_told_the_same(script: Script) -> None:
    one, other = FakeWatcher(), FakeWatcher()
    hold(script, ["drie dagen", "help"], watcher=Watchers(one, other))
    assert one == other
    assert one.outcomes


class TouchedMouth(FakeMouth):
    """While it speaks a certain line, somebody touches an answer."""

    def __init__(self, line: str, press: Callable[[], bool]) -> None:
        super().__init__()
        self._line, self._press, self.counted = line, press, []

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        super().speak(utterance, halted)
        if utterance.id == self._line:
            self.counted.append(self._press())


class TouchedEar(FakeEar):
    """Somebody touches an answer in the third block of listening to a certain question."""

    def __init__(self, words: list[str], question: str, press: Callable[[], bool]) -> None:
        super().__init__(words)
        self._question, self._press, self.taken = question, press, 0

    def blocks(self, question: Question) -> Iterator[bytes]:
        for count, block in enumerate(super().blocks(question)):
            if question.id == self._question and count == 2:
                self._press()
            self.taken += question.id == self._question
            yield block


def test_a_touch_while_the_kiosk_speaks_silences_it_and_answers_the_question(script: Script) -> None:
    touches = Touches()
    mouth = TouchedMouth("kennisgeving", lambda: touches.press(Answer(Meaning.STOP)))
    outcome, kiosk = hold(script, [], mouth=mouth, touches=touches)
    assert outcome.level is Level.STOPPED
    assert (mouth.counted, mouth.stops) == ([True], 1)
    assert [line.id for line in mouth.spoken][:3] == ["welkom", "kennisgeving", "gestopt"]
    assert kiosk.watcher.events[:6] == ["opened", "spoke", "finished", "spoke", "finished", "turned"]


def test_a_touch_ends_listening_at_the_next_block_and_nothing_is_recognized(script: Script) -> None:
    touches = Touches()
    ear = TouchedEar(["drie dagen"], "duur", lambda: touches.press(Answer(Meaning.HELP), "duur"))
    outcome, kiosk = hold(script, ["drie dagen"], ear=ear, touches=touches)
    assert outcome.level is Level.STAFF
    assert ear.taken == 3
    assert kiosk.ears.first.asked == []
    assert [(turn.transcript.engine, turn.transcript.text) for turn in kiosk.watcher.turns] == [("touch", "")]


def test_a_touch_for_a_question_that_is_no_longer_open_counts_for_nothing(script: Script) -> None:
    touches = Touches()
    late = TouchedEar(["drie dagen", "help"], script.questions[1].id, lambda: touches.press(Answer(Meaning.NO), "duur"))
    _, kiosk = hold(script, ["drie dagen", "help"], ear=late, touches=touches)
    assert [turn.transcript.engine for turn in kiosk.watcher.turns] == ["fake", "fake"]


def test_an_outcome_is_spoken_to_its_end_whatever_is_touched(script: Script) -> None:
    touches = Touches()
    mouth = TouchedMouth("staff_actie", lambda: touches.press(Answer(Meaning.STOP)))
    outcome, _ = hold(script, ["drie dagen", "help"], mouth=mouth, touches=touches)
    assert outcome.level is Level.STAFF
    assert (mouth.counted, mouth.stops) == ([False], 0)
    assert mouth.spoken[-1].id != "staff_actie"
