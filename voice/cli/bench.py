"""`ruggespraak bench`: measure, don't believe."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from voice.base.console import ProgressLine, tell
from voice.base.errors import UsageError
from voice.bench import answers, calibration
from voice.bench import ears as engines
from voice.bench.curve import as_svg
from voice.bench.reference import read_recordings
from voice.bench.rigs import consult, disk, restarts, screen, soak, turns
from voice.bench.rigs import wyoming as shared
from voice.bench.rigs.placed import place
from voice.bench.rigs.sabotage import DISK_FULL, FAULTS
from voice.bench.score import Scored
from voice.cli.process_memory import OVERWRITING
from voice.kiosk.screen.texts import load_screen_texts
from voice.kiosk.turns.recorded_patient import load_patient
from voice.setup.engines import load_ears
from voice.setup.models.store import require_model
from voice.setup.scripts import find_expected, load_chosen_script, load_every_question
from voice.setup.settings import Server, Settings
from voice.setup.voices import list_voices, open_phrasebook, open_phrasebooks
from voice.speak.engines.process import Pauses
from voice.speak.engines.pyttsx3 import Pyttsx3
from voice.speak.phrasebook import Phrasebook
from voice.speak.pronounce import load_lexicon

DISK_MEGABYTES = 256
"""The disk that a soak may fill; it also holds the rendered lines."""


def run(options: argparse.Namespace, settings: Settings) -> int:
    benches = {
        "answers": _answers, "ears": _ears, "voice": _voice, "consult": _consult, "turns": _turns, "wyoming": _wyoming,
        "screen": _screen, "soak": _soak, "calibration": _calibration,
    }  # fmt: skip
    return benches[options.what](options, settings)


def _screen(options: argparse.Namespace, settings: Settings) -> int:
    words = load_screen_texts(settings.locale_folder, settings.practice, load_chosen_script(settings).readback.expected.grammar)
    try:
        from voice.bench.rigs import browser
    except ImportError as reason:
        raise UsageError(f"This needs the package {reason.name}.", "Run `make setup`.") from reason
    times = max(100, options.times)
    shown, drawn = screen.measured(words, times), browser.measured(words, 5, times)
    measured = {**asdict(shown), "browser": asdict(drawn)}
    print(json.dumps(measured) if options.json else "\n".join((*screen.table(shown), *browser.table(drawn))))
    return 0


def _answers(options: argparse.Namespace, settings: Settings) -> int:
    word_rows, recording_rows = answers.tables(options.words, options.recordings)
    general = find_expected(settings, options.question)
    questions = {name: question.expected for name, question in load_every_question(settings).items()}
    readers = {"ruggespraak": answers.our_understanding, **answers.peers()}
    scores = [answers.words(word_rows, questions, general, name, read) for name, read in readers.items()] if word_rows else []
    heard: tuple[Scored, ...] = ()
    engine = "-"
    if recording_rows:
        with closing(load_ears(settings)) as hearing:
            heard, engine = answers.recordings(recording_rows, general, hearing, options.cuts), hearing.name
    if options.json:
        print(answers.as_json(scores, heard))
        return 0
    if scores:
        print("\n".join(answers.word_table(scores, options.wrong)))
    if heard:
        print("\n".join(answers.recording_table(heard, engine, options.cuts)))
    return 0


def _calibration(options: argparse.Namespace, settings: Settings) -> int:
    if not options.recordings:
        raise UsageError("There is nothing to listen to.", "Give --recordings FILE.tsv.")
    expected = find_expected(settings, options.question)
    with closing(load_ears(settings)) as hearing:
        rows = read_recordings(options.recordings)[:: options.every]
        cases = tuple(calibration.listen(rows, expected, hearing, ProgressLine(), options.cuts))
    found = calibration.calibrate(cases, expected)
    if options.svg:
        options.svg.write_text(as_svg(found.curve), encoding="utf-8")
    print(calibration.as_json(found) if options.json else "\n".join(calibration.table(found)))
    return 0


def _ears(options: argparse.Namespace, settings: Settings) -> int:
    if not options.recordings:
        raise UsageError("There is nothing to listen to.", "Give --recordings FILE.tsv.")
    rows = read_recordings(options.recordings)[:: options.every]
    measured = engines.measure_all(rows, options.question, settings)
    print(engines.as_json(measured) if options.json else "\n".join(engines.table(measured)))
    return 0


def _turns(options: argparse.Namespace, settings: Settings) -> int:
    if not options.recordings:
        raise UsageError("There is nobody to answer.", "Give --recordings FILE.tsv.")
    placed = place(read_recordings(options.recordings), *options.turns)
    on_card = replace(settings, microphone="kiosk_mic", loudspeaker="kiosk_speaker")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that the kiosk and its card are put away
    measured = turns.measure_all(placed, options.question, on_card)
    print(turns.as_json(measured) if options.json else "\n".join(turns.table(measured)))
    return 0


def _consult(options: argparse.Namespace, settings: Settings) -> int:
    if not options.patient:
        raise UsageError("There is no patient to measure with.", "Give --patient FILE.yaml.")
    chosen = ["--engine", settings.engine, "--locale", settings.locale, "--script", settings.script]
    runs = [consult.measure(options.patient, chosen) for _ in range(options.times)]
    print(consult.as_json(runs) if options.json else consult.table(runs))
    return 0


def _wyoming(options: argparse.Namespace, settings: Settings) -> int:
    if not options.patients:
        raise UsageError("There are no patients to measure with.", "Give --patients FILE.yaml ...")
    script = load_chosen_script(settings)
    patients = [load_patient(path, script, lambda: load_every_question(settings)) for path in options.patients]
    chosen = ("--engine", settings.engine, "--locale", settings.locale, "--script", settings.script)
    chosen += ("--settings", str(options.settings)) if options.settings else ()
    with ExitStack() as stack:
        hearing = stack.enter_context(closing(load_ears(settings)))
        uri = stack.enter_context(shared.server("--parts", "ears", "--at-once", str(os.cpu_count() or 2), *chosen))
        remote = load_ears(replace(settings, engine="wyoming", server=Server(ears=uri)))
        book = stack.enter_context(open_phrasebooks(settings, script)).usual if options.real_time else None
        local = partial(shared.hold, script, ears=hearing, limits=settings.patience)
        thin = partial(shared.hold, script, ears=remote, limits=settings.patience)
        rows = shared.compare(patients, local, thin, partial(thin, book=book), options.at_once)
    print(shared.as_json(rows) if options.json else shared.table(rows))
    return 0


def _voice(options: argparse.Namespace, settings: Settings) -> int:
    try:
        from voice.bench import voice
        from voice.bench.listener import Listener
    except ImportError as reason:
        raise UsageError(f"This needs the package {reason.name}.", "Run `make setup`.") from reason
    lines = list(load_chosen_script(settings).utterances())[:: options.every]
    people = load_lexicon(settings.prompts, settings.locale)
    hear = Listener(require_model("whisper-base", settings.models), settings.threads).hear
    with _cold_books(settings) as books_by_name:
        measured = [voice.measure(name, book, lines, people, hear) for name, book in books_by_name.items()]
    if options.recordings:
        measured.append(voice.yardstick(read_recordings(options.recordings), hear))
    print(voice.as_json(measured) if options.json else "\n".join(voice.table(measured)))
    return 0


@contextmanager
def _cold_books(settings: Settings) -> Iterator[dict[str, Phrasebook]]:
    """An empty phrasebook for every voice that is present, and one for pyttsx3 as it comes: 200 words a minute, unaided."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="voice-")))
        found = {}
        for name, chosen in list_voices(settings).items():
            found[name] = stack.enter_context(open_phrasebook(replace(chosen, speech=folder / name), warn=tell))
        bare = stack.enter_context(closing(Pyttsx3(settings.locale, 200, Pauses(0, 0))))
        yield {**found, "pyttsx3 as it comes": Phrasebook(bare, folder / "bare")}


