"""Hold a consultation at a kiosk that nobody attends: begin(script) -> Scene, advance(stay, answer) -> Scene.

Pure, like `dialogue.py`, which it wraps. Rules:

1. The notice comes first. Then the patient rehearses: "do you hear me well?", which sets the volume.
2. A patient who does not hear it well, or at all, is asked again in a louder voice and clearer words. After ATTEMPTS
   the consultation begins with the hint to read along.
3. Silence at the last rehearsal means that the kiosk was started by accident. It stops and calls nobody.
4. After ATTEMPTS silences in a row the patient is asked whether he is still there, in words and on the screen, before
   anything is wiped (EN 301 549: a time-out is announced to more than one sense). This is done CHECKS times a visit.
5. A patient who has left is told nothing of what was found, because the next one may be sitting there. If something
   was found, or waits to be confirmed, or an emergency could not be excluded, the staff are called.
6. Alarm, help and stop go to the consultation at any point. So does what an answer tells of an urgent flag
   (`dialogue.py`, rule 18), also at the rehearsal: its question is put next.
7. Every count is bounded, so every visit ends.

What an answer leads to:

    answer               REHEARSAL              CONSULTATION        PRESENCE
    ALARM, HELP, STOP    consultation (6)       consultation        consultation
    YES                  first question         consultation        the open question
    SILENCE              louder; stop (3)       PRESENCE (4)        once more; left (5)
    UNCLEAR, WAIT        again                  consultation        the open question
    SLOWER, SOFTER       so, again              consultation        the open question
    anything else        louder, clearer (2)    consultation        the open question
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType

from voice.consultation import dialogue
from voice.consultation.dialogue import ATTEMPTS
from voice.consultation.findings import close_mentions, has_proposed
from voice.consultation.script import Level, Question, Script
from voice.consultation.triage import judge
from voice.consultation.visit import Outcome, Step, Visit
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import TOUCHED, Answer, Meaning

SPOKEN_LINES = frozenset(
    """luider niet_begrepen_1 wacht oefen_goed oefen_lees_mee oefen_niemand er_nog weggegaan wissen
    geroepen geroepen_opnieuw hoort_lezen welkom_lezen kennisgeving_lezen oefen_niemand_lezen stilte_2_lezen stilte_3_lezen
    niemand_gehoord_lezen weggegaan_lezen persoonlijk_lezen""".split()
)
"""Lines that a kiosk speaks by name; the loader refuses a locale that lacks one."""

GREETING = ("welkom", "proefversie", "kennisgeving")
"""Lines that are said before the rehearsal. Without one the consultation begins with them."""

CHECKS = 3
"""How often in one visit a silent patient is asked whether he is still there. Later silences count as no answer."""

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

    step: of the consultation; its question is open or will be put next.
    tries: answers to the rehearsal or the presence question that settled nothing.
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
    def consultation(self) -> Visit:
        """What was answered in the consultation."""
        return self.step.visit

    @property
    def waiting(self) -> bool:
        """Whether the patient has asked the consultation for time."""
        return self.part is Part.CONSULTATION and self.step.visit.waiting


READING = "_lezen"
"""Ends the name of a line that is shown in the place of another where nothing is spoken."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens next: lines to speak, then a question to be answered, or the outcome."""

    visit: Stay
    say: tuple[Utterance, ...]
    then: Question | Outcome


def begin(script: Script) -> Scene:
    """Greet, say what this is, and rehearse (rule 1)."""
    step = dialogue.begin(script)
    greeting = tuple(line for line in step.say if line.id in GREETING)
    rest = replace(step, say=tuple(line for line in step.say if line.id not in GREETING))
    return Scene(Stay(Part.REHEARSAL, rest), (*greeting, script.rehearsal.ask), script.rehearsal)


def advance(stay: Stay, answer: Answer) -> Scene:
    """Decide what follows from an answer to the open question. Raises ValueError if the visit has ended."""
    if _goes_first(answer):
        return _go_on(stay, dialogue.advance(stay.step.visit, answer))
    return _PARTS[stay.part](stay, answer)


def write_for_reading(script: Script) -> Script:
    """Return the script for a patient who reads and touches: nothing in it speaks of hearing or of answering aloud."""
    read = {name.removesuffix(READING): text for name, text in script.lines.items() if name.endswith(READING)}
    rehearsal = replace(script.rehearsal, text=read["hoort"], clarify=read["hoort"])
    return replace(script, lines=MappingProxyType({**script.lines, **read}), rehearsal=rehearsal)


