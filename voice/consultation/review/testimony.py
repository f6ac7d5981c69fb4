"""Tell what the patient has said of each flag, from what was put and what was answered. Pure.

This is the first half of the judge of the walk. It shares no code with the dialogue and reads none of its findings, so the judge
sees if the dialogue writes down something else than what was answered. Its rules:

 1. An answer belongs to what was put last: a question, or what was read back before "is that right?". If no question was
    spoken, because the patient had asked for time, it belongs to nothing.
 2. At a question a yes affirms its flag, unless it is only proposed; a certain no denies it, unless a yes was proposed before.
    A length of time affirms from the limit on, and below it denies as a no does. Everything else leaves the flag open.
 3. At a no that is read back a yes that says no more than that denies the flag; at a yes that is read back a yes affirms it,
    and a no or going back takes it back. A certain no there ends the proposal, too. A yes that says more at a no proposes a yes.
    Everything else leaves it as it is.
 4. A question that is put again is open until it is answered again.
 5. What is told beside an answer is a mention; it affirms and denies nothing. But one that follows after the question was put
    ENOUGH times for it opens the flag again, however doubtful it is.
15. An age affirms and denies the questions that it settles, each by its own figure: at once if it is certain and affirms no
    flag, else once it was read back and confirmed. To ask for the age again opens what it settled.
16. Of a flag with a follow-up ("is that new or worse?"): a yes to it that says that it is new affirms the follow-up, too.
    Any other yes leaves the follow-up open, and so does what is told of the flag beyond doubt.
    The flag is new if its follow-up is affirmed, and old if that is denied and never was affirmed.

What makes an outcome wrong: `verdict.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Step
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import NO_YEARS, Answer, Meaning, Years

READ_NO, READ_YES = ".nee", ".ja"
"""Endings of the ids of the sentences that read a no or a yes back."""
_FOOTING = "stevig"
"""Id of the question whether the patient stands firmly."""
_CONSENT = "doorgeven"
"""Id of the question whether the patient's own words may be passed on."""
ENOUGH = 2
"""How often a question is put because of what was told of its flag."""
_TOLD = ".vermeld"
"""Ending of the ids of the sentences that say that the patient told of a flag."""
AGREED = 2
"""A certain yes to it, or two that are not."""


@dataclass(frozen=True, slots=True)
class Testimony:
    """What a patient has said of each flag, by the id of the question that a flag belongs to.

    affirmed, denied: by the last answer. ever: affirmed at any time. told, hinted: mentioned beyond doubt, or less.
    proposed: a yes was only proposed, and not denied when it was read back. put_for: flags whose question was put for a mention,
    once for each time.
    given_up: put, and passed over without an answer. left: the same because of a mention or of going back,
    and not put again since. beside: whether the last answer held a mention or went back.
    reading: flags that are read back, as (id, whether as a yes). last: the flag of the question that was put last.
    named: flags that were spoken back when the topics were offered, and follow-ups that were spoken back either way.
    aged: the age that waits to be read back. stands: the patient said without doubt that he stands firmly.
    agrees: how surely the patient's last words were a yes to passing on his own words, up to AGREED.
    open: questions of chapters that are put and not settled (rule 19).
    """

    affirmed: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    ever: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    hinted: frozenset[str] = frozenset()
    proposed: frozenset[str] = frozenset()
    put_for: tuple[str, ...] = ()
    given_up: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    beside: bool = False
    reading: tuple[tuple[str, bool], ...] = ()
    last: str = ""
    named: frozenset[str] = frozenset()
    aged: Years = NO_YEARS
    open: frozenset[str] = frozenset()
    stands: bool = False
    agrees: int = 0


