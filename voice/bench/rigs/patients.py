"""Simulated patients: what is true of them, and what they say when. Pure, with a given chance.

1. A patient has a truth: the flags that are present, and since when there is pain. The age is among the flags.
2. A patient answers what is put by that truth: a question, a length of time, what is read back, the menu.
3. Each kind of patient does something besides, at a moment that is drawn: tells a flag elsewhere, denies it first ...
4. An emergency that counts only if it is new is new in most; then its follow-up is among the flags.
5. A patient hears only what is spoken. Nothing here reads what the dialogue found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from voice.bench.rigs.manners import Manner, Speech
from voice.bench.rigs.sayings import Sayings
from voice.consultation.script import URGENT, Finding, Level, Question, Script
from voice.consultation.visit import Step
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.grammar.grammar import Grammar
from voice.understand.meaning import Meaning

ILL, LONG_PAIN = 0.5, 0.25
"""How often (0..1) a patient without a planted flag has any, and has had pain for longer than the script is made for."""
NEW = 0.75
"""How often an emergency that counts only if it is new is new."""
OFTEN = 0.3
"""How often a patient does at a question what its kind does."""
ADULT = 18
NEAR = 7
"""Days: lengths of time that are nearer to the limit of a question than this are not drawn."""
TOPICS = 3
"""Most topics that a patient asks about at the menu."""
_PLANTING = (
    "elsewhere",
    "later",
    "at a read-back",
    "at the menu",
    "with stop",
    "with help",
    "corrects",
    "goes back",
    "takes back",
)
"""Kinds that have an urgent flag and tell it in words."""
_REQUESTS = (Meaning.REPEAT, Meaning.EXPLAIN, Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER, Meaning.WAIT)


@dataclass(frozen=True, slots=True)
class Truth:
    """flags: ids of the questions whose yes is true. told: the planted flag, that the patient tells in words; "" if none.

    age: in years.
    """

    flags: frozenset[str]
    told: str = ""
    long_pain: bool = False
    age: int = 60


def draw_truth(script: Script, kind: str, random: Random) -> Truth:
    """Draw what is true of a patient of that kind."""
    age = random.choices((random.randint(12, 17), random.randint(18, 49), random.randint(50, 92)), (1, 5, 14))[0]
    if kind in _PLANTING:
        age = max(age, ADULT)  # a minor is sent to the staff before anything can be told
    flags = {question.id for question in script.questions if _is_of_age(question, age)}
    aged = [question.id for question in script.questions if question.settled_by]
    usual = [q for q in script.questions if q.kind is Kind.FLAG and q.settles == q.id and q.id not in aged and not q.recent_of]
    long_pain = random.random() < LONG_PAIN
    told = random.choice([question.id for question in usual if question.level in URGENT]) if kind in _PLANTING else ""
    if kind == "at the menu":
        return Truth(_complete(script, {*flags, told}, random), told, age=age)
    ill = random.random() < (OFTEN if told else ILL)
    flags.update(question.id for question in random.sample(usual, random.choice((1, 1, 2))) if ill)
    if long_pain:
        flags.update(question.settles for question in script.questions if question.limit_days)
    return Truth(_complete(script, flags | {told} - {""}, random), told, long_pain, age)


def _complete(script: Script, flags: Collection[str], random: Random) -> frozenset[str]:
    """Add what those flags imply, and the follow-ups of those that are new (rule 4).

    An emergency that only a yes opens is the grave form of what that yes says: who had an accident has fallen.
    """
    emergencies = (script.question(name) for name in flags if name and script.question(name).level is Level.E)
    implied = {other for one in emergencies if one.gate and Finding.PRESENT in one.gate.findings for other in one.gate.questions}
    whole = {*flags, *implied}
    asked = [question.id for question in script.questions if question.recent_of in whole]
    return frozenset({*whole, *(name for name in asked if random.random() < NEW)})


def _is_of_age(question: Question, age: int) -> bool:
    """Whether somebody of that age says yes to a question that the age settles."""
    figure = question.expected.figure if question.settled_by else None
    return figure is not None and (age >= figure.yes_from or age < figure.yes_below)


def find_read_back(script: Script, say: Collection[Utterance]) -> list[tuple[str, bool]]:
    """Find the flags that are read back in these lines, each with whether as a yes."""
    read = [(question, question.spoken_back, question.spoken_denied) for question in script.questions]
    return [(q.settles, yes in say) for q, yes, no in read if yes in say or (no.text and no in say)]


def is_right(script: Script, say: Collection[Utterance], flags: Collection[str], stops: bool = False) -> bool:
    """Tell whether what is read back in these lines is right to a patient with these flags. stops: wants to stop."""
    if any(utterance.id == "ik_hoorde_stop" for utterance in say):
        return stops
    return all((flag in flags) is as_yes for flag, as_yes in find_read_back(script, say))


def list_levels(script: Script, flags: Collection[str]) -> Iterator[Level]:
    """List the levels that these flags demand, each alone and together. It shares no code with the dialogue."""
    yield from (find_due_level(script, flag, flags) for flag in flags)
    new = {flag for flag in flags if find_due_level(script, flag, flags) is script.question(flag).level}
    yield from (rule.level for rule in script.rules if new.issuperset(rule.when))


def find_due_level(script: Script, flag: str, flags: Collection[str]) -> Level:
    """Return the level that a flag demands: of an emergency that is not new, that of an old one."""
    question = script.question(flag)
    is_old = question.recent is not None and question.recent.question not in flags
    return question.recent.otherwise if question.recent and is_old else question.level


@dataclass(slots=True)
class Said:
    """What a patient has said so far; `visits.py` judges by it.

    affirmed, denied: flags by the last thing said of them at their question. told: (turn, flag) of what was told elsewhere.
    put: turn at which each question was put last. stop, help, alarm: wanted to stop, wanted somebody, told an alarm.
    unsure: did not know an answer; at_emergency: to an emergency.
    """

    affirmed: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    told: list[tuple[int, str]] = field(default_factory=list)
    put: dict[str, int] = field(default_factory=dict)
    stop: bool = False
    help: bool = False
    alarm: bool = False
    unsure: bool = False
    at_emergency: bool = False


@dataclass(slots=True)
class Patient:
    """One patient. turn: how many answers were given. moment: the turn from which on the kind does what it does."""

    script: Script
    sayings: Sayings
    truth: Truth
    kind: str
    speech: Speech
    random: Random
    said: Said = field(default_factory=Said)
    turn: int = 0
    moment: int = 0
    odd: set[str] = field(default_factory=set)
    done: bool = False
    topics: int = 0

    def answer(self, step: Step) -> str:
        """Return what the patient says after what was spoken; "" is silence."""
        question = step.then
        assert isinstance(question, Question)
        self.said.put[question.settles] = self.turn
        text = KINDS[self.kind](self, step, question)
        if text is None:
            text = self.answer_truly(step, question)
        self.turn += 1
        return self.speech.say(text)

    # --- true answers ---------------------------------------------------------------------------

    def answer_truly(self, step: Step, question: Question) -> str:
        if not {question.ask, question.ask_clearer}.intersection(step.say):
            return self.pick("", Meaning.YES)
        match question.kind:
            case Kind.DURATION:
                return self.tell_time(question)
            case Kind.AGE:
                return self.tell_age(question)
            case Kind.READBACK:
                return self.confirm(step, question)
            case Kind.TOPICS:
                return self.pick(question.id if self.random.random() < 0.3 else "", Meaning.NO)
        return self.affirm(question) if question.settles in self.truth.flags else self.deny(question)

    def tell_time(self, question: Question) -> str:
        limit, long = question.limit_days, self.truth.long_pain
        fitting = [
            text for text, days in self.sayings.durations if (days.low > limit + NEAR if long else 0 < days.high < limit - NEAR)
        ]
        (self.said.affirmed if long else self.said.denied).add(question.settles)
        return self.random.choice(fitting)

    def tell_age(self, question: Question) -> str:
        """Say the age in figures or in words."""
        for one in self.script.questions:
            if one.settled_by == question.id:
                self.note(one.id, one.id in self.truth.flags)
        return self.random.choice(self.sayings.list_ages(self.truth.age))

    def confirm(self, step: Step, question: Question) -> str:
        """Say whether what was read back is right."""
        right = self.is_right(step)
        for flag, as_yes in find_read_back(self.script, step.say):
            if right:
                self.note(flag, as_yes)
        return self.agree(question) if right else self.pick(question.id if self.random.random() < 0.2 else "", Meaning.NO)

    def agree(self, question: Question) -> str:
        """Say that what was read back is right. Other words for yes might tell it: "ja, bij vlagen" of what was denied."""
        own = self.sayings.list(question.id, Meaning.YES)
        return self.random.choice(own if own and self.random.random() < 0.5 else self.sayings.opening[Meaning.YES])

    def is_right(self, step: Step) -> bool:
        return is_right(self.script, step.say, self.believed, self.said.stop)

    @property
    def believed(self) -> frozenset[str]:
        """The flags that the patient says are there: the truth, but for one that is denied."""
        return self.truth.flags - self.said.denied

    def affirm(self, question: Question) -> str:
        self.note(question.settles, True)
        own = self.sayings.list(question.id, Meaning.YES)
        chance = self.random.random()
        if not own or chance < 0.5:
            return self.pick("", Meaning.YES)
        phrase = self.random.choice(own)
        return phrase if chance < 0.7 else f"{self.random.choice(self.sayings.opening[Meaning.YES])}, {phrase}"

    def deny(self, question: Question) -> str:
        self.note(question.settles, False)
        own = self.sayings.list(question.id, Meaning.NO)
        chance = self.random.random()
        if not own or chance < 0.6:
            return self.pick("", Meaning.NO)
        phrase = self.random.choice(own)
        return phrase if chance < 0.75 else f"{self.random.choice(self.sayings.opening[Meaning.NO])}, {phrase}"

    def note(self, flag: str, present: bool) -> None:
        one, other = self.said.affirmed, self.said.denied
        if not present:
            one, other = other, one
        one.add(flag)
        other.discard(flag)

    def pick(self, question: str, meaning: Meaning) -> str:
        """Pick what means this at the question; what means it anywhere if there is nothing for the question."""
        return self.random.choice(self.sayings.list(question, meaning) or self.sayings.list("", meaning))

    # --- telling elsewhere ----------------------------------------------------------------------

    def tell(self) -> str:
        """Tell the planted flag in words of its own question."""
        flag = self.truth.told
        own, grammar = self.sayings.list(flag, Meaning.YES), self.grammar
        naming = [text for text in own if self.sayings.names(flag, grammar.split(text))]
        self.said.told.append((self.turn, flag))
        self.said.denied.discard(flag)
        self.done = True
        return self.random.choice(own if self.speech.manner is Manner.VAGUE else naming or own)

    @property
    def grammar(self) -> Grammar:
        return self.script.readback.expected.grammar

    def tell_beside(self, text: str) -> str:
        """Tell the planted flag after what is answered, before it, or instead of it."""
        told, chance = self.tell(), self.random.random()
        if chance < 0.3:
            return told
        if chance < 0.5 or not self.sayings.joints:
            return f"{text}, {told}"
        return f"{text} {self.random.choice(self.sayings.joints)} {told}" if chance < 0.8 else f"{told}. {text}"

    def may_tell(self, question: Question) -> bool:
        """Whether the planted flag can be told here: not at its own question, and not once it was affirmed."""
        told = self.truth.told
        return not self.done and self.turn >= self.moment and question.settles != told and told not in self.said.affirmed

    def is_first(self, question: Question) -> bool:
        """Whether this is the planted flag's question, and nothing was said of it yet."""
        told = self.truth.told
        return question.settles == told and told not in self.said.denied | self.said.affirmed and not self.done

    def is_odd(self, question: Question) -> bool:
        """Whether to do here what the kind does: by chance, and once at a question."""
        if question.id in self.odd or self.random.random() > OFTEN:
            return False
        self.odd.add(question.id)
        return True


