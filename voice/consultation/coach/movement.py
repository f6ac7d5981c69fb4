"""Moving together: one gentle movement at a time, described, counted, and asked about (docs/grounds.md, moving together).

Rules:

1. A movement is only done if nothing rules it out: every question that does was denied for good, or was not due and not told
   of. One under `never_with` that was answered in any other way rules out all of them.
2. It is offered once. Only a yes begins it.
3. Before the first movement on the feet the patient is asked whether he stands firmly; only a certain yes leads there.
4. Each is described, and counted only after a yes to "ready?". After the count the patient is asked how it went; only a
   certain yes goes on as before.
5. More pain ends it, and so do a no to how it went, a stop and a missing answer. "Too much" leaves the open movement, and halves
   the counts after it; the second time ends it.
6. "Slower" makes each count after it longer.
7. Each question is put ATTEMPTS times, and each movement is done once. So it ends.

What an answer leads to; the dialogue takes alarms, calls, mentions and the other requests before:

    answer           OFFER     FOOTING   READY           CHECK
    YES              first     movement  count           next
    YES, uncertain   first     again     count           again
    SLOWER           again     again     slower, again   slower, next
    TOO_MUCH         end       seated    without it      shorter, next
    NO, DECLINE      end       seated    again           end
    WORSE, STOP      end       end       end             end
    anything else    again     again     again           again
"""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapter import Chapter, Move
from voice.consultation.movement import Movement
from voice.consultation.script import Finding, Level
from voice.consultation.triage import is_due
from voice.consultation.visit import Visit
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

OFFER, FOOTING, READY, CHECK = "samen", "stevig", "klaar", "gaat_het"
"""Ids of the questions: whether the patient joins in, stands firmly, is ready, and how it went."""

AFTER = (Level.REASSURE, Level.S)
"""The only outcomes after which anybody moves."""

ATTEMPTS = 2
"""How often each question is put."""

LONGEST = 40
"""More answers than all movements take."""

ENDED, PACE, EASED = "movement", "movement_pace", "movement_eased"
"""What is kept: how it ended, that the counts are longer, and that they are shorter."""

_DENIED = (Meaning.NO, Meaning.DECLINE)


def list_allowed(visit: Visit) -> tuple[Movement, ...]:
    """Return the movements that nothing rules out (rule 1)."""
    moving = visit.script.moving
    if visit.outcome.level not in AFTER or any(_rules_out(visit, name) for name in moving.never_with):
        return ()
    return tuple(one for one in moving.movements if not any(_rules_out(visit, name) for name in one.not_with))


def _rules_out(visit: Visit, name: str) -> bool:
    """Whether a question has any other answer than a no for good, and was due or told of."""
    told = (*visit.affirmed, *visit.declined, *visit.mentioned, *visit.pending, *visit.detours, *visit.proposed)
    if name in told or name not in {question.id for question in visit.script.questions}:
        return True
    if visit.finding(name) is None:
        return name in visit.path or is_due(visit, visit.script.question(name))
    return visit.finding(name) is not Finding.ABSENT


def _begin(visit: Visit) -> Move | None:
    return _ask(visit, OFFER, "", "samen_aanbod") if list_allowed(visit) else None


def _advance(visit: Visit, answer: Answer) -> Move:
    if answer.meaning is Meaning.STOP:
        return _end(visit, "samen_gestopt")
    if answer.meaning is Meaning.WORSE and visit.progress.asks != OFFER:
        return _end(visit, "samen_erger")
    if visit.progress.asks != OFFER and visit.progress.place not in {movement.id for movement in list_allowed(visit)}:
        return _end(visit, "samen_te_veel")
    return _TAKING[visit.progress.asks](visit, answer)


def _remind(visit: Visit) -> tuple[Utterance, ...]:
    """Return what the open movement is."""
    return visit.script.moving.movement(visit.progress.place).lines if visit.progress.asks == READY else ()


# --- what an answer leads to -----------------------------------------------------------------------


def _take_at_offer(visit: Visit, answer: Answer) -> Move:
    if answer.meaning is Meaning.YES and not answer.proposed:
        return _go_on(visit, "samen_begin")
    if answer.meaning in (*_DENIED, Meaning.TOO_MUCH, Meaning.WORSE):
        return Move(visit)
    return _ask_again(visit)


def _take_at_footing(visit: Visit, answer: Answer) -> Move:
    if _is_sure(answer):
        return _describe(visit, visit.progress.place)
    return _stay_seated(visit) if answer.meaning in (*_DENIED, Meaning.TOO_MUCH) else _ask_again(visit)


