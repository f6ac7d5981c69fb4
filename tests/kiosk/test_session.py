"""The loop, with stand-ins for everything around it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, repeat
from typing import Any

import pytest

from tests.conftest import PROMPTS
from tests.consultation.test_dialogue import healthy
from tests.helpers.fake_engines import DeadRecognizer, FakeRecognizer
from tests.helpers.fake_patient import FakeEar, FakeObserver
from voice.audio.loudspeaker import Halted, never
from voice.audio.microphone import Capture
from voice.audio.pcm import Audio
from voice.audio.segment import Limits
from voice.audio.timed_calls import make_hanging_error
from voice.base import journal
from voice.base.clock import find_today
from voice.base.errors import DeviceError, Symptom
from voice.bench.rigs.fakes import QUIET, SPEECH, FakeMouth, LoudnessActivity
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import load_script
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Outcome
from voice.kiosk.session import Session
from voice.kiosk.turns.observer import Observers
from voice.kiosk.turns.touch import Touches
from voice.recognize.transcript import Reading, Transcript, Vocabulary
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Answer, Meaning


def hold(script: Script, words: list[str], **parts: Any) -> tuple[Outcome, Session]:
    usual = {
        "mouth": FakeMouth(),
        "ear": FakeEar(words),
        "activity": LoudnessActivity,
        "ears": Ears(FakeRecognizer([word for word in words if word])),
        "limits": Limits(),
        "observer": FakeObserver(),
    }
    given = usual | parts
    session = Session(**(given | {"ear": given["ear"].blocks}))
    return session.hold(script), session


def test_a_patient_who_denies_everything_is_reassured(script: Script) -> None:
    outcome, session = hold(script, ["drie dagen", *["nee"] * 30])
    assert outcome == Outcome(Level.REASSURE)
    assert session.observer.outcomes == [outcome]
    assert [line.id for line in session.mouth.spoken][:3] == ["welkom", "proefversie", "kennisgeving"]


def test_every_line_is_shown_and_spoken_in_the_same_order(script: Script) -> None:
    _, session = hold(script, ["drie dagen", *["nee"] * 30])
    assert session.mouth.spoken == session.observer.spoken


def test_a_room_without_a_sound_is_handed_to_the_staff(script: Script) -> None:
    outcome, session = hold(script, [])
    assert outcome.level is Level.STAFF
    assert {turn.answer.meaning for turn in session.observer.turns} == {Meaning.SILENCE}


def test_the_recognizer_is_told_the_question_that_was_put(script: Script) -> None:
    _, session = hold(script, ["drie dagen", "help"])
    assert [vocabulary.context for vocabulary in session.ears.first.asked] == [
        script.questions[0].text,
        session.observer.questions[1].text,
    ]


@pytest.mark.parametrize("told", ["sinds maandag", "sinds drie maart", "sinds maandag drie maart", "sinds kerst"])
def test_while_the_clock_is_wrong_a_day_of_the_calendar_is_asked_in_weeks_and_never_certain(script: Script, told: str) -> None:
    _, session = hold(script, [told, told, "nee", "stop"], today=lambda: find_today(lambda: date(1970, 1, 1)))
    assert [question.id for question in session.observer.questions][:3] == ["duur", "duur", "zes_weken"]
    assert [turn.answer.meaning for turn in session.observer.turns][:2] == [Meaning.UNCLEAR] * 2


def test_the_session_asks_the_clock_of_the_machine_and_believes_no_day_before_the_release(script: Script) -> None:
    _, session = hold(script, ["stop"])
    assert session.today is find_today


def test_louder_reaches_the_mouth_and_the_question_comes_again(script: Script) -> None:
    _, session = hold(script, ["luider", "drie dagen", "stop"])
    assert session.mouth.adjusted[0].meaning is Meaning.LOUDER
    assert session.observer.questions[0] is session.observer.questions[1]


def test_the_journal_holds_no_word_of_the_patient(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hold(script, ["drie dagen", "olifantje", "ja", "nee", "ik kan niet meer plassen", "help"])
    for word in ("olifantje", "plassen niet", "drie dagen", "yes", "alarm"):
        assert word not in caplog.text
    assert '"question": "duur"' in caplog.text


def test_the_journal_refuses_fields_that_could_hold_words() -> None:
    with pytest.raises(ValueError, match="text"):
        journal.note("turn", text="ja")


def test_an_observer_is_told_what_happens_in_this_order(script: Script) -> None:
    _, session = hold(script, ["drie dagen", "help"])
    first, after = (
        [
            "on_question",
            *["on_line", "on_line_end"] * 3,
            "on_put",
            "on_line",
            "on_line_end",
            "on_listening",
            "on_thinking",
            "on_turn",
        ],
        session.observer.events,
    )
    assert after[: len(first)] == first
    spoken = len(session.mouth.spoken) - after[: after.index("on_ending")].count("on_line")
    assert after[after.index("on_ending") :] == ["on_ending", *["on_line", "on_line_end"] * spoken, "on_end"]


def test_the_level_of_the_room_is_told_while_the_kiosk_listens(script: Script) -> None:
    _, session = hold(script, ["drie dagen", "help"])
    assert {sound.speech for sound in session.observer.sounds} == {0.0, 1.0}
    assert max(sound.dbfs for sound in session.observer.sounds) == pytest.approx(-18, abs=0.1)


def test_several_observers_are_told_the_same(script: Script) -> None:
    one, other = FakeObserver(), FakeObserver()
    hold(script, ["drie dagen", "help"], observer=Observers(one, other))
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
    outcome, session = hold(script, [], mouth=mouth, touches=touches)
    assert outcome.level is Level.STOPPED
    assert (mouth.counted, mouth.stops) == ([True], 1)
    assert [line.id for line in mouth.spoken][:4] == ["welkom", "proefversie", "kennisgeving", "gestopt"]
    assert session.observer.events[:8] == ["on_question", *["on_line", "on_line_end"] * 3, "on_turn"]


def test_a_touch_ends_listening_at_the_next_block_and_nothing_is_recognized(script: Script) -> None:
    touches = Touches()
    ear = TouchedEar(["drie dagen"], "duur", lambda: touches.press(Answer(Meaning.HELP), "duur"))
    outcome, session = hold(script, ["drie dagen"], ear=ear, touches=touches)
    assert outcome.level is Level.STAFF
    assert ear.taken == 3
    assert session.ears.first.asked == []
    assert [(turn.transcript.engine, turn.transcript.text) for turn in session.observer.turns] == [("touch", "")]


@pytest.mark.parametrize(("goes_on", "meaning"), [(False, Meaning.HELP), (True, Meaning.REPEAT)])
def test_a_patient_who_touched_help_can_go_on_and_is_handed_to_the_staff_if_not(
    script: Script, goes_on: bool, meaning: Meaning
) -> None:
    touches, touched = Touches(), []

    def press() -> bool:
        if touched:
            return False
        touched.append(touches.press(Answer(Meaning.HELP), "duur"))
        return True

    def beat() -> None:
        """The loop beats before each look at whether the patient goes on."""
        if goes_on:
            touches.resumed.set()

    ear = TouchedEar(["drie dagen", "help"], "duur", press)
    outcome, session = hold(script, ["drie dagen", "help"], ear=ear, touches=touches, second_thought=0.5, beat=beat)
    assert outcome.level is Level.STAFF
    assert session.observer.turns[0].answer.meaning is meaning
    assert (len(session.observer.turns) > 1) == goes_on


def test_a_touch_for_a_question_that_is_no_longer_open_counts_for_nothing(script: Script) -> None:
    touches = Touches()
    late = TouchedEar(["drie dagen", "help"], script.questions[1].id, lambda: touches.press(Answer(Meaning.NO), "duur"))
    _, session = hold(script, ["drie dagen", "help"], ear=late, touches=touches)
    assert [turn.transcript.engine for turn in session.observer.turns] == ["fake", "fake"]


def test_an_outcome_is_spoken_to_its_end_whatever_is_touched(script: Script) -> None:
    touches = Touches()
    mouth = TouchedMouth("staff_actie", lambda: touches.press(Answer(Meaning.STOP)))
    outcome, _ = hold(script, ["drie dagen", "help"], mouth=mouth, touches=touches)
    assert outcome.level is Level.STAFF
    assert (mouth.counted, mouth.stops) == ([False], 0)
    assert mouth.spoken[-1].id != "staff_actie"


class FailingEar(FakeEar):
    """The microphone is lost in the third block of an answer, the first `times` times that it listens."""

    def __init__(self, words: list[str], times: int) -> None:
        super().__init__(words)
        self._times = times

    def blocks(self, question: Question) -> Iterator[bytes]:
        if self._times:
            self._times -= 1
            return self._broken()
        return super().blocks(question)

    def _broken(self) -> Iterator[bytes]:
        yield from [SPEECH] * 3
        raise DeviceError("Microphone usb has gone.", "Plug it in again.")


class Devices:
    """Devices that are back at the nth look."""

    def __init__(self, back_at: int) -> None:
        self._back_at = back_at
        self.looked = 0

    def __call__(self) -> None:
        self.looked += 1
        if self.looked < self._back_at:
            raise DeviceError("No microphone found.")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices are looked for without waiting."""
    monkeypatch.setattr("voice.kiosk.turns.device_recovery.RETRY_SECONDS", 0.0)


