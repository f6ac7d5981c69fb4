"""The patient may interrupt, if the microphone allows it."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pytest

from voice.audio.loudness import measure_loudness
from voice.audio.loudspeaker import Halted
from voice.audio.pcm import LISTENING_RATE, blocks, join, read_audio, resample, silence
from voice.audio.vad import BLOCK as SAMPLES
from voice.audio.vad import SileroActivity, count_blocks
from voice.base.errors import DeviceError
from voice.bench.rigs.fakes import QUIET, SPEECH, LoudnessActivity
from voice.kiosk.turns.bargein import (
    KEPT_SECONDS,
    ONSET_SECONDS,
    STOP_SECONDS,
    detect_between_words,
    detect_onset,
    speak_while_listening,
)

BLOCK = 0.032
ONSET = round(ONSET_SECONDS / BLOCK)
STOP = count_blocks(STOP_SECONDS)


class Voice:
    """Speaks lines that last until they are hushed, or until `end` is called."""

    def __init__(self, lines: int = 3) -> None:
        self._lines, self._quiet, self.begun = lines, threading.Event(), 0

    def say(self, halted: Halted) -> None:
        for _ in range(self._lines):
            if halted():
                return
            self.begun += 1
            self._quiet.wait(5)

    def hush(self) -> None:
        self._quiet.set()

    end = hush


def speak_over(voice: Voice, blocks: Iterator[bytes]) -> list[bytes] | None:
    return speak_while_listening(voice.say, voice.hush, lambda over: detect_onset(blocks, LoudnessActivity(), over))


def slow_down(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the blocks a little slower than the voice begins and ends."""
    for block in blocks:
        time.sleep(0.002)
        yield block


def test_an_onset_silences_the_line_and_leaves_out_the_rest() -> None:
    voice = Voice()
    begun = speak_over(voice, slow_down(chain([QUIET] * 5, repeat(SPEECH))))
    assert voice.begun == 1
    assert begun == [QUIET] * 5 + [SPEECH] * ONSET


def test_no_more_than_a_second_is_kept() -> None:
    begun = speak_over(Voice(), slow_down(chain([QUIET] * 50, repeat(SPEECH))))
    assert len(begun) == round(KEPT_SECONDS / BLOCK)
    assert begun[-ONSET - 1 :] == [QUIET, *[SPEECH] * ONSET]


def test_what_is_shorter_than_an_onset_does_not_interrupt() -> None:
    voice = Voice(lines=1)
    cough = chain([SPEECH] * (ONSET - 1), [QUIET], [SPEECH] * (ONSET - 1))

    def blocks() -> Iterator[bytes]:
        yield from cough
        voice.end()
        yield from slow_down(repeat(QUIET))

    assert speak_over(voice, blocks()) is None


def test_who_speaks_after_the_last_line_interrupts_nothing() -> None:
    voice = Voice(lines=0)
    assert speak_over(voice, slow_down(chain([QUIET] * 30, repeat(SPEECH)))) is None


def test_a_microphone_that_fails_silences_the_line() -> None:
    def blocks() -> Iterator[bytes]:
        yield QUIET
        raise DeviceError("Microphone usb has gone.")

    voice = Voice()
    with pytest.raises(DeviceError, match="has gone"):
        speak_over(voice, blocks())
    assert voice.begun <= 1


def test_a_loudspeaker_that_fails_is_not_overheard() -> None:
    def say(halted: Halted) -> None:
        raise DeviceError("Loudspeaker usb has gone.")

    with pytest.raises(DeviceError, match="Loudspeaker"):
        speak_while_listening(say, lambda: None, lambda over: detect_onset(slow_down(repeat(QUIET)), LoudnessActivity(), over))


SOFTER = (np.frombuffer(SPEECH, "<i2") // 8).astype("<i2").tobytes()
"""Speech in a softer voice."""
BEAT, BEGUN = 3.0, 0.3
"""Seconds of a count, and from its beginning to the first block."""


def count_aloud(said: dict[float, float], counts: int = 4, own: bytes = SPEECH) -> Iterator[bytes]:
    """Yield what a microphone hears of a count, its words for 0.7 s each, and of a patient: said, by its beginning, for so long."""
    for number in range(round((counts * BEAT - BEGUN) / BLOCK)):
        at = BEGUN + number * BLOCK
        patient = any(start <= at < start + lasts for start, lasts in said.items())
        yield SPEECH if patient else own if at % BEAT < 0.7 else QUIET


def hear_between(said: dict[float, float], own: bytes = SPEECH, min_level: float = 6.0) -> list[bytes] | None:
    return detect_between_words(count_aloud(said, own=own), LoudnessActivity(), lambda: False, BEAT, BEGUN, min_level)


def test_the_words_of_a_count_do_not_interrupt_it() -> None:
    assert hear_between({}) is None


@pytest.mark.parametrize("at", [1.3, 4.5, 8.2])
def test_a_stop_between_two_words_ends_the_count_and_is_heard_from_its_beginning(at: float) -> None:
    begun = hear_between({at: 0.4})
    assert begun is not None and begun.count(SPEECH) == ONSET
    assert begun[-ONSET:] == [SPEECH] * ONSET and begun[0] == QUIET


def test_a_cough_and_counting_along_do_not_end_the_count() -> None:
    assert hear_between({1.5: 0.15, 3.0: 0.6, 6.1: 0.6}) is None


def test_the_vowel_of_a_stop_is_enough_if_it_is_louder_than_our_own_voice_and_a_click_is_not() -> None:
    limit = measure_loudness(SPEECH) - 6
    assert STOP < ONSET
    assert hear_between({1.5: STOP_SECONDS + BLOCK}) is None
    assert hear_between({1.5: STOP_SECONDS + BLOCK}, SOFTER, limit) is not None
    assert hear_between({1.5: 0.09, 4.6: 0.09}, SOFTER, limit) is None


@pytest.mark.parametrize("at", [3.1, 3.3, 3.7, 6.5])
def test_a_stop_over_a_word_ends_the_count_if_it_is_louder_than_our_own_voice(at: float) -> None:
    limit = measure_loudness(SPEECH) - 6
    assert hear_between({}, SOFTER, limit) is None
    assert hear_between({at: 0.25}, SOFTER, measure_loudness(SPEECH) + 6) is None
    begun = hear_between({at: 0.25}, SOFTER, limit)
    assert begun is not None and begun[-STOP:] == [SPEECH] * STOP and len(begun) <= STOP + 2


@pytest.mark.slow
def test_a_short_stop_is_speech_for_long_enough_in_every_voice_that_is_at_hand(tmp_path: Path) -> None:
    """The detector of the kiosk, and the synthetic voices of espeak-ng."""
    for voice in ("m1", "m2", "m3", "m4", "m6", "m7", "f1", "f2", "f3", "f4"):
        said = tmp_path / f"{voice}.wav"
        subprocess.run(["espeak-ng", "-v", f"nl+{voice}", "-s", "140", "-w", said, "stop"], check=True)
        sound = join([silence(1.5), resample(read_audio(said), LISTENING_RATE), silence(1)], LISTENING_RATE)
        heard = blocks(sound, SAMPLES)
        assert detect_between_words(heard, SileroActivity(), lambda: False, 60.0, BEGUN, -40.0), voice


def test_nothing_is_overheard_once_all_was_said() -> None:
    assert detect_between_words(count_aloud({1.5: 0.5}), LoudnessActivity(), lambda: True, BEAT, BEGUN, 6.0) is None
