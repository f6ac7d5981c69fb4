"""The mailbox for touched answers."""

from __future__ import annotations

import threading

import pytest

from voice.kiosk.turns.touch import Touches
from voice.understand.meaning import Answer, Meaning

YES, NO, STOP, HELP = (Answer(meaning) for meaning in (Meaning.YES, Meaning.NO, Meaning.STOP, Meaning.HELP))


class Hushed:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def hushed() -> Hushed:
    return Hushed()


@pytest.fixture
def touches(hushed: Hushed) -> Touches:
    open_ones = Touches()
    open_ones.open("koorts", hushed)
    open_ones.put()
    return open_ones


def test_a_press_silences_the_kiosk_and_waits_to_be_taken(touches: Touches, hushed: Hushed) -> None:
    assert not touches.pending
    assert touches.press(YES, "koorts")
    assert (touches.pending, hushed.times) == (True, 1)
    assert touches.close() == YES


def test_a_press_without_a_question_answers_whichever_is_open(touches: Touches) -> None:
    assert touches.press(STOP)
    assert touches.close() == STOP


def test_a_press_for_another_question_counts_for_nothing(touches: Touches, hushed: Hushed) -> None:
    assert not touches.press(NO, "plassen")
    assert (touches.pending, hushed.times) == (False, 0)
    assert touches.close() is None


def test_the_last_press_counts(touches: Touches) -> None:
    touches.press(NO, "koorts")
    touches.press(YES, "koorts")
    assert touches.close() == YES


def test_a_call_for_help_is_kept_whatever_is_pressed_after_it(touches: Touches) -> None:
    touches.press(HELP)
    assert touches.press(NO, "koorts")
    assert touches.close() == HELP


@pytest.mark.parametrize("answer", [YES, STOP])
def test_nothing_counts_while_no_question_is_open(touches: Touches, hushed: Hushed, answer: Answer) -> None:
    touches.close()
    assert not touches.press(answer)
    assert hushed.times == 0
    assert not Touches().press(answer)


def test_what_was_pressed_on_one_question_does_not_answer_the_next(touches: Touches, hushed: Hushed) -> None:
    touches.press(NO, "koorts")
    touches.open("plassen", hushed)
    assert not touches.pending


def test_of_many_hands_at_once_no_press_is_counted_and_lost(hushed: Hushed) -> None:
    """Each press that counted is the one that is taken, or was followed by one that is."""
    touches = Touches()
    counted = []
    touches.open("koorts", hushed)
    touches.put()
    hands = [threading.Thread(target=lambda: counted.append(touches.press(YES, "koorts"))) for _ in range(16)]
    for hand in hands:
        hand.start()
    taken = touches.close()
    for hand in hands:
        hand.join()
    assert (taken is not None) is any(counted)


@pytest.mark.parametrize("call", [STOP, HELP])
def test_a_call_between_two_questions_answers_the_next_at_once(touches: Touches, hushed: Hushed, call: Answer) -> None:
    touches.close()
    touches.call(call)
    assert (touches.pending, touches.calls) == (False, True), "what is said meanwhile is said to its end"
    touches.open("plassen", hushed)
    assert touches.pending
    assert touches.close() == call
    touches.open("gewicht", hushed)
    assert not touches.calls


def test_a_call_at_a_question_is_a_press(touches: Touches, hushed: Hushed) -> None:
    touches.call(STOP)
    assert (touches.pending, hushed.times, touches.close()) == (True, 1, STOP)


def test_help_between_two_questions_is_kept_whatever_is_called_after_it(touches: Touches, hushed: Hushed) -> None:
    touches.close()
    touches.call(HELP)
    touches.call(STOP)
    touches.open("plassen", hushed)
    assert touches.close() == HELP


def test_a_call_that_no_question_took_is_forgotten_with_the_visit(touches: Touches, hushed: Hushed) -> None:
    touches.close()
    touches.call(HELP)
    touches.forget()
    touches.open("plassen", hushed)
    assert not touches.calls


@pytest.mark.parametrize("answer", [YES, NO])
@pytest.mark.parametrize("question", ["plassen", ""])
def test_no_answer_counts_before_the_question_is_put(touches: Touches, hushed: Hushed, answer: Answer, question: str) -> None:
    touches.open("plassen", hushed)
    assert not touches.press(answer, question)
    assert (touches.pending, hushed.times) == (False, 0)
    touches.put()
    assert touches.press(answer, question)


@pytest.mark.parametrize("meaning", [Meaning.STOP, Meaning.HELP, Meaning.LOUDER, Meaning.REPEAT, Meaning.BACK])
def test_a_wish_counts_before_the_question_is_put(touches: Touches, hushed: Hushed, meaning: Meaning) -> None:
    touches.open("plassen", hushed)
    assert touches.press(Answer(meaning), "plassen")
    assert touches.close() == Answer(meaning)


def test_what_leads_to_a_question_is_skipped_and_the_question_itself_is_not(touches: Touches, hushed: Hushed) -> None:
    touches.open("plassen", hushed)
    assert touches.skip()
    assert (touches.skipped, touches.pending, hushed.times) == (True, False, 1)
    touches.put()
    assert not touches.skip()
    assert hushed.times == 1
    touches.open("gewicht", hushed)
    assert not touches.skipped
    touches.close()
    assert not touches.skip()
