"""Hold the visits of simulated patients, by words alone, and judge each by the truth of its patient. Pure.

The judge knows what is true of the patient and what the patient said, not what the dialogue found. A visit is at fault if

1. WRONG_REASSURANCE: an emergency or an urgent flag was affirmed or told in words, or was put and passed over without a
   denial, and the visit ended at reassurance, at S, or stopped;
2. TOO_LOW: it ended calmer than the flags that were affirmed demand, alone or together, or than the script demands of
   what was told and then denied or not settled;
3. LOST_ALARM: an alarm was said and nobody was brought in;
4. MISUNDERSTOOD_STOP: it was stopped although the patient never wanted to;
5. NEEDLESS_EMERGENCY: somebody was brought in although nothing true of the patient, and nothing said, demands it;
6. TOO_HIGH: it ended more urgent, by less than that, than what is true of the patient demands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from voice.bench.rigs.manners import Manner, Speech, make_speech
from voice.bench.rigs.patients import Patient, Said, Truth, draw_moment, draw_truth, list_levels
from voice.bench.rigs.sayings import Sayings
from voice.consultation.dialogue import advance, begin
from voice.consultation.script import URGENT, Level, Question, Script, most_urgent
from voice.consultation.visit import Outcome, Step
from voice.recognize.transcript import Transcript
from voice.understand.answer import understand
from voice.understand.expected import Kind

WRONG_REASSURANCE = "wrong reassurance"
TOO_LOW = "level too low"
LOST_ALARM = "lost alarm"
MISUNDERSTOOD_STOP = "ended by misunderstanding"
NEEDLESS_EMERGENCY = "needless emergency"
TOO_HIGH = "level too high"
FAULTS = (WRONG_REASSURANCE, TOO_LOW, LOST_ALARM, MISUNDERSTOOD_STOP, NEEDLESS_EMERGENCY, TOO_HIGH)

SENT_HOME = (Level.REASSURE, Level.S, Level.STOPPED)
BROUGHT_IN = (Level.E, Level.STAFF)
TODAY = date(2026, 11, 23)
"""The day of the visits. The lengths of time in tests/sentences are reckoned from it."""
MANNERS = {Manner.PLAIN: 4, Manner.POLITE: 2, Manner.VAGUE: 1, Manner.DIALECT: 2, Manner.MISHEARD: 1}
"""How many of ten patients speak so."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was spoken last, what the patient said, and what it was taken for."""

    question: str
    text: str
    taken: str


@dataclass(frozen=True, slots=True)
class Held:
    """One visit.

    number: with the seed it repeats the visit. truth: the true flags. readbacks: how often something was read back.
    again: questions put a second time or more. told, heeded: flags told outside their question; those put after that.
    unfounded: questions put because of a mention that nobody made.
    """

    number: int
    kind: str
    manner: str
    truth: tuple[str, ...]
    level: str
    faults: tuple[str, ...]
    turns: int
    readbacks: int
    again: int
    told: int
    heeded: int
    unfounded: int
    talk: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Practice:
    """Where the visits are held: with which script, what can be said, and by which kinds of patients, told apart by a seed."""

    script: Script
    sayings: Sayings
    speech: Speech
    kinds: tuple[str, ...]
    seed: int


def make_practice(script: Script, sayings: Sayings, kinds: tuple[str, ...], seed: int) -> Practice:
    return Practice(script, sayings, make_speech(script.readback.expected.grammar, sayings), kinds, seed)


def hold_visit(practice: Practice, number: int) -> Held:
    """Hold the visit of that number; it is the same whenever the seed, the number and the kinds are."""
    random = Random(f"{practice.seed} {number}")
    kind = random.choice(practice.kinds)
    manner = random.choices(tuple(MANNERS), tuple(MANNERS.values()))[0]
    truth = draw_truth(practice.script, kind, random)
    moment = draw_moment(kind, truth, practice.script, random)
    speech = practice.speech.with_manner(manner, random)
    patient = Patient(practice.script, practice.sayings, truth, kind, speech, random, moment=moment)
    steps, talk = _talk(patient)
    return Held(
        number, kind, manner.value, tuple(sorted(truth.flags)), str(_outcome(steps).level), tuple(find_faults(patient, steps)),
        turns=patient.turn, readbacks=sum(_asks_about(step, Kind.READBACK) for step in steps), again=_count_again(steps),
        told=len(patient.said.told), heeded=_count_heeded(patient, steps), unfounded=_count_unfounded(patient, steps),
        talk=talk,
    )  # fmt: skip