Act = Callable[[Patient, Step, Question], "str | None"]
"""What a kind says at a step; None for a true answer."""


def _answers(patient: Patient, step: Step, question: Question) -> str | None:
    return None


def _elsewhere(patient: Patient, step: Step, question: Question) -> str | None:
    if patient.may_tell(question):
        return patient.tell_beside(patient.answer_truly(step, question))
    return None


def _later(patient: Patient, step: Step, question: Question) -> str | None:
    """Deny the flag first, and tell it at a later turn."""
    if patient.is_first(question):
        patient.moment = patient.turn + patient.random.randint(1, 4)
        return patient.deny(question)
    asked = patient.truth.told in patient.said.denied or patient.script.question(patient.truth.told).if_mentioned
    if asked and (patient.may_tell(question) or (question.kind is Kind.TOPICS and not patient.done)):
        return patient.tell_beside(patient.answer_truly(step, question))
    return None


def _at_readback(patient: Patient, step: Step, question: Question) -> str | None:
    """Tell the flag when something is read back. Noes are uncertain, so that something is."""
    if patient.is_first(question):
        return patient.deny(question)
    if question.kind is Kind.READBACK and patient.may_tell(question):
        return patient.tell_beside(patient.answer_truly(step, question))
    if question.kind is Kind.FLAG and not patient.done and question.settles not in patient.truth.flags:
        patient.note(question.settles, False)
        return patient.random.choice(patient.sayings.hedged)
    return None


