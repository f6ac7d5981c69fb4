"""What an answer means: understand(transcript, question) -> Answer."""

from __future__ import annotations

from voice.meaning import Answer
from voice.recognize import Transcript
from voice.script import Question


def understand(transcript: Transcript, question: Question) -> Answer:
    raise NotImplementedError