def test_a_microphone_that_fails_and_returns_costs_a_repetition_and_no_answer(script: Script, impatient: None) -> None:
    words = ["drie dagen", *["nee"] * 30]
    devices = Devices(back_at=3)
    outcome, session = hold(script, words, ear=FailingEar(words, 1), reopen=devices)
    assert outcome == Outcome(Level.REASSURE)
    assert devices.looked == 3
    assert session.observer.faults == ["Microphone usb has gone. Plug it in again."]
    assert session.observer.events.count("on_recovery") == 1
    spoken = [line.id for line in session.mouth.spoken]
    assert spoken[4:10] == ["ik_hoor_niets", "daar_ben_ik_weer", "welkom", "proefversie", "kennisgeving", spoken[3]]
    assert session.observer.spoken == session.mouth.spoken, "all that is spoken is shown"
    assert [turn.question.id for turn in session.observer.turns].count("duur") == 1


def test_a_microphone_that_stays_away_brings_in_the_staff(script: Script, impatient: None) -> None:
    outcome, session = hold(script, [], ear=FailingEar([], 1), reopen=Devices(back_at=10_000))
    assert (outcome.level, outcome.reasons) == (Level.STAFF, ("storing",))
    assert "storing" in [line.id for line in session.mouth.spoken]
    assert session.observer.events[-1] == "on_end"


