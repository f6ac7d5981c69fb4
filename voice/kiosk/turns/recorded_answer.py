"""A recorded answer, heard as the kiosk hears one."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from voice.audio.pcm import Audio, blocks, join, read_audio, silence
from voice.audio.segment import Ending, Limits, Segment, segment
from voice.audio.vad import BLOCK, SileroActivity
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
    stretch = answer_in(read_audio(file), lead)
    begun = time.perf_counter()
    if stretch.ending is Ending.NOBODY:
        heard = Heard(Transcript("", 1.0, ears.name), SILENCE)
    else:
        heard = ears.hear(stretch.audio, expected, date.today())
    return Listened(stretch.ending, heard, time.perf_counter() - begun, stretch.audio)


def answer_in(audio: Audio, lead: float = 0.0) -> Segment:
    """The stretch of speech in a recorded answer, cut as the kiosk cuts it, but for its pauses.

    lead: seconds of silence before it; by them the cut falls elsewhere.
    """
    longest = audio.seconds + lead + 1
    whole = Limits(nobody=longest, pause=longest, longest=LONGEST)
    return segment(blocks(join([silence(lead, audio.rate), audio], audio.rate), BLOCK), SileroActivity(), whole)
