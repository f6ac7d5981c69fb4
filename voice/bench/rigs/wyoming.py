"""`ruggespraak bench wyoming`: measure how many thin kiosks one machine serves, how fast, and whether their outcomes agree.

Every kiosk runs in a thread of this process and finds speech itself. Each server is a process of its own; several stand behind
HAProxy, as it is shipped for practices. They share one processor here, and would not in a practice, so the figures are on the
careful side.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from voice.audio.loudspeaker import Halted, never
from voice.audio.pcm import LISTENING_RATE
from voice.audio.segment import Limits
from voice.audio.vad import BLOCK, SileroActivity
from voice.base.errors import ServerError
from voice.bench.options import Report, add_number
from voice.bench.processes import find_children, measure_cpu
from voice.bench.rigs.balancer import balance
from voice.bench.rigs.fakes import FakeMouth
from voice.bench.score import percentile
from voice.bridges.wyoming.key import make_key
from voice.consultation.script import Script
from voice.kiosk.session import Session
from voice.kiosk.turns.observer import Observer, Turn
from voice.kiosk.turns.ports import Ear, Mouth
from voice.kiosk.turns.recorded_patient import RecordedEar, RecordedPatient, load_patient
from voice.setup.engines import load_ears
from voice.setup.scripts import load_chosen_script, load_every_question
from voice.setup.settings import Server, Settings
from voice.setup.voices import open_phrasebooks
from voice.speak.phrasebook import Phrasebook
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears


def add_arguments(parser: argparse.ArgumentParser) -> None:
    about = "recorded patients, taken in turn"
    parser.add_argument("--patients", type=Path, nargs="+", metavar="FILE.yaml", required=True, help=about)
    add_number(parser, "--at-once", 8, "thin kiosks at the same time (default 8)")
    add_number(parser, "--servers", 1, "speech servers (default 1); several stand behind HAProxy")
    parser.add_argument("--real-time", action="store_true", help="those at the same time go at the pace of life")


def run(options: argparse.Namespace, settings: Settings) -> Report:
    script = load_chosen_script(settings)
    patients = [load_patient(path, script, lambda: load_every_question(settings)) for path in options.patients]
    chosen = ["--engine", settings.engine, "--locale", settings.locale, "--script", settings.script]
    chosen += ["--settings", str(options.settings)] if options.settings else []
    with ExitStack() as stack:
        hearing = stack.enter_context(closing(load_ears(settings)))
        each = max(1, (os.cpu_count() or 2) // options.servers)
        served = stack.enter_context(run_servers(options.servers, "--parts", "ears", "--at-once", str(each), *chosen))
        remote = load_ears(replace(settings, engine="wyoming", server=served))
        book = stack.enter_context(open_phrasebooks(settings, script)).usual if options.real_time else None
        local = partial(hold_consultation, script, ears=hearing, limits=settings.patience)
        thin = partial(hold_consultation, script, ears=remote, limits=settings.patience)
        rows, seconds = compare(patients, local, thin, partial(thin, book=book), options.at_once)
    cost = seconds / max(1, sum(len(row.answers) for row in rows[1:]))
    last = f"{cost:.2f} processor seconds an answer in the servers and what stands before them"
    return Report(chain(table(rows), [last]), {"conditions": [asdict(row) for row in rows], "server_seconds_an_answer": cost})


@dataclass(frozen=True, slots=True)
class HeldConsultation:
    """One consultation: the outcome's level and flags, and the seconds from the end of each answer to its meaning."""

    level: str
    flags: tuple[str, ...]
    answers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """Consultations under one condition. alike: number whose outcome is that of the local kiosk."""

    condition: str
    alike: int
    held: tuple[HeldConsultation, ...]

    @property
    def answers(self) -> list[float]:
        return [seconds for one in self.held for seconds in one.answers]


class _AnswerTimes(Observer):
    def __init__(self) -> None:
        self.seconds: list[float] = []

    def on_turn(self, turn: Turn) -> None:
        if turn.transcript.text:
            self.seconds.append(turn.seconds)