def _take_at_ready(visit: Visit, answer: Answer) -> Move:
    match answer.meaning:
        case Meaning.YES if not answer.proposed:
            return _count(visit)
        case Meaning.SLOWER if not _has(visit, PACE):
            return _ask(_keep(visit, PACE, "slower"), READY, visit.progress.place, "samen_trager")
        case Meaning.TOO_MUCH:
            return _ease(visit, "samen_sla_over")
        case _:
            return _ask_again(visit, "samen_neem_tijd")


def _take_at_check(visit: Visit, answer: Answer) -> Move:
    match answer.meaning:
        case Meaning.YES if _is_sure(answer):
            return _go_on(visit, "samen_goed")
        case Meaning.SLOWER:
            return _go_on(_keep(visit, PACE, "slower"), "samen_trager")
        case Meaning.TOO_MUCH:
            return _ease(visit, "samen_minder")
        case Meaning.NO | Meaning.DECLINE:
            return _end(visit, "samen_erger")
        case _:
            return _ask_again(visit)


_TAKING = {OFFER: _take_at_offer, FOOTING: _take_at_footing, READY: _take_at_ready, CHECK: _take_at_check}


def _is_sure(answer: Answer) -> bool:
    return answer.meaning is Meaning.YES and answer.certain and not answer.proposed


# --- moving on ---------------------------------------------------------------------------------------


def _go_on(visit: Visit, lead: str) -> Move:
    """Describe the movement after the open one, or end; ask first whether the patient stands firmly (rule 3)."""
    allowed = list_allowed(visit)
    names = [movement.id for movement in allowed]
    at = names.index(visit.progress.place) + 1 if visit.progress.place in names else 0
    if at == len(names):
        return _end(visit, lead, "samen_einde")
    stood = at > 0 and allowed[at - 1].standing
    if allowed[at].standing and not stood:
        return _ask(visit, FOOTING, names[at], lead, "samen_rechtstaan")
    return _describe(visit, names[at], lead)


def _describe(visit: Visit, place: str, *lead: str) -> Move:
    """Say what the movement is, and ask whether the patient is ready (rule 4)."""
    move = _ask(visit, READY, place, *lead)
    *said, own = move.say
    return replace(move, say=(*said, *visit.script.moving.movement(place).lines, own))


def _count(visit: Visit) -> Move:
    """Count the open movement, and ask how it went."""
    moving, movement = visit.script.moving, visit.script.moving.movement(visit.progress.place)
    times = -(-movement.times // 2) if _has(visit, EASED) else movement.times
    move = _ask(visit, CHECK, movement.id)
    return replace(move, say=(moving.count_out(movement, times, _has(visit, PACE)), *move.say))


def _ease(visit: Visit, line: str) -> Move:
    """Leave the open movement, and do less from now on; the second time it ends (rule 5)."""
    return _end(visit, "samen_te_veel") if _has(visit, EASED) else _go_on(_keep(visit, EASED, "shorter"), line)


def _stay_seated(visit: Visit) -> Move:
    """End, because nothing on a chair comes after it (rule 3)."""
    return _end(visit, "samen_zitten", "samen_einde")


def _ask(visit: Visit, name: str, place: str, *lead: str) -> Move:
    """Put another question, after these lines."""
    question = visit.script.question(name)
    visit = replace(visit, misses=0, asides=0, progress=replace(visit.progress, place=place))
    return Move(visit, (*map(visit.script.line, lead), question.ask), question)


def _ask_again(visit: Visit, *lead: str) -> Move:
    """Put the open question again in clearer words; give up after ATTEMPTS (rule 7)."""
    if visit.misses + 1 < ATTEMPTS:
        question = visit.script.question(visit.progress.asks)
        lines = map(visit.script.line, lead)
        return Move(replace(visit, misses=visit.misses + 1), (*lines, question.ask_clearer), question)
    if visit.progress.asks == OFFER:
        return Move(visit)
    return _stay_seated(visit) if visit.progress.asks == FOOTING else _end(visit, "samen_te_veel")


def _end(visit: Visit, *lines: str) -> Move:
    return Move(_keep(visit, ENDED, lines[-1]), tuple(map(visit.script.line, lines)))


def _keep(visit: Visit, what: str, value: str) -> Visit:
    return replace(visit, progress=visit.progress.keep(what, value))


def _has(visit: Visit, what: str) -> bool:
    return what in dict(visit.progress.kept)


MOVEMENT = Chapter(
    _begin,
    _advance,
    _remind,
    questions=dict.fromkeys((OFFER, FOOTING, READY, CHECK), Kind.MOVING),
    lines=frozenset(
        """samen_aanbod samen_begin samen_rechtstaan samen_zitten samen_neem_tijd samen_trager samen_sla_over samen_minder
        samen_goed samen_te_veel samen_erger samen_gestopt samen_einde""".split()
    ),
    takes=frozenset((Meaning.SLOWER, Meaning.STOP)),
    longest=LONGEST,
)
