"""Whisper as a listener to our voice: it hears whole lines, without the limits and expectations of the kiosk's ears."""

from __future__ import annotations

import ctranslate2
import numpy as np

from voice.audio.pcm import LISTENING_RATE, Audio, cut, resample
from voice.recognize.mel import log_mel
from voice.recognize.whisper import Whisper

WINDOW = 30
"""Seconds that Whisper hears at once, as it was trained."""
LONGEST = 27.0
"""Seconds of a line that are heard at once. A longer line is cut at the quietest moment of its middle third."""
BEAM = 5
TOKENS = 200


class WhisperListener(Whisper):
    """The engine of the kiosk, without its window and its question."""

    def hear(self, line: Audio) -> str:
        return " ".join(map(self._transcribe, split_line(resample(line, LISTENING_RATE)))).strip()

    def _transcribe(self, sound: Audio) -> str:
        padded = np.pad(sound.floats, (LISTENING_RATE // 4, WINDOW * LISTENING_RATE))[: WINDOW * LISTENING_RATE]
        features = ctranslate2.StorageView.from_array(log_mel(padded)[None])
        limit = len(self._start) + TOKENS
        tokens = self._model.generate(features, [self._start], beam_size=BEAM, max_length=limit)[0].sequences_ids[0]
        return self._tokenizer.decode([token for token in tokens if token < self._end])


def split_line(line: Audio) -> tuple[Audio, ...]:
    """Split a line into pieces that can be heard at once."""
    if line.seconds <= LONGEST:
        return (line,)
    middle = _find_quietest(line)
    return (*split_line(cut(line, 0, middle)), *split_line(cut(line, middle, line.seconds)))


def _find_quietest(line: Audio) -> float:
    """Find the quietest tenth of a second in the middle third, in seconds from the start."""
    frame = line.rate // 10
    power = np.square(line.floats[: len(line.samples) // frame * frame].reshape(-1, frame)).mean(axis=1)
    third = len(power) // 3
    return (third + int(np.argmin(power[third : 2 * third])) + 0.5) * frame / line.rate
