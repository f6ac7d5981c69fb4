"""Define what a consultation consists of: the visit so far, the step that follows, the outcome. Types only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from voice.consultation.script import Finding, Level, Question, Script
from voice.speak.utterance import Utterance
from voice.understand.meaning import NO_SCORE, NO_YEARS, Meaning, Score, Side, Years


class Phase(str, Enum):
    """What the open question asks for."""

    ASK = "ask"
    CONFIRM_NO = "confirm_no"
    CONFIRM_YES = "confirm_yes"
    CONFIRM_AGE = "confirm_age"
    CONFIRM_FINDINGS = "confirm_findings"
    BEFORE = "before"
    ADVISE = "advise"
    ENDED = "ended"


CONFIRMING = frozenset({Phase.CONFIRM_NO, Phase.CONFIRM_YES, Phase.CONFIRM_AGE, Phase.CONFIRM_FINDINGS})
"""Phases in which something is read back."""

IN_CHAPTER = frozenset({Phase.BEFORE, Phase.ADVISE})
"""Phases in which a chapter asks (`coach/`): before the outcome is told, and after it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a consultation ends: a level with its reasons.

    flags, unknown: ids of the questions answered yes, and of those without a usable answer.
    reasons: ids of the rules and events that raised the level beyond the single flags.
    """

    level: Level
    flags: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


UNDECIDED = Outcome(Level.NONE)


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of each flag at the end, by id, each in the order of the script.

    declined: the patient would rather not answer. not_put: the visit ended before its question.
    """

    affirmed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    not_put: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the patient replied to a question that is no flag.

    meaning: YES, NO, SCORE, SIDE, SENTENCE; UNSURE and DECLINE for one that is not known or not said, UNCLEAR for one that was
        not heard or understood.
    certain: False if it was doubtful both times that it was asked.
    """

    meaning: Meaning
    score: Score = NO_SCORE
    sides: tuple[Side, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the chapters before and after the outcome are (`coach/`).

    chapter: id of the one that is open. begun: ids of those that have begun; none begins twice.
    asks: id of the question that it has put. place: where it is, in a word of its own; "" at its beginning.
    unsettled: ids of its questions that stay without a usable answer; each counts as missing (`triage.py`, rule 9).
    kept: (what, value) that later chapters and the hand-over use, each what once.
    replies: (question id, reply) to its questions, each question once.
    """

    chapter: str = ""
    begun: tuple[str, ...] = ()
    asks: str = ""
    place: str = ""
    unsettled: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    replies: tuple[tuple[str, Reply], ...] = ()

    def keep(self, what: str, value: str) -> Progress:
        """Return the progress with that value kept, instead of an earlier one."""
        others = tuple(pair for pair in self.kept if pair[0] != what)
        return replace(self, kept=(*others, (what, value)))

    def keep_reply(self, question: str, reply: Reply) -> Progress:
        """Return the progress with that reply to the question of that id, instead of an earlier one."""
        others = tuple(pair for pair in self.replies if pair[0] != question)
        return replace(self, replies=(*others, (question, reply)))


NO_PROGRESS = Progress()


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything that has been answered so far in one consultation.

    findings: (question id, finding) in the order of answering.
    affirmed: ids of the questions that were answered yes at any time; a later no does not remove them.
    declined: ids of the questions that the patient would rather not answer.
    mentioned: ids of the flags that the patient told outside their question beyond doubt; a later no does not remove them.
    pending: ids of the flags that were told outside their question, and whose question has not been put since.
    detours: ids of the questions that were put because of a mention, once for each time.
    proposed: ids of the flags to which a yes was only proposed, and not denied when it was read back.
    path: ids of the questions put so far, the open one last.
    misses, silences, asides: answers that settled nothing, silences and requests at the open question.
    returns: how often the patient went back. rounds: answers to the open chapter. offered: how often topics were named.
    heard: something has been heard in this visit. waiting: the patient has asked for time.
    stopping: the patient is asked whether they want to stop. noise_told: that the room is loud has been said.
    years: the age that is read back. read_back: the findings have been read back.
    topic: id of the topic that was told last; empty before the first.
    outcome: that of the findings, once it is known. progress: of the chapters before and after it.
    """

    script: Script = field(repr=False, compare=False)
    phase: Phase = Phase.ASK
    findings: tuple[tuple[str, Finding], ...] = ()
    affirmed: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    detours: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    misses: int = 0
    silences: int = 0
    asides: int = 0
    returns: int = 0
    rounds: int = 0
    offered: int = 0
    heard: bool = False
    waiting: bool = False
    stopping: bool = False
    noise_told: bool = False
    years: Years = NO_YEARS
    read_back: bool = False
    topic: str = ""
    outcome: Outcome = UNDECIDED
    progress: Progress = NO_PROGRESS

    @property
    def consultation(self) -> Visit:
        """Itself; of a visit that is more than the consultation, that (`unattended.py`)."""
        return self

    @property
    def open(self) -> Question:
        return self.script.question(self.path[-1])

    @property
    def asked(self) -> Question:
        """The question that waits for an answer: one of the script, a confirmation, or that of a chapter."""
        if self.stopping or self.phase in CONFIRMING:
            return self.script.readback
        return self.script.question(self.progress.asks) if self.phase in IN_CHAPTER else self.open

    @property
    def puts_open(self) -> bool:
        """Whether a question of the script waits for an answer, not a confirmation or a chapter."""
        return self.asked is self.open

    def finding(self, question: str) -> Finding | None:
        """Return the finding of the question of that id; None if it has none yet."""
        return dict(self.findings).get(question)

    def having(self, finding: Finding) -> tuple[str, ...]:
        """Return the ids of the flags with that finding, in the order of the script."""
        found = dict(self.findings)
        return tuple(q.id for q in self.script.questions if found.get(q.id) is finding and q.level is not Level.NONE)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next: lines to speak, then a question to be answered, or the outcome."""

    visit: Visit
    say: tuple[Utterance, ...]
    then: Question | Outcome