def _at_menu(patient: Patient, step: Step, question: Question) -> str | None:
    if patient.is_first(question):
        return patient.deny(question)
    if question.kind is Kind.TOPICS and not patient.done:
        asks = patient.random.random() < 0.3
        return patient.tell_beside(patient.random.choice(patient.sayings.topics)) if asks else patient.tell()
    return None


def _with(meaning: Meaning) -> Act:
    """Tell the flag together with a wish to stop, or for help."""

    def act(patient: Patient, step: Step, question: Question) -> str | None:
        if not patient.may_tell(question):
            return None
        patient.said.stop, patient.said.help = meaning is Meaning.STOP, meaning is Meaning.HELP
        words, told = patient.pick("", meaning), patient.tell()
        return f"{words}, {told}" if patient.random.random() < 0.7 else f"{told}, {words}"

    return act


def _corrects(patient: Patient, step: Step, question: Question) -> str | None:
    """Deny and affirm in one breath."""
    if not patient.is_first(question) or question.kind is not Kind.FLAG:
        return _elsewhere(patient, step, question) if patient.script.question(patient.truth.told).if_mentioned else None
    patient.done = True
    no, yes = patient.pick("", Meaning.NO), patient.affirm(question)
    return f"{no}, {patient.random.choice(patient.sayings.corrections)} {yes}"


