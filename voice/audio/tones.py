"""Make the tones of the kiosk: the cue "now I listen", the nod "I still listen", the gong that calls the staff, and the probe by
which it hears itself.

They are our own and free.
"""

from __future__ import annotations

import numpy as np

from voice.audio.pcm import Audio, from_floats

RATE = 22_050
"""Hz of the tones."""

CUE_SECONDS = 0.14
"""Long enough to be heard as a tone, short enough to be over within the settling time."""
CUE_NOTES = (587.33, 880.0)
"""Hz: d'' and a'' together. Old ears first lose tones above 2 kHz, and small loudspeakers lose those below 400 Hz."""
CUE_LOUDNESS = 0.07
"""Share of full scale, about 10 dB below speech: a waiting patient notices it, and nobody is alarmed."""

NOD_SECONDS = 0.2
"""Longer than the cue, so that it swells and dies away more slowly: it may sound while somebody draws breath."""
NOD_NOTES = (587.33,)
"""Hz: the lower note of the cue alone, so that it says the same in a lower voice."""
NOD_LOUDNESS = 0.045
"""Share of full scale, a third softer than the cue."""

GONG_STROKES = (659.26, 523.25, 659.26)
"""Hz: e'', c'', e''. A doorbell and not a siren, because it must not frighten the patient who sits in front of it."""
STROKE_INTERVAL = 0.45
"""Seconds between two strokes."""
STROKE_SECONDS = 0.9
"""Seconds after which a stroke has died away."""
GONG_LOUDNESS = 0.35
"""Share of full scale."""


PROBE_SECONDS = 0.8
PROBE_LOUDNESS = 0.25
"""Share of full scale: louder than the cue, and softer than the kiosk's voice."""
HEARD_DB = 12.0
"""Decibels by which a note must stand out from what lies beside it, and from what was there before it."""


def make_probe() -> Audio:
    """Make the notes of the cue, longer and louder, by which the kiosk finds out whether it hears itself."""
    time = np.arange(round(PROBE_SECONDS * RATE)) / RATE
    swell = np.minimum(1, np.minimum(time, PROBE_SECONDS - time) / 0.05)
    notes = sum(np.sin(2 * np.pi * note * time) for note in CUE_NOTES)
    return from_floats((PROBE_LOUDNESS * swell * notes / len(CUE_NOTES)).astype(np.float32), RATE)


def hears_probe(before: Audio, during: Audio) -> bool:
    """Whether one note of the probe stands out in `during`, and did not in `before`."""
    return any(_measure_note(during, note) >= max(HEARD_DB, _measure_note(before, note) + HEARD_DB) for note in CUE_NOTES)


def _measure_note(audio: Audio, note: float) -> float:
    """Return how far a note stands out from what lies within a tone above and below it, in dB; at least 0."""
    power = np.abs(np.fft.rfft(audio.floats * np.hanning(len(audio.floats)))) ** 2
    offset = np.abs(np.fft.rfftfreq(len(audio.floats), 1 / audio.rate) - note)
    beside = power[(offset > note * 0.02) & (offset < note * 0.12)].mean()
    return max(0.0, float(10 * np.log10((power[offset < note * 0.01].max() + 1e-9) / (beside + 1e-9))))


def make_cue() -> Audio:
    """Make the cue: now I listen."""
    return _make_tone(CUE_SECONDS, CUE_NOTES, CUE_LOUDNESS)


def make_nod() -> Audio:
    """Make the nod: I still listen, or think about what I heard."""
    return _make_tone(NOD_SECONDS, NOD_NOTES, NOD_LOUDNESS)


def _make_tone(seconds: float, notes: tuple[float, ...], loudness: float) -> Audio:
    """Make a tone that swells and dies away, because a hard edge clicks in a hearing aid. loudness: of each note."""
    time = np.arange(round(seconds * RATE)) / RATE
    swell = np.sin(np.pi * time / seconds) ** 2
    together = sum(np.sin(2 * np.pi * note * time) for note in notes)
    return from_floats((loudness * swell * together).astype(np.float32), RATE)


def make_gong() -> Audio:
    """Make the gong: three strokes, each dying away under the next."""
    length = round((STROKE_INTERVAL * (len(GONG_STROKES) - 1) + STROKE_SECONDS) * RATE)
    sound = np.zeros(length, np.float32)
    for number, note in enumerate(GONG_STROKES):
        start = round(number * STROKE_INTERVAL * RATE)
        time = np.arange(round(STROKE_SECONDS * RATE)) / RATE
        stroke = np.sin(2 * np.pi * note * time) * np.exp(-5 * time) * np.minimum(1, time / 0.005)
        sound[start : start + len(time)] += (GONG_LOUDNESS * stroke).astype(np.float32)
    return from_floats(sound, RATE)


CUE = make_cue()
NOD = make_nod()
GONG = make_gong()
PROBE = make_probe()
