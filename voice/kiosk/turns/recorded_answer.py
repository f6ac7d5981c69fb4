"""A recorded answer, heard as the kiosk hears one."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from voice.audio.pcm import Audio, blocks, join, read_audio, silence
from voice.audio.segment import Ending, Limits, Segment, segment
from voice.audio.vad import BLOCK, SileroActivity
from voice.consultation.script import Question
from voice.kiosk.turns.observer import Turn
from voice.recognize.transcript import Transcript
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import SILENCE

LONGEST = 30.0
"""Seconds of a recording that are listened to."""


def heard(file: Path, question: Question, hearing: Ears, lead: float = 0.0) -> Turn:
    """The recording as one answer: it ends where the recording ends, so pauses in it do not cut it.

    lead: seconds of silence before it. Raises AudioError where it cannot be read.
    """
    stretch = answer_in(read_audio(file), lead)
    begun = time.perf_counter()
    if stretch.ending is Ending.NOBODY:
        return Turn(question, Transcript("", 1.0, hearing.name), SILENCE, time.perf_counter() - begun)
    found = hearing.hear(stretch.audio, question, date.today())
    return Turn(question, found.transcript, found.answer, time.perf_counter() - begun)


def answer_in(audio: Audio, lead: float = 0.0) -> Segment:
    """The stretch of speech in a recorded answer, cut as the kiosk cuts it, but for its pauses.

    lead: seconds of silence before it; by them the cut falls elsewhere.
    """
    longest = audio.seconds + lead + 1
    whole = Limits(nobody=longest, pause=longest, longest=LONGEST)
    return segment(blocks(join([silence(lead, audio.rate), audio], audio.rate), BLOCK), SileroActivity(), whole)