def _goes_back(patient: Patient, step: Step, question: Question) -> str | None:
    """Deny the flag, and ask for its question again at the next one; if that is not put, tell the flag."""
    if patient.is_first(question) and not patient.moment:
        patient.moment = patient.turn + 1
        return patient.deny(question)
    if patient.turn == patient.moment > 0 and question.kind is Kind.FLAG:
        patient.said.denied.discard(patient.truth.told)
        return patient.pick("", Meaning.BACK)
    return _elsewhere(patient, step, question) if 0 < patient.moment < patient.turn else None


def _takes_back(patient: Patient, step: Step, question: Question) -> str | None:
    """Tell the flag, and deny it when asked."""
    if patient.done and question.settles == patient.truth.told:
        return patient.deny(question)
    return _elsewhere(patient, step, question)


def _chatters(patient: Patient, step: Step, question: Question) -> str | None:
    if not patient.is_odd(question):
        return None
    if patient.random.random() < 0.5:
        return patient.pick("", Meaning.UNCLEAR)
    return f"{patient.random.choice(patient.sayings.around)}, {patient.answer_truly(step, question)}"


def _asks(patient: Patient, step: Step, question: Question) -> str | None:
    if question.kind is Kind.TOPICS and patient.topics < TOPICS:
        patient.topics += 1
        return patient.random.choice(patient.sayings.topics)
    if not patient.is_odd(question):
        return None
    if patient.random.random() < 0.5:
        return patient.pick("", patient.random.choice(_REQUESTS))
    return patient.random.choice(patient.sayings.topics)


