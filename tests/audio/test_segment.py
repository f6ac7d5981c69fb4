"""The segmenter on lists of numbers, and on real sound with the real vad."""

from itertools import repeat

import pytest

from voice.audio.pcm import LISTENING_RATE, Audio
from voice.audio.segment import Ending, Limits, Segment, Segmenter, segment

BLOCK = 512
LIMITS = Limits(nobody=2.0, pause=0.64, longest=4.0, onset=0.09, pre_roll=0.32, post_roll=0.16)


class Script:
    """An activity that reads its probabilities from a list."""

    def __init__(self, probabilities):
        self._given = probabilities
        self.reset()

    def reset(self):
        self._left = iter(self._given)

    def probability(self, block):
        return next(self._left)


def numbered(count):
    """Make blocks that can be recognized: every sample of block n is n."""
    return [n.to_bytes(2, "little") * BLOCK for n in range(count)]


def cut(probabilities, limits=LIMITS) -> Segment:
    return segment(numbered(len(probabilities)), Script(probabilities), limits)


def numbers(found: Segment) -> list[int]:
    return sorted(set(found.audio.samples.tolist()))


def fed(sizes, probability, limits=LIMITS) -> Segmenter:
    segmenter = Segmenter(limits)
    for size in sizes:
        segmenter.feed(bytes(2 * size), probability)
    return segmenter


def test_an_answer_ends_after_the_pause():
    found = cut([0.0] * 30 + [0.9] * 20 + [0.0] * 60)
    assert found.ending is Ending.PAUSE
    assert found.onset == pytest.approx(30 * 0.032)


def test_the_first_sound_and_the_last_are_kept():
    found = cut([0.0] * 30 + [0.9] * 20 + [0.0] * 60)
    assert numbers(found) == list(range(20, 55))


def test_nobody_is_reported_after_the_limit_with_empty_audio():
    found = cut([0.1] * 100)
    assert found == Segment(Audio(b"", LISTENING_RATE), Ending.NOBODY, pytest.approx(2.0, abs=0.032))


def test_a_story_is_cut_at_the_longest():
    found = cut([0.9] * 300)
    assert found.ending is Ending.TOO_LONG
    assert found.audio.seconds == pytest.approx(4.0, abs=0.032)


def test_a_click_is_no_onset():
    found = cut(([0.0] * 10 + [0.9] * 2) * 8)
    assert found.ending is Ending.NOBODY


@pytest.mark.parametrize("length", [3, 4, 5])
def test_a_very_short_yes_is_an_onset(length):
    assert cut([0.0] * 20 + [0.9] * length + [0.0] * 60).ending is Ending.PAUSE


def test_a_pause_within_an_answer_does_not_end_it():
    found = cut([0.9] * 5 + [0.0] * 19 + [0.9] * 5 + [0.0] * 60)
    assert {0, 28} <= set(numbers(found))


def test_between_the_thresholds_speech_goes_on_and_silence_stays():
    assert cut([0.4] * 100).ending is Ending.NOBODY
    found = cut([0.9] * 4 + [0.4] * 40 + [0.0] * 60)
    assert 43 in numbers(found)


def test_an_onset_just_before_the_limit_is_heard_out():
    waiting = round(LIMITS.nobody * LISTENING_RATE / BLOCK)
    assert cut([0.0] * (waiting - 2) + [0.9] * 20 + [0.0] * 60).ending is Ending.PAUSE


def test_blocks_that_run_out_end_the_segment():
    assert cut([]).ending is Ending.NOBODY
    assert cut([0.9] * 10).ending is Ending.PAUSE


def test_patience_may_change_while_the_patient_speaks():
    segmenter = fed([BLOCK] * 10, 0.9)
    segmenter.patience = 0.1
    assert [segmenter.feed(bytes(2 * BLOCK), 0.0) for _ in range(4)] == [False, False, False, True]
    impatient = fed([BLOCK] * 10, 0.9)
    impatient.patience = 5.0
    assert not any(impatient.feed(bytes(2 * BLOCK), 0.0) for _ in range(40))


def test_it_tells_how_long_it_has_been_quiet_and_what_it_heard_so_far():
    segmenter = fed([BLOCK] * 10, 0.9)
    assert segmenter.speaking
    segmenter.feed(bytes(2 * BLOCK), 0.0)
    assert segmenter.quiet == pytest.approx(0.032)
    assert segmenter.segment().audio.seconds == pytest.approx(11 * 0.032)


N = round(LIMITS.nobody * LISTENING_RATE)


@pytest.mark.parametrize(
    ("samples", "complete"), [(0, False), (1, False), (N - 1, False), (N, True), (N + 1, True), (2 * N, True)]
)
def test_the_limit_for_nobody_is_exact_to_the_sample(samples, complete):
    assert fed([samples], 0.0).complete is complete


ONSET = round(LIMITS.onset * LISTENING_RATE)


@pytest.mark.parametrize(
    ("samples", "speaking"), [(0, False), (1, False), (ONSET - 1, False), (ONSET, True), (ONSET + 1, True), (2 * ONSET, True)]
)
def test_the_onset_is_exact_to_the_sample(samples, speaking):
    assert fed([samples], 0.9).speaking is speaking
    assert fed(repeat(1, samples), 0.9).speaking is speaking


P = round(LIMITS.pause * LISTENING_RATE)


@pytest.mark.parametrize(
    ("samples", "complete"), [(0, False), (1, False), (P - 1, False), (P, True), (P + 1, True), (2 * P, True)]
)
def test_the_pause_is_exact_to_the_sample(samples, complete):
    segmenter = fed([ONSET], 0.9)
    segmenter.feed(bytes(2 * samples), 0.0)
    assert segmenter.complete is complete


L = round(LIMITS.longest * LISTENING_RATE)


@pytest.mark.parametrize(
    ("samples", "complete"), [(L - ONSET - 1, False), (L - ONSET, True), (L - ONSET + 1, True), (2 * L, True)]
)
def test_the_longest_answer_is_exact_to_the_sample(samples, complete):
    segmenter = fed([ONSET], 0.9)
    segmenter.feed(bytes(2 * samples), 0.9)
    assert segmenter.complete is complete


R = round(LIMITS.pre_roll * LISTENING_RATE)


@pytest.mark.parametrize("before", [0, 1, R - 1, R, R + 1, 2 * R])
def test_no_more_than_the_pre_roll_is_kept_from_before(before):
    segmenter = fed([before], 0.0)
    segmenter.feed(bytes(2 * ONSET), 0.9)
    assert len(segmenter.segment().audio.samples) == min(before, R) + ONSET
    assert segmenter.segment().onset == before / LISTENING_RATE
