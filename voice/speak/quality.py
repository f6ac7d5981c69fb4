"""Decide whether a line of speech can be what its text says, and whether a recording of it is good enough. Pure."""

from __future__ import annotations

import numpy as np

from voice.audio.loudness import measure_gated_loudness, measure_noise_floor, to_decibels, trim
from voice.audio.pcm import Audio
from voice.base.errors import VoiceError
from voice.speak.pronounce import count_syllables
from voice.speak.utterance import Utterance

LEAST_PEAK = -20.0
"""Least peak (dBFS): a voice that is never this loud has failed (docs/grounds.md, engines 2)."""
LEAST_SECONDS = 0.05
"""Least seconds a syllable: in a shorter line a part is missing (docs/grounds.md, engines 2)."""
MOST_SECONDS = 0.6
"""Most seconds a syllable, pauses included: in a longer recording something else was recorded as well."""
CLIPPED_SHARE = 0.001
"""Share of samples at full scale above which a line counts as clipped."""
LEAST_CLEARANCE = 25.0
"""Decibels that a recorded voice must be above the noise of its room: a waiting room adds its own noise."""


def check_line(line: Audio, utterance: Utterance) -> None:
    """Raises VoiceError if the line cannot be what its text says: too short, too soft, silent or clipped."""
    if problem := find_flaw(line, utterance.text):
        raise VoiceError(f"Line {utterance.id} came out {problem}.", "Try another voice, or reword the line.")


def find_flaw(line: Audio, text: str) -> str | None:
    """What is wrong with a line, in a few words; None if nothing is."""
    if not line.pcm or not np.any(line.samples):
        return "silent"
    if line.seconds < LEAST_SECONDS * count_syllables(text):
        return f"too short ({line.seconds:.2f} s for {count_syllables(text)} syllables)"
    if to_decibels(float(np.abs(line.floats).max())) < LEAST_PEAK:
        return f"too soft (peak {to_decibels(float(np.abs(line.floats).max())):.0f} dBFS)"
    if float(np.mean(np.abs(line.samples.astype(np.int32)) >= 32767)) > CLIPPED_SHARE:
        return "clipped"
    return None


def find_recording_flaw(take: Audio, text: str) -> str | None:
    """What is wrong with a recording of `text`, given with the silence around it; None if nothing is."""
    line, clearance = trim(take), measure_gated_loudness(take) - measure_noise_floor(take)
    if found := find_flaw(line, text):
        return found
    if line.seconds > 2 + MOST_SECONDS * count_syllables(text):
        return f"too long ({line.seconds:.1f} s for {count_syllables(text)} syllables)"
    if clearance < LEAST_CLEARANCE:
        return f"noisy (the voice is only {clearance:.0f} dB above the room)"
    return None
