"""How long to wait depends on what was heard."""

from __future__ import annotations

import pytest

from voice.audio.microphone import LOST_SECONDS
from voice.audio.pcm import LISTENING_RATE
from voice.audio.segment import Limits
from voice.audio.vad import BLOCK
from voice.consultation.script import Script
from voice.kiosk.turns.endpointing import SHORTEST, choose_pause, is_unfinished
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.fusion.hearing import NOT_RECOGNIZED, Heard

LIMITS = Limits(decided=0.5, pause=1.4, unfinished=2.5)


def choose(script: Script, question: str, text: str, agreed: bool = False, limits: Limits = LIMITS) -> float:
    expected = script.question(question).expected
    transcript = Transcript(text, 1.0, "x")
    return choose_pause(Heard(transcript, understand(transcript, expected), agreed=agreed), expected, limits)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("koorts", "nee"), ("koorts", "Ja."), ("koorts", "nee hoor"), ("koorts", "Ja, dat klopt."), ("koorts", "euh nee"),
        ("koorts", "stop"), ("koorts", "help"), ("koorts", "hou op"), ("koorts", "kunt u dat herhalen"),
        ("koorts", "daar heb ik geen last van"), ("plassen", "ik kan niet meer plassen"),
    ],
)  # fmt: skip
def test_a_complete_answer_ends_soon(script: Script, question: str, text: str) -> None:
    assert choose(script, question, text) == LIMITS.decided


@pytest.mark.parametrize(
    "text", ["euh", "Euh...", "ja maar", "Ja, maar", "nee euh", "ik denk", "Ik denk...", "ja ik heb", "nee want", "nee, dat", "ja en", "even denken", "ja,", "drie weken...", "misschien…"]
)  # fmt: skip
def test_an_opening_or_a_hesitation_is_given_much_longer(script: Script, text: str) -> None:
    assert choose(script, "koorts", text) == LIMITS.unfinished


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("koorts", "ik denk het niet"), ("koorts", "misschien"), ("koorts", "ik weet het niet"),
        ("koorts", "de kat zit op het dak"), ("duur", "drie weken"), ("duur", "een week"),
        ("koorts", "Nee..."), ("koorts", "Ja…"),
    ],
)  # fmt: skip
def test_anything_else_is_given_the_usual_pause(script: Script, question: str, text: str) -> None:
    assert choose(script, question, text) == LIMITS.pause


@pytest.mark.parametrize("text", ["nee", "Nee.", "neen", "ja", "Ja.", "nee nee", "Nee, nee."])
def test_a_plain_yes_or_no_on_which_two_engines_agree_ends_sooner(script: Script, text: str) -> None:
    assert choose(script, "koorts", text, agreed=True) == pytest.approx(0.3)
    assert choose(script, "koorts", text) == LIMITS.decided


@pytest.mark.parametrize("text", ["nee hoor", "Ja, dat klopt.", "euh nee", "daar heb ik geen last van", "stop"])
def test_with_another_word_in_it_the_same_pause_ends_it_as_ever(script: Script, text: str) -> None:
    assert choose(script, "koorts", text, agreed=True) == LIMITS.decided


@pytest.mark.parametrize("text", ["ja,", "nee want", "Nee...", "misschien"])
def test_that_two_engines_agree_shortens_no_other_pause(script: Script, text: str) -> None:
    assert choose(script, "koorts", text, agreed=True) >= LIMITS.pause


@pytest.mark.parametrize(("decided", "pause"), [(0.2, 0.2), (0.4, 0.3), (1.0, 0.6)])
def test_a_practice_that_is_more_patient_is_so_after_a_plain_no_too(script: Script, decided: float, pause: float) -> None:
    assert choose(script, "koorts", "nee", agreed=True, limits=Limits(decided=decided)) == pytest.approx(pause)


def test_a_plug_that_is_pulled_is_noticed_before_any_answer_is_taken_as_whole() -> None:
    assert LOST_SECONDS + BLOCK / LISTENING_RATE / 2 < SHORTEST


def test_what_was_not_recognised_may_be_a_hesitation(script: Script) -> None:
    heard = Heard(Transcript("", 0.0, "x"), NOT_RECOGNIZED)
    assert choose_pause(heard, script.question("koorts").expected, LIMITS) == LIMITS.unfinished


def test_no_answer_of_every_script_that_decides_is_taken_for_unfinished(every_script: Script) -> None:
    """What is known as a whole answer must not make a patient wait."""
    for text in ("ja", "nee", "ja hoor", "nee hoor", "zeker niet", "ja dat klopt", "ik denk het wel", "nee dat heb ik niet"):
        for question in every_script.questions:
            assert not is_unfinished(text, question.expected.grammar), text
