"""Measure the tempo of a count in sound, in another way than it was laid: by the rectified sound, smoothed as an ear smooths it.

`python -m tests.helpers.tempo consult.wav settings.yaml` finds each count of moving together in a recorded visit.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from voice.audio.pcm import LISTENING_RATE, Audio, cut, read_audio, resample
from voice.base.console import print_json
from voice.setup.scripts import load_chosen_script
from voice.setup.settings_reader import load_settings
from voice.setup.voices import open_phrasebook

SMOOTH = 0.1
"""Seconds over which the envelope is smoothed: an ear hears changes of up to 10 Hz as a rhythm."""

ALIKE = 0.7
"""Correlation from which a stretch of sound is the word that was looked for."""

LATE, LEAD = 0.3, 0.1
"""Seconds by which a word may come too early or too late and still belong to its count; seconds that are kept before the first."""


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


def find_sounds(sound: Audio, heard: Audio) -> list[float]:
    """Return each moment at which the sound begins in what was heard, in seconds. Both have one rate."""
    wanted, there = sound.floats.astype(np.float64), heard.floats.astype(np.float64)
    if len(there) < len(wanted) or not wanted.any():
        return []
    size = 1 << (len(there) + len(wanted)).bit_length()
    fits = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(wanted, size)), size)[: len(there) - len(wanted) + 1]
    energy = np.concatenate(([0.0], np.cumsum(there**2)))
    alike = fits / (np.sqrt(np.maximum(energy[len(wanted) :] - energy[: -len(wanted)], 1e-6)) * np.linalg.norm(wanted))
    found: list[float] = []
    while alike.max() >= ALIKE:
        best = int(np.argmax(alike))
        found.append(best / heard.rate)
        alike[max(0, best - len(wanted)) : best + len(wanted)] = 0
    return sorted(found)


def count_words(words: Sequence[Audio], beat: float, heard: Audio, start: float) -> int:
    """Return how many of these words are heard, one on each beat, the first at `start`; also one that comes a little LATE."""
    for number, word in enumerate(words):
        at = start + number * beat
        if not find_sounds(word, cut(heard, at - LATE, at + LATE + word.seconds)):
            return number
    return len(words)


def measure_counts(words: Sequence[Audio], beats: Iterable[float], heard: Audio) -> Iterator[dict[str, float]]:
    """Tell of each count in what was heard, also of one that was ended: when it begins, its beat, how many words it has, and by
    how many milliseconds the word strays that strays most. words: of a count. beats: the seconds that one may take.
    """
    words = [resample(word, heard.rate) for word in words]
    for start in find_sounds(words[0], heard):
        counted, beat = max((count_words(words, beat, heard, start), beat) for beat in beats)
        if counted > 1:
            sound = cut(heard, start - LEAD, start + counted * beat)
            strays = measure_strays(measure_beats(sound, counted, beat), beat)
            yield {
                "begins": round(start, 1),
                "beat": beat,
                "words": counted,
                "stray_ms": round(1000 * float(np.abs(strays).max()), 1),
            }


def measure_visit(recording: Path, settings_file: Path) -> Iterator[dict[str, float]]:
    """Tell of each count in a recorded visit."""
    settings = load_settings(settings_file)
    moving, heard = load_chosen_script(settings).moving, resample(read_audio(recording), LISTENING_RATE)
    for slowly in (False, True):
        with open_phrasebook(settings, slow=slowly) as book:
            counted = moving.count_out(moving.movements[0], len(moving.count), slowly)
            beats = {moving.count_out(movement, 1, slowly).beat for movement in moving.movements}
            yield from measure_counts([book.audio(word) for word in counted.beats], beats, heard)


if __name__ == "__main__":
    for one in measure_visit(Path(sys.argv[1]), Path(sys.argv[2])):
        print_json(one)