def _silent(patient: Patient, step: Step, question: Question) -> str | None:
    return "" if patient.is_odd(question) else None


def _unsure(patient: Patient, step: Step, question: Question) -> str | None:
    """Not know an answer. At an emergency it is asked again, and not known again."""
    doubts = question.kind is Kind.FLAG and question.settles not in patient.truth.flags
    if not doubts or (question.id not in patient.odd and not patient.is_odd(question)):
        return None
    patient.said.unsure = True
    patient.said.at_emergency |= question.is_emergency
    return patient.pick("", Meaning.UNSURE)


def _says_once(meaning: Meaning) -> Act:
    """Say something at a moment of the visit: stop, help, an alarm."""

    def act(patient: Patient, step: Step, question: Question) -> str | None:
        if patient.done or patient.turn < patient.moment:
            return None
        text = patient.pick("", meaning)
        if meaning is Meaning.ALARM and question.level in URGENT:
            return None  # there it may be the answer: "ik ben gevallen"
        patient.done = True
        patient.said.stop |= meaning is Meaning.STOP
        patient.said.help |= meaning is Meaning.HELP
        patient.said.alarm |= meaning is Meaning.ALARM
        return text

    return act


def _denies_ahead(patient: Patient, step: Step, question: Question) -> str | None:
    """Answer, and deny another flag in the same breath."""
    others = [q for q in patient.script.questions if q.id not in (*patient.truth.flags, question.id)]
    texts = [text for other in others for text in patient.sayings.list(other.id, Meaning.NO) if len(text.split()) > 1]
    if not patient.is_odd(question) or not texts or question.kind is not Kind.FLAG:
        return None
    return f"{patient.answer_truly(step, question)}, {patient.random.choice(texts)}"


KINDS: Mapping[str, Act] = {
    "answers": _answers,
    "elsewhere": _elsewhere,
    "later": _later,
    "at a read-back": _at_readback,
    "at the menu": _at_menu,
    "with stop": _with(Meaning.STOP),
    "with help": _with(Meaning.HELP),
    "corrects": _corrects,
    "goes back": _goes_back,
    "takes back": _takes_back,
    "denies ahead": _denies_ahead,
    "chatters": _chatters,
    "asks": _asks,
    "silent": _silent,
    "unsure": _unsure,
    "stops": _says_once(Meaning.STOP),
    "help": _says_once(Meaning.HELP),
    "alarm": _says_once(Meaning.ALARM),
}
"""What each kind of patient does besides answering truly."""


def draw_moment(kind: str, truth: Truth, script: Script, random: Random) -> int:
    """Draw the turn from which on the kind does what it does; before the planted flag's own question, if it is put."""
    if kind in ("later", "goes back", "at a read-back"):
        return 0
    places = [place for place, question in enumerate(script.questions) if question.settles == truth.told]
    last = places[0] if places and not script.question(truth.told).if_mentioned else len(script.questions)
    return random.randint(0, max(0, last - 1))
