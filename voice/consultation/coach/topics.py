"""The topics: what else does the patient want to know? Asked after reassurance, and where the script offers it (rule 16)."""

from __future__ import annotations

from dataclasses import replace

from voice.consultation.coach.chapter import LONGEST, Chapter, Move
from voice.consultation.script import Level
from voice.consultation.triage import offers_topics, say_outcome
from voice.consultation.visit import Visit
from voice.speak.utterance import Utterance
from voice.understand.meaning import Answer, Meaning

ROUNDS = LONGEST
"""How many topics a patient may ask about."""

TRIES = 2
"""How often in a row the patient hears what can be asked, without naming a topic."""


def _begin(visit: Visit) -> Move | None:
    if not offers_topics(visit.script, visit.outcome):
        return None
    topic = visit.script.core[-1] if visit.outcome.level is Level.REASSURE else ""
    return Move(replace(visit, topic=topic), (*_say_offer(visit), visit.script.menu.ask), visit.script.menu)


def _advance(visit: Visit, answer: Answer) -> Move:
    script = visit.script
    match answer.meaning:
        case Meaning.TOPIC if answer.topic:
            topic = script.topic(answer.topic)
            visit = replace(visit, topic=topic.id, misses=0)
            return Move(visit, (*topic.lines, script.line("nog_iets")), script.menu)
        case Meaning.TOPIC | Meaning.EXPLAIN:
            return Move(visit, (script.line("dat_weet_ik_niet"), script.line("nog_iets")), script.menu)
        case Meaning.YES if visit.misses < TRIES:
            choices = script.line(script.choices[visit.offered % len(script.choices)])
            return Move(replace(visit, misses=visit.misses + 1, offered=visit.offered + 1), (choices,), script.menu)
        case Meaning.UNCLEAR if visit.misses < TRIES:
            return Move(replace(visit, misses=visit.misses + 1), (script.line("keuze_niet_begrepen"),), script.menu)
        case _:
            return Move(visit)


def _remind(visit: Visit) -> tuple[Utterance, ...]:
    """Return the topic that was told last, else the outcome and what was offered after it."""
    script = visit.script
    return script.topic(visit.topic).lines if visit.topic else (*say_outcome(visit, visit.outcome.level), *_say_offer(visit))


def _say_offer(visit: Visit) -> tuple[Utterance, ...]:
    offer = visit.script.offers.get(visit.outcome.level)
    return tuple(map(visit.script.line, offer.say)) if offer else ()


TOPICS = Chapter(
    _begin,
    _advance,
    _remind,
    lines=frozenset(("nog_iets", "keuze_niet_begrepen", "dat_weet_ik_niet")),
    longest=ROUNDS,
    again=True,
)
