"""The last open question, before a reassurance: is there anything else that worries the patient? (rule 16 of the testimony)

1. A plain no settles it. So does a worry that a topic speaks of: that is told. One that is a flag is a mention, and goes first.
2. After a yes the patient is asked what it is; a no to that takes nothing back, now or later.
3. Silence and what is not understood are asked once more. What stays open then is missing, and so is what is refused or not
   known: no full reassurance follows (`triage.py`, rule 9).
"""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapter import Chapter, Move
from voice.consultation.visit import Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

_WORRY = "zorg"
_KEPT = ("worry", "told")
"""Kept after a yes, also if a mention comes between."""


def _begin(visit: Visit) -> Move:
    question = visit.script.question(_WORRY)
    return Move(visit, (visit.script.line("laatste_vraag"), question.ask), question)


def _advance(visit: Visit, answer: Answer) -> Move:
    script, question = visit.script, visit.script.question(_WORRY)
    is_told = _KEPT in visit.progress.kept
    if answer.meaning is Meaning.NO and answer.certain and not is_told:
        return Move(visit)
    if answer.meaning is Meaning.TOPIC and answer.topic and answer.certain:
        return Move(visit, (script.line("vertel_het"), *script.topic(answer.topic).lines))
    if answer.meaning is Meaning.YES and not is_told:
        visit = replace(visit, progress=visit.progress.keep(*_KEPT))
        return Move(visit, (script.line("vertel_het"), question.ask_clearer), question)
    if answer.meaning is not Meaning.DECLINE and not visit.misses:
        lead = "stilte_1" if answer.meaning is Meaning.SILENCE else "niet_begrepen_1"
        return Move(replace(visit, misses=1), (script.line(lead), question.ask_clearer), question)
    unheard = answer.meaning in (Meaning.SILENCE, Meaning.DECLINE, Meaning.UNSURE)
    unsettled = (*visit.progress.unsettled, _WORRY)
    visit = replace(visit, progress=replace(visit.progress, unsettled=unsettled))
    return Move(visit, () if unheard else (script.line("zorg_onbegrepen"),))


WORRY = Chapter(
    _begin,
    _advance,
    questions={_WORRY: Kind.WORRY},
    lines=frozenset(("laatste_vraag", "vertel_het", "zorg_onbegrepen")),
)