def break_off(stay: Stay, reason: str) -> Scene:
    """End the visit and hand it to the staff, because the kiosk cannot hold it."""
    return _go_on(stay, dialogue.break_off(stay.step.visit, reason))


def request_voice(script: Script, question: Question, answer: Answer) -> Answer:
    """Return the answer as a request to the voice: who hears "Ik spreek nu luider" at the rehearsal hears it louder."""
    louder = question is script.rehearsal and not _goes_first(answer) and answer.meaning not in (Meaning.YES, *_REHEARSING)
    return replace(answer, meaning=Meaning.LOUDER) if louder else answer


def _goes_first(answer: Answer) -> bool:
    """Whether it goes to the consultation wherever the visit is (rule 6): a stop that was touched is read back there."""
    return answer.is_call or (answer.meaning is Meaning.STOP and answer.matched == TOUCHED)


# --- the parts ------------------------------------------------------------------------------------


def _take_at_rehearsal(stay: Stay, answer: Answer) -> Scene:
    told = dialogue.resume(stay.step.visit, answer)
    mentioned = bool(told.visit.detours)
    if answer.meaning is Meaning.YES:
        return _go_on(stay, told if mentioned else stay.step, "oefen_goed")
    if mentioned:
        return _go_on(stay, told)
    stay = replace(stay, tries=stay.tries + 1)
    question, lead = stay.script.rehearsal, _REHEARSING.get(answer.meaning)
    if stay.tries < ATTEMPTS:
        return Scene(stay, (stay.script.line(lead), question.ask) if lead else (question.ask_clearer,), question)
    if answer.meaning is Meaning.SILENCE:
        return Scene(stay, (stay.script.line("oefen_niemand"),), Outcome(Level.STOPPED, reasons=(NOBODY,)))
    return _go_on(stay, stay.step, "oefen_lees_mee")


_REHEARSING = {
    Meaning.UNCLEAR: "niet_begrepen_1",
    Meaning.WAIT: "wacht",
    Meaning.SLOWER: "trager",
    Meaning.SOFTER: "zachter",
}
"""Lines before the rehearsal is repeated as it was; after any other answer in clearer words, louder."""


def _take_at_question(stay: Stay, answer: Answer) -> Scene:
    if answer.meaning is not Meaning.SILENCE or stay.step.visit.asked.kind is Kind.TOPICS:
        return _go_on(stay, dialogue.advance(stay.step.visit, answer))
    stay = replace(stay, silences=stay.silences + 1)
    if stay.silences < ATTEMPTS or stay.checks >= CHECKS:
        return _go_on(stay, dialogue.advance(stay.step.visit, answer), silences=stay.silences)
    stay = replace(stay, part=Part.PRESENCE, tries=0, checks=stay.checks + 1)
    return Scene(stay, (stay.script.presence.ask,), stay.script.presence)


def _take_at_presence(stay: Stay, answer: Answer) -> Scene:
    if answer.meaning is not Meaning.SILENCE:
        return _go_on(stay, dialogue.resume(stay.step.visit, answer), "er_nog")
    if not stay.tries:
        return Scene(replace(stay, tries=1), (stay.script.presence.ask_clearer,), stay.script.presence)
    return Scene(stay, (stay.script.line("weggegaan"),), _judge_left(stay))


_PARTS = {Part.REHEARSAL: _take_at_rehearsal, Part.CONSULTATION: _take_at_question, Part.PRESENCE: _take_at_presence}


def _go_on(stay: Stay, step: Step, *lead: str, silences: int = 0) -> Scene:
    """Go on with the consultation, after these lines."""
    lines = tuple(stay.script.line(name) for name in lead)
    stay = replace(stay, part=Part.CONSULTATION, step=step, silences=silences)
    return Scene(stay, (*lines, *step.say), step.then)


def _judge_left(stay: Stay) -> Outcome:
    """Decide the outcome for a patient who has left (rule 5); what was told or affirmed and then taken back counts too."""
    visit = close_mentions(stay.step.visit)
    known = judge(visit)
    found = known.flags or visit.affirmed or visit.mentioned or has_proposed(visit) or known.level is Level.STAFF
    return replace(known, level=Level.STAFF if found else Level.STOPPED, reasons=(LEFT,))
