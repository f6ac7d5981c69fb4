"""Simulated patients: what the words of thousands of visits lead to, and whether the judge sees what goes wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from voice.bench.rigs import told_visits as held_visits
from voice.bench.rigs.manners import AS_WRITTEN, Manner, make_speech
from voice.bench.rigs.patients import KINDS, draw_truth
from voice.bench.rigs.sayings import gather_sayings
from voice.bench.rigs.told_visits import FAULTS, LOST_ALARM, WRONG_REASSURANCE, Held, Practice, hold_visit, make_practice
from voice.bench.rigs.words import format_visit, format_visits, is_sound, make_value, open_practice
from voice.consultation import dialogue
from voice.consultation.script import Finding, Script
from voice.recognize.transcript import Transcript
from voice.setup.settings import ScriptChoice
from voice.understand import answer as understanding
from voice.understand.meaning import Meaning

SEED, VISITS = 20, 300
WRITTEN = {manner.value for manner in AS_WRITTEN}


@pytest.fixture(scope="module")
def practice() -> Practice:
    return open_practice(ScriptChoice(), tuple(KINDS), SEED)


def hold(practice: Practice, count: int, *kinds: str) -> list[Held]:
    practice = replace(practice, kinds=kinds or practice.kinds)
    return [hold_visit(practice, number) for number in range(count)]


def find_wrong(visits: list[Held]) -> list[Held]:
    return [visit for visit in visits if visit.manner in WRITTEN and WRONG_REASSURANCE in visit.faults]


def test_nothing_urgent_that_is_told_as_the_sentences_have_it_ends_in_reassurance(practice: Practice) -> None:
    visits = hold(practice, VISITS)
    assert not find_wrong(visits), "\n".join(line for visit in find_wrong(visits) for line in format_visit(visit))
    assert not [visit for visit in visits if visit.manner in WRITTEN and LOST_ALARM in visit.faults]
    assert is_sound(visits) and {visit.kind for visit in visits} == KINDS.keys()
    assert sum(visit.told for visit in visits) > VISITS / 4


def test_a_patient_who_confirms_hardly_says_anything_but_that_it_is_right(practice: Practice) -> None:
    """Else the visits would count how often the kiosk asks again what no patient means."""
    visits = [visit for visit in hold(practice, 60, "answers") if visit.manner in WRITTEN]
    readback = practice.script.readback
    said = [turn.text for visit in visits for turn in visit.talk if turn.question == readback.id]
    heard = [held_visits.understand(Transcript(text, 1.0, "text"), readback.expected, today=held_visits.TODAY) for text in said]
    agreed = [answer for answer in heard if answer.meaning is Meaning.YES]
    assert len(agreed) > 60
    assert sum(answer.more for answer in agreed) < len(agreed) / 5


def test_the_judge_sees_a_kiosk_that_is_deaf_to_mentions(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "find_mentions", lambda text, expected, denied: ())
    visits = hold(practice, 60, "later", "at the menu", "takes back")
    assert len(find_wrong(visits)) > 10 and not is_sound(visits)


def test_the_judge_sees_a_dialogue_that_writes_down_every_yes_as_a_no(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogue, "_take_yes", lambda visit, answer: dialogue._record(visit, Finding.ABSENT))
    assert len(find_wrong(hold(practice, 60, "answers", "elsewhere", "corrects"))) > 5


def test_the_judge_sees_a_lost_alarm_and_a_needless_emergency(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = held_visits.understand

    def swap(*given: object, **named: object) -> object:
        found = usual(*given, **named)  # type: ignore[arg-type]
        swapped = {Meaning.ALARM: Meaning.NO, Meaning.UNSURE: Meaning.ALARM}
        return replace(found, meaning=swapped.get(found.meaning, found.meaning))

    monkeypatch.setattr(held_visits, "understand", swap)
    visits = hold(practice, 60, "alarm", "unsure")
    assert {LOST_ALARM, "needless emergency"} <= {fault for visit in visits for fault in visit.faults}


def test_a_visit_is_the_same_whenever_its_seed_and_number_are(practice: Practice) -> None:
    assert hold_visit(practice, 7) == hold_visit(practice, 7)
    assert hold_visit(practice, 7) != hold_visit(replace(practice, seed=SEED + 1), 7)


def test_a_report_names_what_was_held_by_kind_and_by_manner(practice: Practice) -> None:
    visits = hold(practice, 20)
    lines = "\n".join(format_visits(visits))
    assert all(visit.kind in lines and visit.manner in lines for visit in visits)
    value = make_value(visits, SEED)
    assert value["all"]["visits"] == 20 and FAULTS[0] in value["all"] and json.dumps(value)


def test_without_the_sentences_patients_speak_in_the_phrases_of_the_templates(script: Script, tmp_path: Path) -> None:
    sayings = gather_sayings(script, tmp_path)
    assert sayings.list("koorts", Meaning.YES) and sayings.list("", Meaning.STOP) and sayings.durations and sayings.topics
    practice = make_practice(script, sayings, tuple(KINDS), SEED)
    assert len({hold_visit(practice, number).level for number in range(20)}) > 2


def test_what_a_patient_says_depends_on_the_manner(practice: Practice) -> None:
    text = "nee, ik heb geen koorts gehad sinds gisteren"
    grammar = practice.script.readback.expected.grammar
    speech = make_speech(grammar, practice.sayings)
    said = {manner: {speech.with_manner(manner, Random(n)).say(text) for n in range(30)} for manner in Manner}
    assert said[Manner.PLAIN] == {text} and all(len(said[manner]) > 3 for manner in (Manner.DIALECT, Manner.MISHEARD))
    assert all("geen" in one and "nee" in one for one in said[Manner.MISHEARD])


def test_what_is_told_elsewhere_is_an_urgent_flag_of_the_patient(practice: Practice) -> None:
    for number in range(200):
        truth = draw_truth(practice.script, "elsewhere", Random(number))
        assert truth.told in truth.flags and practice.script.question(truth.told).mention
    names = practice.sayings.names
    assert names("koorts", ("ik", "had", "verhoging")) and not names("koorts", ("ik", "had", "last"))


def test_who_has_an_emergency_that_a_yes_opens_says_that_yes(practice: Practice) -> None:
    """Nobody had an accident without a fall, or cannot lift a foot that is as strong as ever."""
    truths = [draw_truth(practice.script, kind, Random(number)) for kind in KINDS for number in range(200)]
    for grave, mild in (("ongeval", "val"), ("klapvoet", "kracht")):
        having = [truth for truth in truths if grave in truth.flags]
        assert len(having) > 20 and all(mild in truth.flags for truth in having)


def test_the_grave_form_of_a_flag_is_told_in_a_whole_sentence(practice: Practice) -> None:
    """Who only says "uit een boom" has not told of a fall yet."""
    sayings, split = practice.sayings, practice.script.readback.expected.grammar.split
    said = sayings.list("ongeval", Meaning.YES)
    told = [text for text in said if sayings.names("ongeval", split(text))]
    assert len(told) > 5 and "uit een boom" not in told
    assert "uit een boom" in said and "ongeval" in sayings.opened