def add_answer(testimony: Testimony, step: Step, answer: Answer, script: Script) -> Testimony:
    """Add an answer to what the step has put (rules 1 to 5, 15, 16 and 19)."""
    question = step.then
    assert isinstance(question, Question)
    put_for = tuple(utterance.id.removesuffix(_TOLD) for utterance in step.say if utterance.id.endswith(_TOLD))
    testimony = replace(testimony, put_for=(*testimony.put_for, *put_for)) if put_for else testimony
    testimony = _put(testimony, question, step.say, script)
    testimony = _mention(testimony, answer, script)
    if not {question.ask, question.ask_clearer}.intersection(step.say):
        return testimony
    if question.kind is Kind.READBACK:
        return _confirm(testimony, answer, script)
    if question not in script.questions:
        stands = answer.meaning is Meaning.YES and answer.certain and not answer.proposed
        testimony = replace(testimony, stands=stands) if question.id == _FOOTING else testimony
        testimony = _agree(testimony, answer) if question.id == _CONSENT else testimony
        return _coach(testimony, question, answer) if question.level is not Level.NONE else testimony
    if question.kind is Kind.AGE:
        return _tell_age(testimony, question, answer, script)
    return _answer(testimony, question, answer)


def _put(testimony: Testimony, question: Question, said: Iterable[Utterance], script: Script) -> Testimony:
    """Open what is put (rules 1 and 4)."""
    if question.kind is Kind.READBACK:
        stopping = any(utterance.id == "ik_hoorde_stop" for utterance in said)
        reading = () if stopping else tuple(_read_back(said, script)) or testimony.reading
        return testimony if reading == testimony.reading else replace(testimony, reading=reading)
    if question not in script.questions:
        named = {name for name, as_yes in _read_back(said, script) if as_yes or script.question(name).recent_of}
        return replace(_open(testimony, ""), named=testimony.named | named)
    opened = _open(testimony, question.settles)
    settled = {one.id for one in script.questions if one.settled_by == question.id}
    return replace(opened, affirmed=opened.affirmed - settled, denied=opened.denied - settled) if settled else opened


def _open(testimony: Testimony, flag: str) -> Testimony:
    """Put the question of the flag, or the menu (flag ""); the last question is given up if it was not answered."""
    last = testimony.last
    answered = last in ("", flag) or last in testimony.affirmed or last in testimony.denied
    missed = frozenset() if answered else frozenset((last,))
    return replace(
        testimony,
        affirmed=testimony.affirmed - {flag},
        denied=testimony.denied - {flag},
        given_up=testimony.given_up if testimony.beside else testimony.given_up | missed,
        left=(testimony.left | missed if testimony.beside else testimony.left) - {flag},
        reading=(),
        last=flag,
        named=frozenset(),
        aged=NO_YEARS,
    )


def _read_back(said: Iterable[Utterance], script: Script) -> Iterator[tuple[str, bool]]:
    settles = {question.id: question.settles for question in script.questions}
    for utterance in said:
        name, dot, ending = utterance.id.rpartition(".")
        if name in settles and f"{dot}{ending}" in (READ_NO, READ_YES):
            yield settles[name], f"{dot}{ending}" == READ_YES


def _mention(testimony: Testimony, answer: Answer, script: Script) -> Testimony:
    beside = bool(answer.mentions) or answer.meaning is Meaning.BACK
    if not answer.mentions:
        return testimony if testimony.beside is beside else replace(testimony, beside=beside)
    known = {question.id for question in script.questions}
    told = {one.question for one in answer.mentions if one.certain and one.question in known}
    hinted = {one.question for one in answer.mentions if one.question in known} - told
    again = {name for name in hinted if testimony.put_for.count(name) >= ENOUGH}
    reopened = {question.id for question in script.questions if question.recent_of in told | again}
    return replace(
        testimony,
        told=testimony.told | told,
        hinted=testimony.hinted | hinted,
        denied=testimony.denied - reopened - again,
        beside=True,
    )


def _answer(testimony: Testimony, question: Question, answer: Answer) -> Testimony:
    flag, lasted = question.settles, answer.meaning is Meaning.DURATION and question.limit_days > 0
    is_flag, is_plain = question.kind is Kind.FLAG, answer.certain and flag not in testimony.proposed
    if lasted and answer.days.low >= question.limit_days and answer.days.high > question.limit_days:
        return _affirm(testimony, flag)
    if is_plain and ((lasted and answer.days.high < question.limit_days) or (is_flag and answer.meaning is Meaning.NO)):
        return _deny(testimony, flag)
    if not is_flag or answer.meaning is not Meaning.YES:
        return testimony
    if answer.proposed:
        return replace(testimony, proposed=testimony.proposed | {flag})
    return _affirm_at(_affirm(testimony, flag), question, answer)


