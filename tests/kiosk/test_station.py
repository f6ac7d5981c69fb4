"""The parts of an unattended kiosk, put together from whatever works."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.fake_patient import FakeObserver
from voice.audio.pcm import silence
from voice.audio.segment import Limits
from voice.base.errors import DeviceError
from voice.bench.rigs.fakes import LoudnessActivity
from voice.consultation.script import Level, Question, Script
from voice.kiosk import station
from voice.kiosk.controls import Controls
from voice.kiosk.device_watch import DeviceWatch
from voice.kiosk.private_mode import Abandoned
from voice.kiosk.station import MENDING_SECONDS, MUTED, KioskParts, Station
from voice.kiosk.turns.listen import ImmediateExecutor
from voice.kiosk.turns.observer import Observer, Observers
from voice.kiosk.waiting import StartWords
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Answer, Meaning
from voice.understand.normalise import Spelling


def missing() -> None:
    raise DeviceError("Nothing found.")


class Broken:
    """A microphone that opens, and then has gone."""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def drain(self, settling: float) -> None: ...

    def rest(self) -> None: ...

    def blocks(self) -> Iterator[bytes]:
        raise DeviceError("Microphone x has gone.")
        yield b""


class Lost(Broken):
    """A microphone whose driver does what nobody expected."""

    def rest(self) -> None:
        raise RuntimeError


class AbandonAtQuestion(Observer):
    """Answers yes until that question is put, and ends the visit there."""

    def __init__(self, made: Station, question: str) -> None:
        self.controls, self.question = made.controls, question

    def on_listening(self, question: Question) -> None:
        if question.id == self.question:
            self.controls.private_mode.abandon()
        self.controls.touches.press(Answer(Meaning.YES), question.id)


def make_station(script: Script, microphone: object = missing) -> tuple[Station, list[tuple[str, ...]]]:
    notes: list[tuple[str, ...]] = []
    sound = DeviceWatch(missing, microphone, refresh=lambda: None)
    made = Station(
        script,
        KioskParts(sound, Ears(FakeRecognizer([])), missing, ImmediateExecutor()),
        Controls(),
        Limits(),
        Observer(),
        show_notes=lambda *names: notes.append(names),
        on_level=lambda sound: None,
        beat=lambda: None,
        reading=100_000,
        activity=LoudnessActivity,
    )
    return made, notes


def test_without_any_device_a_touch_begins_a_visit_and_what_is_missing_is_shown(script: Script) -> None:
    made, notes = make_station(script)
    made.controls.start.set()
    assert made.wait() is True
    assert set(notes[-1]) == {"no_microphone", "no_loudspeaker"}
    assert not made.controls.start.is_set()


def test_a_visit_that_the_staff_end_while_nobody_is_there_does_not_end_the_kiosk(script: Script) -> None:
    made, _ = make_station(script)
    made.controls.private_mode.abandon()
    made.controls.start.set()
    assert made.wait() is True


def test_without_any_device_a_visit_can_be_held_by_touch(script: Script) -> None:
    made, _ = make_station(script)
    answers = iter([Meaning.YES, Meaning.HELP])

    class Hand(Observer):
        def on_listening(self, question: Question) -> None:
            made.controls.touches.press(Answer(next(answers)), question.id)

    assert replace(made.start_session(), observer=Hand()).hold(script).level is Level.STAFF


def test_a_microphone_that_goes_between_visits_is_noticed_and_the_kiosk_waits_on(script: Script) -> None:
    made, _ = make_station(script, Broken)
    words = StartWords((FakeRecognizer([]),), Spelling(), "", frozenset())
    assert replace(made, start_words=words).wait() is False
    assert made.parts.sound.faults["no_microphone"].message == "Microphone x has gone."


def test_an_error_that_nobody_expected_leaves_the_touch_that_begins_a_visit(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes: list[str] = []
    observer = SimpleNamespace(on_crash=crashes.append)
    words = StartWords((FakeRecognizer([]),), Spelling(), "", frozenset())
    made = replace(make_station(script, Lost)[0], start_words=words, observer=cast(Observer, observer))
    monkeypatch.setattr(station, "MENDING_SECONDS", 0.01)
    assert made.wait() is False
    made.controls.start.set()
    assert made.wait() is True
    assert not made.controls.start.is_set()
    assert len(crashes) == 2 and all(place.startswith("RuntimeError") for place in crashes)


def test_the_microphone_rests_whenever_nobody_is_listened_to(script: Script) -> None:
    done: list[str] = []

    class Noting(Broken):
        def drain(self, settling: float) -> None:
            done.append("listens")

        def rest(self) -> None:
            done.append("rests")

    made, _ = make_station(script, Noting)
    made.controls.start.set()
    assert made.wait() is True
    assert done == ["rests"]
    made.hold_visit()
    assert done[1] == "listens" and done[-1] == "rests"


def test_what_is_said_outside_of_the_consultation_takes_no_place_on_the_page(script: Script) -> None:
    made, observer = make_station(script)[0], FakeObserver()
    replace(made, observer=observer).say("wissen")
    assert observer.spoken == []


def test_a_muted_kiosk_says_only_that_it_is_muted(script: Script) -> None:
    made, notes = make_station(script)
    made.controls.private_mode.muted = True
    made.show_lacks()
    assert notes == [(MUTED,)]


def test_a_microphone_that_is_missing_is_looked_for_again_within_seconds(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = make_station(script)
    waited: list[float] = []
    monkeypatch.setattr(made.controls.start, "wait", waited.append)
    assert made.wait() is False
    assert sum(waited) == pytest.approx(MENDING_SECONDS, abs=0.2)


def test_while_an_engine_thinks_about_a_start_word_the_loop_is_alive_but_not_for_ever(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[bool] = []
    made = replace(make_station(script)[0], beat=lambda: beats.append(True))
    hanging = Future[bool]()
    monkeypatch.setattr(ImmediateExecutor, "submit", lambda *_: hanging)
    monkeypatch.setattr(station, "wait", lambda futures, seconds: SimpleNamespace(done=set()))
    threading.Timer(0.05, hanging.set_result, [True]).start()
    assert made._are_in(StartWords((), Spelling(), "", frozenset()), silence(1.0))
    assert len(beats) == station.THINKING_SECONDS


def test_while_devices_are_looked_for_the_loop_is_alive(script: Script) -> None:
    beats: list[bool] = []
    made = replace(make_station(script)[0], beat=lambda: beats.append(True))
    made.start_session().reopen()
    assert beats == [True]
    made.start_session().beat()
    assert beats == [True, True]


def test_the_staff_can_end_a_visit_that_waits_for_devices_or_for_an_engine(script: Script) -> None:
    made = make_station(script)[0]
    session = made.start_session()
    made.controls.private_mode.abandon()
    for wait in (session.reopen, session.beat):
        with pytest.raises(Abandoned):
            wait()


def test_a_line_outside_of_the_consultation_keeps_nobody_waiting_where_it_cannot_be_heard(script: Script) -> None:
    begun = time.monotonic()
    replace(make_station(script)[0], reading=0.1).say("wissen")
    assert time.monotonic() - begun < 5


def test_where_nothing_is_heard_nothing_speaks_of_hearing(script: Script) -> None:
    made, observer = make_station(script)[0], FakeObserver()
    with pytest.raises(Abandoned):
        replace(made, observer=Observers(observer, AbandonAtQuestion(made, "duur"))).hold_visit()
    shown = " ".join(line.text for line in observer.spoken)
    assert "Kunt u dit goed lezen?" in shown and "hardop" not in shown and "Hoort u mij" not in shown
