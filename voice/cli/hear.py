"""`ruggespraak hear`: recorded answers in, transcripts and meanings out."""

from __future__ import annotations

import argparse
from pathlib import Path

from voice.base.console import result, told
from voice.base.errors import AudioError
from voice.cli.terminal import meaning_fields
from voice.consultation.script import Question
from voice.kiosk.turns.recorded_answer import heard
from voice.setup.engines import ears
from voice.setup.scripts import asked
from voice.setup.settings import Settings
from voice.understand.fusion.hearing import Ears


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0, or that of an audio error where a file could not be heard; the others still are."""
    question = asked(settings, options.question)
    hearing = ears(settings)
    failures = [file for file in options.files if not _told(file, question, hearing, options.json)]
    hearing.close()
    return AudioError.exit_code if failures else 0


def _told(file: Path, question: Question, hearing: Ears, as_json: bool) -> bool:
    try:
        turn = heard(file, question, hearing)
    except AudioError as error:
        told(f"ruggespraak: {error}")
        return False
    if as_json:
        result(
            {
                "file": str(file),
                "text": turn.transcript.text,
                **meaning_fields(turn),
                "certain": turn.answer.certain,
                "confidence": round(turn.transcript.confidence, 3),
                "engine": turn.transcript.engine,
                "latency_s": round(turn.seconds, 3),
            }
        )
    else:
        print(f"{turn.answer.meaning!s:10} {file.name}: {turn.transcript.text}", flush=True)
    return True
