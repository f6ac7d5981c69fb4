"""The soft tone by which the kiosk says that it listens: made here, so it belongs to nobody else."""

from __future__ import annotations

import numpy as np

from voice.audio.pcm import Audio, from_floats

RATE = 22_050
SECONDS = 0.14
"""Long enough to be heard as a tone, short enough to be over within the settling time."""
NOTES = (587.33, 880.0)
"""Hz: d'' and a'' together. Worn ears lose what lies above 2 kHz first, and small loudspeakers what lies below 400."""
LOUDNESS = 0.07
"""Share of full scale, about 10 dB below speech: noticed by who waits for it, no alarm to who does not."""


def tone() -> Audio:
    """The cue; it swells and dies away, for a hard edge clicks in a hearing aid."""
    time = np.arange(round(SECONDS * RATE)) / RATE
    swell = np.sin(np.pi * time / SECONDS) ** 2
    notes = sum(np.sin(2 * np.pi * note * time) for note in NOTES)
    return from_floats((LOUDNESS * swell * notes).astype(np.float32), RATE)


CUE = tone()
