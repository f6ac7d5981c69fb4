"""Define the script: the whole consultation as data. Types only; `loader.py` reads them from prompts/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from voice.base.text_enum import TextEnum
from voice.consultation.movement import MovingTogether
from voice.consultation.questionnaire import Questionnaire
from voice.speak.utterance import Utterance
from voice.understand.expected import YES_OR_NO, Care, Expected, Kind


class Level(TextEnum):
    """How a consultation can end, most urgent first. A flag has the level that a yes to it brings.

    E, T, W, S follow docs/grounds.md, urgency: now, today, within days, tell the physiotherapist.
    STAFF: a person must take over, because this conversation is not for this patient. NONE: the question decides nothing.
    """

    E = "E"
    STAFF = "staff"
    T = "T"
    W = "W"
    OUT_OF_SCOPE = "out_of_scope"
    S = "S"
    REASSURE = "reassure"
    STOPPED = "stopped"
    NONE = "none"

    @property
    def urgency(self) -> int:
        """0 is the most urgent."""
        return _URGENCY[self]

    @property
    def care(self) -> Care:
        """How carefully answers are taken to a question whose yes brings this level."""
        return _CARE.get(self, Care.USUAL)


ENDINGS = tuple(level for level in Level if level is not Level.NONE)
"""The levels that a consultation can end at."""

CALM = (Level.W, Level.OUT_OF_SCOPE, Level.S, Level.REASSURE)
"""Outcomes that chapters may come before and after: nobody has to act at once."""

URGENT = (Level.E, Level.T)
"""Levels whose flags are listened for in every answer."""
FLAG_LEVELS = (Level.E, Level.STAFF, Level.T, Level.W, Level.S, Level.OUT_OF_SCOPE)
"""The levels that a flag can have."""

AMBULANCE = "E_112"
"""The name of the ending of an E that needs the emergency number."""

CHAPTERS = "chapters"
"""Stands in an ending where its chapters come (`coach/`). What is behind it is said when they are over."""

TOPICS_AFTER = (Level.W, Level.OUT_OF_SCOPE, Level.S)
"""Outcomes beside reassurance after which a script may offer topics."""

_URGENCY = {level: rank for rank, level in enumerate(Level)}
_CARE = {Level.E: Care.HIGH, Level.T: Care.HIGH, Level.W: Care.LOW, Level.S: Care.LOW}


def most_urgent(levels: Iterable[Level]) -> Level:
    """Return the most urgent of the levels. Raises ValueError if there are none."""
    return min(levels, key=lambda level: level.urgency)


class Finding(TextEnum):
    """What is known about one flag."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Gate:
    """Opens a question only if one of these questions has one of these findings."""

    questions: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Recent:
    """A flag that has its level only if it is new or worse: what asks so, and what it is otherwise.

    question: id of the follow-up, which is put directly after a yes to the flag.
    otherwise: the level that the flag brings if the follow-up is denied.
    """

    question: str
    otherwise: Level


@dataclass(frozen=True, slots=True)
class Question:
    """One proposition put to the patient; yes always means that the flag is present.

    level: how urgent a yes is. An uncertain no to an E or T question is read back. NONE marks a question that only
        opens others or counts in a rule: it is not a flag.
    clarify, explain: the same question with an example; why it is asked.
    positive, negative, unknown: the sentence that speaks a yes, a no, or a missing answer, back to the patient.
    mention: the sentence that says that the patient spoke of it elsewhere; "" for a flag that is not listened for.
    settles: id of the earlier question that this one decides, or its own id.
    settled_by: id of the earlier question for an age whose answer decides this one through `expected.figure`; "" for none. It is
        put itself only if that left it open.
    gate: what must have been found for it to be asked; None means always.
    ambulance: a yes calls for the emergency number, because the patient must not travel alone.
    source: ids of the sources that it rests on. covers: the facts of the source document that it asks about.
    private: too intimate for a waiting room; the patient is offered another way to answer.
    if_mentioned: put only after the patient spoke of its flag elsewhere.
    recent: what decides whether a yes to it has its level; None if nothing but the yes does.
    unless: ids of flags; once one of them is present, its yes answers this question of a chapter, which is not put then.
    recent_of, recent_level: id and level of the flag whose follow-up this is; "" and None if it is none.
    expected: what may be expected in answer, for understanding it.
    """

    id: str
    text: str
    clarify: str = ""
    explain: str = ""
    positive: str = ""
    negative: str = ""
    mention: str = ""
    unknown: str = ""
    level: Level = Level.NONE
    settles: str = ""
    settled_by: str = ""
    gate: Gate | None = None
    private: bool = False
    ambulance: bool = False
    source: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    if_mentioned: bool = False
    unless: tuple[str, ...] = ()
    recent: Recent | None = None
    recent_of: str = ""
    recent_level: Level | None = None
    expected: Expected = field(default=YES_OR_NO, compare=False, repr=False)

    @property
    def kind(self) -> Kind:
        return self.expected.kind

    @property
    def limit_days(self) -> int:
        return self.expected.limit_days

    @property
    def is_emergency(self) -> bool:
        """Whether a missing answer must bring somebody: an emergency, or the follow-up to one."""
        return Level.E in (self.level, self.recent_level)

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """Everything that can be said of this question; some of it may have no text."""
        spoken_back = (self.spoken_back, self.spoken_denied, self.spoken_mention, self.spoken_unknown)
        return (self.ask, self.ask_clearer, self.why, *spoken_back)

    @property
    def ask(self) -> Utterance:
        return Utterance(f"{self.id}.vraag", self.text)

    @property
    def ask_clearer(self) -> Utterance:
        return Utterance(f"{self.id}.verduidelijking", self.clarify)

    @property
    def why(self) -> Utterance:
        return Utterance(f"{self.id}.uitleg", self.explain)

    @property
    def spoken_back(self) -> Utterance:
        return Utterance(f"{self.id}.ja", self.positive)

    @property
    def spoken_denied(self) -> Utterance:
        return Utterance(f"{self.id}.nee", self.negative)

    @property
    def spoken_mention(self) -> Utterance:
        return Utterance(f"{self.id}.vermeld", self.mention)

    @property
    def spoken_unknown(self) -> Utterance:
        return Utterance(f"{self.id}.onbekend", self.unknown)