def _talk(patient: Patient) -> tuple[list[Step], tuple[Turn, ...]]:
    steps, talk = [begin(patient.script)], []
    while isinstance(question := steps[-1].then, Question):
        text = patient.answer(steps[-1])
        answer = understand(Transcript(text, 1.0, "simulated"), question.expected, today=TODAY)
        mentions = "".join(f" +{one.question}{'' if one.certain else '?'}" for one in answer.mentions)
        talk.append(Turn(question.id, text, f"{answer.meaning}{'' if answer.certain else '?'}{mentions}"))
        steps.append(advance(steps[-1].visit, answer))
    return steps, tuple(talk)


def _outcome(steps: list[Step]) -> Outcome:
    outcome = steps[-1].then
    assert isinstance(outcome, Outcome)
    return outcome


def _asks_about(step: Step, kind: Kind) -> bool:
    return isinstance(step.then, Question) and step.then.kind is kind


def _count_again(steps: list[Step]) -> int:
    """Count how often a question of the script was put that had been put before."""
    asked = [utterance.id for step in steps for utterance in step.say if utterance.id.endswith((".vraag", ".verduidelijking"))]
    questions = {question.id for step in steps[:1] for question in step.visit.script.questions}
    put = [name for name in (name.rpartition(".")[0] for name in asked) if name in questions]
    return len(put) - len(set(put))


# --- the judge ------------------------------------------------------------------------------------


def find_faults(patient: Patient, steps: list[Step]) -> Iterator[str]:
    """Name what is at fault with a visit (rules 1 to 6)."""
    script, said, level = patient.script, patient.said, _outcome(steps).level
    owed = said.affirmed | {flag for _, flag in said.told} | _passed_over(patient, said)
    demanded = most_urgent((*_demand(script, said), Level.STOPPED))
    wrong = level in SENT_HOME and any(script.question(flag).level in URGENT and not _is_old(script, said, flag) for flag in owed)
    if wrong:
        yield WRONG_REASSURANCE
    elif level.urgency > demanded.urgency and not (demanded is Level.E and level in BROUGHT_IN):
        yield TOO_LOW
    if said.alarm and level not in BROUGHT_IN:
        yield LOST_ALARM
    if not said.stop and _is_stopped(steps):
        yield MISUNDERSTOOD_STOP
    yield from _find_excess(script, patient.truth, said, _outcome(steps))


def _is_old(script: Script, said: Said, flag: str) -> bool:
    """Whether the patient said that a flag is there, and neither new nor worse."""
    recent = script.question(flag).recent
    return recent is not None and flag in said.affirmed and recent.question in said.denied - said.affirmed


def _find_excess(script: Script, truth: Truth, said: Said, outcome: Outcome) -> Iterator[str]:
    """Rules 5 and 6. What the patient denied first may be told still; what is true is never too much.

    Some urgent flags are alarms when they are told unasked, such as a fall.
    """
    due, level = most_urgent((*list_levels(script, truth.flags), Level.REASSURE)), outcome.level
    called = said.alarm or said.help or said.at_emergency or (said.told and "alarm" in outcome.reasons)
    if level in BROUGHT_IN:
        if not called and due not in BROUGHT_IN:
            yield NEEDLESS_EMERGENCY
    elif level.urgency < due.urgency and not (level is Level.S and said.unsure):
        yield TOO_HIGH


def _demand(script: Script, said: Said) -> Iterator[Level]:
    yield from list_levels(script, said.affirmed)
    for flag in {flag for _, flag in said.told} - said.affirmed:
        yield script.told_and_denied[script.question(flag).level]


def _passed_over(patient: Patient, said: Said) -> set[str]:
    """True flags that were put, and of which the patient said nothing before the visit went on. Who stops leaves them open."""
    if said.stop:
        return set()
    return {flag for flag in said.put if flag in patient.truth.flags} - said.denied - said.affirmed


def _is_stopped(steps: list[Step]) -> bool:
    return any(utterance.id == "gestopt" for utterance in steps[-1].say)


def _count_heeded(patient: Patient, steps: list[Step]) -> int:
    """Count the flags told elsewhere whose question was put after that, or after which somebody was brought in."""
    brought_in = _outcome(steps).level in BROUGHT_IN
    return sum(brought_in or patient.said.put.get(flag, -1) > turn for turn, flag in patient.said.told)


def _count_unfounded(patient: Patient, steps: list[Step]) -> int:
    told = {flag for _, flag in patient.said.told}
    return sum(name not in told | patient.truth.flags for name in steps[-1].visit.detours)
