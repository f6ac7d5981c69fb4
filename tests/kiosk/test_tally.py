"""What a kiosk counts."""

from __future__ import annotations

from voice.audio.meter import Sound
from voice.consultation.script import Level, Question
from voice.consultation.visit import Outcome
from voice.kiosk.tally import COUNTED, Tally
from voice.kiosk.turns.observer import TOUCH, Turn
from voice.recognize.transcript import Transcript
from voice.understand.meaning import Answer, Meaning


def turn(meaning: Meaning, engine: str = "fake") -> Turn:
    return Turn(Question("koorts", ""), Transcript("olifantje", 1.0, engine), Answer(meaning), 0.1)


def test_it_counts_how_often_and_holds_no_word_and_no_question() -> None:
    tally = Tally()
    tally.began()
    for meaning, engine in ((Meaning.YES, TOUCH), (Meaning.UNCLEAR, "fake"), (Meaning.SILENCE, "fake")):
        tally.on_question(Question("koorts", ""))
        tally.on_turn(turn(meaning, engine))
    tally.on_ending(Outcome(Level.E, ("koorts",)))
    tally.on_fault("Microphone x has gone.")
    tally.abandoned()
    assert tally.counts == {
        "visits": 1, "ended": 1, "abandoned": 1, "calls": 1, "questions": 3, "touched": 1, "unheard": 1,
        "not_understood": 1, "faults": 1,
    }  # fmt: skip
    assert tuple(tally.counts) == COUNTED


def test_the_noise_of_the_room_is_what_is_usual_and_leaves_the_patient_out() -> None:
    tally = Tally()
    assert tally.noise == ()
    tally.heard(Sound(0.0, -100.0))
    assert tally.noise == ()
    for loudness in (-52.0, -50.0, -20.0):
        tally.heard(Sound(0.0, loudness))
    tally.on_level(Sound(0.9, -10.0))
    tally.on_level(Sound(0.9, -10.0))
    assert tally.noise == (-50,)