@dataclass(frozen=True, slots=True)
class Rule:
    """Flags that together are more urgent than each alone."""

    id: str
    when: tuple[str, ...]
    level: Level
    source: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Something the patient can ask about.

    covers: the facts of the source document in its lines. source: ids of the sources that they rest on.
    asked_as: templates of how a patient asks for it (`voice/understand/templates.py`).
    """

    id: str
    title: str
    lines: tuple[Utterance, ...]
    covers: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    asked_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """One sentence of a safety net.

    line: id of the sentence. flags: the flags that it warns of. instead: ids of what is said once one of those was found,
    because a patient who has it must not be told to wait for it; empty to say nothing.
    """

    line: str
    flags: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Topics are offered after an outcome, though it is not reassurance.

    only: the flags that may have been found or left open; empty if any may. say: ids of what is said before the offer.
    """

    only: tuple[str, ...]
    say: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole consultation.

    reviewed_by, reviewed_on, reviewed_hash: the reviewer, the date, and the hash of what was signed (`signature.py`).
    reviewed: whether that is what is said and decided now; otherwise every consultation begins with saying that it is a trial.
    lines: every sentence that is not part of a question or topic, by id.
    unknown: for each level of a question, the level that a missing answer to it brings.
    told_and_denied: the same for a flag that was told outside its question and then denied or not settled.
    endings: for each level the ids of what is spoken, in order. `positives` and `unknowns` stand for the sentences that speak
        the answers back, the name of a safety net for its sentences, `chapters` for the chapters after it.
        ambulance: the same for an E that needs the emergency number.
    safety_nets: what to watch for at home, by the name of the net.
    offers: by level, where topics are offered although the outcome is not reassurance.
    before, after: by level the chapters that come before and after that outcome (`coach/chapters.py`), in order.
    coached: the questions of those chapters. moving: what the patient may do together with the kiosk.
    questionnaire: of the practice; None if it has none.
    core: ids of the topics that are always spoken after reassurance.
    choices: ids of the lines that name some topics, said in turn to a patient who wants to know more.
    readback, menu: "is that right?", and what else the patient wants to know.
    rehearsal, presence: does the patient hear well, and is he still there; an unattended kiosk puts them.
    """

    id: str
    locale: str
    version: str
    title: str
    reviewed_by: str
    reviewed_on: str
    reviewed_hash: str
    sources: Mapping[str, str]
    questions: tuple[Question, ...]
    readback: Question
    menu: Question
    rehearsal: Question
    presence: Question
    rules: tuple[Rule, ...]
    topics: tuple[Topic, ...]
    core: tuple[str, ...]
    choices: tuple[str, ...]
    safety_nets: Mapping[str, tuple[Caution, ...]]
    offers: Mapping[Level, Offer]
    before: Mapping[Level, tuple[str, ...]]
    after: Mapping[Level, tuple[str, ...]]
    coached: tuple[Question, ...]
    moving: MovingTogether
    unknown: Mapping[Level, Level]
    told_and_denied: Mapping[Level, Level]
    endings: Mapping[Level, tuple[str, ...]]
    ambulance: tuple[str, ...]
    lines: Mapping[str, str]
    questionnaire: Questionnaire | None = None
    reviewed: bool = False
    _by_id: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {question.id: question for question in self.every_question()})

    def line(self, name: str) -> Utterance:
        return Utterance(name, self.lines[name])

    def question(self, name: str) -> Question:
        """Return the question of that id, also one around the consultation. Raises KeyError if there is none."""
        return self._by_id[name]

    def every_question(self) -> tuple[Question, ...]:
        """Return the questions of the consultation and those around it."""
        return (*self.consulted(), self.rehearsal, self.presence)

    @property
    def flags(self) -> tuple[Question, ...]:
        """The questions that have a finding of their own. The others only decide one of these, as an age does."""
        return tuple(question for question in self.questions if question.settles == question.id and question.kind is not Kind.AGE)

    @property
    def expected(self) -> tuple[str, ...]:
        """Every word that an engine with a list of phrases listens for, at any question; sorted."""
        phrases = {phrase for question in self.every_question() for phrase in question.expected.vocabulary}
        return tuple(sorted({word for phrase in phrases for word in phrase.split()}))

    def consulted(self) -> tuple[Question, ...]:
        """Return the questions that the consultation itself can put."""
        return (*self.questions, self.readback, self.menu, *self.coached)

    def topic(self, name: str) -> Topic:
        """Return the topic of that id. Raises KeyError if there is none."""
        return {topic.id: topic for topic in self.topics}[name]

    def utterances(self) -> tuple[Utterance, ...]:
        """Return everything that can be spoken, so that all of it can be rendered ahead."""
        asked = (utterance for question in self.every_question() for utterance in question.utterances)
        told = (line for topic in self.topics for line in topic.lines)
        lines = map(self.line, self.lines)
        opening = (self.questionnaire.opening,) if self.questionnaire else ()
        chapters = (*self.moving.utterances(), *opening)
        return (*lines, *(utterance for utterance in asked if utterance.text), *told, *chapters)
