"""`ruggespraak hear`: print the transcripts and meanings of recorded answers."""

from __future__ import annotations

import argparse
from pathlib import Path

from voice.base.console import print_json, tell
from voice.base.errors import AudioError
from voice.cli.terminal import answer_fields
from voice.kiosk.turns.recorded_answer import hear_recording
from voice.setup.engines import load_ears
from voice.setup.scripts import find_expected
from voice.setup.settings import Settings
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Ears


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="audio files of any usual rate and format")
    parser.add_argument("--question", metavar="ID", help="the question they answer")
    parser.add_argument("--json", action="store_true", help="one JSON object a file")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Hear every file. Return the exit code of an audio error if one cannot be read."""
    expected = find_expected(settings, options.question)
    hearing = load_ears(settings)
    failures = [file for file in options.files if not _hear_file(file, expected, hearing, options.json)]
    hearing.close()
    return AudioError.exit_code if failures else 0


def _hear_file(file: Path, expected: Expected, hearing: Ears, as_json: bool) -> bool:
    try:
        listened = hear_recording(file, expected, hearing)
        heard, transcript = listened.heard, listened.heard.transcript
    except AudioError as error:
        tell(f"ruggespraak: {error}")
        return False
    if as_json:
        measured = {"confidence": round(transcript.confidence, 3), "engine": transcript.engine}
        fields = answer_fields(transcript.text, heard.answer)
        print_json({"file": str(file), **fields, **measured, "latency_s": round(listened.seconds, 3)})
    else:
        print(f"{heard.answer.meaning!s:10} {file.name}: {transcript.text}", flush=True)
    return True
