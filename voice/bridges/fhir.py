"""Write FHIR R4: a script as a Questionnaire, an ended visit as a QuestionnaireResponse. Pure: dicts, ready for JSON.

Neither says who the patient is: no subject, no author, no identifier. The record system that takes the answers over
adds those.

The answers follow HL7's value set `yesnodontknow` (hl7.org/fhir/R4/valueset-yesnodontknow.html), with `asked-declined`
of the same code system for a patient who would rather not say.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from voice.consultation.script import Finding, Gate, Question, Script
from voice.consultation.triage import is_due
from voice.consultation.visit import Phase, Visit
from voice.understand.expected import Kind

Resource = dict[str, Any]

_YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"

YES = {"system": _YES_NO, "code": "Y", "display": "Yes"}
NO = {"system": _YES_NO, "code": "N", "display": "No"}
NOT_KNOWN = {"system": _ABSENT, "code": "asked-unknown", "display": "Asked But Unknown"}
DECLINED = {"system": _ABSENT, "code": "asked-declined", "display": "Asked But Declined"}

REVIEWED = {"code": "reviewed", "display": "A clinician has signed the script as it is in this version"}
UNREVIEWED = {"code": "unreviewed", "display": "No clinician has signed the script as it is in this version"}
"""Tags of both resources, in a code system of our own: HL7 has none for it."""

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
        "item": [_write_item(script, question) for question in script.flags],
    }


def questionnaire_response(visit: Visit, authored: datetime | None) -> Resource:
    """Return the answers of an ended visit, for the hand-over to the next carer.

    authored: when the visit ended, with its time zone; None if the clock cannot be right: then it is left out.
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
        "item": list(_write_answers(visit)),
    }


def _write_meta(script: Script) -> Resource:
    """Say whether a clinician has signed the script: a system can refuse or mark what has the tag `unreviewed`."""
    return {"tag": [{"system": _make_urn("review"), **(REVIEWED if script.reviewed else UNREVIEWED)}]}


def _make_url(script: Script) -> str:
    """Return the same URN for every version of a script."""
    return _make_urn(f"{script.locale}/{script.id}")


def _make_urn(name: str) -> str:
    """Return a URN for a name of this project. It is no web address, because the project has none."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'ruggespraak/{name}')}"


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


def _choose_coding(visit: Visit, question: Question, finding: Finding) -> Resource:
    if finding is Finding.UNKNOWN and question.id in visit.declined:
        return DECLINED
    return _CODINGS[finding][0]
