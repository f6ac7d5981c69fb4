"""Waiting for a patient: what begins a visit, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from threading import Event

import pytest

from tests.helpers.fake_engines import FakeRecognizer
from voice.bench.rigs.fakes import QUIET, SPEECH, LoudnessActivity
from voice.kiosk.waiting import StartWords, wait_for_patient
from voice.understand.normalise import Spelling

SECOND = 31
"""Blocks of 32 ms."""


class Room:
    """Speech and quiet in turns, in blocks; then quiet without end. `after` is called before that."""

    def __init__(self, *stretches: tuple[bytes, int]) -> None:
        self._stretches = stretches

    def listen(self) -> Iterator[bytes]:
        for block, count in self._stretches:
            yield from repeat(block, count)
        yield from repeat(QUIET)


def wait(room: Room, words: list[str], touched: Event | None = None) -> tuple[bool, FakeRecognizer]:
    """Wait in that room; return whether a patient has come, and the recognizer that was asked."""
    recognizer = FakeRecognizer(words)
    start = StartWords((recognizer,), Spelling(), "Zeg hallo", frozenset({("hallo",), ("start", "maar")}))
    return wait_for_patient(touched or Event(), room.listen(), LoudnessActivity(), start.are_in), recognizer


HELLO = ((QUIET, SECOND), (SPEECH, SECOND // 2), (QUIET, 2 * SECOND))


@pytest.mark.parametrize(
    ("said", "come"), [("Hallo!", True), ("start maar", True), ("hallo Marie", False), ("", False), ("ja", False)]
)
def test_only_the_words_that_begin_a_visit_do(said: str, come: bool) -> None:
    has_come, recognizer = wait(Room(*HELLO), [said])
    assert has_come is come
    assert len(recognizer.asked) == 1


def test_a_touch_begins_a_visit_and_nothing_is_recognized() -> None:
    touched = Event()
    touched.set()
    come, recognizer = wait(Room(*HELLO), ["hallo"], touched)
    assert come is True
    assert recognizer.asked == []


def test_a_quiet_room_begins_nothing_and_the_wait_ends_after_a_while() -> None:
    come, recognizer = wait(Room(), ["hallo"])
    assert (come, recognizer.asked) == (False, [])


@pytest.mark.parametrize(
    "stretches",
    [
        ((QUIET, SECOND), (SPEECH, 4 * SECOND), (QUIET, 2 * SECOND)),
        ((SPEECH, SECOND // 2), (QUIET, 2 * SECOND)),
    ],
    ids=["a long story", "the end of one"],
)
def test_a_conversation_in_the_room_is_not_recognized_at_all(stretches: tuple[tuple[bytes, int], ...]) -> None:
    come, recognizer = wait(Room(*stretches), ["hallo"])
    assert (come, recognizer.asked) == (False, [])