class TimedMouth(FakeMouth):
    """Take as long as speaking the line would."""

    def __init__(self, book: Phrasebook) -> None:
        super().__init__()
        self._book = book

    def speak(self, utterance: Utterance, halted: Halted = never) -> None:
        time.sleep(self._book.audio(utterance).seconds)


def wait_for_each(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Take as long as hearing would."""
    for block in blocks:
        time.sleep(BLOCK / LISTENING_RATE)
        yield block


def hold_consultation(
    script: Script, patient: RecordedPatient, ears: Ears, limits: Limits, book: Phrasebook | None = None
) -> HeldConsultation:
    """Hold one consultation with a recorded patient, in real time if there is a book to speak from."""
    mouth: Mouth = TimedMouth(book) if book else FakeMouth()
    recorded = RecordedEar(patient).blocks
    ear: Ear = (lambda question: wait_for_each(recorded(question))) if book else recorded
    noted = _AnswerTimes()
    outcome = Session(mouth, ear, SileroActivity, ears, limits, noted).hold(script)
    return HeldConsultation(str(outcome.level), outcome.flags, tuple(noted.seconds))


Holding = Callable[[RecordedPatient], HeldConsultation]


def compare(
    patients: Sequence[RecordedPatient], local: Holding, thin: Holding, busy: Holding, at_once: int
) -> tuple[tuple[ConditionResult, ...], float]:
    """Hold the same patients with local ears, with one thin kiosk at a time, and with so many at once (`busy`).

    Returns the processor seconds of all other processes in the two last, too.
    """
    expected = [local(patient) for patient in patients]
    begun = _measure_others()
    alone = [thin(patient) for patient in patients]
    number = max(at_once, len(patients))
    with ThreadPoolExecutor(number) as pool:
        together = list(pool.map(busy, islice(cycle(patients), number)))
    conditions = {"local ears": expected, "one thin kiosk at a time": alone, f"{number} thin kiosks at once": together}
    rows = tuple(_compare_condition(name, held, expected) for name, held in conditions.items())
    return rows, _measure_others() - begun


def _measure_others() -> float:
    return sum(map(measure_cpu, find_children()))


def _compare_condition(condition: str, held: Sequence[HeldConsultation], expected: Sequence[HeldConsultation]) -> ConditionResult:
    alike = sum((one.level, one.flags) == (same.level, same.flags) for one, same in zip(held, cycle(expected), strict=False))
    return ConditionResult(condition, alike, tuple(held))


@contextmanager
def run_servers(count: int, *options: str) -> Iterator[Server]:
    """Run `ruggespraak wyoming serve` so many times on the loopback for the duration of a block, with a key made for them.

    Returns the settings of a kiosk that trusts them; the address is that of a balancer if there are several.
    Raises ServerError if one does not start, or the balancer is missing.
    """
    with TemporaryDirectory() as folder, ExitStack() as stack:
        key = Path(folder) / "key.pem"
        make_key(key)
        uris = [stack.enter_context(_run_server(key, *options)) for _ in range(count)]
        yield Server(ears=uris[0] if count == 1 else stack.enter_context(balance(uris, key)), key=str(key), trust="measured")


@contextmanager
def _run_server(key: Path, *options: str) -> Iterator[str]:
    """Give the address of a server. Raises ServerError if it does not start."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        uri = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "voice", "wyoming", "serve", "--uri", uri, "--key", str(key), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            greeting = process.stderr.readline() if process.stderr else ""
            if not greeting.startswith("Serves "):
                raise ServerError(f"The speech server did not start ({greeting.strip()}).", "Run `ruggespraak check`.")
            Thread(target=lambda: list(process.stderr or ()), daemon=True).start()  # the journal must find room
            yield uri
        finally:
            process.terminate()


def table(rows: Sequence[ConditionResult]) -> Iterator[str]:
    yield f"{'':34} {'outcome as local':>16} {'answers':>8} {'median':>8} {'95 %':>8} {'most':>8}"
    for row in rows:
        cells = (percentile(row.answers, 0.5), percentile(row.answers, 0.95), max(row.answers, default=0.0))
        times = " ".join(f"{seconds:6.2f} s" for seconds in cells)
        yield f"{row.condition:34} {f'{row.alike} of {len(row.held)}':>16} {len(row.answers):8} {times}"
