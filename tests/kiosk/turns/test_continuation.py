"""A patient who goes on after an answer is told from our own voice by the level."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat

import pytest

from voice.audio.pcm import LISTENING_RATE, Audio
from voice.audio.vad import BLOCK, BLOCK_BYTES
from voice.bench.rigs.fakes import QUIET, SPEECH, LoudnessActivity
from voice.kiosk.turns.continuation import BEFORE, ONSET, PAUSE, WATCHED, Continuation, find_min_level

SOFTLY = b"\x00\x05" * BLOCK
"""Speech, as LoudnessActivity has it, of -28 dBFS; SPEECH has -18."""
ONSET_BLOCKS = round(ONSET * LISTENING_RATE / BLOCK)
WATCHED_BLOCKS = round(WATCHED * LISTENING_RATE / BLOCK)
ANSWER = Audio(SPEECH * 10 + QUIET * 10, LISTENING_RATE)


def make_continuation(*sound: list[bytes], min_level: float = -24.0) -> Continuation:
    """What follows an answer, and then quiet without end."""
    return Continuation(ANSWER, 10 * BLOCK / LISTENING_RATE, chain(*sound, repeat(QUIET)), LoudnessActivity(), min_level)


def detect(*sound: list[bytes]) -> list[bytes] | None:
    return make_continuation(*sound).detect(lambda: False)


@pytest.mark.parametrize("pause", [0, 1, 20, WATCHED_BLOCKS - ONSET_BLOCKS])
def test_somebody_who_goes_on_is_heard_from_a_little_before_his_first_word(pause: int) -> None:
    assert detect([QUIET] * pause, [SPEECH] * 30) == [QUIET] * min(pause, BEFORE) + [SPEECH] * ONSET_BLOCKS


def test_who_goes_on_later_than_that_is_not_heard() -> None:
    assert detect([QUIET] * (WATCHED_BLOCKS - ONSET_BLOCKS + 1), [SPEECH] * 30) is None


def test_our_own_voice_is_too_soft_to_be_the_patient() -> None:
    assert detect([SOFTLY] * 100) is None


def test_the_patient_is_heard_over_our_own_voice() -> None:
    assert detect([SOFTLY] * 10, [SPEECH] * 30) == [SOFTLY] * BEFORE + [SPEECH] * ONSET_BLOCKS


def test_a_cough_is_not_going_on() -> None:
    assert detect([SPEECH] * (ONSET_BLOCKS - 1), [QUIET] * 20, [SPEECH] * (ONSET_BLOCKS - 1)) is None


def test_speech_need_not_be_without_a_gap() -> None:
    assert detect([SPEECH, QUIET] * ONSET_BLOCKS) == [SPEECH, QUIET] * (ONSET_BLOCKS - 1) + [SPEECH]


def test_nothing_is_listened_to_once_everything_has_been_said() -> None:
    assert make_continuation([SPEECH] * 30).detect(lambda: True) is None


def test_a_sound_that_ends_is_no_going_on() -> None:
    def ending() -> Iterator[bytes]:
        yield from [SPEECH] * (ONSET_BLOCKS - 1)

    assert Continuation(ANSWER, 0.3, ending(), LoudnessActivity(), -24.0).detect(lambda: False) is None


def test_the_whole_answer_is_its_beginning_hardly_a_pause_and_what_follows() -> None:
    thought = make_continuation([SPEECH] * 7)
    first = thought.detect(lambda: False)
    whole = thought.join(first)
    heard = b"".join(next(whole) for _ in range(25))
    samples = round((10 * BLOCK / LISTENING_RATE + PAUSE) * LISTENING_RATE)
    assert heard[: 2 * samples] == SPEECH * 10 + bytes(2 * samples - 10 * BLOCK_BYTES)
    assert heard[2 * samples :].count(SPEECH[:2]) == 7 * BLOCK


@pytest.mark.parametrize(
    ("answer", "own_voice", "level"),
    [
        (-20.0, -60.0, -35.0),  # hardly hears itself: as loud as the answer, or a little softer
        (-20.0, -30.0, -24.0),  # louder than our own voice
        (-20.0, -26.0, None),  # a patient who is no louder than the loudspeaker cannot be told from it
        (-20.0, 0.0, None),  # nobody knows
    ],
)
def test_as_loud_as_the_answer_and_louder_than_ourselves(answer: float, own_voice: float, level: float | None) -> None:
    assert find_min_level(answer, own_voice) == pytest.approx(level)
