"""Hears a recorded answer as the kiosk hears one."""

from __future__ import annotations

import time
from pathlib import Path

from voice.audio.pcm import read_audio
from voice.audio.segment import Ending, cut_answer
from voice.base.clock import find_today
from voice.kiosk.turns.listen import Listened
from voice.recognize.transcript import Transcript
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Ears, Heard
from voice.understand.meaning import SILENCE


def hear_recording(file: Path, expected: Expected, ears: Ears, lead: float = 0.0) -> Listened:
    """Hear the recording as one answer. It ends where the recording ends, so its pauses do not cut it.

    lead: seconds of silence before it. Raises AudioError if it cannot be read.
    """
    stretch = cut_answer(read_audio(file), lead)
    begun = time.perf_counter()
    if stretch.ending is Ending.NOBODY:
        heard = Heard(Transcript("", 1.0, ears.name), SILENCE)
    else:
        heard = ears.hear(stretch.audio, expected, find_today())
    return Listened(stretch.ending, heard, time.perf_counter() - begun, stretch.audio)
