"""Metrics: what is counted, what is not, and the picture of a day."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import load_shipped
from tests.kiosk.test_session import hold
from voice.audio.meter import Sound
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.metrics import HOUR, Hour, Metrics, RoomNoise
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.metrics_page import draw_day, make_metrics_reads
from voice.kiosk.screen.screen_key import show_key
from voice.kiosk.screen.server import Site, serve
from voice.kiosk.staff_calls import StaffCall
from voice.kiosk.turns.observer import TOUCH, Turn
from voice.recognize.transcript import Transcript
from voice.understand.meaning import SILENCE, Answer, Meaning

WORDS = {
    "title": "De laatste dag",
    "visits": "gesprekken",
    "calls": "aan de balie",
    "again": "opnieuw gevraagd",
    "faults": "storingen",
}
QUESTION = Question("plassen", "")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0 * HOUR

    def __call__(self) -> float:
        return self.now


VISIT = Visit(load_shipped("nl-BE", "kort"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def metrics(clock: Clock) -> Metrics:
    return Metrics(clock, clock)


def values(metrics: Metrics) -> dict[str, float]:
    """Samples by name and label values."""
    families = text_string_to_metric_families(metrics.write_exposition().decode())
    return {" ".join((sample.name, *sample.labels.values())): sample.value for family in families for sample in family.samples}


def turn(answer: Answer, engine: str = "fake", seconds: float = 0.3) -> Turn:
    return Turn(QUESTION, Transcript("ik kan niet plassen", 1.0, engine), answer, seconds)


def test_answers_are_counted_by_voice_and_by_touch_and_those_asked_again_by_reason(metrics: Metrics) -> None:
    for one in (turn(Answer(Meaning.YES)), turn(Answer(Meaning.YES), TOUCH), turn(SILENCE), turn(Answer(Meaning.UNCLEAR))):
        metrics.on_turn(one)
    found = values(metrics)
    assert (found["ruggespraak_turns_total voice"], found["ruggespraak_turns_total touch"]) == (3, 1)
    assert (found["ruggespraak_reprompts_total silence"], found["ruggespraak_reprompts_total unclear"]) == (1, 1)


def test_sound_that_was_lost_and_answers_that_went_on_are_counted(metrics: Metrics) -> None:
    for lost in (0, 2, 1):
        metrics.on_turn(replace(turn(Answer(Meaning.YES)), lost=lost))
    metrics.on_resume(QUESTION)
    found = values(metrics)
    assert (found["ruggespraak_sound_lost_total"], found["ruggespraak_resumed_total"]) == (3, 1)


def test_latency_is_that_of_spoken_answers_only(metrics: Metrics) -> None:
    for one in (turn(Answer(Meaning.NO), seconds=0.4), turn(Answer(Meaning.NO), TOUCH), turn(SILENCE)):
        metrics.on_turn(one)
    found = values(metrics)
    assert found["ruggespraak_answer_seconds_count"] == 1
    assert (found["ruggespraak_answer_seconds_bucket 0.25"], found["ruggespraak_answer_seconds_bucket 0.5"]) == (0, 1)


@pytest.mark.parametrize("level", [level for level in Level if level not in (Level.STAFF, Level.STOPPED, Level.NONE)])
def test_an_outcome_that_is_told_is_counted_without_saying_which(level: Level, metrics: Metrics) -> None:
    metrics.on_end(Outcome(level, flags=("plassen",)), VISIT)
    assert values(metrics)["ruggespraak_visits_total told"] == 1


def test_visits_handed_to_the_staff_and_stopped_ones_are_counted_apart(metrics: Metrics) -> None:
    metrics.on_end(Outcome(Level.STAFF), VISIT)
    metrics.on_end(Outcome(Level.STOPPED), VISIT)
    found = values(metrics)
    assert (found["ruggespraak_visits_total staff"], found["ruggespraak_visits_total stopped"]) == (1, 1)


def test_a_fault_is_counted_and_the_time_until_the_kiosk_goes_on(metrics: Metrics, clock: Clock) -> None:
    metrics.on_fault("Microphone usb has gone.")
    clock.now += 3
    metrics.on_recovery()
    metrics.on_recovery()
    found = values(metrics)
    assert found["ruggespraak_device_faults_total"] == 1
    assert (found["ruggespraak_recovery_seconds_count"], found["ruggespraak_recovery_seconds_sum"]) == (1, 3)


def test_no_question_answer_or_outcome_of_a_patient_is_in_the_text(script: Script) -> None:
    _, session = hold(script, ["drie dagen", "nee", "nee", "ja", "ja", "help"])
    metrics = Metrics()
    for one in session.observer.turns:
        metrics.on_turn(one)
    metrics.on_end(session.observer.outcomes[0], VISIT)
    labels = {value for line in values(metrics) for value in line.split(" ")[1:]}
    told = {label for label in labels if not label.replace(".", "").replace("+Inf", "").isdigit()} - {"", "+Inf"}
    assert told == {"voice", "told"}


def test_two_kiosks_in_one_process_count_apart(metrics: Metrics) -> None:
    Metrics().on_end(Outcome(Level.STAFF), VISIT)
    assert "ruggespraak_visits_total staff" not in values(metrics)


def test_the_staff_read_how_often_and_no_word_and_no_question(metrics: Metrics) -> None:
    metrics.on_begin()
    for meaning, engine in ((Meaning.YES, TOUCH), (Meaning.UNCLEAR, "fake"), (Meaning.SILENCE, "fake")):
        metrics.on_question(QUESTION)
        metrics.on_turn(turn(Answer(meaning), engine))
    metrics.on_ending(Outcome(Level.E, ("koorts",)))
    metrics.count_call(StaffCall(Level.E, datetime(2026, 11, 30)))
    metrics.on_fault("Microphone x has gone.")
    metrics.on_abandon()
    expected = {
        "visits": 1, "ended": 1, "abandoned": 1, "calls": 1, "questions": 3, "touched": 1, "unheard": 1,
        "not_understood": 1, "faults": 1,
    }  # fmt: skip
    assert list(metrics.read_totals().items()) == list(expected.items())


def test_before_the_first_visit_the_staff_read_zeros(metrics: Metrics) -> None:
    assert set(metrics.read_totals().values()) == {0}


def test_the_noise_of_the_room_is_what_is_usual_and_leaves_the_patient_out() -> None:
    noise = RoomNoise()
    assert noise.dbfs is None
    noise.add(Sound(0.0, -100.0))
    assert noise.dbfs is None
    for loudness in (-52.0, -50.0, -20.0):
        noise.add(Sound(0.0, loudness))
    noise.on_level(Sound(0.9, -10.0))
    noise.on_level(Sound(0.9, -10.0))
    assert noise.dbfs == -50


def test_a_day_is_kept_by_the_hour_and_what_is_older_is_forgotten(metrics: Metrics, clock: Clock) -> None:
    metrics.on_end(Outcome(Level.STAFF), VISIT)
    metrics.count_call(StaffCall(Level.STAFF, datetime(2026, 11, 30)))
    clock.now += HOUR
    metrics.on_end(Outcome(Level.REASSURE), VISIT)
    metrics.on_turn(turn(SILENCE))
    assert metrics.read_day() == (Hour(100 * HOUR, visits=1, calls=1), Hour(101 * HOUR, visits=1, again=1))
    clock.now += 23 * HOUR
    assert [hour.start for hour in metrics.read_day()] == [101 * HOUR]


def test_a_clock_that_is_set_back_loses_no_count(metrics: Metrics, clock: Clock) -> None:
    metrics.on_end(Outcome(Level.REASSURE), VISIT)
    clock.now -= 5 * HOUR
    metrics.on_end(Outcome(Level.REASSURE), VISIT)
    assert sum(hour.visits for hour in metrics.read_day()) == 2


def test_a_day_can_be_read_while_it_is_counted(metrics: Metrics, clock: Clock) -> None:
    metrics.on_fault("")
    counting = threading.Thread(target=lambda: [metrics.on_fault("") for _ in range(3000)])
    counting.start()
    while counting.is_alive():
        assert len(metrics.read_day()) == 1
    assert metrics.read_day()[0].faults == 3001


def test_the_picture_shows_each_hour_and_says_in_words_what_it_shows() -> None:
    day = (Hour(100 * HOUR, visits=3, calls=1, again=2, faults=1), Hour(110 * HOUR, visits=1))
    picture = ElementTree.fromstring(draw_day(day, 110 * HOUR + 5, WORDS))
    told = picture.attrib["aria-label"]
    assert told == "De laatste dag: gesprekken 4, aan de balie 1, opnieuw gevraagd 2, storingen 1"
    shapes = [element.tag.rpartition("}")[2] for element in picture.iter()]
    assert (shapes.count("rect"), shapes.count("circle")) == (4 + 3, 1 + 1), "the legend has one of each, too"
    texts = [element.text for element in picture.iter() if element.tag.endswith("text")]
    assert texts[1:5] == ["gesprekken: 4", "aan de balie: 1", "opnieuw gevraagd: 2", "storingen: 1"]
    assert texts[5:8] == ["0", "2", "4"], "the axis says how many"


def test_a_day_without_visits_has_a_picture_too() -> None:
    assert ElementTree.fromstring(draw_day((), 0.0, WORDS)).attrib["aria-label"].endswith("storingen 0")


def test_both_are_had_over_the_loopback_address(metrics: Metrics) -> None:
    words = {
        "day": "Dag",
        "day_visits": "Bezoeken",
        "day_calls": "Oproepen",
        "day_again": "Onbegrepen",
        "day_faults": "Storingen",
    }
    metrics.on_end(Outcome(Level.STAFF), VISIT)
    with serve(Site(Board(), {}, make_metrics_reads(metrics, words)), 0, "key") as address:
        told, picture = (
            urlopen(Request(f"{address}{path}", headers=show_key("key")), timeout=10) for path in ("/metrics", "/day.svg")
        )
        assert told.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert b'ruggespraak_visits_total{ending="staff"} 1.0' in told.read()
        assert ElementTree.fromstring(picture.read()).attrib["aria-label"].startswith("Dag: Bezoeken")
