"""Serve a voice in its own process: requests in, answers out, as `process.py` describes them.

Imports nothing else of this program, so that a child starts quickly and holds little more than its library.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import IO, Any

Speak = Callable[[str, str], None]
"""Called with a text and the path of a WAV file, which is complete when the call returns."""

Load = Callable[[dict[str, Any]], tuple[Speak, str]]
"""Makes a voice and its identity from the order; raises VoiceRefusal if it cannot."""


class VoiceRefusal(Exception):
    """The voice cannot be used. Made of problem and remedy, one line each."""


def serve(load: Load) -> None:
    """Load the voice that the command line orders, and speak until the requests end."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # what a library prints must not mix with our answers
        _answer_requests(load, json.loads(sys.argv[1]), sys.stdin, answers)


def _answer_requests(load: Load, order: dict[str, Any], requests: IO[str], answers: IO[str]) -> None:
    try:
        speak, identity = load(order)
    except VoiceRefusal as error:
        problem, remedy = error.args
        return _send({"problem": problem, "remedy": remedy}, answers)
    _send({"identity": identity}, answers)
    for line in requests:
        request = json.loads(line)
        speak(request["text"], request["file"])
        _send({}, answers)


def _send(values: dict[str, str], answers: IO[str]) -> None:
    answers.write(json.dumps(values) + "\n")
    answers.flush()
