"""Whatever is raised in a visit ends in "storing": the staff are called, and what was found until then is told."""

from __future__ import annotations

import logging
import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.fake_patient import FakeEar, FakeObserver
from tests.kiosk.test_session import hold
from voice.audio.loudspeaker import Halted, never
from voice.audio.pcm import Audio
from voice.base.errors import ServerError
from voice.bench.rigs.fakes import FakeMouth, LoudnessActivity
from voice.consultation import dialogue, unattended
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Outcome
from voice.kiosk.private_mode import Abandoned
from voice.kiosk.safety_net import SafetyNet
from voice.kiosk.staff_calls import StaffCall, StaffCalls
from voice.kiosk.turns.observer import AnyEventObserver, Observer, Observers, Turn
from voice.kiosk.turns.visit_tracker import VisitTracker
from voice.recognize.supervised import Supervised
from voice.recognize.transcript import Transcript, Vocabulary
from voice.setup.models.catalogue import find_models_folder
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Answer

WORDS = ["drie dagen", "zestig", *["nee"] * 4, "ja", *["nee"] * 9]
"""The fall is a finding; the trouble comes at the question after it."""
AFTER_FALL = 8
RAISED = [
    ValueError("process object is closed"),
    AttributeError("'list' object has no attribute 'get'"),
    RecursionError("maximum recursion depth exceeded"),
    MemoryError(),
    OSError(24, "Too many open files"),
    BlockingIOError(11, "Resource temporarily unavailable"),
    StopIteration(),
    AssertionError(),
    ServerError("A server fails.", "Mend it."),
]


class Failing:
    """Raises an error from the count-th time on."""

    def __init__(self, error: Exception, count: int) -> None:
        self._error, self._left = error, count

    def fail(self) -> None:
        self._left -= 1
        if self._left <= 0:
            raise self._error


class FailingRecognizer(FakeRecognizer):
    def __init__(self, words: list[str], failing: Failing) -> None:
        super().__init__(words)
        self._failing = failing

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        self._failing.fail()
        return super().transcribe(audio, vocabulary)


class FailingEar(FakeEar):
    def __init__(self, words: list[str], failing: Failing) -> None:
        super().__init__(words)
        self._failing = failing

    def blocks(self, question: Question) -> Iterator[bytes]:
        self._failing.fail()
        return super().blocks(question)


class FailingMouth(FakeMouth):
    """Cannot sound the tone, adjust the voice, or speak."""

    def __init__(self, deed: str, failing: Failing) -> None:
        super().__init__()
        self._deed, self._failing = deed, failing

    def cue(self) -> None:
        super().cue()
        if self._deed == "cue":
            self._failing.fail()

    def adjust(self, answer: Answer) -> None:
        super().adjust(answer)
        if self._deed == "adjust":
            self._failing.fail()


class FailingObserver(AnyEventObserver):
    """Fails at every event of one name from the count-th on."""

    def __init__(self, event: str, failing: Failing) -> None:
        self._event, self._failing = event, failing

    def on_any(self, event: str, *about: Any) -> None:
        if event == self._event:
            self._failing.fail()


def count_called(calls: StaffCalls) -> list[Level]:
    return [call.level for call in calls.last]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("part", ["recognizer", "ear", "cue", "adjust", "activity"])
def test_whatever_a_part_raises_the_staff_are_called_and_hear_what_was_found(script: Script, part: str, error: Exception) -> None:
    failing = Failing(error, AFTER_FALL)
    parts: dict[str, Any] = {
        "recognizer": {"ears": Ears(FailingRecognizer(WORDS, failing))},
        "ear": {"ear": FailingEar(WORDS, failing)},
        "cue": {"mouth": FailingMouth("cue", failing)},
        "adjust": {"mouth": FailingMouth("adjust", Failing(error, AFTER_FALL - 1))},
        "activity": {"activity": lambda: [failing.fail(), LoudnessActivity()][-1]},
    }
    calls, seen, tracker = StaffCalls((), datetime.now), FakeObserver(), VisitTracker(script)
    outcome, session = hold(script, WORDS, **parts[part], observer=Observers(seen, tracker, calls))
    assert (outcome.level, outcome.flags, outcome.reasons[-1]) == (Level.STAFF, ("val",), "storing")
    assert count_called(calls) == [Level.STAFF]
    assert "storing" in [line.id for line in session.mouth.spoken]
    assert seen.events[-1] == "on_end" and seen.outcomes == [outcome]
    assert tracker.visit.outcome == outcome, "it can be handed over"


