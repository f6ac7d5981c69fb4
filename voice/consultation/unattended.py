"""The protocol around a consultation where nobody attends the kiosk: begin(script), advance(stay, answer).

Pure, like `dialogue.py`, whose two functions it wraps. The rules that live here:

- The notice comes first. Then the patient rehearses: "do you hear me well?", which sets the volume.
- Who does not answer the rehearsal has started the kiosk by accident; it stops without calling anybody.
- Who falls silent later is asked whether he is still there, in words and on the screen, before anything is wiped
  (EN 301 549: a time-out is announced to more than one sense).
- Who has left is told nothing of what was found, because the next patient may be sitting there; where something was
  found, or an emergency could not be excluded, the staff are called.
- Every count is bounded, so every visit ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from voice.consultation import dialogue
from voice.consultation.dialogue import ATTEMPTS
from voice.consultation.script import Level, Question, Script
from voice.consultation.triage import judge
from voice.consultation.visit import Outcome, Step
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

SPOKEN_LINES = frozenset("luider niet_begrepen_1 wacht oefen_goed oefen_lees_mee oefen_niemand er_nog weggegaan".split())
"""Lines that are spoken by name; a locale that lacks one is refused when it is loaded."""

GREETING = ("welkom", "kennisgeving")
"""What is said before the rehearsal; the consultation would begin with it."""

CHECKS = 3
"""How often in one visit a silent patient is asked whether he is still there; later silences count as no answer."""

LEFT, NOBODY = "weggegaan", "niemand"
"""Reasons of an outcome: the patient walked away; nobody was there to begin with."""


class Part(Enum):
    """Where the visit is."""

    REHEARSAL = "rehearsal"
    CONSULTATION = "consultation"
    PRESENCE = "presence"


@dataclass(frozen=True, slots=True)
class Stay:
    """One visit to the kiosk, from the notice until the patient has left.

    step: of the consultation; its question is the one that is open or will be put next.
    tries: answers to the rehearsal, or to the question whether the patient is still there, that settled nothing.
    silences: unanswered questions in a row. checks: how often the patient was asked whether he is still there.
    """

    part: Part
    step: Step
    tries: int = 0
    silences: int = 0
    checks: int = 0

    @property
    def script(self) -> Script:
        return self.step.visit.script

    @property
    def waiting(self) -> bool:
        """Whether the patient has asked the consultation for time."""
        return self.part is Part.CONSULTATION and self.step.visit.waiting


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens next: lines to speak, then a question to be answered, or the outcome."""

    visit: Stay
    say: tuple[Utterance, ...]
    then: Question | Outcome


def begin(script: Script) -> Scene:
    """Greet, say what this is, and rehearse."""
    step = dialogue.begin(script)
    greeting = tuple(line for line in step.say if line.id in GREETING)
    rest = replace(step, say=tuple(line for line in step.say if line.id not in GREETING))
    return Scene(Stay(Part.REHEARSAL, rest), (*greeting, script.rehearsal.ask), script.rehearsal)


def advance(stay: Stay, answer: Answer) -> Scene:
    """What follows from an answer to the open question. Raises ValueError where the visit has ended."""
    if answer.is_call:
        return _consulted(stay, dialogue.advance(stay.step.visit, answer))
    return _PARTS[stay.part](stay, answer)


def break_off(stay: Stay, reason: str) -> Scene:
    """End the visit and hand it to the staff, because the kiosk cannot hold it."""
    return _consulted(stay, dialogue.break_off(stay.step.visit, reason))


def request_voice(script: Script, question: Question, answer: Answer) -> Answer:
    """Return the answer as a request to the voice: a patient who does not hear the rehearsal asks for a louder one."""
    unheard = answer.meaning in (Meaning.NO, Meaning.UNSURE, Meaning.SILENCE)
    return replace(answer, meaning=Meaning.LOUDER) if question is script.rehearsal and unheard else answer


# --- the parts ------------------------------------------------------------------------------------


def _rehearsed(stay: Stay, answer: Answer) -> Scene:
    if answer.meaning is Meaning.YES:
        return _consulted(stay, stay.step, "oefen_goed")
    stay = replace(stay, tries=stay.tries + 1)
    if stay.tries < ATTEMPTS:
        return _rehearse_again(stay, answer.meaning)
    if answer.meaning is Meaning.SILENCE:
        return Scene(stay, (stay.script.line("oefen_niemand"),), Outcome(Level.STOPPED, reasons=(NOBODY,)))
    return _consulted(stay, stay.step, "oefen_lees_mee")


def _rehearse_again(stay: Stay, meaning: Meaning) -> Scene:
    question = stay.script.rehearsal
    lead = _REHEARSING.get(meaning)
    say = (stay.script.line(lead), question.ask) if lead else (question.ask_clearer,)
    return Scene(stay, say, question)


_REHEARSING = {Meaning.UNCLEAR: "niet_begrepen_1", Meaning.WAIT: "wacht"}
"""What is said before the rehearsal is repeated; otherwise it is repeated louder."""


def _answered(stay: Stay, answer: Answer) -> Scene:
    assert isinstance(stay.step.then, Question)
    if answer.meaning is not Meaning.SILENCE or stay.step.then.kind is Kind.TOPICS:
        return _consulted(stay, dialogue.advance(stay.step.visit, answer))
    stay = replace(stay, silences=stay.silences + 1)
    if stay.silences < ATTEMPTS or stay.checks >= CHECKS:
        return _consulted(stay, dialogue.advance(stay.step.visit, answer), silences=stay.silences)
    stay = replace(stay, part=Part.PRESENCE, tries=0, checks=stay.checks + 1)
    return Scene(stay, (stay.script.presence.ask,), stay.script.presence)


def _present(stay: Stay, answer: Answer) -> Scene:
    if answer.meaning is not Meaning.SILENCE:
        question = stay.step.then
        assert isinstance(question, Question)
        step = replace(stay.step, visit=replace(stay.step.visit, waiting=False))
        return Scene(_consulting(stay, step), (stay.script.line("er_nog"), question.ask), question)
    if not stay.tries:
        return Scene(replace(stay, tries=1), (stay.script.presence.ask_clearer,), stay.script.presence)
    return Scene(stay, (stay.script.line("weggegaan"),), _left(stay))


_PARTS = {Part.REHEARSAL: _rehearsed, Part.CONSULTATION: _answered, Part.PRESENCE: _present}


def _consulted(stay: Stay, step: Step, *lead: str, silences: int = 0) -> Scene:
    """The consultation goes on."""
    lines = tuple(stay.script.line(name) for name in lead)
    return Scene(_consulting(stay, step, silences), (*lines, *step.say), step.then)


def _consulting(stay: Stay, step: Step, silences: int = 0) -> Stay:
    return replace(stay, part=Part.CONSULTATION, step=step, tries=0, silences=silences)


def _left(stay: Stay) -> Outcome:
    """Somebody must know of what was found; of an emergency that was once affirmed, too."""
    known = judge(stay.step.visit)
    found = known.flags or stay.step.visit.affirmed or known.level is Level.STAFF
    return replace(known, level=Level.STAFF if found else Level.STOPPED, reasons=(LEFT,))
