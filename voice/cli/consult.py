"""`ruggespraak consult`: hold one spoken consultation."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from voice.audio.pcm import write_wav
from voice.audio.recorder import RecordedLoudspeaker, Recorder
from voice.audio.vad import SileroActivity
from voice.base import journal
from voice.base.console import tell
from voice.base.errors import DeviceError, Symptom
from voice.cli.fhir import hand_over
from voice.cli.terminal import Conversation, JsonLines
from voice.consultation.script import Script
from voice.kiosk.session import Session
from voice.kiosk.turns.microphone_ear import record_ear
from voice.kiosk.turns.mouth import PhrasebookMouth
from voice.kiosk.turns.notes import HandoverNotes
from voice.kiosk.turns.observer import Observers
from voice.kiosk.turns.visit_tracker import VisitTracker
from voice.setup.devices import Surroundings, open_recorded_patient, open_sound_card
from voice.setup.engines import load_ears, warn_unknown_words
from voice.setup.scripts import load_chosen_script, warn_unreviewed
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebooks

OFFER = "Plug one in, or let a recorded patient answer: ruggespraak consult --patient FILE.yaml (docs/engineer.md shows one)."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--patient", type=Path, metavar="FILE.yaml", help="a recorded patient answers instead of the microphone")
    otherwise = "a recorded patient answers if there is no sound card"
    parser.add_argument("--else-patient", type=Path, metavar="FILE.yaml", help=otherwise)
    parser.add_argument("--record", type=Path, metavar="OUT.wav", help="write the conversation as heard in the room, both voices")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: a turn for each answer, the outcome last")
    parser.add_argument("--fhir", type=Path, metavar="OUT.json", help="hand the answers over as a FHIR R4 QuestionnaireResponse")


def run(options: argparse.Namespace, settings: Settings) -> int:
    journal.keep(logging.WARNING)  # the conversation is on the same terminal
    script = load_chosen_script(settings)
    answers, notes = VisitTracker(script), HandoverNotes()
    with ExitStack() as parts:
        around = parts.enter_context(_open_surroundings(options, settings, script))
        loading = parts.enter_context(ThreadPoolExecutor(1)).submit(load_ears, settings)
        lines = parts.enter_context(open_phrasebooks(settings, script))
        hearing = parts.enter_context(closing(loading.result()))
        tell(f"Listens with {hearing.name}, speaks with {lines.usual.voice}.")
        warn_unreviewed(settings)
        warn_unknown_words(hearing, script)
        around, detector = parts.enter_context(record_voices(around, options.record)), SileroActivity()
        session = Session(
            mouth=PhrasebookMouth(lines, around.loudspeaker),
            ear=around.ear,
            activity=lambda: detector,
            ears=hearing,
            limits=settings.patience,
            observer=Observers(JsonLines() if options.json else Conversation(), answers, notes),
            executor=around.executor,
            reopen=around.reopen,
            capture=around.capture,
            interruptible=settings.echo_cancelling and not options.patient,
            overhears=not options.patient,
        )
        session.hold(script)
    if options.fhir:
        hand_over(answers.visit, options.fhir, notes.sentences)
    return 0


@contextmanager
def record_voices(around: Surroundings, path: Path | None) -> Iterator[Surroundings]:
    """Record both voices while the block runs, and write them to `path`, even if it is broken off.

    Without a path nothing is changed, so that no sound is held for longer than it is needed.
    """
    if path is None:
        yield around
        return
    recorder = Recorder()
    loudspeaker = RecordedLoudspeaker(recorder, around.loudspeaker)
    try:
        yield replace(around, loudspeaker=loudspeaker, ear=record_ear(around.ear, recorder))
    finally:
        mixed = recorder.mix()
        write_wav(path, mixed, private=True)
        tell(f"Both voices are in {path} ({mixed.seconds:.0f} s).")


@contextmanager
def _open_surroundings(options: argparse.Namespace, settings: Settings, script: Script) -> Iterator[Surroundings]:
    """Open what the voices come from and go to: a recorded patient if one is given, else the sound card."""
    if options.patient:
        yield open_recorded_patient(settings, script, options.patient)
        return
    if options.else_patient and not _has_sound_card(settings):
        yield open_recorded_patient(settings, script, options.else_patient)
        return
    try:
        with open_sound_card(settings, settings.patience.settling) as parts:
            yield parts
    except DeviceError as error:
        if error.trouble.symptom is Symptom.HANGS:  # nothing needs to be plugged in
            raise
        raise DeviceError(error.problem, OFFER) from error


def _has_sound_card(settings: Settings) -> bool:
    try:
        with open_sound_card(settings, settings.patience.settling):
            return True
    except DeviceError as error:
        tell(f"{error.problem} A recorded patient answers instead.")
        return False
