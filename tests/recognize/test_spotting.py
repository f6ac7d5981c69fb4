"""Phrases laid over phone probabilities: the right one fits best, noise fits none, what goes before and after is told."""

from __future__ import annotations

import numpy as np
import pytest

from voice.recognize.spotting import AFTER, HESITATION, IMPOSSIBLE, compile_phrases, fit_phrases

BLANK, J, A, N, E, H, M = range(7)
JA, NEE, NEEN, ANNA = [J, A], [N, E], [N, E, N], [A, N, N, A]
KNOWN = compile_phrases([JA, NEE, NEEN, ANNA])


def heard(*outputs: int, sure: float = 0.9) -> np.ndarray:
    """Logarithms of probabilities of shape (frames, 7), one frame an output."""
    scores = np.full((len(outputs), 7), np.log((1 - sure) / 6))
    scores[range(len(outputs)), outputs] = np.log(sure)
    return scores


@pytest.mark.parametrize(
    ("sound", "best"),
    [
        ((J, A), 0),
        ((BLANK, J, J, BLANK, A, A, BLANK), 0),
        ((N, E), 1),
        ((N, E, E, N), 2),
        ((A, N, BLANK, N, A), 3),
    ],
)
def test_the_phrase_that_was_said_fits_best_and_better_than_other_speech(sound: tuple[int, ...], best: int) -> None:
    found = fit_phrases(heard(*sound), KNOWN)
    assert found.scores.argmax() == best and found.scores[best] > 0
    assert not found.before[best] and not found.after[best]


def test_a_doubled_phone_needs_a_blank_between() -> None:
    assert fit_phrases(heard(A, N, N, A), KNOWN).scores[3] < 0 < fit_phrases(heard(A, N, BLANK, N, A), KNOWN).scores[3]


def test_what_follows_a_phrase_is_told_and_costs_something() -> None:
    alone, going_on = fit_phrases(heard(N, E), KNOWN), fit_phrases(heard(N, E, BLANK, H, A, M, A), KNOWN)
    assert going_on.after[1] and not going_on.before[1]
    assert alone.scores[1] - going_on.scores[1] == pytest.approx(AFTER)


def test_what_goes_before_a_phrase_is_told_and_costs_more_than_a_hesitation() -> None:
    humming = fit_phrases(heard(H, M, J, A), KNOWN, hesitation=(H, M))
    after_speech = fit_phrases(heard(A, N, J, A), KNOWN, hesitation=(H, M))
    assert not humming.before[0] and after_speech.before[0]
    assert humming.scores[0] > after_speech.scores[0]


def test_silence_fits_no_phrase() -> None:
    assert fit_phrases(heard(BLANK, BLANK, BLANK, BLANK), KNOWN).scores.max() < 0


@pytest.mark.parametrize("frames", [0, 1])
def test_hardly_any_sound_fits_nothing(frames: int) -> None:
    found = fit_phrases(heard(*[BLANK] * frames), KNOWN)
    assert found.scores.shape == (4,) and found.scores.max() < 0
    assert frames or found.scores.max() == IMPOSSIBLE


def test_longer_sound_than_a_phrase_needs_changes_nothing_about_the_best() -> None:
    for length in (1, 2, 5, 20):
        sound = heard(*[N] * length, *[E] * length, *[BLANK] * length)
        assert fit_phrases(sound, KNOWN).scores.argmax() == 1


def test_a_rival_that_is_said_fits_better_than_the_phrase_in_it() -> None:
    found = fit_phrases(heard(J, A, M), compile_phrases([JA], rivals=[[J, A, M]]))
    assert found.scores[1] > found.scores[0] > IMPOSSIBLE


def test_a_rival_only_fits_if_nothing_but_a_hesitation_is_said_beside_it() -> None:
    known = compile_phrases([JA], rivals=[[J, A, M]])
    assert fit_phrases(heard(H, BLANK, J, A, M), known, hesitation=(H,)).scores[1] > -HESITATION
    going_on, coming = heard(J, A, M, BLANK, N, E, N, E), heard(N, E, N, E, BLANK, J, A, M)
    for sound in (going_on, coming):
        found = fit_phrases(sound, known)
        assert found.scores[0] > found.scores[1] and not found.before[1] and not found.after[1]
