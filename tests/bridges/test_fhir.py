"""FHIR R4, as the independent `fhir.resources` reads it, and by the rules that it does not check."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from voice.base.errors import UsageError
from voice.bridges.fhir import questionnaire, questionnaire_response
from voice.bridges.fhir_codes import DECLINED, NO, NOT_KNOWN, YES
from voice.cli.fhir import hand_over
from voice.consultation.dialogue import advance, begin
from voice.consultation.script import Level, Script
from voice.consultation.visit import Outcome, Step, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning

ENDED = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.utc)
YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
KNOWN_CODES = {
    YES_NO: {"Y": "Yes", "N": "No"},
    ABSENT: {"asked-unknown": "Asked But Unknown", "asked-declined": "Asked But Declined"},
}
"""What HL7 publishes of the two code systems, as far as it is used here."""


def held(script: Script, given: dict[str, Meaning], otherwise: Meaning = Meaning.NO) -> Visit:
    """Return an ended visit in which these questions got these answers; three days of pain, every read-back confirmed."""
    step = begin(script)
    while not isinstance(step.then, Outcome):
        step = advance(step.visit, answer(step, given, otherwise))
    return step.visit


def answer(step: Step, given: dict[str, Meaning], otherwise: Meaning) -> Answer:
    if step.then.kind is Kind.READBACK:
        return Answer(Meaning.YES)
    if step.then.kind is Kind.DURATION and step.then.id not in given:
        return Answer(Meaning.DURATION, days=Days(3, 3))
    return Answer(given.get(step.then.id, otherwise))


def answers(response: dict[str, Any]) -> dict[str, Any]:
    return {item["linkId"]: item["answer"][0]["valueCoding"] for item in response["item"]}


def codings(resource: Any) -> list[dict[str, str]]:
    """Return every coding in a resource, at any depth."""
    if isinstance(resource, list):
        return [found for item in resource for found in codings(item)]
    if not isinstance(resource, dict):
        return []
    return [resource] if "system" in resource else [found for value in resource.values() for found in codings(value)]


def test_every_script_is_a_valid_questionnaire(every_script: Script) -> None:
    made = questionnaire(every_script)
    read = Questionnaire.model_validate(made)
    flags = [q.id for q in every_script.questions if q.settles == q.id and q.kind is not Kind.AGE]
    assert [item.linkId for item in read.item] == flags
    assert (read.version, read.language, read.status) == (every_script.version, every_script.locale, "draft")


def test_a_questionnaire_of_a_reviewed_script_is_active(script: Script) -> None:
    assert Questionnaire.model_validate(questionnaire(replace(script, reviewed=True))).status == "active"


def test_both_resources_name_the_version_and_whether_a_clinician_has_signed_it(script: Script) -> None:
    for one, code in ((script, "unreviewed"), (replace(script, reviewed=True), "reviewed")):
        asked, answered = questionnaire(one), questionnaire_response(held(one, {}), ENDED)
        assert asked["version"] == script.version and answered["questionnaire"].endswith(f"|{script.version}")
        tags = [resource["meta"]["tag"] for resource in (asked, answered)]
        assert tags[0] == tags[1] and [tag["code"] for tag in tags[0]] == [code]


def test_every_item_is_a_choice_of_yes_no_not_known_and_declined_with_a_text(every_script: Script) -> None:
    for item in questionnaire(every_script)["item"]:
        assert item["type"] == "choice"
        assert [option["valueCoding"] for option in item["answerOption"]] == [YES, NO, NOT_KNOWN, DECLINED]
        assert item["text"].endswith("?"), item


def test_how_long_it_lasts_is_asked_as_the_yes_or_no_that_it_comes_down_to(script: Script) -> None:
    texts = {item["linkId"]: item["text"] for item in questionnaire(script)["item"]}
    assert texts["duur"] == script.question("zes_weken").text
    assert "zes_weken" not in texts


def test_questions_open_after_the_items_that_open_them(long_script: Script) -> None:
    items = questionnaire(long_script)["item"]
    before: set[str] = set()
    for item in items:
        opened = {(when["question"], when["answerCoding"]["code"]) for when in item.get("enableWhen", ())}
        assert {name for name, _ in opened} <= before
        assert bool(opened) == ("enableBehavior" in item) == (long_script.question(item["linkId"]).gate is not None)
        before.add(item["linkId"])
    assert {when["answerCoding"]["code"] for item in items for when in item.get("enableWhen", ())} == {
        "Y",
        "N",
        "asked-unknown",
        "asked-declined",
    }


def test_the_codes_are_those_that_hl7_publishes(every_script: Script) -> None:
    for coding in codings(questionnaire(every_script)["item"]):
        assert KNOWN_CODES[coding["system"]][coding["code"]] == coding["display"]


@pytest.mark.parametrize(
    "otherwise", [Meaning.YES, Meaning.NO, Meaning.UNSURE, Meaning.DECLINE, Meaning.SILENCE, Meaning.STOP, Meaning.HELP]
)
def test_every_ended_visit_is_a_valid_response_to_its_questionnaire(every_script: Script, otherwise: Meaning) -> None:
    made = questionnaire_response(held(every_script, {}, otherwise), ENDED)
    QuestionnaireResponse.model_validate(made)
    asked = questionnaire(every_script)
    texts = {item["linkId"]: item["text"] for item in asked["item"]}
    assert made["questionnaire"] == f"{asked['url']}|{asked['version']}"
    assert all(texts[item["linkId"]] == item["text"] for item in made["item"])


def test_yes_no_and_not_known_keep_apart(script: Script) -> None:
    found = answers(questionnaire_response(held(script, {"koorts": Meaning.YES, "gewicht": Meaning.UNSURE}), ENDED))
    assert (found["koorts"], found["gewicht"], found["plassen"]) == (YES, NOT_KNOWN, NO)


def test_who_would_rather_not_say_has_declined(script: Script) -> None:
    visit = held(script, {"gewicht": Meaning.DECLINE, "koorts": Meaning.UNSURE})
    found = answers(questionnaire_response(visit, ENDED))
    assert (found["gewicht"], found["koorts"]) == (DECLINED, NOT_KNOWN)


def test_who_answers_after_having_declined_has_answered(script: Script) -> None:
    step = begin(script)
    said = iter([Meaning.DECLINE, Meaning.BACK, Meaning.YES])
    while not isinstance(step.then, Outcome):
        asked = answer(step, {}, Meaning.NO)
        turn = {"gewicht": lambda: Answer(next(said)), "nachtpijn": lambda: Answer(next(said, Meaning.NO))}
        step = advance(step.visit, turn.get(step.then.id, lambda asked=asked: asked)())
    assert "gewicht" in step.visit.declined
    assert answers(questionnaire_response(step.visit, ENDED))["gewicht"] == YES


def test_a_visit_that_went_to_its_end_is_completed_and_a_stopped_one_is_stopped(script: Script) -> None:
    assert questionnaire_response(held(script, {}), ENDED)["status"] == "completed"
    assert questionnaire_response(held(script, {"val": Meaning.STOP}), ENDED)["status"] == "stopped"
    assert questionnaire_response(held(script, {"koorts": Meaning.YES, "gewicht": Meaning.STOP}), ENDED)["status"] == "stopped"


def test_an_emergency_that_ends_the_questions_leaves_the_others_unasked(script: Script) -> None:
    visit = held(script, {"plassen": Meaning.YES, "plassen_nieuw": Meaning.YES})
    made = questionnaire_response(visit, ENDED)
    assert visit.outcome.level is Level.E
    assert made["status"] == "stopped"
    assert "koorts" not in answers(made)


def test_nothing_in_a_response_says_who_the_patient_is(script: Script) -> None:
    made = questionnaire_response(held(script, {}), ENDED)
    assert set(made) == {"resourceType", "meta", "questionnaire", "status", "authored", "language", "item"}


def test_a_response_has_no_date_if_the_clock_cannot_be_right(script: Script) -> None:
    visit = held(script, {})
    dated = questionnaire_response(visit, ENDED)
    assert questionnaire_response(visit, None) == {name: value for name, value in dated.items() if name != "authored"}


def test_a_visit_that_goes_on_is_not_handed_over(script: Script) -> None:
    with pytest.raises(ValueError, match="not ended"):
        questionnaire_response(begin(script).visit, ENDED)


def test_a_time_without_its_zone_is_refused(script: Script) -> None:
    with pytest.raises(ValueError, match="zone"):
        questionnaire_response(held(script, {}), datetime(2026, 11, 24))


def test_a_place_that_cannot_be_written_is_told(script: Script, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x\.json"):
        hand_over(held(script, {}), tmp_path / "no" / "x.json")
