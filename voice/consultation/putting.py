"""Choose what is put next, or put it again: a question of the script, one that was mentioned, what is read back. Pure.

The rules are those of `dialogue.py`.
"""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapters import reopen
from voice.consultation.ending import conclude
from voice.consultation.findings import choose_mentioned, doubt
from voice.consultation.script import Finding, Question
from voice.consultation.triage import is_due, say_age, say_positives
from voice.consultation.visit import IN_CHAPTER, Phase, Step, Visit
from voice.speak.utterance import Utterance


def put_next(visit: Visit, lead: tuple[Utterance, ...]) -> Step:
    """Put what was mentioned (rule 18), else the first question of the script that is due (rule 6), else go to the outcome."""
    if visit.pending:
        return put_mentioned(visit, lead)
    due = next((question for question in visit.script.questions if is_due(visit, question)), None)
    return put(visit, due, lead) if due else read_findings_back(visit, lead)


def put_mentioned(visit: Visit, lead: tuple[Utterance, ...] = ()) -> Step:
    """Put the question of the most urgent flag that is pending, also if it has been put before (rule 18)."""
    questions = [question for question in visit.script.questions if question.id in visit.pending]
    flag = min(questions, key=lambda question: question.level.urgency)
    question = choose_mentioned(visit, flag.id)
    visit = replace(
        visit,
        detours=(*visit.detours, flag.id),
        findings=doubt(visit, (question.id,)),
        path=tuple(name for name in visit.path if name != question.id),
        pending=tuple(name for name in visit.pending if name != flag.id),
        read_back=False,
    )
    return put(visit, question, (*lead, flag.spoken_mention, visit.script.line("dat_wil_ik_zeker_weten")))


def put_follow_up(visit: Visit, name: str, lead: tuple[Utterance, ...]) -> Step:
    """Ask whether what was just affirmed is new or worse. An answer to that from before counts no longer."""
    path = tuple(one for one in visit.path if one != name)
    return put(replace(visit, findings=doubt(visit, (name,)), path=path), visit.script.question(name), lead)


def put(visit: Visit, question: Question, lead: tuple[Utterance, ...]) -> Step:
    lead = (*lead, visit.script.line("persoonlijk")) if _turns_private(visit, question) else lead
    visit = replace(visit, phase=Phase.ASK, path=(*visit.path, question.id), misses=0, silences=0, asides=0)
    return Step(visit, (*lead, question.ask), question)


def _turns_private(visit: Visit, question: Question) -> bool:
    """Whether this is the first private question; it is announced, with the ways out of it."""
    return question.private and not any(visit.script.question(name).private for name in visit.path)


def put_again(visit: Visit, why: str) -> Step:
    """Put the open question again; from the second time on with an example."""
    tries = max(visit.misses, visit.silences)
    wording = visit.open.ask if tries < 2 else visit.open.ask_clearer
    return Step(replace(visit, phase=Phase.ASK), (visit.script.line(why), wording), visit.open)


def put_once_more(visit: Visit, lead: tuple[Utterance, ...] = ()) -> Step:
    """Put what is open once more; if it asks for a confirmation, say first what was heard."""
    heard: tuple[Utterance, ...] = ()
    if visit.stopping:
        heard = (visit.script.line("ik_hoorde_stop"),)
    elif visit.phase is Phase.CONFIRM_NO:
        heard = (visit.open.spoken_denied,)
    elif visit.phase is Phase.CONFIRM_YES:
        heard = (visit.open.spoken_back,)
    elif visit.phase is Phase.CONFIRM_AGE:
        heard = say_age(visit.script, visit.open, visit.years)
    elif visit.phase is Phase.CONFIRM_FINDINGS:
        heard = say_positives(visit)
    return Step(visit, (*lead, *heard, visit.asked.ask), visit.asked)


def leave_open(visit: Visit) -> Visit:
    """Leave what is open, to be put again later: a question that was not answered, findings that were not confirmed."""
    path = visit.path if visit.phase in (Phase.CONFIRM_FINDINGS, *IN_CHAPTER) else visit.path[:-1]
    visit = replace(visit, stopping=False, waiting=False, path=path)
    return reopen(visit) if visit.phase is Phase.BEFORE else visit


def read_findings_back(visit: Visit, lead: tuple[Utterance, ...]) -> Step:
    """Read the findings back once (rule 15), so that no patient is sent on by a misunderstanding."""
    if visit.read_back or not visit.having(Finding.PRESENT):
        return conclude(visit, lead)
    visit = replace(visit, phase=Phase.CONFIRM_FINDINGS, read_back=True, misses=0, asides=0)
    return put_once_more(visit, (*lead, visit.script.line("ik_hoorde_dit")))


def reconsider(visit: Visit) -> Step:
    """Put every question again that was answered yes, with its follow-up; what is denied now is unknown."""
    flags = visit.having(Finding.PRESENT)
    again = tuple(one.id for one in visit.script.questions if one.id in flags or one.recent_of in flags)
    path = tuple(name for name in visit.path if visit.script.question(name).settles not in again)
    visit = replace(visit, findings=doubt(visit, again), path=path)
    return put_next(visit, (visit.script.line("dan_vraag_ik_het_opnieuw"),))
