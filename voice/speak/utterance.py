"""Define a line to be spoken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line to be spoken: its id in the script, and its text."""

    id: str
    text: str