def _soak(options: argparse.Namespace, settings: Settings) -> int:
    """Exit code 1 where anything was stuck, wrong or lost."""
    if not options.disk and disk.can_be_mounted():
        return _on_a_small_disk()
    script = load_chosen_script(settings)
    kinds = (DISK_FULL, *FAULTS) if options.disk else FAULTS
    plan = soak.Plan(options.visits, options.faults, options.seconds, options.real, options.seed)
    with ExitStack() as parts:
        real = parts.enter_context(closing(load_ears(settings))) if options.patient else None
        clips = load_patient(options.patient, script) if options.patient else None
        found = soak.run(plan, settings, script, real, clips, tell, kinds)
    ended = restarts.measure(options.restarts) if options.restarts else []
    taken = restarts.taken_port_is_told() if options.restarts else True
    wrong = [*found.wrong(), *restarts.wrong(ended), *([] if taken else ["a port that is taken is not told"])]
    print(soak.as_json(found, ended, wrong) if options.json else soak.table(found, wrong, restarts.lines(ended)))
    return 1 if wrong else 0


def _on_a_small_disk() -> int:
    """The same command again, in a process whose temporary files lie on a disk that may be filled."""
    with TemporaryDirectory(prefix="soak-") as folder:
        again = (sys.executable, "-m", "voice", *sys.argv[1:], "--disk")
        alone = {**os.environ, **OVERWRITING, "TMPDIR": folder}
        return subprocess.run(disk.with_small_disk(Path(folder), DISK_MEGABYTES, *again), env=alone, check=False).returncode
