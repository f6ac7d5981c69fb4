"""Write FHIR R4: a script as a Questionnaire, an ended visit as a QuestionnaireResponse. Pure: dicts, ready for JSON.

Neither says who the patient is: no subject, no author, no identifier. The record system that takes the answers over
adds those.

The answers follow HL7's value set `yesnodontknow` (hl7.org/fhir/R4/valueset-yesnodontknow.html), with `asked-declined`
of the same code system for a patient who would rather not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from voice.bridges.fhir_briefing import write_answer, write_item, write_observations
from voice.bridges.fhir_codes import DECLINED, NO, NOT_KNOWN, YES, Resource, make_urn
from voice.consultation.coach.briefing import BLOCKS
from voice.consultation.coach.replies import find_reply
from voice.consultation.script import Finding, Gate, Question, Script
from voice.consultation.triage import is_due
from voice.consultation.visit import Phase, Visit
from voice.understand.expected import Kind

REVIEWED = {"code": "reviewed", "display": "A clinician has signed the script as it is in this version"}
UNREVIEWED = {"code": "unreviewed", "display": "No clinician has signed the script as it is in this version"}
"""Tags of both resources, in a code system of our own: HL7 has none for it."""

_NO_SENTENCES: Mapping[str, str] = MappingProxyType({})
_CODINGS = {Finding.PRESENT: (YES,), Finding.ABSENT: (NO,), Finding.UNKNOWN: (NOT_KNOWN, DECLINED)}


def questionnaire(script: Script) -> Resource:
    """Return the script's questions as a Questionnaire: one `choice` for each flag, in the order of the script.

    Its status is `draft` until a clinician has signed the script as it is.
    """
    return {
        "resourceType": "Questionnaire",
        "meta": _write_meta(script),
        "url": _make_url(script),
        "version": script.version,
        "name": "".join(part.capitalize() for part in ("ruggespraak", script.id, *script.locale.split("-"))),
        "title": script.title,
        "status": "active" if script.reviewed else "draft",
        "subjectType": ["Patient"],
        "language": script.locale,
        "item": [*(_write_item(script, question) for question in script.flags), *map(write_item, list_briefing(script))],
    }


def list_briefing(script: Script) -> tuple[Question, ...]:
    """List the questions beside the flags that the physiotherapist wants answered: of the briefing, and of the practice."""
    blocks = {name for block in BLOCKS.values() for name in block.questions}
    items = {item.question for item in script.questionnaire.items} if script.questionnaire else set[str]()
    return tuple(question for question in script.coached if question.id in blocks | items)


def bundle(visit: Visit, authored: datetime | None, sentences: Mapping[str, str] = _NO_SENTENCES) -> Resource:
    """Return the response, and an Observation for the pain and for each score, as a Bundle; see `questionnaire_response`."""
    response = questionnaire_response(visit, authored, sentences)
    resources = (response, *write_observations(visit, response.get("authored", "")))
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in resources]}


def questionnaire_response(visit: Visit, authored: datetime | None, sentences: Mapping[str, str] = _NO_SENTENCES) -> Resource:
    """Return the answers of an ended visit, for the hand-over to the next carer.

    authored: when the visit ended, with its time zone; None if the clock cannot be right: then it is left out.
    sentences: what was said in own words, by the id of the question.
    The status is `completed`, or `stopped` if questions that were due have not been put.
    Raises ValueError if the visit has not ended or the time has no zone.
    """
    if visit.phase is not Phase.ENDED:
        raise ValueError("This visit has not ended; there is nothing to hand over yet.")
    if authored and authored.tzinfo is None:
        raise ValueError("FHIR wants a time with its zone.")
    return {
        "resourceType": "QuestionnaireResponse",
        "meta": _write_meta(visit.script),
        "questionnaire": f"{_make_url(visit.script)}|{visit.script.version}",
        "status": "stopped" if any(is_due(visit, question) for question in visit.script.questions) else "completed",
        **({"authored": authored.isoformat(timespec="seconds")} if authored else {}),
        "language": visit.script.locale,
        "item": [*_write_answers(visit), *_write_briefing(visit, sentences)],
    }


def _write_meta(script: Script) -> Resource:
    """Say whether a clinician has signed the script: a system can refuse or mark what has the tag `unreviewed`."""
    return {"tag": [{"system": make_urn("review"), **(REVIEWED if script.reviewed else UNREVIEWED)}]}


def _make_url(script: Script) -> str:
    """Return the same URN for every version of a script."""
    return make_urn(f"{script.locale}/{script.id}")


def _write_item(script: Script, question: Question) -> Resource:
    options = [{"valueCoding": coding} for codings in _CODINGS.values() for coding in codings]
    item = {"linkId": question.id, "text": _choose_wording(script, question), "type": "choice", "answerOption": options}
    return {**item, **(_write_condition(question.gate) if question.gate else {})}


def _choose_wording(script: Script, question: Question) -> str:
    """Return the question as it is put. If it asks how long, return the yes/no question about the same flag."""
    plain = (q.text for q in script.questions if q.settles == question.id and q.kind is Kind.FLAG)
    return next(plain, question.positive)


def _write_condition(gate: Gate) -> Resource:
    codings = [coding for finding in gate.findings for coding in _CODINGS[finding]]
    when = [{"question": name, "operator": "=", "answerCoding": coding} for name in gate.questions for coding in codings]
    return {"enableWhen": when, "enableBehavior": "any"}


def _write_answers(visit: Visit) -> Iterator[Resource]:
    for question in visit.script.flags:
        if (finding := visit.finding(question.id)) is not None:
            text = _choose_wording(visit.script, question)
            yield {"linkId": question.id, "text": text, "answer": [{"valueCoding": _choose_coding(visit, question, finding)}]}


def _write_briefing(visit: Visit, sentences: Mapping[str, str]) -> Iterator[Resource]:
    for question in list_briefing(visit.script):
        if reply := find_reply(visit, question.id):
            yield write_answer(question, reply, sentences.get(question.id, ""))


def _choose_coding(visit: Visit, question: Question, finding: Finding) -> Resource:
    if finding is Finding.UNKNOWN and question.id in visit.declined:
        return DECLINED
    return _CODINGS[finding][0]
