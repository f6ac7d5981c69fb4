"""`ruggespraak kiosk`: visits for ever, with the screen on the loopback address."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from itertools import count, islice
from typing import NoReturn

from voice.assemble import books, ears, limits, microphone, script_of
from voice.audio import Audio
from voice.discreet import Discretion
from voice.door import Bell, StartWords
from voice.ears import Ears
from voice.errors import DeviceError, ModelError, RuggespraakError, VoiceError
from voice.loudspeaker import SoundCardLoudspeaker
from voice.microphone import SoundCardMicrophone
from voice.mouth import Books
from voice.recognize import NEUTRAL, Transcript, Vocabulary
from voice.screen.board import Board, Screen
from voice.screen.hands import Hands
from voice.screen.paint import Painter
from voice.screen.server import Site, serving
from voice.screen.stage import ScreenStage
from voice.screen.words import Words, load_words
from voice.script import Script
from voice.settings import Settings
from voice.sound import SoundCard
from voice.station import Station
from voice.terminal import told
from voice.touch import Touches
from voice.visits import Linger, Visits
from voice.watchdog import Heartbeat, notifier

TOUCH_ONLY = "Patients go on by reading and touch until it is mended."


@dataclass(frozen=True, slots=True)
class Controls:
    """What a hand can reach, from the browser's threads."""

    touches: Touches = field(default_factory=Touches)
    discretion: Discretion = field(default_factory=Discretion)
    start: Bell = field(default_factory=Bell)
    done: Bell = field(default_factory=Bell)
    longer: Bell = field(default_factory=Bell)


class NoRecognizer:
    """Stands where no model is installed; the microphone is not opened then, so it is never asked."""

    name, trust = "none", NEUTRAL

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        return Transcript("", 0.0, self.name)

    def close(self) -> None: ...


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Hold visits until interrupted, or as many as `--visits` asks for."""
    script, controls, board, notify = script_of(settings), Controls(), Board(), notifier()
    words = load_words(settings.locale_folder, settings.practice, script.readback.grammar)
    painter = Painter(words, script)
    hands = Hands(
        board, painter, script, controls.touches, controls.discretion,
        start=controls.start.ring, done=controls.done.ring, longer=controls.longer.ring,
    )  # fmt: skip
    site = Site(board, {"/": ("index.html", words.filled(settings.practice.praktijk))}, writes={"/press": hands.receive})
    with ExitStack() as parts:
        told(f"The screen is at {parts.enter_context(serving(site, settings.screen.port))}/")
        station = _station(parts, settings, script, words, controls, ScreenStage(board, painter), Heartbeat(notify))
        notify("READY=1")
        visits = _visits(station, settings, controls, ScreenStage(board, painter))
        for _ in islice(count(), options.visits or None):
            visits.one()
    return 0


def _visits(station: Station, settings: Settings, controls: Controls, stage: ScreenStage) -> Visits:
    return Visits(
        script=station.script,
        stage=stage,
        discretion=controls.discretion,
        wait=station.wait,
        kiosk=station.kiosk,
        linger=Linger(settings.screen.linger, controls.done, controls.longer, lambda: station.say("wissen"), station.beat),
    )


def _station(
    parts: ExitStack, settings: Settings, script: Script, words: Words, controls: Controls, stage: ScreenStage, beat: Heartbeat
) -> Station:
    sound, hearing, lines = _voices(parts, settings, script)
    spelling = script.readback.grammar.spelling
    start = (StartWords(hearing.first, spelling, words.start),) if settings.screen.start_by_voice else ()
    return Station(
        script, sound, hearing, lines, limits(settings),
        watcher=Screen(stage.board, stage.painter),
        lacks=stage.lacks,
        start=start,
        heard=lambda sound: None,
        beat=beat,
        executor=parts.enter_context(ThreadPoolExecutor(1)),
        settling=settings.patience.settling,
        reading=settings.screen.reading,
        touches=controls.touches,
        discretion=controls.discretion,
        bell=controls.start,
        interruptible=settings.echo_cancelling,
    )  # fmt: skip


def _voices(parts: ExitStack, settings: Settings, script: Script) -> tuple[SoundCard, Ears, Callable[[], Books]]:
    """Devices, ears and voice, as far as they are there; what is missing is told, and patients do without it."""
    hearing, microphone = _hearing(parts, settings)
    lines, loudspeaker = _speaking(parts, settings, script)
    sound = parts.enter_context(closing(SoundCard(loudspeaker, microphone)))
    for fault in sound.faults.values():
        told(f"{fault} {TOUCH_ONLY}")
    return sound, hearing, lines


def _hearing(parts: ExitStack, settings: Settings) -> tuple[Ears, Callable[[], SoundCardMicrophone]]:
    try:
        hearing = parts.enter_context(closing(ears(settings)))
    except ModelError as error:
        return Ears(NoRecognizer()), _missing(error)
    told(f"Listens with {hearing.name}.")
    return hearing, partial(microphone, settings)


def _speaking(
    parts: ExitStack, settings: Settings, script: Script
) -> tuple[Callable[[], Books], Callable[[], SoundCardLoudspeaker]]:
    try:
        lines = parts.enter_context(books(settings, script))
    except VoiceError as error:
        return _missing(error), _missing(error)
    told(f"Speaks with {lines.usual.voice}.")
    return lambda: lines, partial(SoundCardLoudspeaker, settings.loudspeaker)


def _missing(error: RuggespraakError) -> Callable[[], NoReturn]:
    def opened() -> NoReturn:
        raise DeviceError(error.problem, error.remedy)

    return opened