@pytest.mark.parametrize("closed", [False, True])
def test_why_a_visit_was_broken_off_is_told_on_standard_error_without_words_of_the_patient(
    script: Script, closed: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if closed:
        monkeypatch.setattr("sys.stderr", open(os.devnull))  # noqa: SIM115  cannot be written
    outcome, _ = hold(script, WORDS, ears=Ears(FailingRecognizer(WORDS, Failing(ValueError("ja, koorts"), AFTER_FALL))))
    assert outcome.reasons[-1] == "storing"
    told = capsys.readouterr().err
    assert closed or ("ValueError in test_safety_net.py, line " in told and told.count("\n") == 1)
    assert "koorts" not in told


@pytest.mark.parametrize("event", ["on_question", "on_line", "on_line_end", "on_listening", "on_level", "on_thinking", "on_turn"])
def test_an_observer_that_fails_ends_the_visit_and_keeps_no_event_from_the_others(script: Script, event: str) -> None:
    calls, seen = StaffCalls((), datetime.now), FakeObserver()
    broken = FailingObserver(event, Failing(KeyError("x"), 1 if event != "on_turn" else AFTER_FALL - 1))
    outcome, session = hold(script, WORDS, observer=Observers(broken, seen, calls))
    assert (outcome.level, outcome.reasons[-1]) == (Level.STAFF, "storing")
    assert outcome.flags == (("val",) if event == "on_turn" else ()), "the answer that was just given counts"
    assert count_called(calls) == [Level.STAFF] and seen.outcomes == [outcome]
    assert "storing" in [line.id for line in session.mouth.spoken], "the patient hears it, whatever the page does"


@pytest.mark.parametrize("event", ["on_ending", "on_end"])
def test_an_observer_that_fails_at_the_ending_leaves_it_told_and_called(script: Script, event: str) -> None:
    calls, seen = StaffCalls((), datetime.now), FakeObserver()
    broken = FailingObserver(event, Failing(KeyError("x"), 1))
    outcome, session = hold(script, ["drie dagen", "zestig", "ja", "ja", "ja"], observer=Observers(broken, seen, calls))
    assert outcome.level is Level.E
    assert count_called(calls) == [Level.E] and seen.outcomes == [outcome]
    assert session.mouth.spoken == hold(script, ["drie dagen", "zestig", "ja", "ja", "ja"])[1].mouth.spoken


def test_an_observer_that_fails_even_when_it_is_told_of_that_is_survived(script: Script) -> None:
    class Hopeless(AnyEventObserver):
        def on_any(self, event: str, *about: Any) -> None:
            raise LookupError

    calls = StaffCalls((), datetime.now)
    outcome, session = hold(script, WORDS, observer=Observers(Hopeless(), calls))
    assert (outcome.level, outcome.reasons) == (Level.STAFF, ("storing",))
    assert count_called(calls) == [Level.STAFF]
    assert "storing" in [line.id for line in session.mouth.spoken]


def test_a_mouth_that_breaks_at_the_ending_leaves_the_outcome_called_and_shown(script: Script) -> None:
    class Breaking(FakeMouth):
        def speak(self, utterance: Utterance, halted: Halted = never) -> None:
            if utterance.id == "hulp":
                raise OSError
            super().speak(utterance, halted)

    calls, seen = StaffCalls((), datetime.now), FakeObserver()
    outcome, _ = hold(script, ["drie dagen", "help"], mouth=Breaking(), observer=Observers(seen, calls))
    assert outcome.level is Level.STAFF
    assert count_called(calls) == [Level.STAFF] and seen.outcomes == [outcome]


def test_a_dialogue_that_fails_ends_in_the_staff_too(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("voice.consultation.dialogue.advance", fail)
    outcome, _ = hold(script, WORDS)
    assert (outcome.level, outcome.reasons) == (Level.STAFF, ("storing",))


def test_the_visit_of_a_kiosk_has_the_same_net(script: Script) -> None:
    words = ["ja", *WORDS]
    calls = StaffCalls((), datetime.now)
    engine = FailingRecognizer(words, Failing(ValueError("process object is closed"), AFTER_FALL + 1))
    outcome, session = hold(script, words, ears=Ears(engine), talk=unattended, observer=calls)
    assert (outcome.level, outcome.flags, outcome.reasons[-1]) == (Level.STAFF, ("val",), "storing")
    assert count_called(calls) == [Level.STAFF]
    assert "storing" in [line.id for line in session.mouth.spoken]


@pytest.mark.slow
@pytest.mark.parametrize("talk", [dialogue, unattended], ids=["consult", "kiosk"])
def test_vosk_killed_while_its_model_is_gone_ends_in_the_staff(script: Script, talk: Any, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(find_models_folder() / "vosk-nl-ruggespraak", tmp_path / "model"))
    with closing(Supervised("voice.recognize.vosk", "Vosk", folder=folder)) as engine, ThreadPoolExecutor(1) as executor:

        class Killing(Observer):
            def on_turn(self, turn: Turn) -> None:
                if folder.exists():
                    shutil.rmtree(folder)
                    os.kill(engine.process, signal.SIGKILL)

        calls, seen = StaffCalls((), datetime.now), FakeObserver()
        observer = Observers(Killing(), seen, calls)
        outcome, session = hold(script, WORDS, ears=Ears(engine), talk=talk, observer=observer, executor=executor)
    assert (outcome.level, outcome.reasons[-1]) == (Level.STAFF, "storing")
    assert count_called(calls) == [Level.STAFF]
    assert "holds no Vosk model" in seen.faults[-1] and not seen.crashes
    assert "storing" in [line.id for line in session.mouth.spoken]


def test_a_visit_that_the_staff_end_is_no_fault(script: Script) -> None:
    seen = FakeObserver()
    with pytest.raises(Abandoned):
        hold(script, WORDS, ear=FailingEar(WORDS, Failing(Abandoned(), 2)), observer=seen)
    assert not seen.outcomes and not seen.crashes


def test_what_was_raised_is_noted_by_kind_and_place_without_its_words(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    engine, seen = FailingRecognizer(WORDS, Failing(ValueError("olifantje"), 1)), FakeObserver()
    hold(script, WORDS, ears=Ears(engine), observer=seen)
    (crash,) = seen.crashes
    assert crash.startswith("ValueError in test_safety_net.py, line ")
    assert crash in caplog.text and "olifantje" not in caplog.text
    assert not seen.faults


def test_every_caller_is_called_also_after_one_that_fails() -> None:
    called: list[StaffCall] = []

    def fail(call: StaffCall) -> None:
        raise OSError

    calls = StaffCalls((fail, called.append), datetime.now)
    with pytest.raises(OSError):
        calls.on_ending(Outcome(Level.E))
    assert [call.level for call in called] == [Level.E]


def test_several_observers_are_told_in_their_order_and_of_every_failure_one_is_raised() -> None:
    told: list[str] = []

    class Telling(Observer):
        def __init__(self, name: str) -> None:
            self._name = name

        def on_turn(self, turn: Turn) -> None:
            told.append(self._name)
            if self._name == "b":
                raise KeyError(self._name)

    with pytest.raises(KeyError, match="b"):
        Observers(*map(Telling, "abc")).on_turn(None)  # type: ignore[arg-type]
    assert told == ["a", "b", "c"]


def test_the_end_of_the_program_passes_through() -> None:
    for end in (KeyboardInterrupt, SystemExit):
        with pytest.raises(end), SafetyNet(Observer()):
            raise end
