"""Hears a recorded answer as the kiosk hears one."""

from __future__ import annotations

import time
from pathlib import Path

from voice.audio.pcm import Audio, blocks, join, read_audio, silence
from voice.audio.segment import Ending, Limits, Segment, segment
from voice.audio.vad import BLOCK, SileroActivity
from voice.base.clock import find_today
from voice.kiosk.turns.listen import Listened
from voice.recognize.transcript import Transcript
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Ears, Heard
from voice.understand.meaning import SILENCE

LONGEST = 30.0
"""Seconds of a recording that are listened to."""


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


def cut_answer(audio: Audio, lead: float = 0.0) -> Segment:
    """Cut the stretch of speech out of a recorded answer as the kiosk cuts it; only its pauses do not end it.

    lead: seconds of silence before it; they shift where the blocks begin.
    """
    longest = audio.seconds + lead + 1
    whole = Limits(nobody=longest, pause=longest, longest=LONGEST)
    return segment(blocks(join([silence(lead, audio.rate), audio], audio.rate), BLOCK), SileroActivity(), whole)