def _coach(testimony: Testimony, question: Question, answer: Answer) -> Testimony:
    """Open or settle a question of a chapter (rule 19)."""
    name = question.id
    denied = answer.meaning is Meaning.NO and answer.certain and name not in testimony.ever
    named = answer.meaning is Meaning.TOPIC and answer.certain and bool(answer.topic)
    affirmed = testimony.ever | {name} if answer.meaning is Meaning.YES else testimony.ever
    return replace(testimony, ever=affirmed, open=testimony.open - {name} if denied or named else testimony.open | {name})


def _agree(testimony: Testimony, answer: Answer) -> Testimony:
    """Add an answer to whether his own words may be passed on."""
    if answer.meaning is not Meaning.YES:
        return replace(testimony, agrees=0)
    is_sure = answer.certain and not answer.proposed
    return replace(testimony, agrees=AGREED if is_sure else min(AGREED, testimony.agrees + 1))


def _affirm_at(testimony: Testimony, question: Question, answer: Answer) -> Testimony:
    """Open the follow-up of what was just affirmed, unless the same words affirm it, too."""
    if question.recent is None:
        return testimony
    name = question.recent.question
    if answer.recent is Meaning.YES:
        return _affirm(testimony, name)
    return replace(testimony, affirmed=testimony.affirmed - {name}, denied=testimony.denied - {name})


def _tell_age(testimony: Testimony, question: Question, answer: Answer, script: Script) -> Testimony:
    """Keep the age that was told, or what it affirms and denies (rule 15)."""
    if answer.meaning is not Meaning.AGE:
        return testimony
    flags = {flag.id for flag in list_flags(script)}
    affirmed = {name for name, as_yes in _split_by_age(question.id, answer.years, script) if as_yes}
    if answer.certain and flags.isdisjoint(affirmed):
        return _settle(testimony, question.id, answer.years, script)
    return replace(testimony, aged=answer.years)


def _settle(testimony: Testimony, question: str, years: Years, script: Script) -> Testimony:
    for name, as_yes in _split_by_age(question, years, script):
        testimony = _affirm(testimony, name) if as_yes else _deny(testimony, name)
    return replace(testimony, aged=NO_YEARS)


def _split_by_age(question: str, years: Years, script: Script) -> Iterator[tuple[str, bool]]:
    """Name what an age settles, each with whether as a yes: all of the age must lie on one side."""
    for one in script.questions:
        figure = one.expected.figure if one.settled_by == question else None
        if figure is None:
            continue
        if years.low >= figure.yes_from or years.high < figure.yes_below:
            yield one.id, True
        elif years.low >= figure.no_from or years.high < figure.no_below:
            yield one.id, False


def _confirm(testimony: Testimony, answer: Answer, script: Script) -> Testimony:
    if testimony.aged != NO_YEARS and testimony.reading:
        sure = answer.meaning is Meaning.YES
        return _settle(testimony, testimony.last, testimony.aged, script) if sure else testimony
    for flag, as_yes in testimony.reading:
        if answer.meaning is Meaning.YES:
            more = replace(testimony, proposed=testimony.proposed | {flag})
            agreed = more if answer.more else _deny(testimony, flag)
            testimony = _affirm(testimony, flag) if as_yes else agreed
        elif answer.meaning in (Meaning.NO, Meaning.BACK) and as_yes:
            ended = {flag} if answer.meaning is Meaning.NO and answer.certain else set()
            testimony = replace(testimony, affirmed=testimony.affirmed - {flag}, proposed=testimony.proposed - ended)
    return testimony


def _affirm(testimony: Testimony, flag: str) -> Testimony:
    return replace(
        testimony, affirmed=testimony.affirmed | {flag}, denied=testimony.denied - {flag}, ever=testimony.ever | {flag}
    )


def _deny(testimony: Testimony, flag: str) -> Testimony:
    return replace(testimony, denied=testimony.denied | {flag}, affirmed=testimony.affirmed - {flag})


def list_flags(script: Script) -> Iterator[Question]:
    """The flags of the script: questions whose answer is a finding of their own."""
    return (question for question in script.questions if question.settles == question.id and question.level is not Level.NONE)
