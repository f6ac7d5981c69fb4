"""Measure the tempo of a count in sound, in another way than it was laid: by the rectified sound, smoothed as an ear smooths it.

`python -m tests.helpers.tempo consult.wav settings.yaml` finds each count of moving together in a recorded visit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from voice.audio.pcm import LISTENING_RATE, Audio, cut, read_audio, resample
from voice.base.console import print_json
from voice.setup.scripts import load_chosen_script
from voice.setup.settings_reader import load_settings
from voice.setup.voices import open_phrasebook
from voice.speak.utterance import Utterance

SMOOTH = 0.1
"""Seconds over which the envelope is smoothed: an ear hears changes of up to 10 Hz as a rhythm."""

ALIKE = 0.5
"""Correlation from which a stretch of sound is the count that was looked for."""


def measure_beats(audio: Audio, times: int, beat: float) -> np.ndarray:
    """Return when each of so many words is felt to begin, in seconds; shape (times,). The sound begins with the first."""
    window = np.hanning(round(SMOOTH * audio.rate))
    envelope = np.convolve(np.abs(audio.floats), window / window.sum(), "same")
    starts = [round(number * beat * audio.rate) for number in range(times)]
    parts = [envelope[start : start + round(0.8 * beat * audio.rate)] for start in starts]
    return np.array(
        [(start + int(np.argmax(part >= part.max() / 2))) / audio.rate for start, part in zip(starts, parts, strict=True)]
    )


def measure_strays(beats: np.ndarray, beat: float) -> np.ndarray:
    """Return by how many seconds each of the beats strays from an even tempo; shape as `beats`."""
    even = beats - beat * np.arange(len(beats))
    return np.asarray(even - np.median(even))


def find_sound(sound: Audio, heard: Audio) -> float | None:
    """Return when the sound begins in what was heard, in seconds; None if it is not there. Both have one rate."""
    wanted, there = sound.floats.astype(np.float64), heard.floats.astype(np.float64)
    size = 1 << (len(there) + len(wanted)).bit_length()
    fits = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(wanted, size)), size)[: len(there) - len(wanted) + 1]
    start = int(np.argmax(fits)) if len(fits) else 0
    strength = np.linalg.norm(there[start : start + len(wanted)]) * np.linalg.norm(wanted)
    return start / heard.rate if len(fits) and strength and fits[start] / strength >= ALIKE else None


def find_strays(counted: Utterance, sound: Audio, heard: Audio) -> tuple[float, np.ndarray] | None:
    """Return when the count begins in what was heard, and by how much its words stray, all in seconds; None if it is not there."""
    start = find_sound(sound, heard)
    if start is None:
        return None
    beats = measure_beats(cut(heard, start, start + sound.seconds), len(counted.beats), counted.beat)
    return start, measure_strays(beats, counted.beat)


def measure_visit(recording: Path, settings_file: Path) -> Iterator[dict[str, Any]]:
    """Tell of each count in the recording when it begins and how far it strays. A count that holds a shorter one hides that."""
    settings = load_settings(settings_file)
    moving, heard = load_chosen_script(settings).moving, read_audio(recording)
    for slowly in (False, True):
        with open_phrasebook(settings, slow=slowly) as book:
            for movement in moving.movements:
                counted = moving.count_out(movement, movement.times, slowly)
                found = find_strays(counted, resample(book.audio(counted), LISTENING_RATE), heard)
                if found:
                    most = round(1000 * float(np.abs(found[1]).max()))
                    yield {"count": counted.id, "begins": round(found[0], 1), "beat": counted.beat, "stray_ms": most}


if __name__ == "__main__":
    for one in measure_visit(Path(sys.argv[1]), Path(sys.argv[2])):
        print_json(one)
