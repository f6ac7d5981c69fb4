"""The inside of a voice's own process: requests in, answers out, as `child.py` expects them.

Imports nothing of the rest of the package, so that a child starts quickly and holds no more than its library.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import IO, Any

Speak = Callable[[str, str], None]
"""Speaks a text into a WAV file, which is complete when it returns."""

Load = Callable[[dict[str, Any]], tuple[Speak, str]]
"""From the order to a voice and its identity; raises Refusal where it cannot."""


class VoiceRefusal(Exception):
    """Problem and remedy, in one line each."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem, self.remedy = problem, remedy


def serve(load: Load) -> None:
    """Load the voice that the command line orders, and speak until nobody asks any more."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # what a library prints must not stand among our answers
        _answer(load, json.loads(sys.argv[1]), sys.stdin, answers)


def _answer(load: Load, order: dict[str, Any], requests: IO[str], answers: IO[str]) -> None:
    try:
        speak, identity = load(order)
    except VoiceRefusal as error:
        _tell({"problem": error.problem, "remedy": error.remedy}, answers)
        return
    _tell({"identity": identity}, answers)
    for line in requests:
        request = json.loads(line)
        speak(request["text"], request["file"])
        _tell({}, answers)


def _tell(values: dict[str, str], answers: IO[str]) -> None:
    answers.write(json.dumps(values) + "\n")
    answers.flush()
