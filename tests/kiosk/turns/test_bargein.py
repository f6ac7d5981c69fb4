"""The patient may interrupt, if the microphone allows it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import chain, repeat

import pytest

from voice.audio.loudspeaker import Halted
from voice.base.errors import DeviceError
from voice.bench.rigs.fakes import QUIET, SPEECH, LoudnessActivity
from voice.kiosk.turns.bargein import (
    KEPT_SECONDS,
    ONSET_SECONDS,
    detect_between_words,
    detect_onset,
    speak_while_listening,
)

BLOCK = 0.032
ONSET = round(ONSET_SECONDS / BLOCK)


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


BEAT, BEGUN = 3.0, 0.3
"""Seconds of a count, and from its beginning to the first block."""


def count_aloud(said: dict[float, float], counts: int = 4) -> Iterator[bytes]:
    """Yield what a microphone hears of a count, its words for 0.7 s each, and of a patient: said, by its beginning, for so long."""
    for number in range(round((counts * BEAT - BEGUN) / BLOCK)):
        at = BEGUN + number * BLOCK
        patient = any(start <= at < start + lasts for start, lasts in said.items())
        yield SPEECH if at % BEAT < 0.7 or patient else QUIET


def hear_between(said: dict[float, float]) -> list[bytes] | None:
    return detect_between_words(count_aloud(said), LoudnessActivity(), lambda: False, BEAT, BEGUN)


def test_the_words_of_a_count_do_not_interrupt_it() -> None:
    assert hear_between({}) is None


@pytest.mark.parametrize("at", [1.3, 4.5, 8.2])
def test_a_stop_between_two_words_ends_the_count_and_is_heard_from_its_beginning(at: float) -> None:
    begun = hear_between({at: 0.4})
    assert begun is not None and begun.count(SPEECH) == ONSET
    assert begun[-ONSET:] == [SPEECH] * ONSET and begun[0] == QUIET


def test_a_cough_and_counting_along_do_not_end_the_count() -> None:
    assert hear_between({1.5: 0.15, 3.0: 0.6, 6.1: 0.6}) is None


def test_nothing_is_overheard_once_all_was_said() -> None:
    assert detect_between_words(count_aloud({1.5: 0.5}), LoudnessActivity(), lambda: True, BEAT, BEGUN) is None
