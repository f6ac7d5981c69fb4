"""What is asked beside the flags, in FHIR R4 as the independent `fhir.resources` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.questionnaire import Questionnaire

from tests.conftest import PROMPTS
from tests.consultation.coach.test_briefing import FULL, hold
from tests.helpers.virtual_sound_card import ROOT
from voice.bridges.fhir import bundle, questionnaire
from voice.consultation.coach.chapters import CHAPTERS
from voice.consultation.loader import load_script
from voice.consultation.script import Script
from voice.understand.meaning import Answer, Meaning, Score, Side

ENDED = datetime(2026, 11, 30, 9, 30, tzinfo=timezone.utc)
SENTENCES = {"lastigst": "uit mijn zetel komen", "hoop": "in de tuin werken"}


@pytest.fixture(scope="module")
def script() -> Script:
    example = ROOT / "docs" / "questionnaire.example.yaml"
    return load_script(PROMPTS / "nl-BE", "kort", language=False, chapters=frozenset(CHAPTERS), questionnaire=example)


def write(script: Script, answers: Mapping[str, Answer]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Write a visit; return the answers of the response by question, and the Observations. Both are valid FHIR."""
    made = bundle(hold(script, answers)[0], ENDED, SENTENCES)
    Bundle.model_validate(made)
    response, *observations = [entry["resource"] for entry in made["entry"]]
    return {item["linkId"]: item["answer"] for item in response["item"]}, observations


def test_the_questionnaire_has_an_item_for_everything_that_may_be_answered(script: Script) -> None:
    made = questionnaire(script)
    Questionnaire.model_validate(made)
    items = {item["linkId"]: item for item in made["item"]}
    answered, _ = write(script, FULL)
    assert answered.keys() <= items.keys()
    assert items["pijn"]["code"][0]["code"] == "72514-3"


def test_a_number_is_an_observation_with_its_code(script: Script) -> None:
    answers, (pain, *scores) = write(script, {**FULL, "dagelijks.hinder": Answer(Meaning.SCORE, score=Score(9, 9))})
    assert answers["pijn"] == [{"valueString": "7"}]
    assert pain["code"]["coding"][0]["code"] == "72514-3" and pain["status"] == "preliminary"
    assert pain["valueQuantity"] == {"value": 7, "unit": "{score}", "system": "http://unitsofmeasure.org", "code": "{score}"}
    assert [score["code"]["coding"][0]["code"] for score in scores] == ["totaal", "stemming"]
    assert "invented" not in str(scores) and "Verzonnen voorbeeld" in scores[0]["note"][0]["text"]


def test_a_range_stays_a_range_and_what_is_missing_has_its_reason(script: Script) -> None:
    answers, (pain, *_) = write(script, {**FULL, "pijn": Answer(Meaning.SCORE, score=Score(6, 7))})
    assert answers["pijn"] == [{"valueString": "6-7"}] and "valueQuantity" not in pain
    assert (pain["valueRange"]["low"]["value"], pain["valueRange"]["high"]["value"]) == (6, 7)
    for meaning, code in ((Meaning.UNSURE, "asked-unknown"), (Meaning.DECLINE, "asked-declined"), (Meaning.UNCLEAR, "unknown")):
        answers, (pain, *_) = write(script, {**FULL, "pijn": Answer(meaning), "been": Answer(meaning)})
        assert pain["dataAbsentReason"]["coding"][0]["code"] == code and "valueQuantity" not in pain
        assert answers["pijn"][0]["_valueString"]["extension"][0]["valueCode"] == code
        assert answers["been"][0]["valueCoding"]["code"] == code


def test_sides_are_coded_and_own_words_stand_as_they_were_heard(script: Script) -> None:
    answers, _ = write(script, {**FULL, "kant": Answer(Meaning.SIDE, sides=(Side.LEFT, Side.RIGHT))})
    assert [value["valueCoding"]["code"] for value in answers["kant"]] == ["7771000", "24028007"]
    assert answers["lastigst"] == [{"valueString": "uit mijn zetel komen"}]
    assert (answers["been"][0]["valueCoding"]["code"], answers["bang"][0]["valueCoding"]["code"]) == ("N", "Y")
