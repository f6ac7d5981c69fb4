"""`ruggespraak bench`: measure, don't believe."""

from __future__ import annotations

import argparse
from contextlib import closing

from voice.assemble import asked, ears, every_question
from voice.bench import answers, consult
from voice.bench import ears as engines
from voice.bench.reference import read_recordings
from voice.bench.score import Scored
from voice.errors import UsageError
from voice.settings import Settings


def run(options: argparse.Namespace, settings: Settings) -> int:
    return {"answers": _answers, "ears": _ears, "consult": _consult}[options.what](options, settings)


def _answers(options: argparse.Namespace, settings: Settings) -> int:
    word_rows, recording_rows = answers.tables(options.words, options.recordings)
    general, questions = asked(settings, options.question), every_question(settings)
    readers = {"ruggespraak": answers.our_understanding, **answers.peers()}
    scores = [answers.words(word_rows, questions, general, name, read) for name, read in readers.items()] if word_rows else []
    heard: tuple[Scored, ...] = ()
    engine = "-"
    if recording_rows:
        with closing(ears(settings)) as hearing:
            heard, engine = answers.recordings(recording_rows, general, hearing), hearing.name
    if options.json:
        print(answers.as_json(scores, heard))
        return 0
    if scores:
        print("\n".join(answers.word_table(scores, options.wrong)))
    if heard:
        print("\n".join(answers.recording_table(heard, engine)))
    return 0


def _ears(options: argparse.Namespace, settings: Settings) -> int:
    if not options.recordings:
        raise UsageError("There is nothing to listen to.", "Give --recordings FILE.tsv.")
    rows = read_recordings(options.recordings)[:: options.every]
    measured = engines.measure_all(rows, asked(settings, options.question), settings)
    print(engines.as_json(measured) if options.json else "\n".join(engines.table(measured)))
    return 0


def _consult(options: argparse.Namespace, settings: Settings) -> int:
    if not options.patient:
        raise UsageError("There is no patient to measure with.", "Give --patient FILE.yaml.")
    chosen = ["--engine", settings.engine, "--locale", settings.locale, "--script", settings.script]
    runs = [consult.measure(options.patient, chosen) for _ in range(options.times)]
    print(consult.as_json(runs) if options.json else consult.table(runs))
    return 0
