"""Write FHIR R4 of what was asked beside the flags: items of a QuestionnaireResponse, and an Observation for each number.

Codes: LOINC 72514-3 for the pain (loinc.org/72514-3), SNOMED CT for the sides, HL7 for yes and no. What has none of these has a
code of this project. A number may be a range, "six to seven"; then no single number is written anywhere. Nobody checked what was
heard, so every Observation is preliminary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from voice.bridges.fhir_codes import DECLINED, NO, NOT_KNOWN, YES, Resource, make_urn
from voice.consultation.coach.questionnaire import find_scores
from voice.consultation.coach.replies import find_reply
from voice.consultation.script import Question
from voice.consultation.visit import Reply, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Meaning, Score, Side

_LOINC, _SNOMED, _UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

PAIN = {"system": _LOINC, "code": "72514-3", "display": "Pain severity - 0-10 verbal numeric rating [Score] - Reported"}
SIDES = {
    Side.LEFT: {"system": _SNOMED, "code": "7771000", "display": "Left"},
    Side.MIDDLE: {"system": _SNOMED, "code": "399488007", "display": "Midline"},
    Side.RIGHT: {"system": _SNOMED, "code": "24028007", "display": "Right"},
}
NOT_HEARD = {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown", "display": "Unknown"}
"""The patient was asked, and nothing that was heard answers it."""

_MISSING = {Meaning.UNSURE: NOT_KNOWN, Meaning.DECLINE: DECLINED, Meaning.UNCLEAR: NOT_HEARD}
_CODES = {"pijn": PAIN}
"""Codes of questions that have one, by id."""
_TYPES = {Kind.SCALE: "string", Kind.SENTENCE: "text", Kind.SIDE: "choice", Kind.FLAG: "choice", Kind.OFFER: "choice"}


def write_item(question: Question) -> Resource:
    """Write a question as an item of a Questionnaire. A number is a string, because it may be a range."""
    item: Resource = {"linkId": question.id, "text": question.text, "type": _TYPES[question.kind]}
    code = {"code": [_CODES[question.id]]} if question.id in _CODES else {}
    if question.kind is Kind.SIDE:
        return {**item, **code, "repeats": True, "answerOption": _list_options(*SIDES.values())}
    if item["type"] == "choice":
        return {**item, **code, "answerOption": _list_options(YES, NO)}
    return {**item, **code}


def _list_options(*codings: Resource) -> list[Resource]:
    return [{"valueCoding": coding} for coding in (*codings, *_MISSING.values())]


def write_answer(question: Question, reply: Reply, sentence: str) -> Resource:
    """Write what was replied as an item of a QuestionnaireResponse. sentence: what was said in own words."""
    return {"linkId": question.id, "text": question.text, "answer": list(_write_values(question, reply, sentence))}


def _write_values(question: Question, reply: Reply, sentence: str) -> Iterator[Resource]:
    missing = _MISSING.get(reply.meaning)
    if missing and _TYPES[question.kind] != "choice":
        yield {"_valueString": {"extension": [{"url": _REASON, "valueCode": missing["code"]}]}}
    elif missing:
        yield {"valueCoding": missing}
    elif reply.meaning is Meaning.SIDE:
        yield from ({"valueCoding": SIDES[side]} for side in reply.sides)
    elif reply.meaning is Meaning.SCORE:
        yield {"valueString": "-".join(f"{value:g}" for value in dict.fromkeys((reply.score.low, reply.score.high)))}
    elif question.kind is Kind.SENTENCE:
        yield {"valueString": sentence or "-"}
    else:
        yield {"valueCoding": YES if reply.meaning is Meaning.YES else NO}


def write_observations(visit: Visit, authored: str) -> Iterator[Resource]:
    """Write an Observation of the pain if it was asked, and of each score. authored: when the visit ended; empty if unknown."""
    common: Resource = {
        "resourceType": "Observation",
        "status": "preliminary",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}]}],
        **({"effectiveDateTime": authored} if authored else {}),
    }
    if pain := find_reply(visit, "pijn"):
        yield {**common, "code": {"coding": [PAIN], "text": visit.script.question("pijn").text}, **_write_score(pain)}
    scores, questionnaire = find_scores(visit), visit.script.questionnaire
    if scores is None or questionnaire is None:
        return
    for total in scores.totals:
        coding = {"system": make_urn(f"questionnaire/{questionnaire.id}"), "code": total.scale.id, "display": total.scale.title}
        groups = {"interpretation": [{"text": group} for group in scores.groups]} if scores.groups else {}
        code = {"coding": [coding], "text": f"{questionnaire.title}: {total.scale.title}"}
        note = {"note": [{"text": f"of {total.most:g}; supports, decides nothing; {questionnaire.source}"}]}
        yield {**common, "code": code, **_write_span(Score(total.low, total.high)), **groups, **note}


def _write_score(reply: Reply) -> Resource:
    if reply.meaning is not Meaning.SCORE:
        return {"dataAbsentReason": {"coding": [_MISSING[reply.meaning]]}}
    doubt = {} if reply.certain else {"note": [{"text": "not heard with certainty"}]}
    return {**_write_span(reply.score), **doubt}


def _write_span(score: Score) -> Resource:
    if score.low == score.high:
        return {"valueQuantity": _write_quantity(score.low)}
    return {"valueRange": {"low": _write_quantity(score.low), "high": _write_quantity(score.high)}}


def _write_quantity(value: float) -> Mapping[str, Any]:
    return {"value": value, "unit": "{score}", "system": _UCUM, "code": "{score}"}
