"""What patients answer in the walk: the usual answers, the unusual ones, and what tells of another flag. Pure."""

from __future__ import annotations

from voice.consultation.script import URGENT, Script
from voice.consultation.triage import list_age_bands
from voice.consultation.visit import Phase, Visit
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning, Mention, Score, Side, Years
from voice.understand.plans import FITTING

USUAL = (Answer(Meaning.YES), Answer(Meaning.NO))

REQUESTS = (Meaning.REPEAT, Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER, Meaning.EXPLAIN)
"""They change nothing about the answers; the first stands for all (`walk.py`, 3)."""

WHILE_MOVING = (Meaning.TOO_MUCH, Meaning.WORSE)
"""What is only understood at the questions of moving together."""

_SPECIAL = (Meaning.YES, Meaning.NO, Meaning.DURATION, Meaning.AGE, Meaning.TOPIC, *WHILE_MOVING, *REQUESTS[1:])

UNUSUAL = (
    *(Answer(meaning) for meaning in Meaning if meaning not in _SPECIAL),
    Answer(Meaning.NO, certain=False),
    Answer(Meaning.STOP, certain=False),
    Answer(Meaning.DURATION, days=Days(3, 3)),
    Answer(Meaning.DURATION, days=Days(35, 50)),
    Answer(Meaning.DURATION, days=Days(90, 120)),
    Answer(Meaning.AGE, years=Years(80, 80)),
    Answer(Meaning.TOPIC),
    Answer(Meaning.YES, certain=False, proposed=True),
    Answer(Meaning.NO, certain=False, proposed=True),
)

USUAL_IN_CHAPTERS = {
    Kind.SCALE: Answer(Meaning.SCORE, score=Score(7, 7)),
    Kind.SIDE: Answer(Meaning.SIDE, sides=(Side.LEFT,)),
    Kind.SENTENCE: Answer(Meaning.SENTENCE),
}
"""The answers that these kinds of questions ask for."""

SAYS_WHEN = (Answer(Meaning.YES, recent=Meaning.YES), Answer(Meaning.YES, recent=Meaning.NO))
"""Yeses that say whether it is new, at a question with a follow-up that asks so."""

READING_BACK = (Phase.CONFIRM_NO, Phase.CONFIRM_YES)
"""Phases in which one answer is read back."""
SETTLING_NOTHING = (
    *(Answer(meaning) for meaning in (Meaning.UNSURE, Meaning.DECLINE, Meaning.UNCLEAR, Meaning.SILENCE, Meaning.BACK)),
    Answer(Meaning.YES, more=True),
)
"""Answers to that which do not count as unusual. A yes that says more does not settle a no."""


def list_mentioning_answers(script: Script) -> tuple[Answer, ...]:
    """Answers that tell of another flag: of one for each kind, beside a no, beside nothing and beside a stop.

    Kinds: each urgent level, of a question that is put anyway and of one that waits for a mention.
    """
    urgent = [question for question in script.questions if question.mention and question.level in URGENT]
    told = {(question.level, question.if_mentioned): Mention(question.id) for question in reversed(urgent)}
    hinted = [Mention(question.id, certain=False) for question in urgent[-1:]]
    mentions = [*told.values(), *hinted]
    return tuple(Answer(meaning, mentions=(one,)) for one in mentions for meaning in (Meaning.NO, Meaning.UNCLEAR, Meaning.STOP))


def list_every_mention(script: Script) -> tuple[Answer, ...]:
    """Answers that tell of each flag that is not urgent or waits for a mention, the least urgent first.

    All are given to the first question; the first, when something is read back and at the menu. The dialogue takes every
    mention alike, but for the levels that `list_mentioning_answers` has.
    """
    listened = sorted((one for one in script.questions if one.mention), key=lambda one: one.level.urgency, reverse=True)
    told = (one for one in listened if one.if_mentioned or one.level not in URGENT)
    return tuple(Answer(Meaning.UNCLEAR, mentions=(Mention(one.id),)) for one in told)


def list_usual_answers(visit: Visit) -> tuple[Answer, ...]:
    """Return the answers that are usual at this point."""
    if visit.puts_open and visit.open.limit_days:
        return (*USUAL, Answer(Meaning.DURATION, days=Days(7, 7)), Answer(Meaning.DURATION, days=Days(60, 60)))
    if visit.asked.kind in USUAL_IN_CHAPTERS:
        return (*USUAL, USUAL_IN_CHAPTERS[visit.asked.kind])
    if visit.puts_open and visit.open.kind is Kind.AGE:
        bands = list_age_bands(visit.script, visit.open)
        return tuple(Answer(Meaning.AGE, years=Years(band.low, band.low)) for band in bands)
    return USUAL


def list_unusual_ages(visit: Visit) -> tuple[Answer, ...]:
    """Return the ages that leave something open or are not certain, if an age is asked for."""
    if not visit.puts_open or visit.open.kind is not Kind.AGE:
        return ()
    bands = list_age_bands(visit.script, visit.open)
    across = tuple(Answer(Meaning.AGE, years=Years(band.high, band.high + 1)) for band in bands[:-1])
    return (*across, *(Answer(Meaning.AGE, certain=False, years=band) for band in bands))


def list_named(visit: Visit) -> tuple[Answer, ...]:
    """Return an answer that names something, for each kind of question where the patient may: a topic, or a plan."""
    named = {Kind.WORRY: visit.script.topics[0].id, Kind.PLAN: FITTING[0]}.get(visit.asked.kind)
    return (Answer(Meaning.TOPIC, topic=named),) if named else ()
