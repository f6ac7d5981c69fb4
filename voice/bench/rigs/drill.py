"""The kiosk that `bench turns` measures: the real session on a sound card, which asks one question again and again.

It runs in a process of its own and tells over a pipe when it listens and which answer it took:

    ("listening", seconds, cpu), ("turned", seconds, cpu, answer) ..., ("ended",)

If the patient continues an answer, ("resumed",) follows, and both of these come again.

seconds: time.monotonic(), which all processes of a machine share. cpu: seconds used by this process and its engines.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from voice.audio.microphone import Capture
from voice.audio.segment import Limits
from voice.audio.vad import SileroActivity
from voice.base.errors import RuggespraakError
from voice.bench.ears import PEER, FasterWhisper
from voice.bench.processes import measure_cpu
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Outcome, Step, Visit
from voice.kiosk.session import Session
from voice.kiosk.turns.listen import ImmediateExecutor
from voice.kiosk.turns.mouth import PhrasebookMouth
from voice.kiosk.turns.observer import Observer, Turn
from voice.setup.devices import open_sound_card
from voice.setup.engines import load_ears
from voice.setup.scripts import find_question, load_chosen_script
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebooks
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Answer

OURS = "ruggespraak"
LINE = "dat_geeft_niet"
"""Id of the line between two answers. It is short to keep the measurement short."""
NOBODY = 3.0
"""Seconds without an answer before the question comes again; shorter than usual for the same reason."""
FIXED_PAUSE = 0.8
"""Seconds that SpeechRecognition and most tutorials wait after speech, whatever was said."""


@dataclass(frozen=True, slots=True)
class Drill:
    """A Talk that asks one question so many times, whatever the answer is."""

    question: Question
    times: int

    def begin(self, script: Script) -> Step:
        return self._step(Visit(script))

    def advance(self, visit: Visit, answer: Answer) -> Step:
        return self._step(replace(visit, rounds=visit.rounds + 1))

    def break_off(self, visit: Visit, reason: str) -> Step:
        raise RuggespraakError("The sound card of the measurement failed.", "Measure again.")

    def _step(self, visit: Visit) -> Step:
        then = self.question if visit.rounds < self.times else Outcome(Level.STOPPED)
        return Step(visit, (visit.script.line(LINE),), then)


class SteadyMouth(PhrasebookMouth):
    """Speak as loud and as fast at the last answer as at the first, even if the patient asks for something else."""

    def adjust(self, answer: Answer) -> None:
        """Change nothing."""


class Reporter(Observer):
    """Tell the measuring process what happens."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def on_listening(self, question: Question) -> None:
        self._pipe.send(("listening", time.monotonic(), measure_cpu()))

    def on_resume(self, question: Question) -> None:
        self._pipe.send(("resumed",))

    def on_turn(self, turn: Turn) -> None:
        self._pipe.send(("turned", time.monotonic(), measure_cpu(), turn.answer))

    def on_end(self, outcome: Outcome, visit: Visit) -> None:
        self._pipe.send(("ended",))


def run_drill(name: str, settings: Settings, question: str, times: int, environment: dict[str, str], pipe: Connection) -> None:
    """Ask the question of that id so many times, as the kiosk of that name, on the sound card of that environment."""
    os.environ.update(environment)
    script = load_chosen_script(settings)
    with ExitStack() as parts:
        around = parts.enter_context(open_sound_card(settings, settings.patience.settling))
        lines = parts.enter_context(open_phrasebooks(settings, script))
        hearing = parts.enter_context(closing(_ears(name, settings)))
        session = Session(
            mouth=SteadyMouth(lines, around.loudspeaker),
            ear=around.ear,
            activity=SileroActivity,
            ears=hearing,
            limits=_limits(name, settings),
            observer=Reporter(pipe),
            executor=ImmediateExecutor() if name == PEER else around.executor,
            capture=Capture() if name == PEER else around.capture,
            talk=Drill(find_question(settings, question), times),
        )
        session.hold(script)


def _ears(name: str, settings: Settings) -> Ears:
    return Ears(FasterWhisper(settings)) if name == PEER else load_ears(settings)


def _limits(name: str, settings: Settings) -> Limits:
    """Make the limits. The peer waits the same pause after everything, and only then recognises."""
    ours = replace(settings.patience, nobody=NOBODY)
    if name != PEER:
        return ours
    return replace(ours, decided=FIXED_PAUSE, pause=FIXED_PAUSE, unfinished=FIXED_PAUSE, guess=float("inf"), nod=float("inf"))
