"""`ruggespraak fhir` and `consult --fhir`: write FHIR R4 resources as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from voice.base.clock import find_today
from voice.base.console import tell
from voice.base.errors import UsageError
from voice.base.private_files import write_private
from voice.bridges.fhir import bundle, list_briefing, questionnaire, questionnaire_response
from voice.bridges.fhir_codes import Resource
from voice.consultation.visit import Visit
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings

_NO_SENTENCES: Mapping[str, str] = MappingProxyType({})


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print the script as a Questionnaire."""
    print(_to_json(questionnaire(load_chosen_script(settings))))
    return 0


def hand_over(visit: Visit, path: Path, sentences: Mapping[str, str] = _NO_SENTENCES) -> None:
    """Write the answers of an ended visit, for their owner's eyes only: a response, or a Bundle with it if numbers were asked.

    sentences: what was said in own words, by the id of the question. Raises UsageError if the file cannot be written."""
    now = datetime.now().astimezone()
    at = now if find_today(now.date) else None
    write = bundle if list_briefing(visit.script) else questionnaire_response
    response = write(visit, at, sentences)
    try:
        write_private(path, f"{_to_json(response)}\n".encode())
    except OSError as reason:
        raise UsageError(f"The answers cannot be written to {path} ({reason.strerror}).", "Choose another place.") from reason
    tell(f"The answers are in {path}; it does not say whose they are.")


def _to_json(resource: Resource) -> str:
    return json.dumps(resource, ensure_ascii=False, indent=2)
