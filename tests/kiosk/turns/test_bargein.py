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
from voice.kiosk.turns.bargein import KEPT_SECONDS, ONSET_SECONDS, detect_onset, speak_while_listening

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
