"""`ruggespraak kiosk`: visits for ever, with the screen on the loopback address."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice

from voice import __version__
from voice.base.console import tell
from voice.cli.staff_messages import ServiceWords, load_service
from voice.consultation.review.signature import read_review
from voice.consultation.script import Script
from voice.kiosk.metrics import Metrics, RoomNoise
from voice.kiosk.private_mode import PrivateMode
from voice.kiosk.screen.board import Board, Display, ScreenObserver
from voice.kiosk.screen.handover import Paper, on_paper, on_screen
from voice.kiosk.screen.metrics_page import reads
from voice.kiosk.screen.presses import Presses
from voice.kiosk.screen.server import Site, serving
from voice.kiosk.screen.staff_login import StaffLogin
from voice.kiosk.screen.staff_page import About, StaffPage
from voice.kiosk.screen.texts import ScreenTexts, load_screen_texts
from voice.kiosk.screen.view import Painter
from voice.kiosk.staff_calls import StaffCall, StaffCalls
from voice.kiosk.station import Station
from voice.kiosk.systemd import Heartbeat, notifier
from voice.kiosk.turns.observer import Observers
from voice.kiosk.turns.touch import Touches
from voice.kiosk.visits import Linger, Visits
from voice.kiosk.waiting import Bell, StartWords
from voice.setup.kiosk_parts import Outfit, outfit
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings


@dataclass(frozen=True, slots=True)
class Controls:
    """What a hand can reach, from the browser's threads."""

    touches: Touches = field(default_factory=Touches)
    private_mode: PrivateMode = field(default_factory=PrivateMode)
    start: Bell = field(default_factory=Bell)
    done: Bell = field(default_factory=Bell)
    longer: Bell = field(default_factory=Bell)


@dataclass(frozen=True, slots=True)
class Front:
    """What is shown, and what is kept of it for the staff. stations: the kiosk behind it, once it is ready."""

    settings: Settings
    script: Script
    words: ScreenTexts
    service: ServiceWords
    board: Board = field(default_factory=Board)
    controls: Controls = field(default_factory=Controls)
    metrics: Metrics = field(default_factory=Metrics)
    noise: RoomNoise = field(default_factory=RoomNoise)
    stations: list[Station] = field(default_factory=list)

    @property
    def painter(self) -> Painter:
        return Painter(self.words, self.script)

    @property
    def stage(self) -> Display:
        return Display(self.board, self.painter)

    def faults(self) -> Mapping[str, str]:
        """What does not work, and why, in the practice's words."""
        found = (fault for station in self.stations for fault in station.sound.faults.items())
        return {name: self.service.trouble(why) for name, why in found}

    def show_lacks(self) -> None:
        for station in self.stations:
            station.show_lacks()

    def hush(self) -> None:
        for station in self.stations:
            station.hush()

    def sound_gong(self, alarm: StaffCall) -> None:
        for station in self.stations:
            station.sound_gong()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--visits", type=int, default=0, metavar="N", help="stop after N visits (default: never)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Hold visits until interrupted, or as many as `--visits` asks for."""
    script, notify = load_chosen_script(settings), notifier()
    words = load_screen_texts(settings.locale_folder, settings.practice, script.readback.expected.grammar)
    front = Front(settings, script, words, load_service(settings.locale_folder))
    front.board.change(front.painter.preparing)
    alarms = StaffCalls(_calls(front), datetime.now)
    with ExitStack() as parts:
        tell(f"The screen is at {parts.enter_context(serving(_site(front, alarms), settings.screen.port))}/")
        observer = Observers(front.metrics, front.noise, alarms, ScreenObserver(front.board, front.painter), _paper(front))
        pool = parts.enter_context(ThreadPoolExecutor(1))
        station = _station(front, outfit(parts, settings, script), observer, Heartbeat(notify), pool)
        front.stations.append(station)
        notify("READY=1")
        visits = _visits(front, station)
        for _ in islice(count(), options.visits or None):
            visits.one()
    return 0


def _calls(front: Front) -> Iterator[Callable[[StaffCall], None]]:
    """How the staff are called; a message goes out before the gong delays it."""
    staff = front.settings.staff
    if staff.broker:
        from voice.kiosk.mqtt import caller

        yield caller(staff.broker, staff.broker_port, staff.topic)
    if staff.chime:
        yield front.sound_gong


def _paper(front: Front) -> Paper:
    form, board, painter = front.settings.handover.form, front.board, front.painter
    forms = [on_screen(board, painter)] if form in ("code", "both") else []
    forms += [on_paper(front.settings.handover.printer, board, painter)] if form in ("paper", "both") else []
    return Paper(front.words, forms, datetime.now)


def _site(front: Front, alarms: StaffCalls) -> Site:
    controls, settings = front.controls, front.settings
    hands = Presses(
        front.board, front.painter, front.script, controls.touches, controls.private_mode,
        start=controls.start.ring, done=controls.done.ring, longer=controls.longer.ring, hush=front.hush,
    )  # fmt: skip
    pages = {"/": ("page", front.words.fill_page(settings.practice.praktijk, settings.screen.diagonal))}
    figures = reads(front.metrics, front.words.staff)
    if not settings.staff.pin:
        return Site(front.board, pages, figures, {"/press": hands.receive})
    review = read_review(settings.locale_folder, settings.script)
    plate = About.of(front.script, __version__, front.service.reviewed(review))
    gate = StaffLogin(settings.staff.pin, time.monotonic)
    desk = StaffPage(
        gate,
        front.board,
        alarms,
        front.metrics,
        front.noise,
        controls.private_mode,
        plate,
        front.faults,
        front.hush,
        front.show_lacks,
    )
    pages["/staff"] = ("staff", front.words.staff)
    return Site(front.board, pages, {**desk.reads(), **figures}, {"/press": hands.receive, **desk.writes()})


def _station(front: Front, found: Outfit, observer: Observers, beat: Heartbeat, pool: ThreadPoolExecutor) -> Station:
    settings, script, controls = front.settings, front.script, front.controls
    engines, readback = (found.hearing.first, *found.hearing.others), script.readback
    words = StartWords(
        engines,
        readback.expected.grammar.spelling,
        front.words.page["start_voice"],
        front.words.start,
        readback.expected.vocabulary,
    )
    return Station(
        script, found.sound, found.hearing, found.lines, settings.patience, observer,
        lacks=front.stage.lacks,
        start=(words,) if settings.screen.start_by_voice else (),
        heard=front.noise.add,
        beat=beat,
        executor=pool,
        reading=settings.screen.reading,
        interruptible=settings.echo_cancelling,
        touches=controls.touches,
        private_mode=controls.private_mode,
        bell=controls.start,
    )  # fmt: skip


def _visits(front: Front, station: Station) -> Visits:
    controls, seconds = front.controls, front.settings.screen.linger
    linger = Linger(seconds, controls.done, controls.longer, lambda: station.say("wissen"), station.beat)
    return Visits(
        front.stage, controls.private_mode, station.wait, station.hold_visit, linger,
        begins=front.metrics.began, abandoned=front.metrics.abandoned,
    )  # fmt: skip