def test_a_sound_server_that_hangs_brings_in_the_staff_without_a_minute_of_waiting(
    script: Script, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice.kiosk.turns.device_recovery.HANGING_SECONDS", 0.0)
    looked: list[bool] = []

    def reopen() -> None:
        looked.append(True)
        raise make_hanging_error("usb")

    outcome, session = hold(script, [], ear=FailingEar([], 1), reopen=reopen)
    assert (outcome.level, outcome.reasons, len(looked)) == (Level.STAFF, ("storing",), 1)
    assert "ik_hoor_niets" not in [line.id for line in session.mouth.spoken]


def test_a_voice_that_fails_brings_in_the_staff_at_once_without_looking_for_devices(script: Script) -> None:
    class FailingMouth(FakeMouth):
        def speak(self, utterance: Utterance, halted: Callable[[], bool] = lambda: False) -> None:
            raise DeviceError("The voice has failed.", "Run: ruggespraak check", Symptom.VOICE)

    devices = Devices(back_at=0)
    outcome, session = hold(script, [], mouth=FailingMouth(), reopen=devices)
    assert (outcome.level, outcome.reasons, devices.looked) == (Level.STAFF, ("storing",), 0)
    assert session.observer.faults[0].startswith("The voice has failed.")
    assert "storing" in [line.id for line in session.observer.spoken], "it can be read"


def test_a_sound_server_that_hangs_for_a_moment_costs_a_repetition_and_no_answer(script: Script, impatient: None) -> None:
    words = ["drie dagen", *["nee"] * 30]
    reasons = iter([make_hanging_error("usb")])

    def reopen() -> None:
        for reason in reasons:
            raise reason

    outcome, session = hold(script, words, ear=FailingEar(words, 1), reopen=reopen)
    assert (outcome, session.observer.events.count("on_recovery")) == (Outcome(Level.REASSURE), 1)


def test_a_touch_answers_while_the_microphone_is_away(script: Script, impatient: None) -> None:
    touches = Touches()
    mouth = TouchedMouth("ik_hoor_niets", lambda: touches.press(Answer(Meaning.STOP)))
    outcome, session = hold(script, [], mouth=mouth, touches=touches, ear=FailingEar([], 1), reopen=Devices(back_at=10_000))
    assert outcome.level is Level.STOPPED
    assert [turn.transcript.engine for turn in session.observer.turns] == ["touch"]


class TouchedWhileAway(FakeObserver):
    """Somebody answers no as soon as the devices are away, and asks for help at the third question."""

    def __init__(self, touches: Touches) -> None:
        super().__init__()
        self._touches = touches

    def on_any(self, event: str, *about: Any) -> None:
        super().on_any(event, *about)
        if event == "on_away":
            self._touches.press(Answer(Meaning.HELP if self.events.count("on_away") == 3 else Meaning.NO))


def test_while_the_devices_are_away_each_question_is_shown_before_it_can_be_touched(script: Script, impatient: None) -> None:
    touches = Touches()
    observer = TouchedWhileAway(touches)
    hold(script, [], mouth=MuteMouth(""), observer=observer, touches=touches, reopen=Devices(back_at=10_000))
    asked = [about for event, about in observer.happened if event == "on_question"]
    shown = [about[-1] for event, about in observer.happened if event == "on_away"]
    assert len(asked) == 3
    assert shown[:3] == [question.ask for question in asked]


class MuteMouth(FakeMouth):
    """The loudspeaker has gone for good once a certain line has been spoken; from the beginning if none is named."""

    def __init__(self, last: str) -> None:
        super().__init__()
        self._last = last

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        if not self._last or self._last in [line.id for line in self.spoken]:
            raise DeviceError("Loudspeaker usb has gone.")
        super().speak(utterance, halted)


def test_an_outcome_that_cannot_be_spoken_is_still_shown(script: Script, impatient: None) -> None:
    spoken = hold(script, ["drie dagen", "help"])[1].observer.spoken
    outcome, session = hold(script, ["drie dagen", "help"], mouth=MuteMouth("hulp"), reopen=Devices(back_at=10_000))
    assert outcome.level is Level.STAFF
    assert session.observer.outcomes == [outcome]
    lines = spoken[-4:]
    assert lines[0] in session.mouth.spoken
    assert session.observer.spoken[-4:] == lines


def test_a_fault_is_noted_without_words_of_the_patient(script: Script, impatient: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hold(script, ["drie dagen", "help"], ear=FailingEar(["drie dagen", "help"], 1))
    assert '{"event": "fault", "reason": "Microphone usb has gone."}' in caplog.text


def test_an_answer_that_ends_late_is_nodded_at(script: Script) -> None:
    _, session = hold(script, ["drie dagen", "misschien wel", "help"])
    assert [turn.answer.meaning for turn in session.observer.turns] == [Meaning.DURATION, Meaning.UNCLEAR, Meaning.HELP]
    assert session.mouth.nods == 2


def test_a_cue_sounds_before_each_answer(script: Script) -> None:
    _, session = hold(script, ["drie dagen", "help"])
    assert session.mouth.cues == len(session.observer.questions) == 2


def test_an_engine_that_cannot_be_started_again_hands_the_patient_to_the_staff(script: Script) -> None:
    outcome, session = hold(script, ["drie dagen"], ears=Ears(DeadRecognizer()))
    assert (outcome.level, outcome.reasons) == (Level.STAFF, ("storing",))
    assert session.observer.faults == ["The model has gone. Fetch it again."]
    assert session.mouth.spoken[-1] in script.utterances()


class PatientMouth(FakeMouth):
    """Lets go what has been held up once it has asked for a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        super().speak(utterance, halted)
        if utterance.id == "een_ogenblik":
            self.asked.set()


class SlowRecognizer(FakeRecognizer):
    """Hears nothing before it is let go."""

    def __init__(self, words: list[str], let_go: threading.Event) -> None:
        super().__init__(words)
        self._let_go = let_go

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        assert self._let_go.wait(20)
        return super().transcribe(audio, vocabulary)


def test_a_patient_who_must_wait_for_the_engine_is_asked_for_a_moment(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.kiosk.turns.listen.FIRST_HOLD", 0.01)
    mouth = PatientMouth()
    ears = Ears(SlowRecognizer(["drie dagen", "help"], mouth.asked))
    with ThreadPoolExecutor(1) as executor:
        hold(script, ["drie dagen", "help"], mouth=mouth, ears=ears, executor=executor)
    spoken = [line.id for line in mouth.spoken]
    assert spoken.index("een_ogenblik") == spoken.index("duur.vraag") + 1


def test_a_touch_while_the_engine_hangs_goes_on_at_once(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.kiosk.turns.listen.FIRST_HOLD", 0.01)
    touches, let_go = Touches(), threading.Event()
    mouth = TouchedMouth("een_ogenblik", lambda: touches.press(Answer(Meaning.STOP)))
    ears = Ears(SlowRecognizer(["drie dagen"], let_go))
    with ThreadPoolExecutor(1) as executor:
        outcome, _ = hold(script, ["drie dagen"], mouth=mouth, ears=ears, executor=executor, touches=touches)
        let_go.set()
    assert outcome.level is Level.STOPPED


class LoudRoom(FakeEar):
    """Nothing but one loud sound."""

    def blocks(self, question: Question) -> Iterator[bytes]:
        return repeat(SPEECH)


def test_a_room_that_is_too_loud_is_told_to_the_patient_once(script: Script) -> None:
    _, session = hold(script, ["mompel"] * 30, ear=LoudRoom([]))
    assert all(turn.answer.noisy for turn in session.observer.turns)
    assert [line.id for line in session.mouth.spoken].count("rumoerig") == 1


class TalkedOver(FakeMouth):
    """Speaks a line, or any, until it is stopped; the patient talks over it."""

    def __init__(self, line: str = "") -> None:
        super().__init__()
        self._line = line
        self._stopped = threading.Event()

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        super().speak(utterance, halted)
        if self._line in ("", utterance.id):
            self._stopped.wait(0.5)

    def stop(self) -> None:
        super().stop()
        self._stopped.set()


def test_a_patient_may_interrupt_where_the_microphone_cancels_the_echo(script: Script) -> None:
    mouth = TalkedOver()
    outcome, session = hold(script, ["help"], mouth=mouth, interruptible=True)
    assert outcome.level is Level.STAFF
    assert (mouth.spoken[0].id, mouth.spoken[1].id, mouth.stops, mouth.cues) == ("welkom", "hulp", 1, 0)
    assert [turn.transcript.text for turn in session.observer.turns] == ["help"]


def test_nobody_interrupts_otherwise(script: Script) -> None:
    _, session = hold(script, ["help"])
    assert (session.mouth.stops, [line.id for line in session.mouth.spoken][1:4]) == (
        0,
        ["proefversie", "kennisgeving", "duur.vraag"],
    )


class LateEar(FakeEar):
    """Answers after a second and a half, which is between two words of a count."""

    def blocks(self, question: Question) -> Iterator[bytes]:
        yield from repeat(QUIET, 45)
        yield from super().blocks(question)


def count_after(words: list[str], **parts: Any) -> tuple[Outcome, Session]:
    """Hold a visit of a healthy patient who moves along, and says these words from "klaar?" on."""
    chapters = frozenset(("movement",))
    script = load_script(PROMPTS / "nl-BE", "kort", chapters=chapters)
    before = ["drie dagen", "zestig", *["nee"] * 30]
    asked = [question for question, _ in zip(list_asked(script), before, strict=False)]
    said = [*before[: len(asked)], "ja", *words]
    return hold(script, said, ear=LateEar(said), **parts)


def list_asked(script: Script) -> list[str]:
    """List the ids of the questions that a healthy patient answers before the offer to move."""
    step, asked = begin(script), []
    while step.then.id != "samen":
        asked.append(step.then.id)
        step = advance(step.visit, healthy(step.then))
    return asked


def test_a_patient_who_speaks_between_the_words_of_a_count_ends_it(script: Script) -> None:
    mouth = TalkedOver("kantelen.tel")
    outcome, _ = count_after(["ja", "stop"], mouth=mouth, overhears=True)
    said = [line.id for line in mouth.spoken]
    assert said[said.index("kantelen.tel") + 1] == "samen_gestopt"
    assert (mouth.stops, outcome.level) == (1, Level.REASSURE)


def test_nobody_is_overheard_where_the_patient_is_recorded(script: Script) -> None:
    outcome, session = count_after(["ja", "stop"])
    said = [line.id for line in session.mouth.spoken]
    assert said[said.index("kantelen.tel") + 1] == "gaat_het.vraag"
    assert session.mouth.stops == 0 and outcome.level is Level.REASSURE


class GoesOn(FakeEar):
    """Answers each question, and goes on with the answer to one of them while the next line begins."""

    def __init__(
        self, words: list[str], pause: int = 30, then: Iterable[bytes] = repeat(QUIET), question: str = "koorts"
    ) -> None:
        super().__init__(words)
        self._question = question
        self._sounds = [chain([SPEECH] * 16, [QUIET] * pause, [SPEECH] * 16, then)]

    def blocks(self, question: Question) -> Iterator[bytes]:
        if question.id == self._question and self._sounds:
            return self._sounds.pop()
        return super().blocks(question)


GOING_ON = ["drie dagen", *["nee"] * 8, "nee maar eergisteren wel", "ja", "nee", "nee", "ja"]
"""Fever is denied first, then what is said is not clear, and then it is affirmed and confirmed."""


def hold_continued(script: Script, **parts: Any) -> tuple[Outcome, Session]:
    usual = {"ear": GoesOn(GOING_ON), "mouth": TalkedOver("gewicht.vraag"), "capture": Capture(own_voice=-60.0)}
    return hold(script, GOING_ON, **(usual | parts))


def transcripts_of(session: Session, question: str) -> list[str]:
    return [turn.transcript.text for turn in session.observer.turns if turn.question.id == question]


def test_a_patient_who_goes_on_while_the_next_line_begins_is_heard_to_the_end(script: Script) -> None:
    outcome, session = hold_continued(script)
    assert (outcome.level, outcome.flags) == (Level.T, ("koorts",))
    assert transcripts_of(session, "koorts") == ["nee", "nee maar eergisteren wel", "ja"]
    assert session.mouth.stops == 1
    spoken = [line.id for line in session.mouth.spoken]
    begun = spoken.index("gewicht.vraag")
    assert spoken[begun : begun + 4] == ["gewicht.vraag", "niet_begrepen_1", "koorts.vraag", "gewicht.vraag"]


def test_whoever_watches_is_told_that_the_answer_is_void(script: Script) -> None:
    _, session = hold_continued(script)
    resumed = session.observer.events.index("on_resume")
    assert session.observer.events[resumed - 5 : resumed + 5] == [
        "on_question", "on_put", "on_line", "on_line_end",
        "on_question", "on_resume", "on_put", "on_listening", "on_thinking", "on_turn",
    ]  # fmt: skip
    assert session.observer.events.count("on_resume") == 1


def test_an_answer_that_is_shown_again_can_be_touched_at_once(script: Script) -> None:
    touches, taken = Touches(), []

    class Watcher(FakeObserver):
        def on_put(self, question: Question) -> None:
            super().on_put(question)
            if "on_resume" in self.events:
                taken.append(touches.press(Answer(Meaning.YES), question.id))

    hold_continued(script, observer=Watcher(), touches=touches)
    assert taken[0]


def test_several_observers_are_told_that_a_patient_goes_on(script: Script) -> None:
    one, other = FakeObserver(), FakeObserver()
    hold_continued(script, observer=Observers(one, other))
    assert one == other
    assert "on_resume" in one.events


def test_who_goes_on_with_the_last_answer_is_heard_out_before_he_is_reassured(script: Script) -> None:
    words = ["drie dagen", *["nee"] * 10, "nee maar soms wel", "stop"]
    ear, mouth = GoesOn(words, question="nachtpijn"), TalkedOver("gerust_inleiding")
    _, session = hold_continued(script, ear=ear, mouth=mouth, ears=Ears(FakeRecognizer(words)))
    assert transcripts_of(session, "nachtpijn") == ["nee", "nee maar soms wel", "stop"]


def test_what_a_patient_says_over_a_line_later_on_is_not_his_last_answer(script: Script) -> None:
    _, session = hold_continued(script, ear=GoesOn(GOING_ON, pause=80))
    assert "on_resume" not in session.observer.events


@pytest.mark.parametrize("own_voice", [0.0, -21.0])
def test_nobody_is_heard_out_where_he_cannot_be_told_from_the_kiosk(script: Script, own_voice: float) -> None:
    _, session = hold_continued(script, capture=Capture(own_voice=own_voice))
    assert "on_resume" not in session.observer.events


def break_microphone() -> Iterator[bytes]:
    raise DeviceError("Microphone usb has gone.")
    yield b""


def test_a_microphone_that_fails_while_a_patient_goes_on_leaves_no_half_answer(script: Script, impatient: None) -> None:
    words = ["drie dagen", *["nee"] * 8, "ja", "nee", "nee", "ja"]
    outcome, session = hold_continued(script, ear=GoesOn(words, then=break_microphone()), ears=Ears(FakeRecognizer(words)))
    assert transcripts_of(session, "koorts") == ["nee", "ja"]
    assert outcome.flags == ("koorts",)


@dataclass
class Overflowing:
    """Sound is lost whenever somebody looks."""

    own_voice: float = 0.0
    overflows: int = 0

    def __getattribute__(self, name: str) -> Any:
        if name == "overflows":
            self.__dict__["overflows"] += 1
        return super().__getattribute__(name)


def test_an_answer_in_which_sound_was_lost_is_noted_and_never_certain(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    _, session = hold(script, ["drie dagen", "nee", "help"], capture=Overflowing())
    turn = session.observer.turns[1]
    assert (turn.lost, turn.answer.certain) == (1, False)
    assert "zes_weken.nee" in [line.id for line in session.mouth.spoken]
    assert '"lost": 1' in caplog.text


class Doubting(FakeRecognizer):
    """Lays two phrases over every answer, which fit it equally well."""

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        said = super().transcribe(audio, vocabulary)
        return replace(said, openings=(("ja", 0.05), ("nee", 0.05)), readings=(Reading("zee", -0.5), Reading("nee", -0.6)))


class Storyteller:
    """Talks without end at the first question, and then says nothing more."""

    def __init__(self) -> None:
        self._sounds = chain([repeat(SPEECH)], repeat(repeat(QUIET)))

    def blocks(self, question: Question) -> Iterator[bytes]:
        return iter(next(self._sounds))


@pytest.mark.parametrize(("ear", "times"), [(lambda: FakeEar(["mompel"]), 3), (Storyteller, 1)], ids=["a word", "a story"])
def test_a_doubtful_answer_is_heard_anew_where_there_is_time(script: Script, ear: Callable[[], Any], times: int) -> None:
    engine = Doubting(repeat("mompel"))
    hold(script, [], ear=ear(), ears=Ears(engine))
    assert len(engine.asked) == times
