"""A kiosk on trial: hold one visit at a time and note how it went.

The kiosk is the real one (`station.py`, `visits.py`, the screen with a browser that watches, the phrasebook, an engine in a
process of its own). Patients, sound card and engine are simulated.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from voice.audio.vad import SileroActivity
from voice.bench.rigs.fakes import LoudnessActivity
from voice.bench.rigs.hand import Hand
from voice.bench.rigs.simulated import HelpCalls, PlaybackPatient, SimulatedEngine, SimulatedPatient
from voice.bench.rigs.simulated_room import SimulatedLoudspeaker, SimulatedMicrophone, SimulatedRoom
from voice.bench.rigs.spectator import Spectator
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.controls import Controls
from voice.kiosk.device_watch import DeviceWatch
from voice.kiosk.metrics import Metrics
from voice.kiosk.screen.board import Board, Display
from voice.kiosk.screen.presses import Presses
from voice.kiosk.screen.screen_key import make_key
from voice.kiosk.screen.server import Site, serve
from voice.kiosk.screen.texts import load_screen_texts
from voice.kiosk.screen.view import Painter
from voice.kiosk.staff_calls import ATTENDED, StaffCall, StaffCalls
from voice.kiosk.station import KioskParts, Station
from voice.kiosk.turns.observer import Observer, Observers
from voice.kiosk.visits import Linger, StaffWait, Visits
from voice.recognize.supervised import Supervised
from voice.recognize.transcript import Recognizer
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebooks
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears

_LEVELS = frozenset(map(str, Level))
READING = 1e6
"""Reading speed of simulated patients, in letters a second: they read in no time."""
SOON = 5.0
"""Seconds within which the kiosk must speak again after a fault from which it can recover."""
ENDED_BY_STAFF = "visit ended by the staff"
"""Name of the only fault after which a visit may be wiped without an outcome."""


@dataclass(frozen=True, slots=True)
class VisitResult:
    """How one visit went.

    ending: its level, or "wiped", or "crashed". truth: the level that the protocol alone gives to the truth.
    told: number of lines played after the last answer, or shown if nothing can be heard any more. recovery: seconds from the
    fault to the next spoken line, or to the staff being called if nothing can be heard;
    below 0 if there was no fault, or nothing left to say. resumption: the same to the next question or outcome. stopped, left:
    the patient wanted to end it, or walked away. help: what became of calls for help. about: what was true, and what was said
    of it. long_answers: how many answers took 7 s and more. untaken: how many touched answers did not count.
    """

    ending: str
    truth: str
    told: int
    fault: str = ""
    recovery: float = -1.0
    seconds: float = 0.0
    real: bool = False
    stopped: bool = False
    about: str = ""
    help: HelpCalls = field(default_factory=HelpCalls)
    left: bool = False
    resumption: float = -1.0
    long_answers: int = 0
    untaken: int = 0

    @property
    def is_ended_by_staff(self) -> bool:
        return self.ending == "wiped" and self.fault == ENDED_BY_STAFF

    @property
    def is_excused(self) -> bool:
        """Whether it may end without an outcome: the staff ended it, or the patient did."""
        return self.is_ended_by_staff or (self.ending == str(Level.STOPPED) and (self.stopped or self.left))

    @property
    def is_call_lost(self) -> bool:
        """Whether the patient called for help, and was asked on, or left without anybody."""
        attended = self.ending in (str(Level.STAFF), str(Level.E)) or self.is_ended_by_staff
        return self.help.heard and (self.help.ignored > 0 or not attended)

    @property
    def is_wrongly_reassured(self) -> bool:
        return self.ending == str(Level.REASSURE) != self.truth

    @property
    def is_milder(self) -> bool:
        """Less urgent than the truth, though no person took over and the patient did not end it early."""
        ended = self.ending in _LEVELS and self.ending not in (str(Level.STAFF), str(Level.STOPPED)) and not self.stopped
        return ended and Level(self.ending).urgency > Level(self.truth).urgency


class Saboteur(Observer):
    """Break something once, when a question is opened or when the kiosk listens for its answer.

    at: the id of the question, or the number of the turn from which on it may be any.
    """

    def __init__(self, at: str | int, moment: str, act: Callable[[], None]) -> None:
        self._at, self._moment, self._act = at, moment, act
        self._turns = 0
        self._question = ""
        self.done = False

    def on_question(self, question: Question) -> None:
        self._turns += 1
        self._question = question.id
        self._strike("opened")

    def on_listening(self, question: Question) -> None:
        self._strike("listening")

    def _strike(self, moment: str) -> None:
        if not self.done and moment == self._moment and self._is_there():
            self.done = True
            self._act()

    def _is_there(self) -> bool:
        return self._question == self._at if isinstance(self._at, str) else self._turns >= self._at


class OutcomeObserver(Observer):
    """Note how the visit ended, and how many lines the loudspeaker played after its outcome was known.

    crash: what was raised that nobody foresaw; empty if nothing was.
    """

    def __init__(self, room: SimulatedRoom) -> None:
        self._room = room
        self._lines = self._shown = 0
        self.outcomes: list[Outcome] = []
        self.told = 0
        self.crash = ""

    def on_crash(self, text: str) -> None:
        self.crash = text

    def on_put(self, question: Question) -> None:
        self._room.leads_on = True

    def on_ending(self, outcome: Outcome) -> None:
        self._lines = self._room.lines
        self._room.leads_on = True
        if self._room.hanging and outcome.level in ATTENDED:
            self._room.recovers()
            self._room.goes_on()

    def on_away(self, lines: tuple[Utterance, ...]) -> None:
        self._shown = len(lines)

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        self.told = self._room.lines - self._lines or (self._shown if self._room.hanging else 0)
        self.outcomes.append(outcome)


@dataclass(frozen=True, slots=True)
class ReadAtOnce:
    """A display whose patient reads the outcome at once, and whose staff come at once when they are called."""

    stage: Display
    done: Event
    calls: StaffCalls

    def show_idle(self) -> None:
        self.stage.show_idle()

    def show_countdown(self, seconds: int) -> None:
        self.stage.show_countdown(seconds)
        self.done.set()

    def show_waiting(self) -> None:
        self.stage.show_waiting()
        self.calls.mark_seen()


@dataclass
class Trial:
    """The parts that last from visit to visit.

    engine: the simulated one. model: the folder that it needs. folder: the place of all files. calls: to the staff.
    called: set once they were called in this visit. hand: of a patient who touches the page.
    offset: seconds that the wall clock is off. running: the engines that hear in this visit, which a fault strikes.
    """

    settings: Settings
    script: Script
    room: SimulatedRoom
    engine: Supervised
    model: Path
    folder: Path
    spectator: Spectator
    stage: Display
    executor: ThreadPoolExecutor
    sound: DeviceWatch
    lines: Callable[[], Any]
    metrics: Metrics
    offset: list[float]
    controls: Controls
    calls: StaffCalls
    called: Event
    hand: Hand
    running: tuple[Recognizer, ...] = ()

    def hold(
        self,
        patient: SimulatedPatient | PlaybackPatient,
        truth: str = "",
        saboteur: Saboteur | None = None,
        fault: str = "",
        real: Ears | None = None,
    ) -> VisitResult:
        """Hold one visit. Everything that the kiosk raises counts as a crash.

        truth: the level that is right; by default as the simulated patient knows it afterwards. real: ears instead of the
        simulated ones.
        """
        self.room.enters(patient)
        self.running = (real.first, *real.others) if real else (self.engine,)
        ending, begun = OutcomeObserver(self.room), time.monotonic()
        observers = [self.calls, self.stage, self.metrics, patient, ending, *([saboteur] if saboteur else [])]
        ended = self._hold(self._make_station(Observers(*observers), real), ending)
        struck = saboteur is not None and saboteur.done
        recovery = self.room.recoveries[0] if struck and self.room.recoveries else -1.0
        seconds = time.monotonic() - begun
        return VisitResult(
            ended, truth or patient.due_at_least, ending.told, fault if struck else "", recovery, seconds, real is not None,
            patient.stops, patient.about, patient.help, patient.has_left,
            self.room.resumption if struck else -1.0, patient.long_answers, patient.untaken,
        )  # fmt: skip

    def _begin(self) -> None:
        self.calls.start_visit()
        self.called.clear()

    def _hold(self, station: Station, ending: OutcomeObserver) -> str:
        controls, calls = self.controls, self.calls
        observer, beat = station.observer, station.beat_in_visit
        linger = Linger(1, controls.done, controls.longer, controls.again, lambda: station.say("wissen"), lambda: None, observer)
        staff_wait = StaffWait(calls, controls.again, lambda again: station.say("geroepen"), beat, observer=observer)
        stage = ReadAtOnce(self.stage, controls.done, calls)
        controls.start.set()
        try:
            Visits(
                stage, controls.private_mode, station.wait, station.hold_visit, staff_wait, linger, on_begin=self._begin
            ).hold_visits(1)
        except Exception as reason:  # noqa: BLE001  each exception would have ended the kiosk
            return f"crashed: {reason!r}"
        if ending.crash:
            return f"crashed: {ending.crash}"
        return str(ending.outcomes[0].level) if ending.outcomes else "wiped"

    def _make_station(self, observer: Observer, real: Ears | None) -> Station:
        return Station(
            self.script,
            KioskParts(self.sound, real or Ears(self.engine), self.lines, self.executor),
            self.controls,
            self.settings.patience,
            observer=observer,
            show_notes=self.stage.show_notes,
            on_level=lambda sound: None,
            beat=lambda: None,
            reading=READING,
            activity=SileroActivity if real else LoudnessActivity,
        )  # fmt: skip


@contextmanager
def open_trial(
    settings: Settings, script: Script, patient: SimulatedPatient, engine: str = SimulatedEngine.__name__
) -> Iterator[Trial]:
    """Set everything up for the duration of a block. engine: name of the simulated engine's class."""
    with ExitStack() as parts:
        folder = Path(parts.enter_context(TemporaryDirectory(prefix="soak-")))
        (model := folder / "model").mkdir()
        settings = replace(settings, speech=_copy_lines(settings.speech, folder / "speech"))
        room, board, offset = SimulatedRoom(patient), Board(), [0.0]
        words, key = load_screen_texts(settings.locale_folder, settings.practice, script.readback.expected.grammar), make_key()
        painter, controls, called = Painter(words, script), Controls(), Event()
        stage = Display(board, painter)
        metrics = Metrics(clock=lambda: time.time() + offset[0])

        def note_call(call: StaffCall) -> None:
            if call.level in ATTENDED:
                called.set()

        calls = StaffCalls((note_call,), datetime.now, on_call=metrics.count_call)
        presses = Presses(stage, controls, lambda: None, calls.call_ahead, calls.call_to_desk, calls.mark_seen, calls.go_on)
        page = words.fill_page(settings.practice.praktijk, settings.screen.diagonal, demo=not script.reviewed)
        site = Site(board, {"/": ("page", page)}, writes={"/press": presses.receive}, drawings=words.drawings)
        address = parts.enter_context(serve(site, 0, key))
        spectator = parts.enter_context(closing(Spectator(address, key)))
        lines = parts.enter_context(open_phrasebooks(settings, script))
        loudspeaker: Any = partial(SimulatedLoudspeaker, room)
        microphone: Any = partial(SimulatedMicrophone, room)
        sound = DeviceWatch(loudspeaker, microphone, refresh=lambda: None)
        yield Trial(
            settings, script, room,
            engine=parts.enter_context(closing(Supervised("voice.bench.rigs.simulated", engine, folder=model))),
            model=model,
            folder=folder,
            spectator=spectator,
            stage=stage,
            executor=parts.enter_context(ThreadPoolExecutor(1)),
            sound=parts.enter_context(closing(sound)),
            lines=lambda: lines,
            metrics=metrics,
            offset=offset,
            controls=controls,
            calls=calls,
            called=called,
            hand=Hand(spectator, board, painter.answers, called),
        )  # fmt: skip


def _copy_lines(speech: Path, folder: Path) -> Path:
    """Copy the rendered lines to a folder where a fault does no harm."""
    if speech.is_dir():
        shutil.copytree(speech, folder)
    return folder
